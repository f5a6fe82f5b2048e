// Everything a subscription heard, kept so that a wait which starts late still finds what came early, and the waits
// that are still open. Both sides are found by an index on one exact leaf (`detail.id` = …): a wait among 100,000
// messages, or a message among 1,000 waits, costs one look-up instead of a scan. An index only finds candidates:
// whether one matches, the expectation says. From the second question about a path on, its index grows by a stretch at
// each, and what is not in it yet is scanned, so that no wait pays for all messages at once. When there is no room for
// more, the oldest are dropped, counted and reported.
//
//   kept     [ m7 m8 m9 m10 ]           first = 7: m0…m6 are gone
//   indexes  detail.id → { A: [7, 9], B: [8] }                          positions, oldest first
//   watchers detail.id → { C: [wait], D: [wait] }   and, without an exact leaf: [wait, wait]
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { Path } from '../expectation/path.ts';

/** How many messages a question adds to an index at most. Ours: some 2 ms. */
const STRETCH = 4000;

interface Index {
  readonly path: Path;
  /** One position as it is: most values, such as ids, come once. */
  readonly positions: Map<unknown, number | number[]>;
  /** Positions from here on are in the index. */
  from: number;
  /** Positions from here on are not in it yet. */
  upTo: number;
}

/** A listener, and what it listens to. */
interface Watcher extends MatchListener {
  readonly expectation?: Expectation;
}

/** What to do with a match, and with an expectation that throws (an asynchronous schema, a matcher's own fault). */
export interface MatchListener {
  readonly onMatch: (received: Received) => void;
  readonly onError: (error: unknown) => void;
}

interface Watched {
  readonly path: Path;
  readonly byValue: Map<unknown, Set<Watcher>>;
}

/** What was heard, and the watchers that still listen. */
export class Recording {
  readonly #keep: number;
  #kept: Received[] = [];
  #first = 0;
  /** As the next, one for each field that waits ask by: few, and found faster than a path is made a key. */
  #indexes: readonly Index[] = [];
  #watched: readonly Watched[] = [];
  readonly #watchers = new Set<Watcher>();

  /** @param keep how many messages stay at least; above twice as many, the oldest go */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** How many messages are gone because there was no room for more. */
  get evicted(): number {
    return this.#first;
  }

  /** Number of messages that came, the evicted ones included. */
  get length(): number {
    return this.#first + this.#kept.length;
  }

