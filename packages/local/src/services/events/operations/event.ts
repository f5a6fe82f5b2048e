// Events: put on a bus, or only held against a pattern.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  PutEventsRequestEntry,
  PutEventsResultEntry,
  TestEventPatternRequest,
} from '@earwitness/protocol/internal/aws/models/events.types';
import {
  type CheckedEntry,
  checkEntry,
  DETAIL_TYPE_MAX_LENGTH,
  entrySizeBytes,
  PUT_EVENTS_MAX_BYTES,
} from '@earwitness/protocol/internal/events/entry';
import { formatEnvelope } from '@earwitness/protocol/internal/events/envelope';
import { createMatcher } from '@earwitness/protocol/pattern';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Delivery } from '../../../delivery/destination.ts';
import { busRefOf } from '../bus.ts';
import { NO_HOPS } from '../ingest.ts';
import type { Parts } from '../parts.ts';
import { checkPattern } from '../pattern.ts';
import { checkPutEvents, needsNoPermission } from '../permission.ts';

const NO_RESOURCES: readonly string[] = [];

/** Fields that AWS insists on; `resources`, `detail` and `version` may be missing. Source: recorded on AWS. */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export function eventOperations({ platform, buses, ingest, deliveries }: Parts) {
  const { journal, ids, clock } = platform;
  function accept(entry: PutEventsRequestEntry, checked: CheckedEntry, given: { size: number; call: Call }) {
    const { call } = given;
    const { account, region, requestId } = call;
    const bus = busRefOf(entry.EventBusName, call);
    const eventId = ids.uuid();
    const traceHeader = entry.TraceHeader ?? call.traceId;
    if (!buses.has(bus)) {
      const traced = traceHeader === undefined ? {} : { traceId: traceHeader };
      journal.record({ kind: 'bus.missing', eventId, bus: bus.name, requestId, ...traced });
      return { eventId, made: [] };
    }
    const { source, detailType, detail } = checked;
    if (detailType.length > DETAIL_TYPE_MAX_LENGTH) {
      const message = `The event ${eventId} was discarded: its DetailType has ${detailType.length} characters, EventBridge takes ${DETAIL_TYPE_MAX_LENGTH}. AWS accepts the entry and discards the event, too.`;
      journal.record({ kind: 'warning', about: 'events:PutEvents', message });
      return { eventId, made: [] };
    }
    const time = entry.Time ?? clock.now();
    const resources = entry.Resources ?? NO_RESOURCES;
    const made: Delivery[] = ingest({
      eventId,
      bus,
      source,
      detailType,
      sizeBytes: given.size,
      event: formatEnvelope({ id: eventId, detailType, source, account, time, region, resources, detail }),
      requestId,
      traceHeader,
      hops: NO_HOPS,
    });
    return { eventId, made };
  }
  return {
    /**
     * PutEvents, the hot path: check → accept → match → deliver. Entries are judged one by one; the answer waits until
     * the deliveries are written down, not until they are made. On AWS an unknown bus is not an error: the entry gets
     * an event id and is dropped. The journal says so.
     */
    async PutEvents({ Entries: entries, EndpointId }, call) {
      if (EndpointId !== undefined) {
        throw new ServiceError('ValidationException', 'Earwitness does not serve global endpoints (EndpointId).');
      }
      if (!needsNoPermission(entries, call)) await checkPutEvents(platform, buses, { entries, call });
      const sizes = entries.map(entrySizeBytes);
      if (sizes.reduce((sum, size) => sum + size, 0) >= PUT_EVENTS_MAX_BYTES) {
        throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
      }
      const results: PutEventsResultEntry[] = [];
      const due: Delivery[] = [];
      let failed = 0;
      for (const [index, entry] of entries.entries()) {
        const checked = checkEntry(entry);
        if (checked.kind === 'checked') {
          const { eventId, made } = accept(entry, checked, { size: sizes[index] ?? 0, call });
          results.push({ EventId: eventId });
          due.push(...made);
          continue;
        }
        failed++;
        const { code, message } = checked;
        results.push({ ErrorCode: code, ErrorMessage: message });
        const bus = busRefOf(entry.EventBusName, call).name;
        journal.record({ kind: 'entry.rejected', requestId: call.requestId, bus, index, code, message });
      }
      if (due.length > 0) await deliveries.put(due);
      return { FailedEntryCount: failed, Entries: results };
    },

    /** Would this event match this pattern? The event has to be a whole envelope. */
    TestEventPattern({ EventPattern, Event }: TestEventPatternRequest) {
      const pattern = checkPattern(EventPattern);
      if (!isEnvelope(Event)) throw new ServiceError('ValidationException', 'Parameter Event is not valid.');
      const matcher = createMatcher<true>();
      matcher.add(true, pattern);
      return { Result: matcher.matchJson(Event).length > 0 };
    },
  } satisfies OperationsOf<'events'>;
}

function isEnvelope(text: string): boolean {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return false;
  }
  if (event === null || typeof event !== 'object' || Array.isArray(event)) return false;
  return REQUIRED.every((name) => Object.hasOwn(event, name));
}
