// Invocations of functions, and which events set them off: what a target called a delivery is the invocation, or a
// message of its batch. The delivery may be written down before the invocation begins, or after it.
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { Newest } from './newest.ts';

/** Ours: deliveries whose event is known, for consumers that come late; invocations that are known; lines of each. */
const KEPT_DELIVERIES = 4000;
const KEPT_INVOCATIONS = 1000;
const KEPT_LINES = 5;
/** Ours: characters of a line. */
const LINE_CHARS = 300;

type InvocationFact = FactOf<'function.invoked' | 'function.log' | 'function.finished' | 'batch.returned'>;

/** An event as a consumer knows it. */
export interface EventRef {
  readonly eventId: string;
  readonly title: string;
}

export interface Invocation {
  readonly id: string;
  readonly functionName: string;
  readonly traceId: string | undefined;
  readonly messageIds: readonly string[];
  /** How it began, its last output, how it ended. */
  readonly facts: InvocationFact[];
  state: 'running' | 'returned' | 'failed';
}

export class Invocations {
  readonly #events = new Newest<string, EventRef>(KEPT_DELIVERIES);
  /** By their own ids, and by those of their messages. */
  readonly #known = new Newest<string, Invocation>(KEPT_INVOCATIONS);

  begin(fact: FactOf<'function.invoked'>): Invocation {
    const { invocationId: id, functionName, traceId, batch } = fact;
    return this.#add({
      id,
      functionName,
      traceId,
      messageIds: batch?.messageIds ?? [],
      facts: [fact],
      state: 'running',
    });
  }

  log(fact: FactOf<'function.log'>): void {
    const facts = this.#known.get(fact.invocationId ?? '')?.facts;
    if (!facts) return;
    facts.push(fact.line.length <= LINE_CHARS ? fact : { ...fact, line: cut(fact.line, LINE_CHARS) });
    const lines = facts.filter(({ kind }) => kind === 'function.log');
    const [oldest] = lines;
    if (oldest && lines.length > KEPT_LINES) facts.splice(facts.indexOf(oldest), 1);
  }

  finish(fact: FactOf<'function.finished'>): Invocation {
    const { invocationId: id, functionName, traceId } = fact;
    // What was not started, did not begin; and of the rest the beginning may be too long ago.
    const known = this.#known.get(id);
    const invocation =
      known?.state === 'running'
        ? known
        : this.#add({ id, functionName, traceId, messageIds: [], facts: [], state: 'running' });
    invocation.facts.push(fact);
    invocation.state = fact.outcome === 'returned' ? 'returned' : 'failed';
    return invocation;
  }

  /** The invocation that gave messages back, which failed by that; `undefined` when it is forgotten. */
  giveBack(fact: FactOf<'batch.returned'>): Invocation | undefined {
    const invocation = this.#known.get(fact.invocationId);
    if (!invocation) return undefined;
    invocation.facts.push(fact);
    invocation.state = 'failed';
    return invocation;
  }

  /** Remembers that a target took an event under this name. Returns the invocation that is known of it. */
  claim(takenAs: string, event: EventRef): Invocation | undefined {
    this.#events.set(takenAs, event);
    return this.#known.get(takenAs);
  }

  /** The event that a target took under this name. */
  eventOf(takenAs: string): EventRef | undefined {
    return this.#events.get(takenAs);
  }

  /** The events that set it off, each once. */
  eventsOf({ id, messageIds }: Invocation): EventRef[] {
    return [...new Set([id, ...messageIds].flatMap((one) => this.#events.get(one) ?? []))];
  }

  #add(invocation: Invocation): Invocation {
    this.#known.set(invocation.id, invocation);
    for (const id of invocation.messageIds) this.#known.set(id, invocation);
    return invocation;
  }
}
