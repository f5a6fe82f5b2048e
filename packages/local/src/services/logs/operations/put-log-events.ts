// PutLogEvents.
import type { PutLogEventsRequest, PutLogEventsResponse } from '@earwitness/protocol/internal/aws/models/logs.types';
import type { Operation } from '../../../call.ts';
import { SEQUENCE_TOKEN, streamKey } from '../log-group.ts';
import { invalidParameter, type LogStore } from '../log-store.ts';

/** How far from now an event may be. Source: API reference, PutLogEvents. */
const MAX_AGE_MS = 14 * 86_400_000;
const MAX_AHEAD_MS = 2 * 3_600_000;
/** Bytes in one call; each event counts 26 more. Source: as above. */
const MAX_BATCH_BYTES = 1_048_576;

export function putLogEvents(store: LogStore): Operation<PutLogEventsRequest, PutLogEventsResponse> {
  return async (input, call) => {
    const { logEvents: events, logStreamName: name } = input;
    const group = store.group(input, call);
    store.stream(group, name);
    await store.authorize(group, name, call, 'PutLogEvents');
    if (events.some((event, index) => event.timestamp < (events[index - 1]?.timestamp ?? 0))) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const size = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + 26, 0);
    if (size > MAX_BATCH_BYTES) {
      throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
    }
    const now = store.platform.clock.now();
    const expired = events.filter((event) => event.timestamp < store.oldestKept(group)).length;
    const tooOld = events.filter((event) => event.timestamp < now - MAX_AGE_MS).length;
    const tooNew = events.findIndex((event) => event.timestamp > now + MAX_AHEAD_MS);
    store.events.add(
      streamKey(group, name),
      events.slice(Math.max(expired, tooOld), tooNew < 0 ? events.length : tooNew),
      now,
    );
    const rejected = {
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    };
    return {
      nextSequenceToken: SEQUENCE_TOKEN,
      ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
    };
  };
}
