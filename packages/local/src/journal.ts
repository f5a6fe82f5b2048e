// Every fact in an event's life, in order. Kept in memory, the newest JOURNAL_MAX_FACTS; what fell off the end is counted, so
// that a reader who comes late learns that something is missing.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from './clock.ts';

/** Ours: facts kept. About 0.5 KB each. */
const JOURNAL_MAX_FACTS = 100_000;

/** Every fact in the life of events and resources, numbered from 1 in the order in which they came to be. */
export interface Journal {
  /** Writes a fact down and tells whoever listens. */
  record(body: FactBody): void;
  /** Facts with a number greater than `after`, oldest first. */
  read(options?: { readonly after?: number; readonly limit?: number }): Fact[];
  /** Calls `listener` for each fact from now on, in order, until the answer is called. A listener must not throw. */
  listen(listener: (fact: Fact) => void): () => void;
  /** Number of the oldest fact that is still here; greater than 1 when older ones were dropped. */
  readonly oldest: number;
  /** Forgets all facts; the numbers go on. */
  clear(): void;
}

export function createJournal(clock: Clock, maxFacts: number = JOURNAL_MAX_FACTS): Journal {
  let seq = 0;
  let facts: Fact[] = [];
  const listeners = new Set<(fact: Fact) => void>();
  return {
    record(body) {
      const fact: Fact = { seq: ++seq, at: clock.preciseNow(), ...body };
      facts.push(fact);
      // Dropping a tenth at a time keeps the cost of a full journal at one array copy per maxFacts / 10 facts.
      if (facts.length > maxFacts * 1.1) facts = facts.slice(-maxFacts);
      for (const listener of listeners) listener(fact);
    },
    read({ after = 0, limit = Number.POSITIVE_INFINITY } = {}) {
      const first = facts[0]?.seq ?? seq + 1;
      const start = Math.max(after + 1 - first, 0);
      return facts.slice(start, start + limit);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get oldest() {
      return facts[0]?.seq ?? seq + 1;
    },
    clear() {
      facts = [];
    },
  };
}
