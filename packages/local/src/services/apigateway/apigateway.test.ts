// What operations of REST APIs answer, word for word as recorded on AWS: LocalStack, tests/aws/services/apigateway.
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START } from '../../test-cloud.ts';
import { createApiGatewayService } from './service.ts';

let cloud: Cloud;
let restApiId: string;
let rootId: string;
const gateway = callerOf('apigateway', () => cloud);
beforeEach(async () => {
  cloud = createTestCloud(createApiGatewayService);
  const made = await gateway('CreateRestApi', { name: 'orders', description: 'd' });
  restApiId = made.id ?? '';
  rootId = made.rootResourceId ?? '';
});

const URI =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations';

// apigateway_api test_create_rest_api_verify_defaults, test_list_and_delete_apis, test_update_rest_api_…
test('an API shows empty tags when it is read, changed or put, not when it is made, imported or listed', async () => {
  const shown = {
    id: expect.stringMatching(/^[a-z0-9]{10}$/),
    name: 'a',
    createdDate: TEST_START,
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    disableExecuteApiEndpoint: false,
    rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
  };
  const made = await gateway('CreateRestApi', { name: 'a' });
  expect(made).toEqual(shown);
  expect((await gateway('GetRestApis', {})).items).toContainEqual(shown);
  expect(await gateway('GetRestApi', { restApiId: made.id ?? '' })).toEqual({ ...shown, tags: {} });
  expect(await gateway('UpdateRestApi', { restApiId: made.id ?? '' })).toEqual({ ...shown, tags: {} });
  const body = Buffer.from(JSON.stringify({ info: { title: 'a' }, paths: {} }));
  expect(await gateway('ImportRestApi', { body })).toEqual(shown);
  const put = await gateway('PutRestApi', { restApiId: made.id ?? '', mode: 'overwrite', body });
  expect(put).toEqual({ ...shown, tags: {} });
  expect(await gateway('CreateRestApi', { name: 'a', tags: { k: 'v' } })).toEqual({ ...shown, tags: { k: 'v' } });
});

// apigateway_api test_create_rest_api_with_optional_params, …_with_endpoint_configuration, …_verify_defaults
describe('making an API', () => {
  test('a private one is dualstack', async () => {
    const made = await gateway('CreateRestApi', { name: 'a', endpointConfiguration: { types: ['PRIVATE'] } });
    expect(made.endpointConfiguration).toEqual({ types: ['PRIVATE'], ipAddressType: 'dualstack' });
  });

  test.each([
    [{ description: '' }, 'Description cannot be an empty string'],
    [{ minimumCompressionSize: -1 }, 'Invalid minimum compression size, must be between 0 and 10485760'],
    [
      { endpointConfiguration: { types: [] } },
      'REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.',
    ],
    [{ endpointConfiguration: { types: ['EDGE', 'REGIONAL'] } }, 'Cannot create an api with multiple Endpoint Types.'],
  ] as const)('with %j is refused', async (more, sentence) => {
    expect(await refusalOf(gateway('CreateRestApi', { name: 'a', ...more }))).toBe(`BadRequestException: ${sentence}`);
  });
});

