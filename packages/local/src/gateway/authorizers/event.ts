// What the function of an authorizer gets. Sources: API Gateway developer guide, "Input to an API Gateway Lambda
// authorizer" (REST) and "Working with AWS Lambda authorizers for HTTP APIs", Payload format version; types of
// @types/aws-lambda (APIGatewayRequestAuthorizerEvent: what is empty is an empty object).
import { createEvent1 } from '../event-1.0.ts';
import { createEvent2, placeOf } from '../event-2.0.ts';
import type { MatchedRequest } from '../services/parameter-value.ts';
import type { FunctionAuthorizer } from './deployed-authorizer.ts';

interface Asked {
  /** ARN of the method or route, with the path of the request. */
  readonly arn: string;
  /** Values of the authorizer's sources. */
  readonly identity: readonly string[];
}

export function createAuthorizerEvent(
  { stage, match, request }: MatchedRequest,
  { input }: FunctionAuthorizer,
  { arn, identity }: Asked,
): object {
  if (input === 'token') return { type: 'TOKEN', methodArn: arn, authorizationToken: identity.join(',') };
  if (input === '2.0') {
    const { version, body: _, isBase64Encoded: __, ...event } = createEvent2(request, placeOf(stage, match), false);
    return { version, type: 'REQUEST', routeArn: arn, identitySource: identity, ...event };
  }
  const { version, body: _, isBase64Encoded: __, ...event } = createEvent1(request, match, stage, false);
  const joined = identity.join(',');
  return {
    ...(stage.kind === 'http' && { version, identitySource: joined, authorizationToken: joined }),
    type: 'REQUEST',
    methodArn: arn,
    ...Object.fromEntries(Object.entries(event).map(([name, value]) => [name, value ?? {}])),
  };
}
