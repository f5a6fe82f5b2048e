// The journeys that are under way, from the journal's facts as they come. Each fact finds its journey by a key, so that
// what it costs does not depend on how many there are, and nothing is made into text here.
//
//   event id ──────────────→ Journey { facts, open deliveries, items not received yet }: at rest when it waits for none
//   root of the trace ─────→ Trace { facts of requests and functions }: of all events that came of one request
//   place in a topic ──────→ Journey of the event in the item
//
// Memory is bounded: the oldest journey is dropped first, and reported as dropped.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn, rootOf } from '@earwitness/protocol/internal/journal/journey';
import type { Clock } from '../hearing/clock.ts';
import { Items, type ItemsOfEvent } from './items.ts';
import { type Trace, Traces } from './traces.ts';

/**
 * Ours: memory for the journeys under way, estimated. One with a single target takes some 2,000 bytes and its event's
 * text.
 */
const HELD_BYTES = 16 * 1024 * 1024;
/** Ours: what a fact takes, without the text in it. */
const FACT_BYTES = 500;

/** An event on its way. */
export interface Journey {
  readonly eventId: string;
  readonly title: string;
  readonly trace: Trace | undefined;
  /** Without those of its trace. */
  readonly facts: readonly Fact[];
  /** An attempt at a delivery failed, or the bus is missing. */
  readonly failed: boolean;
  /** No rule of some bus matched. */
  readonly unmatched: boolean;
}

interface UnderWay extends Journey {
  readonly facts: Fact[];
  failed: boolean;
  unmatched: boolean;
  openDeliveries: number;
  /** The request whose answer belongs to the journey. */
  readonly requestId: string | undefined;
  items: ItemsOfEvent | undefined;
  bytes: number;
}

export interface JourneysListener {
  /** Nothing more is expected to happen to it. */
  ended(journey: Journey): void;
  /** It is still under way, but there was no room to follow it further. */
  dropped(journey: Journey): void;
}

type FactOf<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

export class Journeys {
  readonly #listener: JourneysListener;
  /** By event id, the oldest first. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #traces = new Traces((eventIds) => {
    for (const eventId of eventIds) this.#settle(this.#underWay.get(eventId));
  });
  readonly #items: Items<UnderWay>;
  #bytes = 0;

  constructor(listener: JourneysListener, clock: Clock) {
    this.#listener = listener;
    this.#items = new Items(clock, (journey) => this.#settle(journey));
  }

  /** Calls off every timer. */
  close(): void {
    this.#items.close();
  }

  /** Takes the next fact; false when it is part of no event's journey. */
  take(fact: Fact): boolean {
    switch (fact.kind) {
      case 'request.received':
      case 'request.answered':
      case 'function.invoked':
      case 'function.finished':
        this.#traces.take(fact);
        return true;
      case 'event.accepted':
        this.#accept(fact);
        return true;
      case 'bus.missing':
      case 'event.unmatched':
      case 'rule.matched':
      case 'delivery.attempted':
      case 'delivery.delayed':
        this.#follow(this.#underWay.get(fact.eventId), fact);
        return true;
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        // A bad end is printed even when the journey was dropped, or began before this printer did.
        this.#follow(this.#underWay.get(fact.eventId) ?? this.#begin(fact, `event ${fact.eventId}`), fact);
        return true;
      case 'stand-in.received': {
        const journey = this.#underWay.get(fact.eventId ?? '');
        if (journey) this.#keep(journey, fact);
        return journey !== undefined;
      }
      case 'topic.published':
        this.#publish(fact);
        return true;
      case 'subscription.received':
        this.#receive(fact);
        return true;
      case 'subscription.opened':
        this.#items.opened(fact);
        return true;
      case 'subscription.closed':
        this.#items.closed(fact);
        return true;
      case 'call':
      case 'access.denied':
      case 'request.refused':
      case 'function.log':
      case 'batch.returned':
      case 'entry.rejected':
      case 'topic.refused':
      case 'subscription.skipped':
      case 'stack':
      case 'journal.skipped':
      case 'clock.advanced':
      case 'warning':
      case 'fault':
        return false;
    }
  }

  #accept(fact: FactOf<'event.accepted'>): void {
    // An event that goes on to another bus is accepted there under the same id.
    const journey =
      this.#underWay.get(fact.eventId) ?? this.#begin(fact, `${fact.detailType} from ${fact.source}`, fact.traceId);
    this.#keep(journey, fact, fact.sizeBytes);
  }

  #begin({ eventId }: { readonly eventId: string }, title: string, traceId?: string): UnderWay {
    const root = rootOf(traceId);
    const trace = root === undefined ? undefined : this.#traces.open(root);
    const [requestId, waiting] = trace?.open.entries().next().value ?? [];
    waiting?.push(eventId);
    const journey: UnderWay = {
      eventId,
      title,
      trace,
      requestId,
      facts: [],
      failed: false,
      unmatched: false,
      openDeliveries: 0,
      items: undefined,
      bytes: 0,
    };
    this.#underWay.set(eventId, journey);
    return journey;
  }

  #follow(
    journey: UnderWay | undefined,
    fact: FactOf<
      | ('bus.missing' | 'event.unmatched' | 'rule.matched')
      | ('delivery.attempted' | 'delivery.delayed' | 'delivery.dead-lettered' | 'delivery.dropped')
    >,
  ): void {
    if (!journey) return;
    switch (fact.kind) {
      case 'rule.matched':
        journey.openDeliveries += fact.targets;
        break;
      case 'event.unmatched':
        journey.unmatched = true;
        break;
      case 'bus.missing':
        journey.failed = true;
        break;
      case 'delivery.attempted':
        if (fact.outcome === 'delivered') journey.openDeliveries--;
        else journey.failed = true;
        break;
      case 'delivery.delayed':
        break;
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        journey.openDeliveries--;
        journey.failed = true;
    }
    this.#keep(journey, fact);
    this.#settle(journey);
  }

  #publish(fact: FactOf<'topic.published'>): void {
    if (this.#underWay.size === 0) return;
    const journey = this.#underWay.get(eventIdIn(fact.text) ?? '');
    if (!journey) return;
    this.#items.published(fact, journey);
    this.#keep(journey, fact, fact.sizeBytes);
  }

  #receive(fact: FactOf<'subscription.received'>): void {
    const journey = this.#items.received(fact);
    if (!journey) return;
    this.#keep(journey, fact);
    this.#settle(journey);
  }

  #keep(journey: UnderWay, fact: Fact, textBytes = 0): void {
    journey.facts.push(fact);
    journey.bytes += FACT_BYTES + textBytes;
    this.#bytes += FACT_BYTES + textBytes;
    // Asked before the oldest is looked for: a Map from which much was deleted takes long to find its first entry.
    while (this.#bytes > HELD_BYTES) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const oldest of this.#underWay.values()) {
      this.#end(oldest);
      this.#listener.dropped(oldest);
      break;
    }
  }

  #settle(journey: UnderWay | undefined): void {
    if (!journey || journey.openDeliveries > 0) return;
    if (journey.items && journey.items.expected.size > 0) return;
    if (journey.requestId !== undefined && journey.trace?.open.has(journey.requestId)) return;
    // It may have been dropped just now.
    if (this.#underWay.get(journey.eventId) !== journey) return;
    this.#end(journey);
    this.#listener.ended(journey);
  }

  #end(journey: UnderWay): void {
    this.#underWay.delete(journey.eventId);
    this.#bytes -= journey.bytes;
    if (journey.items) this.#items.forget(journey);
  }
}