describe('UpdateRestApi', () => {
  const update = (...patchOperations: PatchOperation[]) => gateway('UpdateRestApi', { restApiId, patchOperations });
  const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });

  // apigateway_api test_update_rest_api_operation_add_remove, test_update_rest_api_behaviour
  test('adds, replaces and removes binary media types and the description', async () => {
    const types = async (...operations: PatchOperation[]) => (await update(...operations)).binaryMediaTypes;
    const [png, jpeg] = ['/binaryMediaTypes/image~1png', '/binaryMediaTypes/image~1jpeg'];
    expect(await types({ op: 'add', path: png }, { op: 'add', path: jpeg })).toEqual(['image/png', 'image/jpeg']);
    expect(await types(replace(png, 'image/gif'))).toEqual(['image/jpeg', 'image/gif']);
    const both = await update(
      { op: 'remove', path: '/binaryMediaTypes/image~1gif' },
      { op: 'remove', path: '/description' },
    );
    expect([both.binaryMediaTypes, 'description' in both]).toEqual([['image/jpeg'], false]);
    expect(await types({ op: 'add', path: '/binaryMediaTypes/-', value: 'image/png' })).toEqual(['image/jpeg', '-']);
  });

  // apigateway_api test_update_rest_api_compression
  test('turns compression on and off', async () => {
    const path = '/minimumCompressionSize';
    expect((await update(replace(path, '10'))).minimumCompressionSize).toBe(10);
    expect('minimumCompressionSize' in (await update(replace(path, '')))).toBe(false);
    expect((await update(replace(path, '0'))).minimumCompressionSize).toBe(0);
  });

  // apigateway_api test_update_rest_api_ip_address_type
  test('changes the type of the endpoint, and of its addresses', async () => {
    const endpoint = async (...operations: PatchOperation[]) => (await update(...operations)).endpointConfiguration;
    const type = '/endpointConfiguration/types/0';
    const addresses = '/endpointConfiguration/ipAddressType';
    expect(await endpoint(replace(type, 'REGIONAL'))).toEqual({ types: ['REGIONAL'], ipAddressType: 'ipv4' });
    expect(await endpoint(replace(addresses, 'dualstack'))).toEqual({
      types: ['REGIONAL'],
      ipAddressType: 'dualstack',
    });
    expect(await endpoint(replace(type, 'PRIVATE'))).toEqual({ types: ['PRIVATE'], ipAddressType: 'dualstack' });
    expect(await refusalOf(update(replace(addresses, 'ipv4')))).toBe(
      'BadRequestException: Only dualstack ipAddressType is supported for Private APIs.',
    );
  });

  // The same tests.
  test.each([
    [replace('/binaryMediaTypes', 'x'), 'Invalid patch path /binaryMediaTypes'],
    [{ op: 'add', path: '/binaryMediaTypes' }, 'Invalid patch path /binaryMediaTypes'],
    [replace('/minimumCompressionSize', '-1'), 'Invalid minimum compression size, must be between 0 and 10485760'],
    [replace('/minimumCompressionSize', 'x'), 'Invalid minimum compression size, must be between 0 and 10485760'],
    [{ op: 'add', path: '/minimumCompressionSize' }, 'Invalid patch operation specified. Must be one of: [replace]'],
    [replace('/endpointConfiguration/ipAddressType', 'x'), 'ipAddressType must be either ipv4 or dualstack.'],
    [
      { op: 'remove', path: '/endpointConfiguration/ipAddressType' },
      'Invalid patch operation specified. Must be one of: [replace]',
    ],
    [
      replace('/endpointConfiguration/types/0', 'x'),
      'Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE',
    ],
    [
      { op: 'remove', path: '/endpointConfiguration/types/0' },
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    ],
  ] as const)('refuses %j', async (operation, sentence) => {
    expect(await refusalOf(update(operation))).toBe(`BadRequestException: ${sentence}`);
  });
});

// apigateway_api test_create_proxy_resource_validation, test_create_resource_parent_invalid
describe('a resource', () => {
  const create = async (parentId: string, pathPart: string) =>
    (await gateway('CreateResource', { restApiId, parentId, pathPart })).id ?? '';

  test('has one child with a variable, and none below a greedy one', async () => {
    const proxy = await create(rootId, '{proxy+}');
    const parent = await create(rootId, 'parent');
    await create(parent, '{child+}');
    const cases = [
      [
        rootId,
        '{dynamic}',
        'A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed',
      ],
      [proxy, 'child', 'Cannot create a child of a resource with a greedy path variable: {proxy+}'],
      [proxy, '{child}', 'Cannot create a child of a resource with a greedy path variable: {proxy+}'],
    ] as const;
    for (const [parentId, pathPart, sentence] of cases) {
      expect(await refusalOf(create(parentId, pathPart))).toBe(`BadRequestException: ${sentence}`);
    }
    expect(await refusalOf(create('none', 'a'))).toBe('NotFoundException: Invalid Resource identifier specified');
  });

  // The sentence about the sibling is the same; what stands around it is how AWS tells of a failed import.
  test('of an OpenAPI document is held to the same', async () => {
    const body = Buffer.from(JSON.stringify({ paths: { '/orders/{id}': {}, '/orders/{proxy+}': {} } }));
    expect(await refusalOf(gateway('ImportRestApi', { body }))).toBe(
      "BadRequestException: Errors found during import:\n\tUnable to create resource at path '/orders/{proxy+}': " +
        'A sibling ({id}) of this resource already has a variable path part -- only one is allowed',
    );
  });
});

