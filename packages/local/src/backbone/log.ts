// Log: the port for what is ordered and retained for a while. A topic's items stand in a log, so that a subscriber who
// was cut off, or who reads slowly, goes on where it was.
//
// Numbers start at 1 and grow by one, whichever node appends. What retention drops keeps its number, so a reader sees
// from `first` that it missed something. Reads are asynchronous: the entries stand in the backbone, not in each node.
import { Opened } from './opened.ts';

/** One entry and its number. Values are plain data (JSON), never live objects, and nobody changes them. */
export interface LogEntry<Value> {
  readonly sequence: number;
  readonly value: Value;
}

/** How much a log keeps; the oldest entries go first. The newest entry is always kept. */
export interface Retention<Value> {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** What an entry counts against `maxBytes`. */
  readonly sizeBytes: (value: Value) => number;
  /** A purge leaves the entries: they tell of a resource, not of what went through it. */
  readonly lasting?: boolean;
}

export interface LogBounds {
  /** Number of the oldest entry kept; `last + 1` when none is. */
  readonly first: number;
  /** Number of the newest entry ever appended; 0 when there was none. */
  readonly last: number;
}

export interface Log<Value> {
  append(value: Value): Promise<LogEntry<Value>>;
  /** Up to `limit` kept entries with numbers from `from` on, in order. */
  read(from: number, limit: number): Promise<LogEntry<Value>[]>;
  bounds(): Promise<LogBounds>;
  /**
   * Calls `listener` with each entry from now on, in order. A listener must not throw. Whatever is appended after a
   * `bounds` that was asked for later than this is heard. Returns a function that unsubscribes.
   */
  tail(listener: (entry: LogEntry<Value>) => void): () => void;
}

/** The name of a family of logs, how much each keeps, and the type of their entries. */
export interface LogKey<Value> {
  /** `<service>/<what>`: `events/archive`. */
  readonly name: string;
  readonly retention: Retention<Value>;
  readonly opened: Opened<Log<Value>>;
}

export function logOf<Value>(name: string, retention: Retention<Value>): LogKey<Value> {
  return { name, retention, opened: new Opened() };
}
