// Pages of a list. A token names the last item of the page before, so that what comes and goes meanwhile moves nothing else.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly Limit?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: { readonly NextToken?: string };
}

/** Items of a page when the request names no limit, which is also the most. Source: the model, `LimitMax100`. */
const PAGE_SIZE = 100;

/** One page of items that are sorted by `keyOf`. */
export function pageOf<Item>(sorted: readonly Item[], request: PageRequest, keyOf: (item: Item) => string): Page<Item> {
  const { NextToken: token, Limit: limit = PAGE_SIZE } = request;
  const after = token === undefined ? undefined : parseToken(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || rest.length <= limit) return { items, next: {} };
  return { items, next: { NextToken: Buffer.from(`after ${keyOf(last)}`).toString('base64') } };
}

/** Lists of archives and replays take one filter at a time. @throws ValidationException */
export function refuseTwoFilters(
  operation: string,
  { State, EventSourceArn, NamePrefix }: { State?: unknown; EventSourceArn?: unknown; NamePrefix?: unknown },
): void {
  if ([State, EventSourceArn, NamePrefix].filter((filter) => filter !== undefined).length < 2) return;
  const message = `At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`;
  throw new ServiceError('ValidationException', message);
}

function parseToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw new ServiceError('ValidationException', 'Parameter NextToken is not valid.');
}
