// Requests and the functions that they invoked, by the root of their trace: all that one request brings about has the
// same. The journey of an event that came of a request is not printed before the request is answered.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import { cut } from '@earwitness/protocol/internal/text/cut';
import type { Invocation } from './invocations.ts';

/**
 * Ours, each: how many of the newest traces are kept, and how many facts of requests and invocations of each. An order
 * that becomes an event is two facts and an invocation.
 */
const KEPT_TRACES = 1000;
const KEPT_PARTS = 100;
/** Ours: characters of a path, so that its status stands on the same line. */
const PATH_CHARS = 50;

type RequestFact = FactOf<'request.received' | 'request.authorized' | 'request.answered'>;

/** A request that is not answered. */
interface OpenRequest {
  readonly received: RequestFact;
  /** What its authorizer said. */
  authorized?: RequestFact;
  /** Events that wait for its answer. */
  readonly eventIds: string[];
}

/** What one request has brought about so far. */
export interface Trace {
  /** The newest ones. */
  readonly requests: RequestFact[];
  /** The newest ones that no delivery set off. */
  readonly invocations: Set<Invocation>;
  /** Requests that are not answered yet, oldest first. */
  readonly open: Map<string, OpenRequest>;
  /** An event came of it, in whose journey it stands. */
  hasEvent: boolean;
}

/** A request, with what it brought about. */
export interface AnsweredRequest {
  /** Events that waited for it. */
  readonly eventIds: readonly string[];
  /** In order. */
  readonly facts: readonly Fact[];
  readonly title: string;
  /** A function did not return, or the gateway answered for itself, or with an error of the server. */
  readonly failed: boolean;
  /** An event came of it, or of what it is a part of. */
  readonly isOfEvent: boolean;
}

export class Traces {
  readonly #traces = new Map<string, Trace>();
  readonly #answered: (request: AnsweredRequest) => void;

  /** @param answered is called when a request has been answered */
  constructor(answered: (request: AnsweredRequest) => void) {
    this.#answered = answered;
  }

  take(fact: RequestFact): void {
    const trace = this.open(rootOf(fact.traceId) ?? '');
    trace.requests.push(fact);
    if (trace.requests.length > KEPT_PARTS) trace.requests.shift();
    if (fact.kind === 'request.received') {
      trace.open.set(fact.requestId, { received: fact, eventIds: [] });
      return;
    }
    const request = trace.open.get(fact.requestId);
    if (!request) return;
    if (fact.kind === 'request.authorized') {
      request.authorized = fact;
      return;
    }
    trace.open.delete(fact.requestId);
    this.#answered(requestOf(trace, request, fact));
  }

  /** Adds an invocation to its trace, until a delivery claims it. */
  add(invocation: Invocation): void {
    const root = rootOf(invocation.traceId);
    if (root === undefined) return;
    const { invocations } = this.open(root);
    invocations.add(invocation);
    const [oldest] = invocations;
    if (oldest && invocations.size > KEPT_PARTS) invocations.delete(oldest);
  }

  /** Takes an invocation out of its trace: a delivery set it off. */
  remove(invocation: Invocation): void {
    this.find(invocation)?.invocations.delete(invocation);
  }

  /** The trace of an invocation, when something is known of it. */
  find({ traceId }: Invocation): Trace | undefined {
    return this.#traces.get(rootOf(traceId) ?? '');
  }

  /** The trace with this root, a new one when nothing is known of it. */
  open(root: string): Trace {
    const known = this.#traces.get(root);
    if (known) return known;
    const trace: Trace = { requests: [], invocations: new Set(), open: new Map(), hasEvent: false };
    this.#traces.set(root, trace);
    if (this.#traces.size > KEPT_TRACES) this.#forgetOldest();
    return trace;
  }

  #forgetOldest(): void {
    const [oldest] = this.#traces;
    if (!oldest) return;
    const [root, { open }] = oldest;
    this.#traces.delete(root);
    const eventIds = [...open.values()].flatMap((request) => request.eventIds);
    open.clear();
    this.#answered({ eventIds, facts: [], title: '', failed: false, isOfEvent: true });
  }
}

/** Facts of a trace, in order. */
export function factsOf({ requests, invocations }: Trace): Fact[] {
  return inOrder([...requests, ...[...invocations].flatMap(({ facts }) => facts)]);
}

/** A function of the trace failed, or a request was answered with an error. */
export function hasFailed({ requests, invocations }: Trace): boolean {
  return (
    requests.some((fact) => fact.kind === 'request.answered' && fact.status >= 400) ||
    [...invocations].some(({ state }) => state === 'failed')
  );
}

/** The facts without what stands under a failure: stack, output, answer. */
export function inBrief(facts: readonly Fact[]): Fact[] {
  return facts.flatMap((fact): Fact[] => {
    if (fact.kind === 'function.log') return [];
    if (fact.kind === 'request.answered') {
      const { body: _, ...rest } = fact;
      return [rest];
    }
    if (fact.kind !== 'function.finished' || !fact.error) return [fact];
    const { name, message } = fact.error;
    return [{ ...fact, error: { name, message } }];
  });
}

export function inOrder(facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => a.seq - b.seq);
}

function requestOf(
  { invocations, hasEvent }: Trace,
  { received, authorized, eventIds }: OpenRequest,
  answered: FactOf<'request.answered'>,
): AnsweredRequest {
  const own = [...invocations].filter(({ facts: [first] }) => first !== undefined && first.seq > received.seq);
  const { status, reason } = answered;
  return {
    eventIds,
    facts: inOrder([received, ...(authorized ? [authorized] : []), ...own.flatMap(({ facts }) => facts), answered]),
    title:
      received.kind === 'request.received' ? `${received.method} ${cut(received.path, PATH_CHARS)} → ${status}` : '',
    failed: status >= 500 || reason !== undefined || own.some(({ state }) => state === 'failed'),
    isOfEvent: hasEvent,
  };
}
