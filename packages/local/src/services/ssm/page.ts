// One page of a list.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createPager } from '../../page.ts';

/** @throws InvalidNextToken */
export const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  size: 50,
  refusal: () => new ServiceError('InvalidNextToken', 'The specified token is not valid.'),
});
