// How an expression is refused: which one it was, and AWS's sentence.
import { ServiceError } from '../../aws/errors.ts';

/** The parameter that an expression came in. */
export type Place =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

export function refuse(place: Place, sentence: string): ServiceError {
  return invalid(`Invalid ${place}: ${sentence}`);
}

export function invalid(sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence);
}
