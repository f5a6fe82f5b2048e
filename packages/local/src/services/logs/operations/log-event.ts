// Log events: put into one stream, read from one (GetLogEvents) or from a group's streams together (FilterLogEvents).
import type { OperationsOf } from '../../../call.ts';
import { parseFilterPattern } from '../filter-pattern.ts';
import { createEventIds, type StoredEvent } from '../log-events.ts';
import { SEQUENCE_TOKEN, streamKey } from '../log-group.ts';
import { invalidParameter, takePage } from '../log-store.ts';
import type { Parts } from '../parts.ts';

/** How far from now an event may be. Source: API reference, PutLogEvents. */
const MAX_AGE_MS = 14 * 86_400_000;

const MAX_AHEAD_MS = 2 * 3_600_000;

/** Bytes in one call; each event counts 26 more. Source: as above. */
const MAX_BATCH_BYTES = 1_048_576;

const MAX_EVENTS = 10_000;

interface Span {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

export function logEventOperations({ platform, store }: Parts) {
  return {
    async PutLogEvents(input, call) {
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
      const now = platform.clock.now();
      const expired = events.filter((event) => event.timestamp < store.oldestKept(group)).length;
      const tooOld = events.filter((event) => event.timestamp < now - MAX_AGE_MS).length;
      const tooNew = events.findIndex((event) => event.timestamp > now + MAX_AHEAD_MS);
      await store.events.add(
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
    },

    /**
     * Tokens say before or after which event (by number) a page lies: `f/…` reads on, `b/…` reads back. A page without
     * events returns the token it was asked with, which is how a reader knows the end.
     */
    async GetLogEvents(input, call) {
      const { limit = MAX_EVENTS, nextToken: token, startFromHead = false } = input;
      const group = store.group(input, call);
      const stream = store.stream(group, input.logStreamName);
      const events = (await store.eventsOf(group, stream.name)).filter((event) => isWithin(event, input));
      const [, direction, digits] = /^([fb])\/(\d+)\/s$/.exec(token ?? '') ?? [];
      if (token !== undefined && direction === undefined) throw invalidParameter('The specified nextToken is invalid.');
      const position = Number(digits ?? 0);
      const page =
        direction === 'f'
          ? events.filter((event) => event.number > position).slice(0, limit)
          : direction === 'b'
            ? events.filter((event) => event.number < position).slice(-limit)
            : startFromHead
              ? events.slice(0, limit)
              : events.slice(-limit);
      return {
        events: page.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
        nextForwardToken: positionToken('f', page.at(-1)?.number ?? position),
        nextBackwardToken: positionToken('b', page[0]?.number ?? position),
      };
    },

    async FilterLogEvents(input, call) {
      const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
      if (names !== undefined && prefix !== undefined) {
        throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
      }
      const group = store.group(input, call);
      const passes = parseFilterPattern(input.filterPattern ?? '');
      const streams = names?.map((name) => store.stream(group, name)) ?? store.streamsOf(group, prefix);
      const events = await Promise.all(
        streams.map(async ({ name }) => {
          const idOf = createEventIds(streamKey(group, name));
          return (await store.eventsOf(group, name)).map((event) => ({ ...event, idOf, stream: name }));
        }),
      );
      // Those of one stream are in order already, and sorting keeps it where timestamps are equal.
      const found = events
        .flat()
        .filter((event) => isWithin(event, input) && passes(event.message))
        .sort((a, b) => a.timestamp - b.timestamp || a.ingestedAt - b.ingestedAt);
      const { page, next } = takePage(found, input, { size: MAX_EVENTS });
      return {
        events: page.map(({ idOf, stream, ...event }) => ({
          logStreamName: stream,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingestedAt,
          eventId: idOf(event),
        })),
        searchedLogStreams: [],
        ...next,
      };
    },
  } satisfies OperationsOf<'logs'>;
}

function isWithin({ timestamp }: StoredEvent, { startTime, endTime }: Span): boolean {
  return timestamp >= (startTime ?? Number.NEGATIVE_INFINITY) && timestamp < (endTime ?? Number.POSITIVE_INFINITY);
}

function positionToken(direction: 'f' | 'b', position: number): string {
  return `${direction}/${String(position).padStart(56, '0')}/s`;
}
