// How SNS refuses: codes of its wire protocol and AWS's sentences, recorded on AWS (LocalStack, tests/aws/services/sns)
// unless a comment says otherwise.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** `Invalid parameter: …` */
export function invalidParameter(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}

export function topicNotFound(): ServiceError {
  return new ServiceError('NotFound', 'Topic does not exist');
}

export function subscriptionNotFound(): ServiceError {
  return new ServiceError('NotFound', 'Subscription does not exist');
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_tag_topic of a topic that is not there). */
export function resourceNotFound(): ServiceError {
  return new ServiceError('ResourceNotFound', 'Resource does not exist');
}

export function notAuthorized(sentence: string): ServiceError {
  return new ServiceError('AuthorizationError', sentence);
}

export function badAttribute(sentence: string): ServiceError {
  return new ServiceError('ParameterValueInvalid', sentence);
}

/** What this cloud does not do of an operation that it serves. */
export function notServed(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Earwitness does not serve ${what} of Amazon SNS.`, { status: 501 });
}
