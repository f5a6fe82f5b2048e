// What was logged: the events of each stream in the order of their timestamps. State with a life; reset empties it. A stream keeps
// its newest events, up to a number and a size.

/** One event of a stream. Times are epoch ms. */
export interface StoredEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestedAt: number;
  /** Grows with each event that is put; orders events of one millisecond, and is part of the event's id. */
  readonly number: number;
}

/** Ours: events kept in one stream, and the characters of their messages. */
const MAX_EVENTS = 100_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Ours: by what share a stream grows beyond its bounds before it is cut, so that not each event moves all others. */
const SLACK = 1.1;

interface Stream {
  events: StoredEvent[];
  characters: number;
}

export class LogEvents {
  readonly #streams = new Map<string, Stream>();
  #number = 0;

  /** Adds events, whose timestamps do not fall, to a stream. */
  add(key: string, events: readonly { readonly timestamp: number; readonly message: string }[], now: number): void {
    const stream = this.#streams.get(key) ?? { events: [], characters: 0 };
    this.#streams.set(key, stream);
    const newest = stream.events.at(-1)?.timestamp ?? Number.NEGATIVE_INFINITY;
    for (const { timestamp, message } of events) {
      stream.events.push({ timestamp, message, ingestedAt: now, number: ++this.#number });
      stream.characters += message.length;
    }
    if ((events[0]?.timestamp ?? 0) < newest) {
      stream.events.sort((a, b) => a.timestamp - b.timestamp || a.number - b.number);
    }
    if (stream.events.length > MAX_EVENTS * SLACK || stream.characters > MAX_CHARACTERS * SLACK) makeRoom(stream);
  }

  /** A stream's events that are not older than `since` (epoch ms), oldest first. */
  read(key: string, since: number): readonly StoredEvent[] {
    const stream = this.#streams.get(key);
    if (!stream) return [];
    const first = stream.events.findIndex((event) => event.timestamp >= since);
    drop(stream, first < 0 ? stream.events.length : first);
    return stream.events;
  }

  delete(key: string): void {
    this.#streams.delete(key);
  }

  clear(): void {
    this.#streams.clear();
  }
}

/** Drops the oldest events that are too many; the newest stays whatever its size. */
function makeRoom(stream: Stream): void {
  let count = Math.max(stream.events.length - MAX_EVENTS, 0);
  let characters = stream.characters;
  for (const [index, { message }] of stream.events.slice(0, -1).entries()) {
    if (index >= count && characters <= MAX_CHARACTERS) break;
    count = Math.max(count, index + 1);
    characters -= message.length;
  }
  drop(stream, count);
}

function drop(stream: Stream, count: number): void {
  for (const { message } of stream.events.splice(0, count)) stream.characters -= message.length;
}
