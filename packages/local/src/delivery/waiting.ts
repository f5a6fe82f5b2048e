// A delivery as it waits in the backbone. A million may wait for a destination that is down, so what deliveries have in
// common is kept once:
//
//   waiting ──> event    its text and what else all deliveries of the event share
//           ──> route    rule and target, shared by all events that take this way
//           attempts, turn, last failure
//
// What the target gets is not kept at all: it is shaped again at each look. Every member is there from the beginning,
// even one that says nothing yet: V8 gives an object that gets another member by a spread a hidden class of its own,
// some 450 bytes.
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';
import type { Delivery, Failure } from './destination.ts';

/** Plain data, so that it can wait on any backbone. */
export interface Waiting {
  readonly event: Pick<Delivery, 'eventId' | 'event' | 'acceptedAt' | 'hops' | 'traceHeader'>;
  readonly route: Route;
  /** Attempts made. */
  readonly attempts: number;
  /** When its turn under the rate limit is, epoch ms; 0: it has none. */
  readonly turnAt: number;
  /** How the last attempt failed. */
  readonly failure: Failure | undefined;
  /** Those who look on were told what its target gets; only of one that is tried again, and only while they do. */
  readonly isShown?: true;
}

interface Route extends Pick<Delivery, 'bus' | 'rule' | 'ruleArn' | 'account' | 'region' | 'target'> {
  /** What the id of a delivery has after the event's. */
  readonly idEnd: string;
}

/** The last route to each target. It goes with the target, when no rule and no delivery holds that any more. */
const routes = new WeakMap<Target, Route>();

/** Turns new deliveries into what waits. Those of one event are expected one after the other. */
export function waitingOf(deliveries: readonly Delivery[]): Waiting[] {
  let last: Waiting['event'] | undefined;
  return deliveries.map((delivery) => {
    const event = last?.eventId === delivery.eventId ? last : eventOf(delivery);
    last = event;
    return { event, route: routeOf(delivery), attempts: delivery.attempts, turnAt: 0, failure: undefined };
  });
}

/** Turns what waited into the delivery again. */
export function deliveryOf({ event, route, attempts }: Waiting): Delivery {
  const { eventId, event: text, acceptedAt, hops, traceHeader } = event;
  const { idEnd, bus, rule, ruleArn, account, region, target } = route;
  return {
    deliveryId: eventId + idEnd,
    eventId,
    event: text,
    bus,
    rule,
    ruleArn,
    account,
    region,
    target,
    acceptedAt,
    hops,
    traceHeader,
    attempts,
  };
}

function eventOf({ eventId, event, acceptedAt, hops, traceHeader }: Delivery): Waiting['event'] {
  return { eventId, event, acceptedAt, hops, traceHeader };
}

function routeOf({ deliveryId, eventId, bus, rule, ruleArn, account, region, target }: Delivery): Route {
  const known = routes.get(target);
  if (known?.ruleArn === ruleArn) return known;
  const route = { idEnd: deliveryId.slice(eventId.length), bus, rule, ruleArn, account, region, target };
  routes.set(target, route);
  return route;
}
