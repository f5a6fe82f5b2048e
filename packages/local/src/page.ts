// Pages of a list. A service says once which words its model has for the token and the limit, how long a page is, and
// how it refuses a token that it did not make.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export interface PageWords<Token extends string, Limit extends string> {
  /** The model's member for the token, in requests and responses: `NextToken`, `Marker`, `position`. */
  readonly token: Token;
  /** The model's member for the number of items: `MaxResults`, `Limit`. */
  readonly limit: Limit;
  /** Items of a page when the request names no limit. */
  readonly size: number;
  /** What a token that the service did not make is refused with. */
  readonly refusal: (token: string) => ServiceError;
}

export type PageRequest<Token extends string, Limit extends string> = {
  readonly [Name in Token]?: string | undefined;
} & { readonly [Name in Limit]?: number | undefined };

export interface Page<Item, Token extends string> {
  readonly page: Item[];
  /** The token of the next page under its name, to be spread into a response; empty on the last page. */
  readonly next: { readonly [Name in Token]?: string };
}

export interface PageOptions<Item> {
  /** Items of a page when the request names no limit, where an operation has a number of its own. */
  readonly size?: number;
  /**
   * For a list that is sorted by this key: a token then names the last item of its page, so that what comes and goes
   * meanwhile moves nothing else. Without it a token is a position in the list.
   */
  readonly keyOf?: (item: Item) => string;
}

/**
 * Makes a service's function that takes one page.
 * @throws (the function that is made) ServiceError `refusal` for a token that names no place
 */
export function createPager<Token extends string, Limit extends string>(words: PageWords<Token, Limit>) {
  return <Item>(
    items: readonly Item[],
    request: PageRequest<Token, Limit>,
    { size = words.size, keyOf }: PageOptions<Item> = {},
  ): Page<Item, Token> => {
    const limit = request[words.limit] ?? size;
    const given = request[words.token];
    const start = given === undefined ? 0 : findStart(items, given, keyOf);
    if (start === undefined) throw words.refusal(given ?? '');
    const page = items.slice(start, start + limit);
    const last = page.at(-1);
    if (last === undefined || start + limit >= items.length) return { page, next: {} };
    const token = keyOf ? `after ${keyOf(last)}` : String(start + limit);
    // The one key is Token, which the compiler cannot see of a computed name.
    return { page, next: { [words.token]: Buffer.from(token).toString('base64') } as Page<Item, Token>['next'] };
  };
}

/**
 * Where a page begins whose token says a position or the last item of the page before; `undefined` for any other token.
 */
function findStart<Item>(items: readonly Item[], token: string, keyOf?: (item: Item) => string): number | undefined {
  const text = Buffer.from(token, 'base64').toString();
  if (!keyOf) return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  if (!text.startsWith('after ')) return undefined;
  const start = items.findIndex((item) => keyOf(item) > text.slice('after '.length));
  return start < 0 ? items.length : start;
}
