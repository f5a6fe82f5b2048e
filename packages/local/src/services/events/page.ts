// Pages of EventBridge's lists, and what their filters refuse.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createPager } from '../../page.ts';

export const takePage = createPager({
  token: 'NextToken',
  limit: 'Limit',
  // Also the most. Source: the model, `LimitMax100`.
  size: 100,
  refusal: () => new ServiceError('ValidationException', 'Parameter NextToken is not valid.'),
});

/** Lists of archives and replays take one filter at a time. @throws ValidationException */
export function refuseTwoFilters(
  operation: string,
  { State, EventSourceArn, NamePrefix }: { State?: unknown; EventSourceArn?: unknown; NamePrefix?: unknown },
): void {
  if ([State, EventSourceArn, NamePrefix].filter((filter) => filter !== undefined).length < 2) return;
  const message = `At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`;
  throw new ServiceError('ValidationException', message);
}
