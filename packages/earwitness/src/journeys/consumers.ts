// Which journey an invocation stands in: that of the event whose delivery set it off; without one, that of the request
// in its trace. What comes beside those, or after they were printed, is printed by itself.
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import type { Clock } from '../hearing/clock.ts';
import { type EventRef, type Invocation, Invocations } from './invocations.ts';
import type { Traces } from './traces.ts';

/**
 * Ours: how much later than the end of an invocation its delivery may be written down, and what it gave back of its
 * batch.
 */
const LATE_MS = 50;

/** The journeys of events, as invocations meet them. */
export interface EventJourneys {
  /** The journey waits until the invocation has ended; false when it is not under way. */
  begun(eventId: string, invocation: Invocation): boolean;
  /** The invocation has ended, or has given messages back since; false when the journey is not under way. */
  ended(eventId: string, invocation: Invocation): boolean;
  /** Prints an invocation by itself. */
  alone(title: string, invocation: Invocation): void;
}

export class Consumers {
  readonly #journeys: EventJourneys;
  readonly #traces: Traces;
  readonly #clock: Clock;
  readonly #invocations = new Invocations();
  /** Those that have ended and of which a little more may become known, each with what calls its timer off. */
  readonly #heldBack = new Map<Invocation, () => void>();
  readonly #toldAlone = new WeakSet<Invocation>();

  constructor(journeys: EventJourneys, traces: Traces, clock: Clock) {
    this.#journeys = journeys;
    this.#traces = traces;
    this.#clock = clock;
  }

  begin(fact: FactOf<'function.invoked'>): void {
    const invocation = this.#invocations.begin(fact);
    const events = this.#invocations.eventsOf(invocation);
    for (const { eventId } of events) this.#journeys.begun(eventId, invocation);
    // A batch is of the queue's doing, whatever trace its messages bear.
    if (events.length === 0 && !fact.batch) this.#traces.add(invocation);
  }

  log(fact: FactOf<'function.log'>): void {
    this.#invocations.log(fact);
  }

  end(fact: FactOf<'function.finished' | 'batch.returned'>): void {
    const { kind } = fact;
    const invocation = kind === 'function.finished' ? this.#invocations.finish(fact) : this.#invocations.giveBack(fact);
    if (!invocation) return;
    const isUnclaimed = this.#invocations.eventsOf(invocation).length === 0;
    // Its beginning may have been too long ago.
    if (isUnclaimed && invocation.messageIds.length === 0) this.#traces.add(invocation);
    if (isUnclaimed || mayGiveBack(invocation)) this.#holdBack(invocation);
    else this.#show(invocation);
  }

  /** A target took an event under this name; true when the invocation is known. */
  claim(takenAs: string, event: EventRef): boolean {
    const invocation = this.#invocations.claim(takenAs, event);
    if (!invocation) return false;
    this.#traces.remove(invocation);
    if (invocation.state === 'running') this.#journeys.begun(event.eventId, invocation);
    else this.#show(invocation);
    return true;
  }

  /** The event that a target took under this name, when it is known. */
  eventOf(takenAs: string): EventRef | undefined {
    return this.#invocations.eventOf(takenAs);
  }

  /** Nothing more is expected of what is held back. */
  settle(): void {
    for (const invocation of this.#heldBack.keys()) this.#show(invocation);
  }

  #holdBack(invocation: Invocation): void {
    // In the journey of a request it stands when that is answered.
    if (this.#isOfOpenRequest(invocation)) return;
    this.#heldBack.get(invocation)?.();
    this.#heldBack.set(
      invocation,
      this.#clock.after(LATE_MS, () => this.#show(invocation)),
    );
  }

  /** In the journeys of its events; by itself, when none of them is under way. */
  #show(invocation: Invocation): void {
    this.#heldBack.get(invocation)?.();
    this.#heldBack.delete(invocation);
    const events = this.#invocations.eventsOf(invocation);
    const shown = events.filter(({ eventId }) => this.#journeys.ended(eventId, invocation));
    if (shown.length > 0 || this.#toldAlone.has(invocation)) return;
    if (invocation.state === 'returned' && events.length === 0 && this.#traces.find(invocation)?.hasEvent) return;
    this.#toldAlone.add(invocation);
    const title = events.length > 0 ? titleOf(events) : `function ${plainName(invocation.functionName)}`;
    this.#journeys.alone(title, invocation);
  }

  #isOfOpenRequest(invocation: Invocation): boolean {
    const trace = this.#traces.find(invocation);
    return trace !== undefined && trace.open.size > 0 && trace.invocations.has(invocation);
  }
}

function mayGiveBack({ state, messageIds }: Invocation): boolean {
  return state === 'returned' && messageIds.length > 0;
}

function titleOf([first, ...others]: readonly EventRef[]): string {
  const title = first?.title ?? '';
  return others.length === 0 ? title : `${title} and ${others.length} more event${others.length === 1 ? '' : 's'}`;
}
