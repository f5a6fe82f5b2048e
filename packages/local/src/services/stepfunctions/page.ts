// One page of a list.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createPager, type PageOptions } from '../../page.ts';

/** Source: API reference, ListExecutions, maxResults: "A value of 0 uses the default." */
const PAGE_SIZE = 100;

const take = createPager({
  token: 'nextToken',
  limit: 'maxResults',
  size: PAGE_SIZE,
  refusal: () => new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'"),
});

/** @throws InvalidToken */
export function takePage<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  options: PageOptions<Item> = {},
) {
  return take(items, { maxResults: maxResults || undefined, nextToken }, options);
}
