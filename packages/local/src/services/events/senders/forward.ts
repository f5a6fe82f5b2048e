// From bus to bus: the event goes into the other bus with the same id. Across regions it gets a new id and a new time
// there, and keeps the account and region that it came from. Source: native captures, September 2026.

import { formatTime } from '@earwitness/protocol/internal/events/envelope';
import { memberOf, membersOf, textOf } from '@earwitness/protocol/internal/events/json-text';
import type { Call } from '../../../call.ts';
import type { Delivery } from '../../../delivery/destination.ts';
import type { Forward } from '../../../destinations/bus.ts';
import type { Platform } from '../../../platform.ts';
import { type Buses, busRefOf } from '../bus.ts';
import type { Ingest } from '../ingest.ts';
import { findPutRefusal } from '../permission.ts';

export function createForward(parts: {
  readonly platform: Platform;
  readonly buses: Buses;
  readonly ingest: Ingest;
  put(deliveries: readonly Delivery[]): Promise<void>;
}): Forward {
  const { platform, buses, ingest, put } = parts;
  return async (busArn, delivery, hops) => {
    const bus = busRefOf(busArn, delivery);
    const stays = bus.region === delivery.region;
    const eventId = stays ? delivery.eventId : platform.ids.uuid();
    if (!buses.find(bus)) {
      platform.journal.record({ kind: 'bus.missing', eventId, bus: bus.name });
      return undefined;
    }
    const source = textOf(memberOf(delivery.event, 'source') ?? '');
    const detailType = textOf(memberOf(delivery.event, 'detail-type') ?? '');
    // The rule's role was asked before; a bus of another account has to agree as well.
    if (bus.account !== delivery.account) {
      const call = callOf(delivery);
      const refused = await findPutRefusal(platform, buses, { call, bus, sender: { source, detailType } });
      if (refused !== undefined) return refused;
    }
    const event = stays ? delivery.event : restamp(delivery.event, eventId, platform.clock.now());
    const deliveries = ingest({
      eventId,
      bus,
      source,
      detailType,
      sizeBytes: Buffer.byteLength(event),
      event,
      requestId: delivery.deliveryId,
      traceHeader: delivery.traceHeader,
      hops,
    });
    await put(deliveries);
    return undefined;
  };
}

/** The call that the target's role makes. */
function callOf({ account, region, target, ruleArn, deliveryId, traceHeader }: Delivery): Call {
  const { RoleArn } = target;
  const principal =
    RoleArn === undefined
      ? ({ kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn } as const)
      : ({ kind: 'role', arn: RoleArn } as const);
  return {
    account,
    region,
    principal,
    requestId: deliveryId,
    ...(traceHeader !== undefined && { traceId: traceHeader }),
  };
}

function restamp(event: string, id: string, now: number): string {
  const members = new Map(membersOf(event).map(({ key, value }) => [key, value]));
  members.set('id', `"${id}"`).set('time', `"${formatTime(now)}"`);
  return `{${[...members].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}
