// All logs of a shared backbone: their entries stand in one stream, which each node asks when it is asked. See
// docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md.
import type { Clock } from '../../../clock/clock.ts';
import type { Log, LogKey } from '../../log.ts';
import type { Table } from '../../table.ts';
import { createPromise } from '../promise.ts';
import { type Server, ServerAway, type Stream } from '../server.ts';
import type { SharedTables } from '../tables/tables.ts';
import { SharedLog } from './log.ts';
import { LogSubjects, passingEntries } from './log-message.ts';
import { Removals } from './removals.ts';

/** Ours: how long entries that are not kept any more may still be read by those who began before. */
const REMOVE_AFTER_MS = 5000;
/** Ours: what a message's subject and head take of its bytes at most. */
const HEAD_BYTES = 8 * 1024;

export interface LogsOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  /** Where it stands what was purged: who has caught up with the tables has heard of every purge. */
  readonly tables: SharedTables;
  /** What the names of streams begin with. */
  readonly prefix?: string;
}

interface Purge {
  /** Entries that were appended up to this sequence are dropped, unless they last. */
  readonly through: number;
}

export class SharedLogs {
  readonly #server: Server;
  readonly #streamName: string;
  readonly #stream = createPromise<Stream>();
  readonly #purges: Table<Purge>;
  readonly #removals: Removals;
  readonly #open = new Set<{ close(): void }>();

  constructor(server: Server, { clock, tables, prefix = '' }: LogsOptions) {
    this.#server = server;
    this.#streamName = `${prefix}logs`;
    this.#stream.promise.catch(() => {});
    this.#purges = tables.table<Purge>('backbone/purges');
    this.#removals = new Removals(() => this.#stream.promise, { clock, afterMs: REMOVE_AFTER_MS });
  }

  /** Awaited once; logs that are used before wait for it. @throws ServerAway */
  async open(): Promise<void> {
    this.#stream.resolve(await this.#server.stream(this.#streamName));
  }

  log<Value>(key: LogKey<Value>, id: string): Log<Value> {
    const log = new SharedLog<Value>(new LogSubjects(this.#streamName, key, id), key.retention, {
      stream: () => this.#stream.promise,
      removals: this.#removals,
      horizon: () => this.#purges.get('logs')?.value.through ?? 0,
      maxBytes: this.#server.maxBytes - HEAD_BYTES,
    });
    this.#open.add(log);
    return log;
  }

  /** Forgets a log; who opens it again begins at 1. @throws ServerAway */
  async remove<Value>(key: LogKey<Value>, id: string): Promise<void> {
    const stream = await this.#stream.promise;
    await stream.purge({ filter: new LogSubjects(this.#streamName, key, id).everything });
  }

  /** Drops the entries of logs that do not last, and numbers go on. @throws ServerAway */
  async purge(): Promise<void> {
    const stream = await this.#stream.promise;
    const through = await stream.lastSequence();
    await this.#purges.put('logs', { through });
    await stream.purge({ filter: passingEntries(this.#streamName), below: through + 1 });
  }

  /** Forgets all logs. @throws ServerAway */
  async clear(): Promise<void> {
    await (await this.#stream.promise).purge();
  }

  async close(): Promise<void> {
    for (const log of this.#open) log.close();
    this.#removals.close();
    this.#stream.reject(new ServerAway('this node has left it'));
  }
}
