// The ports that state stands on. One process uses memory/; many nodes share a server. What each port promises, and
// which state stands on which, is in README.md.
import type { Bodies } from './bodies.ts';
import type { Log, LogKey } from './log.ts';
import type { MessageQueue, MessageQueueKey } from './message-queue.ts';
import type { Table, TableKey } from './table.ts';
import type { Work, WorkKey } from './work.ts';

export interface Backbone {
  /** Resolves when this node sees what was written before. Awaited once, before a service is put on it. */
  open(): Promise<void>;
  /**
   * Resolves when this node sees whatever was acknowledged before, on any node. Left out where there is only one.
   * @throws ServerAway
   */
  catchUp?(): Promise<void>;
  /** The table of this key; the same key gives the same table. */
  table<Value>(key: TableKey<Value>): Table<Value>;
  /** The log of this key with this id, in the same way. */
  log<Value>(key: LogKey<Value>, id: string): Log<Value>;
  /** Forgets a log and its entries; one that is opened under its id again starts at 1. */
  removeLog<Value>(key: LogKey<Value>, id: string): Promise<void>;
  /** The work of this key, in the same way. */
  work<Job>(key: WorkKey<Job>): Work<Job>;
  /** The message queue of this key with this id. `isOrdered` is the same each time. */
  queue<Content>(
    key: MessageQueueKey<Content>,
    id: string,
    options: { readonly isOrdered: boolean },
  ): MessageQueue<Content>;
  readonly bodies: Bodies;
  /** Forgets a queue and its messages, and ends every long poll without messages. */
  removeQueue<Content>(key: MessageQueueKey<Content>, id: string): Promise<void>;
  /**
   * Drops what goes through the resources, for all nodes: work, messages, and entries of logs that are not `lasting`.
   * Numbers of logs go on, and tables stay.
   */
  purge(): Promise<void>;
  /** Empties everything, for all nodes. */
  clear(): Promise<void>;
  /** Leaves the others: what this node leased is theirs when its leases end. Its long polls end without messages. */
  close(): Promise<void>;
}
