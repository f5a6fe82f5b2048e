// Operations of gateway responses, word for word as recorded on AWS: LocalStack apigateway_api
// TestApiGatewayGatewayResponse.
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf } from '../../test-cloud.ts';
import { createApiGatewayService } from './service.ts';

let cloud: Cloud;
let restApiId: string;
const gateway = callerOf('apigateway', () => cloud);
beforeEach(async () => {
  cloud = createTestCloud(createApiGatewayService);
  restApiId = (await gateway('CreateRestApi', { name: 'orders' })).id ?? '';
});

const templates = { 'application/json': '{"message":$context.error.messageString}' };

// test_gateway_response_crud, test_gateway_response_put
test('what nobody put is shown with its default, or as what was put for all of its kind', async () => {
  const key = { restApiId, responseType: 'MISSING_AUTHENTICATION_TOKEN' } as const;
  const shown = {
    responseType: key.responseType,
    statusCode: '403',
    responseParameters: {},
    responseTemplates: templates,
  };
  expect(await gateway('GetGatewayResponse', key)).toEqual({ ...shown, defaultResponse: true });
  const responseParameters = { 'gatewayresponse.header.x-request-header': 'method.request.header.Accept' };
  expect(await gateway('PutGatewayResponse', { ...key, responseParameters })).toEqual({
    ...shown,
    responseParameters,
    defaultResponse: false,
  });
  await gateway('PutGatewayResponse', {
    restApiId,
    responseType: 'DEFAULT_5XX',
    statusCode: '599',
    responseParameters,
  });
  const { items = [] } = await gateway('GetGatewayResponses', { restApiId });
  expect(items).toHaveLength(21);
  expect(
    items.map(({ responseType, statusCode, defaultResponse }) => `${responseType} ${statusCode} ${defaultResponse}`),
  ).toMatchInlineSnapshot(`
    [
      "ACCESS_DENIED 403 true",
      "API_CONFIGURATION_ERROR 599 true",
      "AUTHORIZER_CONFIGURATION_ERROR 599 true",
      "AUTHORIZER_FAILURE 599 true",
      "BAD_REQUEST_BODY 400 true",
      "BAD_REQUEST_PARAMETERS 400 true",
      "DEFAULT_4XX undefined true",
      "DEFAULT_5XX 599 false",
      "EXPIRED_TOKEN 403 true",
      "INTEGRATION_FAILURE 599 true",
      "INTEGRATION_TIMEOUT 599 true",
      "INVALID_API_KEY 403 true",
      "INVALID_SIGNATURE 403 true",
      "MISSING_AUTHENTICATION_TOKEN 403 false",
      "QUOTA_EXCEEDED 429 true",
      "REQUEST_TOO_LARGE 413 true",
      "RESOURCE_NOT_FOUND 404 true",
      "THROTTLED 429 true",
      "UNAUTHORIZED 401 true",
      "UNSUPPORTED_MEDIA_TYPE 415 true",
      "WAF_FILTERED 403 true",
    ]
  `);
  await gateway('DeleteGatewayResponse', key);
  expect(await gateway('GetGatewayResponse', key)).toEqual({ ...shown, defaultResponse: true });
});

// test_gateway_response_validation
test('what is not there is told', async () => {
  const key = { restApiId, responseType: 'DEFAULT_4XX' } as const;
  expect(await refusalOf(gateway('DeleteGatewayResponse', key))).toBe(
    'NotFoundException: Gateway response type not defined on api',
  );
  expect(await refusalOf(gateway('GetGatewayResponses', { restApiId: 'none' }))).toMatch(
    /^NotFoundException: Invalid API identifier specified \d+:none$/,
  );
});

// test_update_gateway_response
test('a response is changed path by path, also one that nobody put', async () => {
  const key = { restApiId, responseType: 'DEFAULT_4XX' } as const;
  const change = (...patchOperations: PatchOperation[]) =>
    gateway('UpdateGatewayResponse', { ...key, patchOperations });
  const code = { op: 'replace', path: '/statusCode', value: '444' } as const;
  const header = '/responseParameters/gatewayresponse.header.x';
  expect(await change(code)).toEqual({
    responseType: 'DEFAULT_4XX',
    statusCode: '444',
    responseParameters: {},
    responseTemplates: templates,
    defaultResponse: false,
  });
  const xml = { op: 'add', path: '/responseTemplates/application~1xml', value: '<a/>' } as const;
  expect(await change({ op: 'add', path: header, value: "'a'" }, xml)).toMatchObject({
    responseParameters: { 'gatewayresponse.header.x': "'a'" },
    responseTemplates: { ...templates, 'application/xml': '<a/>' },
  });
  expect((await change({ op: 'remove', path: header })).responseParameters).toEqual({});
  const refusals = [
    await refusalOf(change({ ...code, op: 'add' })),
    await refusalOf(change({ op: 'remove', path: '/statusCode' })),
    await refusalOf(change({ op: 'replace', path: header, value: "'b'" })),
    await refusalOf(change({ op: 'add', value: "'b'" })),
    await refusalOf(change({ op: 'add', path: '/wrongPath', value: "'b'" })),
    await refusalOf(change({ op: 'replace', path: '/responseTemplates/application~1json' })),
  ];
  expect(refusals).toEqual([
    'BadRequestException: Invalid patch path /statusCode',
    'BadRequestException: Invalid patch path /statusCode',
    'NotFoundException: Invalid parameter name specified',
    'BadRequestException: Invalid patch path null',
    'BadRequestException: Invalid patch path /wrongPath',
    'BadRequestException: Invalid null or empty value in responseTemplates',
  ]);
});
