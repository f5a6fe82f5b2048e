// Authorizers of HTTP APIs over real HTTP.
// Source, where a test names none: API Gateway developer guide, "Working with AWS Lambda authorizers for HTTP APIs".
import type { CreateAuthorizerRequest } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../local.ts';
import { as, call, startTestApis, type TestApis } from '../test-api.ts';

let local: Local;
let apis: TestApis;
let gate: string;

/**
 * Answers what the caller's `Authorization` says in JSON, and fails with its text. What it was asked goes into the
 * context.
 */
const GATE = `exports.handler = async (event) => {
  const said = event.headers.authorization ?? event.headers.Authorization ?? '{}';
  if (!said.startsWith('{')) throw new Error(said);
  const { effect, ...answer } = JSON.parse(said);
  const resource = event.routeArn ?? event.methodArn;
  const statement = { Effect: effect, Action: 'execute-api:Invoke', Resource: resource };
  const policy = { principalId: 'kim', policyDocument: { Version: '2012-10-17', Statement: [statement] } };
  const ruling = effect === undefined ? { isAuthorized: true } : policy;
  return { ...ruling, context: { asked: event, count: 7, roles: ['a'] }, ...answer };
};`;

beforeAll(async () => {
  apis = await startTestApis();
  local = apis.local;
  gate = await apis.createFunction('gate', GATE);
});
afterAll(() => local.close());

const SIMPLE = { AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true };

/** An API with the route `GET /orders/{id}` behind an authorizer, in a stage `dev` that follows every change. */
async function deploy(
  authorizer: Partial<CreateAuthorizerRequest>,
  { PayloadFormatVersion = '2.0', ...more }: { PayloadFormatVersion?: string; AuthorizationScopes?: string[] } = {},
) {
  const { dispatch } = local.cloud;
  const made = await dispatch.call('apigatewayv2', 'CreateApi', { Name: 'orders', ProtocolType: 'HTTP' }, call);
  const { ApiId = '', ApiEndpoint } = made;
  await dispatch.call('apigatewayv2', 'CreateStage', { ApiId, StageName: 'dev', AutoDeploy: true }, call);
  const gated = { AuthorizerType: 'REQUEST', AuthorizerUri: gate, IdentitySource: [], ...authorizer } as const;
  const { AuthorizerId } = await dispatch.call(
    'apigatewayv2',
    'CreateAuthorizer',
    { ApiId, Name: 'Gate', ...gated },
    call,
  );
  const IntegrationUri = 'arn:aws:lambda:eu-west-1:000000000000:function:echo';
  const integration = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri, PayloadFormatVersion } as const;
  const { IntegrationId } = await dispatch.call('apigatewayv2', 'CreateIntegration', integration, call);
  const AuthorizationType = gated.AuthorizerType === 'JWT' ? 'JWT' : 'CUSTOM';
  const route = { ApiId, AuthorizerId, AuthorizationType, Target: `integrations/${IntegrationId}`, ...more } as const;
  await dispatch.call('apigatewayv2', 'CreateRoute', { ...route, RouteKey: 'GET /orders/{id}' }, call);
  await dispatch.call('apigatewayv2', 'CreateRoute', { ...route, RouteKey: '$default' }, call);
  return { url: `${ApiEndpoint}/dev`, ApiId };
}

const answered = async (response: Response) => [response.status, await response.text()];
const authorizerIn = async (response: Response) => {
  const event = (await response.json()) as { requestContext: { authorizer: Record<string, Record<string, unknown>> } };
  return event.requestContext.authorizer;
};