describe('a method', () => {
  const put = (more: object) =>
    gateway('PutMethod', { restApiId, resourceId: rootId, httpMethod: 'ANY', authorizationType: 'NONE', ...more });
  const authorizer =
    'BadRequestException: Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.';

  // apigateway_api test_put_method_validation, test_method_request_parameters
  test.each([
    [{ restApiId: 'fake-api', httpMethod: 'WRONG' }, 'NotFoundException: Invalid Resource identifier specified'],
    [{ resourceId: 'fake', httpMethod: 'WRONG' }, 'NotFoundException: Invalid Resource identifier specified'],
    [
      { httpMethod: 'WRONG' },
      'BadRequestException: Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
    ],
    [{ authorizationType: 'CUSTOM' }, authorizer],
    [{ authorizationType: 'COGNITO_USER_POOLS' }, authorizer],
    [{ authorizationType: 'CUSTOM', authorizerId: 'fake' }, authorizer],
    [
      {
        requestParameters: { 'method.request.querystring.optional': false, 'method.request.header.optional': false },
      },
      'BadRequestException: Parameter names must be unique across querystring, header and path',
    ],
  ])('is refused: %j', async (more, refusal) => {
    expect(await refusalOf(put(more))).toBe(refusal);
  });

  // apigateway_api test_method_lifecycle, test_method_request_parameters
  test('is shown as it was put', async () => {
    const requestParameters = { 'method.request.header.h': true, 'method.request.querystring.q': false };
    const shown = { apiKeyRequired: false, authorizationType: 'NONE', httpMethod: 'ANY', requestParameters };
    expect(await put({ requestParameters })).toEqual(shown);
    const key = { restApiId, resourceId: rootId, httpMethod: 'ANY' };
    expect(await gateway('GetMethod', key)).toEqual(shown);
    await gateway('DeleteMethod', key);
    expect(await refusalOf(gateway('DeleteMethod', key))).toBe(
      'NotFoundException: Invalid Method identifier specified',
    );
  });
});

// Sources: API Gateway API reference, CreateAuthorizer and "Patch operations"; sentences: see authorizer.ts.
describe('an authorizer', () => {
  const settings = { restApiId: '', name: 'gate', type: 'TOKEN', authorizerUri: URI } as const;
  const create = (more: object = {}) => gateway('CreateAuthorizer', { ...settings, restApiId, ...more });

  test('is made, shown, listed, changed and deleted', async () => {
    const { id: authorizerId = '', ...made } = await create();
    const shown = {
      ...{ name: 'gate', type: 'TOKEN', authType: 'custom', authorizerUri: URI, authorizerResultTtlInSeconds: 300 },
      identitySource: 'method.request.header.Authorization',
    };
    expect(made).toEqual(shown);
    const key = { restApiId, authorizerId };
    expect(await gateway('GetAuthorizer', key)).toEqual({ id: authorizerId, ...shown });
    expect((await gateway('GetAuthorizers', { restApiId })).items).toEqual([{ id: authorizerId, ...shown }]);
    const patchOperations: PatchOperation[] = [
      { op: 'replace', path: '/authorizerResultTtlInSeconds', value: '0' },
      { op: 'replace', path: '/identitySource', value: 'method.request.header.X-Token' },
      { op: 'add', path: '/providerARNs', value: 'arn:aws:cognito-idp:x' },
    ];
    expect(await gateway('UpdateAuthorizer', { ...key, patchOperations })).toEqual({
      ...{ ...shown, id: authorizerId, authorizerResultTtlInSeconds: 0 },
      ...{ identitySource: 'method.request.header.X-Token', providerARNs: ['arn:aws:cognito-idp:x'] },
    });
    await gateway('DeleteAuthorizer', key);
    expect(await refusalOf(gateway('GetAuthorizer', key))).toBe(
      'NotFoundException: Invalid Authorizer identifier specified',
    );
  });

  test.each([
    [
      { authorizerUri: 'arn:aws:apigateway:eu-west-1:s3:path/b/k' },
      'BadRequestException: Invalid Authorizer URI: arn:aws:apigateway:eu-west-1:s3:path/b/k. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.',
    ],
    [
      { authorizerResultTtlInSeconds: 3601 },
      'BadRequestException: Invalid authorizerResultTtlInSeconds: 3601. It has to be between 0 and 3600.',
    ],
    [
      { type: 'REQUEST', identitySource: 'method.request.header.a, body.b' },
      'BadRequestException: Invalid mapping expression specified as identity source: body.b',
    ],
  ])('is refused with %j', async (more, refusal) => {
    expect(await refusalOf(create(more))).toBe(refusal);
  });

  test('has a name of its own', async () => {
    await create();
    expect(await refusalOf(create())).toBe(
      'ConflictException: Authorizer name must be unique. Authorizer gate already exists in this RestApi.',
    );
  });
});

