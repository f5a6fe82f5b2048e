// The topic items that events under way have become: which journey an item belongs to, and whether a subscription has
// yet to receive it.
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from '../hearing/clock.ts';

/**
 * Ours: how long a client that polls may take from an answer to its next question. Meanwhile it counts as subscribed.
 */
const POLL_GAP_MS = 500;
/**
 * Why the subscription of a long poll is closed that had an answer. Source:
 * packages/local/src/services/topics/operations/poll.ts.
 */
const ANSWERED = 'answered';

interface Topic {
  subscriptions: number;
  /** Calls off the wait for the next long poll. */
  endGap: (() => void) | undefined;
  /** Places of items that have yet to be received. */
  readonly expected: Set<string>;
}

/** The items of one event, by their places. */
export interface ItemsOfEvent {
  readonly all: Set<string>;
  /** Those that a subscription has yet to receive, with their topics. */
  readonly expected: Map<string, Topic>;
}

interface Owner {
  /** Made with the first item: most events become none. */
  items: ItemsOfEvent | undefined;
}

interface TopicRef {
  readonly cache: string;
  readonly topic: string;
}

/** The items of all journeys under way; `Journey` is the type of what an item belongs to. */
export class Items<Journey extends Owner> {
  readonly #clock: Clock;
  readonly #abandoned: (journey: Journey) => void;
  readonly #topics = new Map<string, Topic>();
  readonly #owners = new Map<string, Journey>();

  /** @param abandoned is called when no subscription is left that could receive an item of this journey */
  constructor(clock: Clock, abandoned: (journey: Journey) => void) {
    this.#clock = clock;
    this.#abandoned = abandoned;
  }

  opened(fact: FactOf<'subscription.opened'>): void {
    const topic = this.#topic(fact);
    topic.subscriptions++;
    topic.endGap?.();
    topic.endGap = undefined;
  }

  closed(fact: FactOf<'subscription.closed'>): void {
    const topic = this.#topic(fact);
    topic.subscriptions--;
    if (topic.subscriptions > 0) return;
    if (fact.reason === ANSWERED) topic.endGap = this.#clock.after(POLL_GAP_MS, () => this.#abandon(topic));
    else this.#abandon(topic);
  }

  published(fact: FactOf<'topic.published'>, journey: Journey): void {
    const place = placeOf(fact);
    this.#owners.set(place, journey);
    journey.items ??= { all: new Set(), expected: new Map() };
    journey.items.all.add(place);
    const topic = this.#topic(fact);
    if (topic.subscriptions <= 0 && !topic.endGap) return;
    topic.expected.add(place);
    journey.items.expected.set(place, topic);
  }

  /** The journey of the item; undefined when that has been printed. */
  received(fact: FactOf<'subscription.received'>): Journey | undefined {
    const place = placeOf(fact);
    const journey = this.#owners.get(place);
    if (journey) stopExpecting(journey, place);
    return journey;
  }

  /** Forgets the items of a journey that has been printed. */
  forget(journey: Journey): void {
    for (const place of journey.items?.all ?? []) {
      stopExpecting(journey, place);
      this.#owners.delete(place);
    }
  }

  /** Calls off every timer. */
  close(): void {
    for (const { endGap } of this.#topics.values()) endGap?.();
  }

  #abandon(topic: Topic): void {
    topic.endGap = undefined;
    for (const place of topic.expected) {
      const journey = this.#owners.get(place);
      if (!journey) continue;
      stopExpecting(journey, place);
      this.#abandoned(journey);
    }
  }

  #topic({ cache, topic: name }: TopicRef): Topic {
    const key = `${cache}/${name}`;
    const known = this.#topics.get(key);
    if (known) return known;
    const topic: Topic = { subscriptions: 0, endGap: undefined, expected: new Set() };
    this.#topics.set(key, topic);
    return topic;
  }
}

function stopExpecting({ items }: Owner, place: string): void {
  items?.expected.get(place)?.expected.delete(place);
  items?.expected.delete(place);
}

function placeOf(fact: TopicRef & { readonly sequencePage: number; readonly sequenceNumber: number }): string {
  return `${fact.cache}/${fact.topic}#${fact.sequencePage}.${fact.sequenceNumber}`;
}