describe('an authorizer with payload format 2.0', () => {
  test('gets the request without its body, and the values of its sources', async () => {
    const IdentitySource = ['$request.header.authorization', '$request.querystring.shop', '$context.routeKey'];
    const { url, ApiId } = await deploy({ ...SIMPLE, IdentitySource });
    const { lambda } = await authorizerIn(await fetch(`${url}/orders/7?shop=a`, as({})));
    expect(lambda?.['asked']).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:eu-west-1:000000000000:${ApiId}/dev/GET/orders/7`,
      identitySource: ['{}', 'a', 'GET /orders/{id}'],
      routeKey: 'GET /orders/{id}',
      rawPath: '/dev/orders/7',
      rawQueryString: 'shop=a',
      headers: expect.objectContaining({ authorization: '{}' }),
      queryStringParameters: { shop: 'a' },
      requestContext: expect.objectContaining({ apiId: ApiId, stage: 'dev', routeKey: 'GET /orders/{id}' }),
      pathParameters: { id: '7' },
    });
  });

  // Without a context: seen in an event that AWS sent ("authorizer: { lambda: null }").
  test('hands on its context as it is, below `lambda`', async () => {
    const { url } = await deploy(SIMPLE);
    const { lambda } = await authorizerIn(await fetch(url, as({})));
    expect(lambda).toMatchObject({ count: 7, roles: ['a'] });
    expect(await authorizerIn(await fetch(url, as({ context: null })))).toEqual({ lambda: null });
  });

  test.each([
    [{ isAuthorized: false }, 403, 'Forbidden', 'refused: it answered isAuthorized: false'],
    [{ isAuthorized: 'yes' }, 500, 'Internal Server Error', 'failed: its isAuthorized is text, not true or false'],
    [{ isAuthorized: null }, 500, 'Internal Server Error', 'failed: its isAuthorized is null, not true or false'],
    ['Unauthorized', 401, 'Unauthorized', "refused: its function threw 'Unauthorized'"],
    ['boom', 500, 'Internal Server Error', 'failed: its function failed: Error: boom'],
  ])('answers for itself when it says %j', async (says, status, message, why) => {
    const { url } = await deploy(SIMPLE);
    expect(await answered(await fetch(url, as(says)))).toEqual([status, JSON.stringify({ message })]);
    expect(apis.lastReason()).toBe(`the authorizer Gate ${why}`);
  });

  // CDK's HttpLambdaAuthorizer enables simple responses when it takes both.
  test('may answer a policy, too; without simple responses it has to', async () => {
    const both = await deploy(SIMPLE);
    expect((await fetch(both.url, as({ effect: 'Allow' }))).status).toBe(200);
    expect(await answered(await fetch(both.url, as({ effect: 'Deny' })))).toEqual([403, '{"message":"Forbidden"}']);
    const policies = await deploy({ AuthorizerPayloadFormatVersion: '2.0' });
    expect((await fetch(policies.url, as({ effect: 'Allow' }))).status).toBe(200);
    expect((await fetch(policies.url, as({}))).status).toBe(500);
    expect(apis.lastReason()).toBe('the authorizer Gate failed: it answered no policyDocument');
  });
});

test('an authorizer with payload format 1.0 gets what one of a REST API gets, and its sources as text', async () => {
  const IdentitySource = ['$request.header.authorization', '$request.querystring.shop'];
  const { url, ApiId } = await deploy({ AuthorizerPayloadFormatVersion: '1.0', IdentitySource });
  const { lambda } = await authorizerIn(await fetch(`${url}/orders/7?shop=a`, as({ effect: 'Allow' })));
  expect(lambda?.['asked']).toEqual({
    version: '1.0',
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:eu-west-1:000000000000:${ApiId}/dev/GET/orders/7`,
    identitySource: '{"effect":"Allow"},a',
    authorizationToken: '{"effect":"Allow"},a',
    resource: '/orders/{id}',
    path: '/dev/orders/7',
    httpMethod: 'GET',
    headers: expect.any(Object),
    multiValueHeaders: expect.any(Object),
    queryStringParameters: { shop: 'a' },
    multiValueQueryStringParameters: { shop: ['a'] },
    pathParameters: { id: '7' },
    stageVariables: {},
    requestContext: expect.objectContaining({ apiId: ApiId }),
  });
});

test('a function with payload format 1.0 gets the context itself, with the principal', async () => {
  const { url } = await deploy({ AuthorizerPayloadFormatVersion: '1.0' }, { PayloadFormatVersion: '1.0' });
  expect(await authorizerIn(await fetch(url, as({ effect: 'Allow', context: { shop: 'a' } })))).toEqual({
    principalId: 'kim',
    shop: 'a',
  });
});

