// A log of a shared backbone, as one node sees it. Nothing of it is kept here but what makes the next append cheap.
import type { Clock } from '../../../clock/clock.ts';
import type { OnFault } from '../../listeners.ts';
import type { Log, LogBounds, LogEntry, LogKey, Retention } from '../../log.ts';
import { toText } from '../data.ts';
import type { Pieces } from '../pieces.ts';
import type { Removals } from '../removals.ts';
import type { Stream } from '../server.ts';
import { Appender } from './appender.ts';
import type { Follows } from './follows.ts';
import { type LogSubjects, lastOf } from './log-message.ts';
import { type EntryPlace, LogReader } from './reader.ts';
import { Tails } from './tails.ts';

/** What the logs of a node share. */
export interface LogParts {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly stream: () => Promise<Stream>;
  readonly pieces: Pieces<EntryPlace>;
  readonly removals: Removals;
  /** Entries that were appended up to this sequence are dropped. */
  readonly horizon: () => number;
  readonly follows: Follows;
  readonly onFault: OnFault;
}

export class SharedLog<Value> implements Log<Value> {
  readonly #retention: Retention<Value>;
  readonly #reader: LogReader;
  readonly #appender: Appender;
  readonly #tails: Tails;

  constructor(subjects: LogSubjects, { name, retention }: LogKey<Value>, parts: LogParts) {
    this.#retention = retention;
    const reader = new LogReader(subjects, parts);
    const tails = new Tails({
      ...{ ...parts, subjects, reader },
      failed: (error) => parts.onFault(`a listener of log '${name}'`, error),
    });
    this.#appender = new Appender({ ...parts, subjects, reader, retention, ready: () => tails.begun() });
    this.#reader = reader;
    this.#tails = tails;
  }

  async append(value: Value): Promise<LogEntry<Value>> {
    return this.#appender.append(toText(value), this.#retention.sizeBytes(value));
  }

  read(from: number, limit: number): Promise<LogEntry<Value>[]> {
    return this.#reader.read(from, limit);
  }

  async bounds(): Promise<LogBounds> {
    await this.#tails.begun();
    const head = await this.#reader.head();
    return head ? { first: await this.#reader.first(head), last: lastOf(head) } : { first: 1, last: 0 };
  }

  tail(listener: (entry: LogEntry<Value>) => void): () => void {
    return this.#tails.add(listener);
  }
}