  /** The messages that are kept, oldest first. */
  all(): readonly Received[] {
    return [...this.#kept];
  }

  /** The message at a place among all that came; undefined when it is gone or has not come yet. */
  at(index: number): Received | undefined {
    return this.#kept[index - this.#first];
  }

  /** Keeps a message and notifies the watchers that it matches. */
  add(received: Received): void {
    this.#kept.push(received);
    // Dropped in large steps: shifting one at a time would cost a copy of the whole array each.
    if (this.#kept.length >= this.#keep * 2) this.#drop(this.#kept.length - this.#keep);
    for (const { path, byValue } of this.#watched) {
      const watchers = byValue.get(glance(received.message, path));
      if (watchers) notify(watchers, received);
    }
    if (this.#watchers.size > 0) notify(this.#watchers, received);
  }

  /** The oldest kept message that meets the expectation. */
  first(expectation: Expectation): Received | undefined {
    return this.matching(expectation, 1)[0];
  }

  /** The kept messages that meet the expectation, oldest first; of many, the first `limit`. */
  matching(expectation: Expectation, limit = Number.POSITIVE_INFINITY): readonly Received[] {
    const found: Received[] = [];
    const { leaf } = expectation;
    const index = leaf && this.#indexOf(leaf.path);
    if (leaf && index) {
      const positions = index.positions.get(leaf.value) ?? [];
      for (const position of typeof positions === 'number' ? [positions] : positions) {
        const received = this.at(position);
        if (!received || !expectation.matches(received.message)) continue;
        if (found.push(received) === limit) return found;
      }
    }
    const kept = this.#kept;
    for (let at = index ? index.upTo - this.#first : 0; at < kept.length; at++) {
      const received = kept[at];
      if (!received || (leaf && glance(received.message, leaf.path) !== leaf.value)) continue;
      if (expectation.matches(received.message) && found.push(received) === limit) return found;
    }
    return found;
  }

  /** Notifies the listener of every later message that meets the expectation. Returns a function that stops that. */
  watch(expectation: Expectation, listener: MatchListener): () => void {
    const watcher = { ...listener, expectation };
    const { leaf } = expectation;
    if (!leaf) return this.#scan(watcher);
    const watched = this.#watched.find(({ path }) => isSame(path, leaf.path)) ?? {
      path: leaf.path,
      byValue: new Map(),
    };
    if (watched.byValue.size === 0) this.#watched = [...this.#watched, watched];
    const watchers = watched.byValue.get(leaf.value) ?? new Set();
    watched.byValue.set(leaf.value, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && watched.byValue.get(leaf.value) === watchers) watched.byValue.delete(leaf.value);
      if (watched.byValue.size === 0) this.#watched = this.#watched.filter((one) => one !== watched);
    };
  }

  /** Calls `onMatch` for every later message. Returns a function that stops that. */
  watchAll(onMatch: (received: Received) => void): () => void {
    return this.#scan({ onMatch, onError: () => undefined });
  }

  #scan(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The index on a path, a stretch further than it was; empty at the first question. */
  #indexOf(path: Path): Index {
    const index = this.#indexes.find((one) => isSame(one.path, path));
    // Positions of dropped messages stay in an index until half of it is stale; then it is rebuilt.
    if (!index || this.#first - index.from > this.#keep) {
      const empty = { path, positions: new Map(), from: this.#first, upTo: this.#first };
      this.#indexes = [...this.#indexes.filter((one) => one !== index), empty];
      return empty;
    }
    index.upTo = Math.max(index.upTo, this.#first);
    const end = Math.min(this.length, index.upTo + STRETCH);
    for (; index.upTo < end; index.upTo++) {
      const value = glance(this.at(index.upTo)?.message, path);
      if (value === undefined || (typeof value === 'object' && value !== null)) continue;
      const positions = index.positions.get(value);
      if (positions === undefined) index.positions.set(value, index.upTo);
      else if (typeof positions === 'number') index.positions.set(value, [positions, index.upTo]);
      else positions.push(index.upTo);
    }
    return index;
  }

  #drop(count: number): void {
    this.#kept = this.#kept.slice(count);
    this.#first += count;
  }
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, at) => step === other[at]);
}

/**
 * The value at a path, as `readPath` has it wherever that has one, or of a prototype, which an index does not mind.
 * Runs for every message, and so each depth has a place of its own: V8 remembers by place which key is read, finds it
 * at once while it is always the same, and compares names otherwise. In `detail` nearly every path begins.
 */
function glance(message: unknown, path: Path): unknown {
  let value = path[0] === 'detail' ? fieldsOf(message)?.['detail'] : fieldsOf(message)?.[path[0] ?? ''];
  if (path.length > 1) value = fieldsOf(value)?.[path[1] ?? ''];
  if (path.length > 2) value = fieldsOf(value)?.[path[2] ?? ''];
  if (path.length > 3) value = fieldsOf(value)?.[path[3] ?? ''];
  for (let at = 4; at < path.length; at++) value = fieldsOf(value)?.[path[at] ?? ''];
  return value;
}

/** Of an object or a list: a function of a prototype has fields that throw. */
function fieldsOf(value: unknown): Readonly<Record<string | number, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>) : undefined;
}

function notify(watchers: Iterable<Watcher>, received: Received): void {
  for (const watcher of watchers) {
    try {
      if (watcher.expectation?.matches(received.message) ?? true) watcher.onMatch(received);
    } catch (error) {
      watcher.onError(error);
    }
  }
}
