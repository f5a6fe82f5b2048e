// TestEventPattern: would this event match this pattern? The event has to be a whole envelope.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  TestEventPatternRequest,
  TestEventPatternResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import { createMatcher } from '@earwitness/protocol/pattern';
import { checkPattern } from '../pattern.ts';

/** Fields that AWS insists on; `resources`, `detail` and `version` may be missing. Source: recorded on AWS. */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

export function testEventPattern({ EventPattern, Event }: TestEventPatternRequest): TestEventPatternResponse {
  const pattern = checkPattern(EventPattern);
  if (!isEnvelope(Event)) throw new ServiceError('ValidationException', 'Parameter Event is not valid.');
  const matcher = createMatcher<true>();
  matcher.add(true, pattern);
  return { Result: matcher.matchJson(Event).length > 0 };
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
