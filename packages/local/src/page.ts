// Pages of a list whose token is the place where the next page begins. A service says which words its model has for the token, how
// long a page is, and how it refuses a token that is none of ours.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export interface PageRequest {
  /** Items of a page. */
  readonly limit: number;
  readonly token: string | undefined;
  readonly refusal: () => ServiceError;
}

/**
 * One page, and the token of the next one if there is more.
 * @throws ServiceError `refusal()` for a token that names no place
 */
export function takePageAt<Item>(
  items: readonly Item[],
  { limit, token, refusal }: PageRequest,
): { page: Item[]; next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw refusal();
  const end = start + limit;
  return {
    page: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64') : undefined,
  };
}
