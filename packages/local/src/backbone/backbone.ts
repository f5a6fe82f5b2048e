// The ports that state stands on. One process uses memory/; many nodes share a server. What each port promises, and which state stands
// on which, is in README.md.
import type { Log, LogKey } from './log.ts';
import type { Table, TableKey } from './table.ts';
import type { Work, WorkKey } from './work.ts';

export interface Backbone {
  /** Resolves when this node sees what was written before. Awaited once, before a service is put on it. */
  open(): Promise<void>;
  /** The table of this key; the same key gives the same table. */
  table<Value>(key: TableKey<Value>): Table<Value>;
  /** The log of this key with this id, in the same way. */
  log<Value>(key: LogKey<Value>, id: string): Log<Value>;
  /** Forgets a log and its entries; one that is opened under its id again starts at 1. */
  removeLog<Value>(key: LogKey<Value>, id: string): Promise<void>;
  /** The work of this key, in the same way. */
  work<Job>(key: WorkKey<Job>): Work<Job>;
  /** Empties everything, for all nodes. */
  clear(): Promise<void>;
  /** Leaves the others. What this node leased is theirs when its leases end. */
  close(): Promise<void>;
}
