// Events of any source, put on a bus by whoever owns the cloud: by the admin API, as AWS services put theirs. They are
// not held to what PutEvents refuses (a source that begins with `aws.`), and from there on they are events like any.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { entrySizeBytes } from '@earwitness/protocol/internal/events/entry';
import { formatEnvelope } from '@earwitness/protocol/internal/events/envelope';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { Call } from '../../../call.ts';
import type { Service } from '../../../service.ts';
import { type Buses, type BusRef, busRefOf } from '../bus.ts';
import { NO_HOPS } from '../ingest.ts';
import type { Parts } from '../parts.ts';

export function createEmit({ platform, buses, ingest, deliveries }: Parts): NonNullable<Service['emit']> {
  const { clock, ids } = platform;
  return async (events, call) => {
    const found = events.map((event) => ({ event, bus: findBus(buses, event.bus, call) }));
    const eventIds: string[] = [];
    for (const { event, bus } of found) {
      const { source, detailType, detail, resources, time = clock.now(), account = bus.account } = event;
      const { region = bus.region } = event;
      const eventId = ids.uuid();
      const entry = { Source: source, DetailType: detailType, Detail: detail, Resources: resources, Time: event.time };
      const made = ingest({
        eventId,
        bus,
        source,
        detailType,
        sizeBytes: entrySizeBytes(entry),
        event: formatEnvelope({ id: eventId, detailType, source, account, time, region, resources, detail }),
        requestId: call.requestId,
        traceHeader: call.traceId,
        hops: NO_HOPS,
      });
      await deliveries.put(made);
      eventIds.push(eventId);
    }
    return eventIds;
  };
}

/** PutEvents drops what is for an unknown bus; a person who misspelt it wants to know. */
function findBus(buses: Buses, nameOrArn: string | undefined, call: Call): BusRef {
  const bus = busRefOf(nameOrArn, call);
  if (buses.has(bus)) return bus;
  const known = buses.list(bus).map(({ name }) => name);
  const meant = nearest(bus.name, known);
  const mend = meant === undefined ? `There is: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  throw new ServiceError('ResourceNotFoundException', `There is no event bus ${bus.name}. ${mend}`);
}
