// What was logged: the events of each stream in the order of their timestamps. State with a life; reset empties it. A stream keeps
// its newest MAX_EVENTS events.

/** One event of a stream. Times are epoch ms. */
export interface StoredEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestedAt: number;
  /** Grows with each event that is put; orders events of one millisecond, and is part of the event's id. */
  readonly number: number;
}

/** Ours: events kept in one stream. */
const MAX_EVENTS = 100_000;

export class LogEvents {
  readonly #streams = new Map<string, StoredEvent[]>();
  #number = 0;

  /** Adds events, whose timestamps do not fall, to a stream. */
  add(key: string, events: readonly { readonly timestamp: number; readonly message: string }[], now: number): void {
    const stored = this.#streams.get(key) ?? [];
    this.#streams.set(key, stored);
    const newest = stored.at(-1)?.timestamp ?? Number.NEGATIVE_INFINITY;
    for (const { timestamp, message } of events) {
      stored.push({ timestamp, message, ingestedAt: now, number: ++this.#number });
    }
    if ((events[0]?.timestamp ?? 0) < newest) stored.sort((a, b) => a.timestamp - b.timestamp || a.number - b.number);
    if (stored.length > MAX_EVENTS * 1.1) stored.splice(0, stored.length - MAX_EVENTS);
  }

  /** A stream's events that are not older than `since` (epoch ms), oldest first. */
  read(key: string, since: number): readonly StoredEvent[] {
    const stored = this.#streams.get(key) ?? [];
    const expired = stored.findIndex((event) => event.timestamp >= since);
    if (expired < 0) stored.length = 0;
    else stored.splice(0, expired);
    return stored;
  }

  delete(key: string): void {
    this.#streams.delete(key);
  }

  clear(): void {
    this.#streams.clear();
  }
}
