// Methods that ask for an API key. Sources: API Gateway developer guide, "Usage plans and API keys for REST APIs" and
// "Choose an API key source in API Gateway"; refusals: "Gateway response types"; a missing and a disabled key recorded
// on AWS: LocalStack apigateway_common test_api_key_required_for_methods.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../local.ts';
import { call, operation, startTestApis, type TestApis, uriOf } from '../test-api.ts';

let local: Local;
let apis: TestApis;
beforeAll(async () => {
  apis = await startTestApis();
  local = apis.local;
});
afterAll(() => local.close());

const KEY = { Key: { type: 'apiKey', name: 'x-api-key', in: 'header' } };
const keyed = { ...operation, security: [{ Key: [] }] };

interface Limits {
  readonly throttle?: object;
  readonly quota?: object;
  readonly methods?: Record<string, object>;
}

/** An API with a keyed method, and a key in a usage plan of its stage. */
async function deploy({ throttle, quota, methods }: Limits = {}) {
  const { dispatch } = local.cloud;
  const { url, id: apiId } = await apis.deploy({ '/orders': { get: keyed, put: keyed } }, { securityDefinitions: KEY });
  const key = await dispatch.call('apigateway', 'CreateApiKey', { name: `shop-${apiId}`, enabled: true }, call);
  const stage = { apiId, stage: 'Prod', ...(methods && { throttle: methods }) };
  const settings = { name: 'basic', apiStages: [stage], ...(throttle && { throttle }), ...(quota && { quota }) };
  const plan = await dispatch.call('apigateway', 'CreateUsagePlan', settings, call);
  const link = { usagePlanId: plan.id ?? '', keyId: key.id ?? '' };
  await dispatch.call('apigateway', 'CreateUsagePlanKey', { ...link, keyType: 'API_KEY' }, call);
  const ask = (value = key.value ?? '', method = 'GET') =>
    fetch(`${url}/orders`, { method, headers: { 'x-api-key': value } });
  return { url: `${url}/orders`, key, link, ask };
}

const reasons = () =>
  local.journal
    .read()
    .flatMap((fact) => (fact.kind === 'request.answered' && fact.reason !== undefined ? [fact.reason] : []));

async function ends(response: Response) {
  return [response.status, response.headers.get('x-amzn-errortype'), await response.text()];
}

const FORBIDDEN = [403, 'ForbiddenException', '{"message":"Forbidden"}'];

test('a key that is enabled and in a usage plan of the stage lets in, and the function sees it', async () => {
  const { url, key, link, ask } = await deploy();
  const { dispatch } = local.cloud;
  const response = await ask();
  expect([response.status, ((await response.json()) as Event1).requestContext.identity]).toEqual([
    200,
    expect.objectContaining({ apiKey: key.value, apiKeyId: key.id }),
  ]);
  expect(await ends(await fetch(url))).toEqual(FORBIDDEN);
  expect(await ends(await ask('not-a-key-that-anybody-made'))).toEqual(FORBIDDEN);
  const change = (value: string) => ({
    apiKey: key.id ?? '',
    patchOperations: [{ op: 'replace', path: '/enabled', value }] as const,
  });
  await dispatch.call('apigateway', 'UpdateApiKey', change('false'), call);
  expect(await ends(await ask())).toEqual(FORBIDDEN);
  await dispatch.call('apigateway', 'UpdateApiKey', change('true'), call);
  expect((await ask()).status).toBe(200);
  await dispatch.call('apigateway', 'DeleteUsagePlanKey', link, call);
  expect(await ends(await ask())).toEqual(FORBIDDEN);
  expect(reasons().slice(-4)).toEqual([
    'the request has no API key: it has no header x-api-key',
    'no API key has the value that the request has',
    `the API key ${key.name} is not enabled`,
    `the API key ${key.name} is in no usage plan of the stage Prod`,
  ]);
});

interface Event1 {
  readonly requestContext: { readonly identity: object };
}

test('a plan lets through a burst, and then its rate by the clock of the cloud', async () => {
  const { ask } = await deploy({ throttle: { burstLimit: 2, rateLimit: 1 } });
  const statuses = async (count: number) => {
    const all: number[] = [];
    for (let index = 0; index < count; index++) all.push((await ask()).status);
    return all;
  };
  expect(await statuses(3)).toEqual([200, 200, 429]);
  expect(await ends(await ask())).toEqual([429, 'TooManyRequestsException', '{"message":"Too Many Requests"}']);
  await local.clock.advance(1000);
  expect(await statuses(2)).toEqual([200, 429]);
  await local.clock.advance(60_000);
  expect(await statuses(3)).toEqual([200, 200, 429]);
});

test('a method has a rate of its own', async () => {
  const { ask } = await deploy({ methods: { '/orders/GET': { burstLimit: 1, rateLimit: 1 } } });
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  expect([(await ask(undefined, 'PUT')).status, (await ask(undefined, 'PUT')).status]).toEqual([200, 200]);
});

test('a quota is used up until its period ends', async () => {
  const { ask, key } = await deploy({ quota: { limit: 2, period: 'DAY' } });
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  expect(await ends(await ask())).toEqual([429, 'LimitExceededException', '{"message":"Limit Exceeded"}']);
  expect(reasons().at(-1)).toBe(`the usage plan basic lets the API key ${key.name} make 2 requests per DAY`);
  await local.clock.advance(86_400_000);
  expect((await ask()).status).toBe(200);
});

test('an authorizer names the key where the API takes keys from it', async () => {
  const { dispatch } = local.cloud;
  const gate = await apis.createFunction(
    'gate',
    `exports.handler = async ({ authorizationToken, methodArn }) => ({
      principalId: 'kim',
      usageIdentifierKey: authorizationToken === 'none' ? undefined : authorizationToken,
      policyDocument: { Version: '2012-10-17', Statement: [{ Action: '*', Effect: 'Allow', Resource: methodArn }] },
    });`,
  );
  const authorizer = { type: 'token', authorizerUri: uriOf(gate) };
  const { url, id: apiId } = await apis.deploy(
    { '/orders': { get: { ...operation, security: [{ Gate: [], Key: [] }] } } },
    {
      'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
      securityDefinitions: {
        ...KEY,
        Gate: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authorizer': authorizer },
      },
    },
  );
  const value = 'a-value-that-has-enough-characters';
  const key = await dispatch.call('apigateway', 'CreateApiKey', { name: 'named', enabled: true, value }, call);
  const apiStages = [{ apiId, stage: 'Prod' }];
  const plan = await dispatch.call('apigateway', 'CreateUsagePlan', { name: 'basic', apiStages }, call);
  const link = { usagePlanId: plan.id ?? '', keyId: key.id ?? '', keyType: 'API_KEY' };
  await dispatch.call('apigateway', 'CreateUsagePlanKey', link, call);
  const ask = (authorization: string) => fetch(`${url}/orders`, { headers: { authorization, 'x-api-key': value } });
  expect((await ask(value)).status).toBe(200);
  expect(await ends(await ask('none'))).toEqual(FORBIDDEN);
  expect(reasons().at(-1)).toBe('the request has no API key: its authorizer named none (usageIdentifierKey)');
});
