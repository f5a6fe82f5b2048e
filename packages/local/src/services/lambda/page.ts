// Pages of Lambda's lists: the next page is asked for by `Marker` and told of by `NextMarker`.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createPager, type PageRequest } from '../../page.ts';

const take = createPager({
  token: 'Marker',
  limit: 'MaxItems',
  size: 50,
  refusal: (token) => new ServiceError('InvalidParameterValueException', `Invalid Marker: ${token}`),
});

/** One page of a list. @throws InvalidParameterValueException */
export function takePage<Item>(items: readonly Item[], request: PageRequest<'Marker', 'MaxItems'>) {
  const { page, next } = take(items, request);
  return { page, next: next.Marker === undefined ? {} : { NextMarker: next.Marker } };
}
