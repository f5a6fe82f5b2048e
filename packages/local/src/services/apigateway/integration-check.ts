// What an integration has to say when it is put, alone or by an OpenAPI document. Sentences are recorded on AWS:
// LocalStack apigateway_integrations test_put_integration_validation, apigateway_lambda
// test_put_integration_aws_proxy_uri.
import type { Integration } from '@earwitness/protocol/internal/aws/models/apigateway.types';

/**
 * What an integration of type AWS_PROXY may call. A second slash is in the examples of AWS's own API reference, streams
 * in the developer guide, "Set up a Lambda proxy integration with payload response streaming".
 */
const PROXIED = [
  /^lambda:path\/{1,2}2015-03-31\/functions\/.+\/invocations$/s,
  /^lambda:path\/{1,2}2021-11-15\/functions\/.+\/response-streaming-invocations$/s,
  /^firehose:action\/.+$/s,
];

/** Why AWS refuses the integration; `undefined` when it takes it. */
export function findProblem({ type, uri = '', httpMethod }: Integration): string | undefined {
  if (type === 'MOCK') return undefined;
  if (httpMethod === undefined) return 'Enumeration value for HttpMethod must be non-empty';
  if (type === 'HTTP' || type === 'HTTP_PROXY') {
    return /^https?:\/\//.test(uri) ? undefined : 'Invalid HTTP endpoint specified for URI';
  }
  if (!uri.startsWith('arn:')) return 'Invalid ARN specified in the request';
  // A region may be a variable that nobody filled in, as in public documents without Fn::Sub.
  const [, target = ''] = /^arn:[^:]*:apigateway:(?:\$\{[^}]*\}|[^:]*):([^:]*:(?:path|action)\/.*)$/s.exec(uri) ?? [];
  if (target === '') return 'AWS ARN for integration must contain path or action';
  if (type === 'AWS' || PROXIED.some((pattern) => pattern.test(target))) return undefined;
  return "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.";
}
