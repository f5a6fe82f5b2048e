// All logs of a shared backbone: their entries stand in one stream, which each node asks when it is asked. See
// docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md.
import type { Clock } from '../../../clock/clock.ts';
import { type OnFault, unhandled } from '../../listeners.ts';
import type { Log, LogKey } from '../../log.ts';
import type { Table } from '../../table.ts';
import { Pieces } from '../pieces.ts';
import { createPromise } from '../promise.ts';
import { Removals } from '../removals.ts';
import { type Server, ServerAway, type Stream } from '../server.ts';
import type { SharedTables } from '../tables/tables.ts';
import { Follows } from './follows.ts';
import { type LogParts, SharedLog } from './log.ts';
import { isLasting, LogSubjects, logPlace, passingEntries } from './log-message.ts';
import { type EntryPlace, LogReader } from './reader.ts';

/** Ours: how long entries that are not kept any more may still be read by those who began before. */
const REMOVE_AFTER_MS = 5000;

export interface LogsOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  /** Where it stands what was purged: who has caught up with the tables has heard of every purge. */
  readonly tables: SharedTables;
  /** What the names of streams begin with. */
  readonly prefix?: string;
  readonly onFault?: OnFault;
}

interface Purge {
  /** Entries that were appended up to this sequence are dropped, unless they last. */
  readonly through: number;
}

export class SharedLogs {
  readonly #server: Server;
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #onFault: OnFault;
  readonly #streamName: string;
  readonly #stream = createPromise<Stream>();
  readonly #purges: Table<Purge>;
  readonly #removals: Removals;
  readonly #pieces: Pieces<EntryPlace>;
  readonly #follows: Follows;

  constructor(server: Server, { clock, tables, prefix = '', onFault = unhandled }: LogsOptions) {
    this.#onFault = onFault;
    this.#server = server;
    this.#clock = clock;
    this.#streamName = `${prefix}logs`;
    this.#stream.promise.catch(() => {});
    this.#purges = tables.table<Purge>('backbone/purges');
    this.#follows = new Follows(() => this.#stream.promise, this.#streamName);
    this.#removals = new Removals(() => this.#stream.promise, { clock, afterMs: REMOVE_AFTER_MS });
    this.#pieces = new Pieces<EntryPlace>(server, {
      clock,
      prefix,
      kind: 'entry',
      isUsed: ({ place, number }, word) =>
        new LogReader(new LogSubjects(place), this.#parts(isLasting(place))).names(number, word),
    });
  }

  /** Awaited once; logs that are used before wait for it. @throws ServerAway */
  async open(): Promise<void> {
    this.#stream.resolve(await this.#server.stream(this.#streamName));
    this.#pieces.look().catch(() => {});
  }

  log<Value>(key: LogKey<Value>, id: string): Log<Value> {
    const subjects = new LogSubjects(logPlace(this.#streamName, key, id));
    return new SharedLog<Value>(subjects, key, this.#parts(isLasting(subjects.place)));
  }

  /** Forgets a log; who opens it again begins at 1. @throws ServerAway */
  async remove<Value>(key: LogKey<Value>, id: string): Promise<void> {
    const stream = await this.#stream.promise;
    await stream.purge({ filter: new LogSubjects(logPlace(this.#streamName, key, id)).everything });
  }

  /** Drops the entries of logs that do not last, and numbers go on. @throws ServerAway */
  async purge(): Promise<void> {
    const stream = await this.#stream.promise;
    const through = await stream.lastSequence();
    await this.#purges.put('logs', { through });
    await stream.purge({ filter: passingEntries(this.#streamName), below: through + 1 });
  }

  /** The same as far as it goes without a word: for a server that is full. @throws ServerAway */
  async purgeNow(): Promise<void> {
    await (await this.#stream.promise).purge({ filter: passingEntries(this.#streamName) });
  }

  /** Forgets all logs. @throws ServerAway */
  async clear(): Promise<void> {
    await (await this.#stream.promise).purge();
  }

  async close(): Promise<void> {
    this.#follows.close();
    this.#removals.close();
    this.#pieces.close();
    this.#stream.reject(new ServerAway('this node has left it'));
  }

  #parts(lasts: boolean): LogParts {
    return {
      clock: this.#clock,
      stream: () => this.#stream.promise,
      pieces: this.#pieces,
      removals: this.#removals,
      follows: this.#follows,
      onFault: this.#onFault,
      horizon: () => (lasts ? 0 : (this.#purges.get('logs')?.value.through ?? 0)),
    };
  }
}
