// What is printed as one: an event's journey, or what went on without an event.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { EventRef } from './invocations.ts';
import type { ItemsOfEvent } from './items.ts';
import type { Trace } from './traces.ts';

/** An event on its way, or what went on without one. */
export interface Journey {
  /** Left out for a request or an invocation. */
  readonly eventId?: string;
  readonly title: string;
  readonly trace?: Trace | undefined;
  /** Without those of its trace. */
  readonly facts: readonly Fact[];
  /** An attempt at a delivery failed, or the bus is missing, or a function that it set off failed. */
  readonly failed: boolean;
  /** No rule of some bus matched. */
  readonly unmatched: boolean;
  /** A request or an invocation without an event and without a failure: it is told in one line. */
  readonly isBrief?: true;
  /** Steps of a long execution that are not among its facts. */
  readonly leftOut?: number;
}

/** An event's journey before it is printed. */
export interface UnderWay extends Journey, EventRef {
  readonly eventId: string;
  readonly facts: Fact[];
  failed: boolean;
  unmatched: boolean;
  openDeliveries: number;
  /** Those of them whose next attempt is not waited for, by id; made with the first. */
  retrying: Set<string> | undefined;
  /** Invocations that have not ended; made with the first. */
  invocations: Set<string> | undefined;
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
