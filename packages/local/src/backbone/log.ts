// Log: the port for what is ordered and retained for a while. A topic's items stand in a log, so that a subscriber who was cut
// off, or who reads slowly, goes on where it was.
//
// Numbers start at 1 and grow by one. What retention drops keeps its number, so a reader sees from `first` that it missed
// something. As with tables, reads are synchronous, from this node's view; an append is done when the others can see it.

/** One entry and its number. Values are plain data (JSON), never live objects. */
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
}

export interface Log<Value> {
  append(value: Value): Promise<LogEntry<Value>>;
  /** Up to `limit` kept entries with numbers from `from` on, in order. */
  read(from: number, limit: number): LogEntry<Value>[];
  /** Calls `listener` with each entry appended from now on, in order, until the answer is called. A listener must not throw. */
  tail(listener: (entry: LogEntry<Value>) => void): () => void;
  /** Number of the oldest entry kept; `last + 1` when none is. */
  readonly first: number;
  /** Number of the newest entry ever appended; 0 when there was none. */
  readonly last: number;
}
