// Requests and functions on the way of events, by the root of their trace: all that one request brings about has the
// same. The journey of an event that came of a request is not printed before the request is answered.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { rootOf } from '@earwitness/protocol/internal/journal/journey';

/**
 * Ours, both: how many of the newest traces are kept, and how many facts of each. An order that becomes an event is
 * four facts.
 */
const KEPT_TRACES = 1000;
const KEPT_FACTS = 100;

/** A fact about a request or a function. */
export type TraceFact = Extract<
  Fact,
  { readonly kind: 'request.received' | 'request.answered' | 'function.invoked' | 'function.finished' }
>;

/** What one request has brought about so far. */
export interface Trace {
  /** The newest ones. */
  readonly facts: TraceFact[];
  /** A function did not return, or a request was answered with an error. */
  failed: boolean;
  /** Requests that are not answered yet, oldest first, each with the events that wait for its answer. */
  readonly open: Map<string, string[]>;
}

export class Traces {
  readonly #traces = new Map<string, Trace>();
  readonly #answered: (eventIds: readonly string[]) => void;

  /** @param answered is called with events whose request has been answered */
  constructor(answered: (eventIds: readonly string[]) => void) {
    this.#answered = answered;
  }

  take(fact: TraceFact): void {
    const root = rootOf(fact.traceId);
    if (root === undefined) return;
    const trace = this.open(root);
    trace.facts.push(fact);
    if (trace.facts.length > KEPT_FACTS) trace.facts.shift();
    if (hasFailed(fact)) trace.failed = true;
    if (fact.kind === 'request.received') trace.open.set(fact.requestId, []);
    if (fact.kind !== 'request.answered') return;
    const waiting = trace.open.get(fact.requestId) ?? [];
    trace.open.delete(fact.requestId);
    this.#answered(waiting);
  }

  /** The trace with this root, a new one when nothing is known of it. */
  open(root: string): Trace {
    const known = this.#traces.get(root);
    if (known) return known;
    const trace: Trace = { facts: [], failed: false, open: new Map() };
    this.#traces.set(root, trace);
    if (this.#traces.size > KEPT_TRACES) this.#forgetOldest();
    return trace;
  }

  #forgetOldest(): void {
    const [oldest] = this.#traces;
    if (!oldest) return;
    const [root, { open }] = oldest;
    this.#traces.delete(root);
    const waiting = [...open.values()].flat();
    open.clear();
    this.#answered(waiting);
  }
}

function hasFailed(fact: TraceFact): boolean {
  if (fact.kind === 'function.finished') return fact.outcome !== 'returned';
  return fact.kind === 'request.answered' && fact.status >= 400;
}
