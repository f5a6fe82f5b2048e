// Operations of API keys and usage plans, word for word as recorded on AWS: LocalStack apigateway_common
// TestUsagePlans, apigateway_extended TestApigatewayApiKeysCrud.
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START } from '../../test-cloud.ts';
import { createApiGatewayService } from './service.ts';

let cloud: Cloud;
const gateway = callerOf('apigateway', () => cloud);
beforeEach(() => {
  cloud = createTestCloud(createApiGatewayService);
});

async function deployApi(): Promise<string> {
  const { id: restApiId = '', rootResourceId: resourceId = '' } = await gateway('CreateRestApi', { name: 'orders' });
  const key = { restApiId, resourceId, httpMethod: 'GET' };
  await gateway('PutMethod', { ...key, authorizationType: 'NONE', apiKeyRequired: true });
  await gateway('PutIntegration', { ...key, type: 'MOCK' });
  await gateway('CreateDeployment', { restApiId, stageName: 'dev' });
  return restApiId;
}

const shownKey = {
  id: expect.stringMatching(/^[a-z0-9]{10}$/),
  enabled: false,
  createdDate: TEST_START,
  lastUpdatedDate: TEST_START,
  stageKeys: [],
};

// test_get_api_keys, test_create_api_key_with_invalid_name, …_invalid_value, test_negative_get_usage_plan_api_keys
test('a key shows its value when it is made, and else where it is asked for', async () => {
  const value = expect.stringMatching(/^[A-Za-z0-9]{40}$/);
  const made = await gateway('CreateApiKey', { name: 'TestKey' });
  expect(made).toEqual({ ...shownKey, name: 'TestKey', value });
  const key = { apiKey: made.id ?? '' };
  expect(await gateway('GetApiKey', key)).toEqual({ ...shownKey, name: 'TestKey', tags: {} });
  expect((await gateway('GetApiKey', { ...key, includeValue: true })).value).toBe(made.value);
  expect(await gateway('CreateApiKey', { name: '', value: '' })).toEqual({ ...shownKey, value });
  const named = async (nameQuery: string) => (await gateway('GetApiKeys', { nameQuery })).items;
  expect(await named('Test')).toEqual([{ ...shownKey, name: 'TestKey' }]);
  expect([await named('test'), await named('Key'), (await named(''))?.length]).toEqual([[], [], 2]);
});

test('what a key may not be is refused', async () => {
  const create = (settings: object) => refusalOf(gateway('CreateApiKey', settings));
  expect([
    await create({ name: 'a'.repeat(1025) }),
    await create({ value: 'short' }),
    await create({ value: 'a'.repeat(129) }),
    await create({ description: 'a'.repeat(125_001) }),
  ]).toEqual([
    'BadRequestException: Invalid API Key name, can be at most 1024 characters.',
    'BadRequestException: API Key value should be at least 20 characters',
    'BadRequestException: API Key value exceeds maximum size of 128 characters',
    'BadRequestException: Invalid API Key description specified.',
  ]);
});

// test_update_api_key_invalid_enabled_type, test_update_api_key_immutable_field
test('a key is changed path by path', async () => {
  const { id: apiKey = '' } = await gateway('CreateApiKey', { name: 'a', enabled: true });
  const change = (path: string, value: string) =>
    gateway('UpdateApiKey', { apiKey, patchOperations: [{ op: 'replace', path, value }] });
  expect(await change('/enabled', 'maybe')).toEqual({ ...shownKey, name: 'a', tags: {} });
  expect(await refusalOf(change('/id', 'b'))).toBe(
    "BadRequestException: Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]",
  );
});

// test_usage_plan_crud
test('a usage plan is made, read, listed and changed', async () => {
  const apiId = await deployApi();
  const apiStages = [{ apiId, stage: 'dev' }];
  const made = await gateway('CreateUsagePlan', { name: 'basic', description: 'd', apiStages });
  const shown = { id: expect.any(String), name: 'basic', description: 'd', apiStages };
  expect(made).toEqual(shown);
  const usagePlanId = made.id ?? '';
  expect(await gateway('GetUsagePlan', { usagePlanId })).toEqual({ ...shown, tags: {} });
  expect(await gateway('GetUsagePlans', {})).toEqual({ items: [shown] });
  const change = (...patchOperations: PatchOperation[]) => gateway('UpdateUsagePlan', { usagePlanId, patchOperations });
  const settings = [
    { op: 'replace', path: '/throttle/burstLimit', value: '100' },
    { op: 'replace', path: '/throttle/rateLimit', value: '200' },
    { op: 'replace', path: '/quota/period', value: 'MONTH' },
    { op: 'replace', path: '/quota/limit', value: '5000' },
  ] as const;
  expect(await change(...settings)).toEqual({
    ...shown,
    quota: { limit: 5000, offset: 0, period: 'MONTH' },
    throttle: { burstLimit: 100, rateLimit: 200 },
    tags: {},
  });
  const drop = (value?: string) =>
    refusalOf(change({ op: 'remove', path: '/apiStages', ...(value !== undefined && { value }) }));
  expect([
    await refusalOf(gateway('UpdateUsagePlan', { usagePlanId: 'none', patchOperations: [...settings] })),
    await drop(),
    await drop('fakevalue'),
    await drop('b:dev'),
    await drop(`${apiId}:fakestagename`),
  ]).toEqual([
    'NotFoundException: Invalid Usage Plan ID specified',
    'BadRequestException: Invalid API Stage specified',
    'BadRequestException: Invalid API Stage specified',
    `NotFoundException: Invalid API Stage {api: b, stage: dev} specified for usageplan ${usagePlanId}`,
    `NotFoundException: Invalid API Stage {api: ${apiId}, stage: fakestagename} specified for usageplan ${usagePlanId}`,
  ]);
});

// test_get_usage_plan_api_keys, test_create_usage_plan_with_throttle
test('keys of a plan are listed, the newest first, by the beginning of their names', async () => {
  const throttle = { burstLimit: 20, rateLimit: 10 };
  const { id: usagePlanId = '' } = await gateway('CreateUsagePlan', { name: 'basic', throttle });
  const [one, two] = [await gateway('CreateApiKey', { name: 'one' }), await gateway('CreateApiKey', { name: 'two' })];
  const shown = [two, one].map(({ id, name, value }) => ({ id, name, value, type: 'API_KEY' }));
  for (const { id: keyId = '' } of [one, two]) {
    const link = { usagePlanId, keyId, keyType: 'API_KEY' };
    expect(await gateway('CreateUsagePlanKey', link)).toEqual(shown.find(({ id }) => id === keyId));
  }
  expect(await gateway('GetUsagePlanKeys', { usagePlanId })).toEqual({ items: shown });
  expect(await gateway('GetUsagePlanKeys', { usagePlanId, nameQuery: 'on' })).toEqual({ items: [shown[1]] });
  expect(await gateway('GetUsagePlanKeys', { usagePlanId: 'none' })).toEqual({ items: [] });
  await gateway('DeleteUsagePlanKey', { usagePlanId, keyId: one.id ?? '' });
  expect(await gateway('GetUsagePlanKeys', { usagePlanId })).toEqual({ items: [shown[0]] });
  await gateway('DeleteApiKey', { apiKey: two.id ?? '' });
  expect(await gateway('GetUsagePlanKeys', { usagePlanId })).toEqual({ items: [] });
});
