// One page of a list.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createPager } from '../../page.ts';

/** @throws ValidationException */
export const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  size: 100,
  refusal: () => new ServiceError('ValidationException', 'Invalid NextToken provided.'),
});