test('without one of its sources an authorizer is not asked: 401', async () => {
  const { url } = await deploy({ ...SIMPLE, IdentitySource: ['$request.header.X-Key'] });
  const before = apis.invocations('gate');
  expect(await answered(await fetch(url))).toEqual([401, '{"message":"Unauthorized"}']);
  expect(apis.lastReason()).toBe('the authorizer Gate was not asked: the request has no $request.header.X-Key');
  expect(apis.invocations('gate')).toBe(before);
  expect((await fetch(url, { headers: { 'x-key': 'a' } })).status).toBe(200);
});

test('what an authorizer said is kept when it has a time to live, for all routes of its API, or by its sources', async () => {
  const asked = async (more: Partial<CreateAuthorizerRequest>) => {
    const IdentitySource = ['$request.header.authorization'];
    const { url } = await deploy({ ...SIMPLE, IdentitySource, ...more });
    const before = apis.invocations('gate');
    for (const path of ['/orders/1', '/orders/2', '/']) await fetch(url + path, as({}));
    return apis.invocations('gate') - before;
  };
  const AuthorizerResultTtlInSeconds = 60;
  expect(await asked({})).toBe(3);
  expect(await asked({ AuthorizerResultTtlInSeconds })).toBe(1);
  const IdentitySource = ['$request.header.authorization', '$context.routeKey'];
  expect(await asked({ AuthorizerResultTtlInSeconds, IdentitySource })).toBe(2);
});

test('what was kept is forgotten after its time, and by ResetAuthorizersCache', async () => {
  const kept = { AuthorizerResultTtlInSeconds: 60, IdentitySource: ['$request.header.authorization'] };
  const { url, ApiId } = await deploy({ ...SIMPLE, ...kept });
  const before = apis.invocations('gate');
  await fetch(url, as({}));
  await local.clock.advance(59_999);
  await fetch(url, as({}));
  expect(apis.invocations('gate')).toBe(before + 1);
  await local.clock.advance(1);
  await fetch(url, as({}));
  expect(apis.invocations('gate')).toBe(before + 2);
  await local.cloud.dispatch.call('apigatewayv2', 'ResetAuthorizersCache', { ApiId, StageName: 'dev' }, call);
  await fetch(url, as({}));
  expect(apis.invocations('gate')).toBe(before + 3);
});

// Sources: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers"; claims: aws-powertools
// powertools-lambda-typescript issue 2624.
describe('a JWT authorizer stands in', () => {
  const JWT = {
    AuthorizerType: 'JWT',
    AuthorizerUri: undefined,
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['a'] },
  } as const;
  const claims = { sub: 'kim', auth_time: 1718636404, 'cognito:groups': ['a', 'b'], scope: 'read write' };
  const token = ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const texts = { ...claims, auth_time: '1718636404', 'cognito:groups': '[a b]' };

  test('lets everybody in, without a token, too', async () => {
    const { url } = await deploy(JWT);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, as('Bearer x'))).status).toBe(200);
    const told = local.journal.read().filter((fact) => fact.kind === 'stand-in.received');
    expect(told).toHaveLength(2);
  });

  test('and hands on what a token claims, with its scopes where the route asks for some', async () => {
    const { url } = await deploy(JWT);
    expect(await authorizerIn(await fetch(url, as(`Bearer ${token}`)))).toEqual({
      jwt: { claims: texts, scopes: null },
    });
    const scoped = await deploy(JWT, { AuthorizationScopes: ['read'] });
    const scopes = ['read', 'write'];
    expect(await authorizerIn(await fetch(scoped.url, as(token)))).toEqual({ jwt: { claims: texts, scopes } });
    const older = await deploy(JWT, { PayloadFormatVersion: '1.0' });
    expect(await authorizerIn(await fetch(older.url, as(token)))).toEqual({ claims: texts, scopes: null });
    const told = local.journal.read().findLast((fact) => fact.kind === 'stand-in.received');
    expect(told).toMatchObject({ via: 'authorizer', name: 'JWT of $default', type: 'AWS::ApiGatewayV2::Authorizer' });
  });
});
