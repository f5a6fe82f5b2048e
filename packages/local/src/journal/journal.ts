// Every fact in an event's life, in order. Kept in memory, the newest ones up to a number and a size; what had to make
// room is counted, so that a reader who comes late learns that something is missing.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from '../clock/clock.ts';
import { factBytes } from './fact-bytes.ts';
import { KeptFacts } from './kept-facts.ts';
import { type SharedText, SharedTexts } from './shared-texts.ts';

/** Ours: what is kept, unless the options say otherwise. */
const JOURNAL_MAX_FACTS = 100_000;
const JOURNAL_MAX_BYTES = 64 * 1024 * 1024;

export interface JournalOptions {
  readonly maxFacts?: number;
  /** `Infinity` lifts the bound. */
  readonly maxBytes?: number | undefined;
}

/** So many facts, and the memory that they take, estimated. */
export interface JournalSize {
  readonly facts: number;
  readonly bytes: number;
}

/** Which facts are read. */
export interface JournalQuery {
  /** Only facts with a greater number. Default 0: all. */
  readonly after?: number;
  /** Only facts from this moment on, in epoch milliseconds by the cloud's clock. */
  readonly since?: number;
  /** Facts at most. Default: no limit. */
  readonly limit?: number;
  /** Bytes of memory at most, but for a first fact that is larger. Default: no limit. */
  readonly maxBytes?: number;
}

/** Every fact in the life of events and resources, numbered from 1 in the order in which they came to be. */
export interface Journal {
  /** Writes a fact down and tells the listeners. */
  record(body: FactBody): void;
  /**
   * Writes down what should not have happened: a `fault` with the message and the stack of `error`, whatever was
   * thrown.
   * @param hide takes secrets out of both
   * @returns the message
   */
  fault(about: string, error: unknown, hide?: (text: string) => string): string;
  /** The facts that are asked for and still here, oldest first. */
  read(query?: JournalQuery): Fact[];
  /**
   * Calls `listener` for each fact from now on, in order. Returns a function that stops it. A listener must not throw.
   */
  listen(listener: (fact: Fact) => void): () => void;
  /** Whether somebody looks on, and may be told what is written down for lookers-on alone. */
  readonly isWatched: boolean;
  /** Somebody looks on until the function that it returns is called. */
  watch(): () => void;
  /** Number of the oldest fact that is still here; greater than 1 when older ones were dropped. */
  readonly oldest: number;
  /** Number of the newest fact; 0 when there was none. */
  readonly newest: number;
  /** What is here. */
  readonly kept: JournalSize;
  /** What had to make room for newer facts since the journal was last cleared. */
  readonly dropped: JournalSize;
  /** What there is room for. The newest fact is kept whatever its size. */
  readonly limits: JournalSize;
  /** By how many milliseconds tests have advanced the clock in all, as the facts `clock.advanced` told. */
  readonly advancedMs: number;
  /** Forgets all facts; the numbers go on. */
  clear(): void;
}

export function createJournal(clock: Clock, options: JournalOptions = {}): Journal {
  const { maxFacts = JOURNAL_MAX_FACTS, maxBytes = JOURNAL_MAX_BYTES } = options;
  const kept = new KeptFacts();
  const texts = new SharedTexts();
  const listeners = new Set<(fact: Fact) => void>();
  const watchers = new Set<object>();
  let newest = 0;
  let bytes = 0;
  let droppedFacts = 0;
  let droppedBytes = 0;
  let advancedMs = 0;
  const oldest = () => newest - kept.length + 1;

  function keep(body: FactBody, at: number, text: SharedText | undefined): void {
    const ownBytes = factBytes(body, text !== undefined);
    kept.push(body, at, { bytes: ownBytes, text });
    bytes += ownBytes + (text?.facts === 1 ? text.sizeBytes : 0);
    while (kept.length > 1 && (kept.length > maxFacts || bytes > maxBytes)) dropOldest();
  }

  function dropOldest(): void {
    const text = kept.textAt(0);
    const free = kept.bytesAt(0) + (text ? texts.release(text) : 0);
    kept.dropFirst();
    bytes -= free;
    droppedBytes += free;
    droppedFacts++;
  }

  /** Index of the first fact at or after a moment. Times never go back. */
  function indexOf(since: number): number {
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (kept.timeAt(middle) < since) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const journal: Journal = {
    record(body) {
      const text = texts.take(textOf(body));
      const told = text ? withText(body, text.text) : body;
      const at = clock.preciseNow();
      newest++;
      if (told.kind === 'clock.advanced') advancedMs += told.byMs;
      keep(told, at, text);
      if (listeners.size === 0) return;
      const fact = { seq: newest, at, ...told };
      for (const listener of listeners) listener(fact);
    },
    fault(about, error, hide = (text) => text) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const shown = hide(message);
      journal.record({ kind: 'fault', about, message: shown, ...(stack !== undefined && { stack: hide(stack) }) });
      return shown;
    },
    read({ after = 0, since = 0, limit = Number.POSITIVE_INFINITY, maxBytes: most = Number.POSITIVE_INFINITY } = {}) {
      const facts: Fact[] = [];
      let size = 0;
      for (let index = Math.max(after + 1 - oldest(), indexOf(since), 0); facts.length < limit; index++) {
        const body = kept.at(index);
        if (!body) break;
        size += kept.bytesAt(index) + (kept.textAt(index)?.sizeBytes ?? 0);
        if (size > most && facts.length > 0) break;
        facts.push({ seq: oldest() + index, at: kept.timeAt(index), ...body });
      }
      return facts;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get isWatched() {
      return watchers.size > 0;
    },
    watch() {
      const watcher = {};
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    get oldest() {
      return oldest();
    },
    get newest() {
      return newest;
    },
    get kept() {
      return { facts: kept.length, bytes };
    },
    get dropped() {
      return { facts: droppedFacts, bytes: droppedBytes };
    },
    limits: { facts: maxFacts, bytes: maxBytes },
    get advancedMs() {
      return advancedMs;
    },
    clear() {
      kept.clear();
      texts.clear();
      bytes = 0;
      droppedFacts = 0;
      droppedBytes = 0;
    },
  };
  return journal;
}

/** The member of a fact that may be large and come again. */
function textOf(body: FactBody): string | undefined {
  if (body.kind === 'event.accepted') return body.event;
  return body.kind === 'topic.published' ? body.text : undefined;
}

function withText(body: FactBody, text: string): FactBody {
  if (body.kind === 'event.accepted') return { ...body, event: text };
  return body.kind === 'topic.published' ? { ...body, text } : body;
}
