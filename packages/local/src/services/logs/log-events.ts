// What was logged: the events of each stream, in a log of the backbone. A stream keeps its newest events, up to a
// number and a size.
import { createHash } from 'node:crypto';
import type { Backbone } from '../../backbone/backbone.ts';
import { logOf } from '../../backbone/log.ts';

/** What is put. Times are epoch ms. */
interface LoggedEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestedAt: number;
}

/** One event of a stream. */
export interface StoredEvent extends LoggedEvent {
  /** Grows with each event that is put into the stream; orders events of one millisecond. */
  readonly number: number;
}

/** Ours: events kept in one stream, and the characters of their messages. */
const EVENTS = logOf<LoggedEvent>('logs/events', {
  maxEntries: 100_000,
  maxBytes: 16 * 1024 * 1024,
  sizeBytes: ({ message }) => message.length,
});

export class LogEvents {
  readonly #backbone: Pick<Backbone, 'log' | 'removeLog'>;

  constructor(backbone: Pick<Backbone, 'log' | 'removeLog'>) {
    this.#backbone = backbone;
  }

  /** Adds events to a stream. */
  async add(
    key: string,
    events: readonly { readonly timestamp: number; readonly message: string }[],
    now: number,
  ): Promise<void> {
    const log = this.#backbone.log(EVENTS, key);
    await Promise.all(events.map(({ timestamp, message }) => log.append({ timestamp, message, ingestedAt: now })));
  }

  /** A stream's events that are not older than `since` (epoch ms), in the order of their timestamps. */
  async read(key: string, since: number): Promise<StoredEvent[]> {
    const entries = await this.#backbone.log(EVENTS, key).read(1, EVENTS.retention.maxEntries);
    const events: StoredEvent[] = [];
    let isSorted = true;
    for (const { sequence, value } of entries) {
      if (value.timestamp < since) continue;
      if (value.timestamp < (events.at(-1)?.timestamp ?? 0)) isSorted = false;
      events.push({ ...value, number: sequence });
    }
    return isSorted ? events : events.sort((a, b) => a.timestamp - b.timestamp || a.number - b.number);
  }

  async delete(key: string): Promise<void> {
    await this.#backbone.removeLog(EVENTS, key);
  }
}

/** Makes the ids of a stream's events, 56 digits: the stream's, then the event's number. */
export function createEventIds(key: string): (event: StoredEvent) => string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 24);
  const stream = String(BigInt(`0x${digest}`)).padStart(36, '0');
  return ({ number }) => stream + String(number).padStart(20, '0');
}
