// Where an event begins, whoever made it: a PutEvents entry, a schedule, another bus, a replay. The event is written
// into the journal, held against the rules of its bus, and becomes one delivery per target. Keep this path lean: it
// runs for every event.
import type { Delivery, Hops } from '../../delivery/destination.ts';
import type { Platform } from '../../platform.ts';
import { type BusRef, busKey } from './bus.ts';
import type { Router } from './router.ts';
import type { Rule } from './rule.ts';

/** An event on its way into a bus. */
export interface Arrival {
  readonly eventId: string;
  readonly bus: BusRef;
  readonly source: string;
  readonly detailType: string;
  readonly sizeBytes: number;
  /** The envelope as compact JSON. */
  readonly event: string;
  readonly requestId: string;
  readonly traceHeader: string | undefined;
  readonly hops: Hops;
  /** Replayed events are not archived again. */
  readonly isReplay?: boolean;
  /** The rules that it is for (a schedule's own, a replay's filter); left out: those that it matches. */
  readonly rules?: readonly Rule[];
}

export const NO_HOPS: Hops = { local: 0, regional: 0 };

/** Takes an event in and returns the deliveries that follow from it. */
export type Ingest = (arrival: Arrival) => Delivery[];

export function createIngest({ journal, clock }: Platform, router: Router, listen: (arrival: Arrival) => void): Ingest {
  return (arrival) => {
    const { eventId, bus, event, traceHeader } = arrival;
    journal.record({
      kind: 'event.accepted',
      eventId,
      bus: bus.name,
      source: arrival.source,
      detailType: arrival.detailType,
      sizeBytes: arrival.sizeBytes,
      event,
      requestId: arrival.requestId,
      ...(traceHeader !== undefined && { traceId: traceHeader }),
    });
    listen(arrival);
    const matched = arrival.rules ?? router.match(bus, event);
    if (matched.length === 0) {
      journal.record({ kind: 'event.unmatched', eventId, bus: bus.name, rules: router.countRules(bus) });
      return [];
    }
    const deliveries: Delivery[] = [];
    const acceptedAt = clock.now();
    for (const rule of matched) {
      journal.record({
        kind: 'rule.matched',
        eventId,
        bus: bus.name,
        rule: rule.name,
        targets: rule.targets.length,
      });
      for (const target of rule.targets) deliveries.push(deliver(arrival, rule, { target, acceptedAt }));
    }
    return deliveries;
  };
}

function deliver(
  { eventId, event, bus, hops, traceHeader }: Arrival,
  rule: Rule,
  { target, acceptedAt }: Pick<Delivery, 'target' | 'acceptedAt'>,
): Delivery {
  return {
    deliveryId: `${eventId}:${busKey(bus)}:${rule.name}:${target.Id}`,
    eventId,
    event,
    bus: bus.name,
    rule: rule.name,
    ruleArn: rule.arn,
    account: bus.account,
    region: bus.region,
    target,
    acceptedAt,
    hops,
    traceHeader,
    attempts: 0,
  };
}
