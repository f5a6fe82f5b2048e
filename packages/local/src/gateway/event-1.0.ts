// Payload format 1.0: what a function behind a REST API sees, and behind an HTTP API that asks for it. Source: API
// Gateway developer guide, "Lambda proxy integrations", input format; types of @types/aws-lambda
// (APIGatewayProxyEvent).
import type { DeployedStage } from './deployed-stage.ts';
import { type GatewayRequest, headerOf, parseQuery } from './request.ts';
import type { RouteMatch } from './route-table.ts';

/**
 * Headers that a REST API keeps to itself. Recorded on AWS (AWS_PROXY, all of them sent): LocalStack
 * apigateway_integrations test_apigateway_header_remapping_aws.
 */
const KEPT_BY_REST = new Set([
  ...['connection', 'content-length', 'content-md5', 'expect', 'max-forwards', 'proxy-authenticate', 'server', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'www-authenticate'],
]);

/**
 * Names that a REST API writes in its own way; all others stay as they were sent. Recorded on AWS: LocalStack
 * apigateway_lambda test_lambda_aws_proxy_integration (`aUThorization`), ..._request_data_mapping (`user-Agent`).
 */
const WRITTEN_BY_REST = new Map([
  ['authorization', 'Authorization'],
  ['user-agent', 'User-Agent'],
]);

/** Returns the event as an object that serialises to what the function gets. */
export function createEvent1(
  request: GatewayRequest,
  { route, parameters }: RouteMatch,
  stage: DeployedStage,
  isBase64Encoded: boolean,
): Readonly<Record<string, unknown>> {
  const isHttp = stage.kind === 'http';
  const query = parseQuery(request.query);
  const headers = groupHeaders(request, stage.kind);
  const stagePath = stage.stage === '$default' ? request.path : `/${stage.stage}${request.path}`;
  return {
    ...(isHttp && { version: '1.0' }),
    resource: route.path,
    // An HTTP API leaves a named stage in the path; a REST API drops slashes before it, in this place only.
    path: isHttp ? stagePath : request.path.replace(/^\/+/, '/'),
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query)),
    requestContext: createContext(request, { route, parameters }, stage, stagePath),
    pathParameters: orNull(parameters),
    stageVariables: orNull(stage.variables),
    body: request.body.length === 0 ? null : request.body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

function groupHeaders(request: GatewayRequest, kind: DeployedStage['kind']): Map<string, string[]> {
  // A map, because names come from outside: an object has a `constructor` from the beginning.
  const headers = new Map<string, string[]>();
  for (const [given, value] of request.headers) {
    const lower = given.toLowerCase();
    if (kind === 'rest' && KEPT_BY_REST.has(lower)) continue;
    const name = (kind === 'rest' ? WRITTEN_BY_REST.get(lower) : undefined) ?? given;
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return headers;
}

function lastValues(table: ReadonlyMap<string, readonly string[]>): Record<string, string | undefined> {
  return Object.fromEntries([...table].map(([name, values]) => [name, values.at(-1)]));
}

function createContext(
  request: GatewayRequest,
  { route }: RouteMatch,
  stage: DeployedStage,
  stagePath: string,
): Record<string, unknown> {
  const { apiId, account, region } = stage;
  const isHttp = stage.kind === 'http';
  const routeKey = route.path === '$default' ? '$default' : `${route.method} ${route.path}`;
  return {
    accountId: account,
    apiId,
    ...(request.authorized && { authorizer: request.authorized.flat }),
    ...(!isHttp && { deploymentId: stage.deploymentId }),
    domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
    domainPrefix: apiId,
    extendedRequestId: extendedId(request.requestId),
    httpMethod: request.method,
    identity: {
      accessKey: request.signer?.accessKey ?? null,
      accountId: request.signer?.accountId ?? null,
      ...(request.apiKey && { apiKey: request.apiKey.value, apiKeyId: request.apiKey.id }),
      caller: request.signer?.userId ?? null,
      ...(isHttp && { cognitoAmr: null }),
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: request.signer?.userId ?? null,
      userAgent: headerOf(request, 'user-agent') ?? null,
      userArn: request.signer?.userArn ?? null,
    },
    path: stagePath,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: formatLogTime(request.at),
    requestTimeEpoch: request.at,
    resourceId: isHttp ? routeKey : (route.resourceId ?? ''),
    resourcePath: route.path,
    stage: stage.stage,
  };
}

/** The second id that API Gateway gives a request: 16 characters of base64. */
export function extendedId(requestId: string): string {
  return `${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64').slice(0, 15)}=`;
}

/** `22/Nov/2026:12:00:00 +0000` */
export function formatLogTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function orNull<Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | null {
  return Object.keys(values).length === 0 ? null : values;
}