describe('an integration', () => {
  beforeEach(() =>
    gateway('PutMethod', { restApiId, resourceId: rootId, httpMethod: 'GET', authorizationType: 'NONE' }),
  );
  const key = () => ({ restApiId, resourceId: rootId, httpMethod: 'GET' });
  const put = (type: 'AWS' | 'AWS_PROXY' | 'HTTP' | 'HTTP_PROXY' | 'MOCK', uri?: string) =>
    gateway('PutIntegration', { ...key(), type, uri, integrationHttpMethod: 'POST' });
  const only =
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.";

  // apigateway_integrations test_put_integration_validation, apigateway_lambda test_put_integration_aws_proxy_uri
  test.each([
    [
      'AWS_PROXY',
      'arn:aws:lambda:eu-west-1:123456789012:function:f',
      'AWS ARN for integration must contain path or action',
    ],
    ['AWS_PROXY', `bad-${URI}`, 'Invalid ARN specified in the request'],
    ['AWS_PROXY', URI.replace(':path/', ':test/'), 'AWS ARN for integration must contain path or action'],
    ['AWS_PROXY', URI.replace(':lambda:path', ':firehose:path'), only],
    ['AWS_PROXY', URI.replace('2015-03-31/functions', 'random/value'), only],
    ['AWS_PROXY', 'arn:aws:apigateway:eu-west-1:s3:path/b/k', only],
    ['AWS', 'non-valid-arn', 'Invalid ARN specified in the request'],
    ['AWS', 'arn:aws:iam::0000000000:role/service-role/asdf', 'AWS ARN for integration must contain path or action'],
    ['HTTP', 'non-valid-http', 'Invalid HTTP endpoint specified for URI'],
    ['HTTP_PROXY', 'non-valid-http', 'Invalid HTTP endpoint specified for URI'],
  ] as const)('of type %s is refused with the URI %s', async (type, uri, sentence) => {
    expect(await refusalOf(put(type, uri))).toBe(`BadRequestException: ${sentence}`);
  });

  test.each(['AWS', 'HTTP', 'HTTP_PROXY'] as const)('of type %s needs a method', async (type) => {
    expect(await refusalOf(gateway('PutIntegration', { ...key(), type, uri: 'http://example.com' }))).toBe(
      'BadRequestException: Enumeration value for HttpMethod must be non-empty',
    );
  });

  test('is put otherwise', async () => {
    for (const [type, uri] of [
      ['AWS', 'arn:aws:apigateway:eu-west-1:s3:path/b/k'],
      ['AWS_PROXY', URI],
      // Two slashes. Source: API Gateway API reference, PutIntegration, its example.
      ['AWS_PROXY', URI.replace('path/', 'path//')],
      // Source: API Gateway developer guide, "Set up a Lambda proxy integration with payload response streaming".
      ['AWS_PROXY', URI.replace('2015-03-31', '2021-11-15').replace(/invocations$/, 'response-streaming-invocations')],
    ] as const) {
      expect(await put(type, uri)).toMatchObject({ type, uri, httpMethod: 'POST', timeoutInMillis: 29_000 });
    }
    expect(await put('MOCK')).toMatchObject({ type: 'MOCK', passthroughBehavior: 'WHEN_NO_MATCH' });
  });

  // apigateway_api test_get_integration_non_existent
  test('that is not there is told of by what is missing', async () => {
    const get = (more: object) => refusalOf(gateway('GetIntegration', { ...key(), ...more }));
    const resource = 'NotFoundException: Invalid Resource identifier specified';
    expect(await get({ restApiId: 'none' })).toBe(resource);
    expect(await get({ resourceId: 'none' })).toBe(resource);
    expect(await get({ httpMethod: 'PUT' })).toBe('NotFoundException: Invalid Method identifier specified');
    expect(await get({})).toBe('NotFoundException: Invalid Integration identifier specified');
    const api = `NotFoundException: Invalid API identifier specified ${TEST_ACCOUNT}:none`;
    expect(await refusalOf(gateway('GetRestApi', { restApiId: 'none' }))).toBe(api);
  });

  test('of an OpenAPI document is held to the same', async () => {
    const integration = {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
    };
    const body = Buffer.from(
      JSON.stringify({ paths: { '/a': { get: { 'x-amazon-apigateway-integration': integration } } } }),
    );
    expect(await refusalOf(gateway('PutRestApi', { restApiId, mode: 'overwrite', body }))).toBe(
      "BadRequestException: Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': " +
        'AWS ARN for integration must contain path or action',
    );
  });
});

// apigateway_basic test_update_rest_api_deployment, apigateway_common test_create_update_stages, …_deployments
test('a method with authorizationType none and a mock without responses can be deployed', async () => {
  const key = { restApiId, resourceId: rootId, httpMethod: 'GET' };
  await gateway('PutMethod', { ...key, authorizationType: 'none' });
  await gateway('PutIntegration', { ...key, type: 'MOCK' });
  const { id: deploymentId = '', ...deployment } = await gateway('CreateDeployment', { restApiId });
  expect(deployment).toEqual({ createdDate: TEST_START });
  const stage = {
    stageName: 's1',
    deploymentId,
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    createdDate: TEST_START,
    lastUpdatedDate: TEST_START,
    methodSettings: {},
    tracingEnabled: false,
  };
  expect(await gateway('CreateStage', { restApiId, stageName: 's1', deploymentId })).toEqual(stage);
  expect(await refusalOf(gateway('DeleteDeployment', { restApiId, deploymentId }))).toBe(
    'BadRequestException: Active stages pointing to this deployment must be moved or deleted',
  );
});
