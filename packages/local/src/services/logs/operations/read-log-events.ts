// GetLogEvents (one stream, forward and backward) and FilterLogEvents (a group's streams together).
import type {
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
} from '@earwitness/protocol/internal/aws/models/logs.types';
import type { Operation } from '../../../call.ts';
import { parseFilterPattern } from '../filter-pattern.ts';
import type { StoredEvent } from '../log-events.ts';
import { invalidParameter, type LogStore, takePage } from '../log-store.ts';

const MAX_EVENTS = 10_000;

interface Span {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

function isWithin({ timestamp }: StoredEvent, { startTime, endTime }: Span): boolean {
  return timestamp >= (startTime ?? Number.NEGATIVE_INFINITY) && timestamp < (endTime ?? Number.POSITIVE_INFINITY);
}

/**
 * Tokens say before or after which event (by number) a page lies: `f/…` reads on, `b/…` reads back. A page without events answers
 * the token it was asked with, which is how a reader knows the end.
 */
export function getLogEvents(store: LogStore): Operation<GetLogEventsRequest, GetLogEventsResponse> {
  return (input, call) => {
    const { limit = MAX_EVENTS, nextToken: token, startFromHead = false } = input;
    const group = store.group(input, call);
    const stream = store.stream(group, input.logStreamName);
    const events = store.eventsOf(group, stream.name).filter((event) => isWithin(event, input));
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
  };
}

function positionToken(direction: 'f' | 'b', position: number): string {
  return `${direction}/${String(position).padStart(56, '0')}/s`;
}

export function filterLogEvents(store: LogStore): Operation<FilterLogEventsRequest, FilterLogEventsResponse> {
  return (input, call) => {
    const { logStreamNames: names, logStreamNamePrefix: prefix, limit = MAX_EVENTS, nextToken: token } = input;
    if (names !== undefined && prefix !== undefined) {
      throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
    }
    const group = store.group(input, call);
    const passes = parseFilterPattern(input.filterPattern ?? '');
    const streams = names?.map((name) => store.stream(group, name)) ?? store.streamsOf(group, prefix);
    const found = streams
      .flatMap(({ name }) => store.eventsOf(group, name).map((event) => ({ ...event, stream: name })))
      .filter((event) => isWithin(event, input) && passes(event.message))
      .sort((a, b) => a.timestamp - b.timestamp || a.number - b.number);
    const { page, next } = takePage(found, limit, token);
    return {
      events: page.map(({ stream, timestamp, message, ingestedAt, number }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: ingestedAt,
        eventId: String(number).padStart(56, '0'),
      })),
      searchedLogStreams: [],
      ...(next !== undefined && { nextToken: next }),
    };
  };
}
