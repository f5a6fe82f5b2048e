// HTTP APIs as their owner sees them; what a request meets is tested in gateway/.
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, createTestCloudWith, refusalOf, TEST_START } from '../../test-cloud.ts';
import { createApiGatewayV2Service } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createApiGatewayV2Service);
});

const apis = callerOf('apigatewayv2', () => cloud);

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';

async function createApi(): Promise<string> {
  const { ApiId = '' } = await apis('CreateApi', { Name: 'orders', ProtocolType: 'HTTP' });
  return ApiId;
}

// Source: API Gateway v2 API reference, CreateApi, "quick create": an API, a default route, an integration, a stage.
test('an API with a target has a route, its integration and a stage that follows every change', async () => {
  const { ApiId = '' } = await apis('CreateApi', {
    Name: 'proxy',
    ProtocolType: 'HTTP',
    Target: FUNCTION,
  });
  const { Items: [integration] = [] } = await apis('GetIntegrations', { ApiId });
  const { Items: routes = [] } = await apis('GetRoutes', { ApiId });
  const { Items: stages = [] } = await apis('GetStages', { ApiId });
  expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', IntegrationUri: FUNCTION });
  expect(routes).toMatchObject([{ RouteKey: '$default', Target: `integrations/${integration?.IntegrationId}` }]);
  expect(stages).toMatchObject([{ StageName: '$default', AutoDeploy: true, CreatedDate: TEST_START }]);
});

test('lists are taken page by page, and a token that is not ours is refused', async () => {
  for (const name of ['a', 'b', 'c']) await apis('CreateApi', { Name: name, ProtocolType: 'HTTP' });
  const first = await apis('GetApis', { MaxResults: '2' });
  const second = await apis('GetApis', { MaxResults: '2', NextToken: first.NextToken });
  expect([first.Items?.length, second.Items?.length, second.NextToken]).toEqual([2, 1, undefined]);
  expect(await refusalOf(apis('GetApis', { NextToken: 'no token' }))).toBe(
    'BadRequestException: Invalid NextToken: no token',
  );
});

test('what does not exist, and what is in use, is refused', async () => {
  const ApiId = await createApi();
  expect(await refusalOf(apis('GetStage', { ApiId, StageName: 'prod' }))).toBe(
    'NotFoundException: Unable to find Stage by name',
  );
  const { DeploymentId = '' } = await apis('CreateDeployment', { ApiId });
  await apis('CreateStage', { ApiId, StageName: 'prod', DeploymentId });
  expect(await refusalOf(apis('DeleteDeployment', { ApiId, DeploymentId }))).toBe(
    'BadRequestException: Active stages pointing to this deployment must be moved or deleted',
  );
  expect(await refusalOf(apis('CreateStage', { ApiId, StageName: 'prod' }))).toMatch(/^ConflictException: /);
});

test('where nothing may stand in, others than HTTP APIs, other integrations and authorizers are refused by name', async () => {
  const strict = createTestCloudWith({ unserved: 'refuse' }, createApiGatewayV2Service);
  const ask = callerOf('apigatewayv2', () => strict);
  expect(await refusalOf(ask('CreateApi', { Name: 'chat', ProtocolType: 'WEBSOCKET' }))).toBe(
    'BadRequestException: Earwitness serves HTTP APIs, not WEBSOCKET APIs (chat).',
  );
  const Target = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
  const { ApiId = '' } = await ask('CreateApi', { Name: 'f', ProtocolType: 'HTTP', Target });
  const [route] = (await ask('GetRoutes', { ApiId })).Items ?? [];
  const link = { ConnectionType: 'VPC_LINK', ConnectionId: 'l', PayloadFormatVersion: '1.0' } as const;
  const listener = { IntegrationUri: 'arn:aws:elasticloadbalancing:x', IntegrationMethod: 'ANY' } as const;
  const made = await ask('CreateIntegration', { ApiId, IntegrationType: 'HTTP_PROXY', ...link, ...listener });
  const linked = { ApiId, RouteKey: 'GET /b', Target: `integrations/${made.IntegrationId}` };
  expect(await refusalOf(ask('CreateRoute', linked))).toBe(
    'BadRequestException: Earwitness runs integrations with functions and servers only: the route GET /b has one of type VPC_LINK.',
  );
  const guarded = { ApiId, RouteKey: 'GET /a', Target: route?.Target, AuthorizationType: 'JWT' } as const;
  expect(await refusalOf(ask('CreateRoute', guarded))).toBe(
    'BadRequestException: Earwitness does not authorize requests: the route GET /a asks for JWT.',
  );
  await strict.close();
});

// Sources: API Gateway V2 API reference, CreateAuthorizer; developer guide, "Working with AWS Lambda authorizers for
// HTTP APIs"; the sentence about names: aws-cdk issue 20170.
test('an authorizer is made, shown, listed, changed, and deleted when no route names it', async () => {
  const ApiId = await createApi();
  const settings = { Name: 'gate', AuthorizerType: 'REQUEST', AuthorizerUri: FUNCTION, IdentitySource: [] } as const;
  const create = (more: object = {}) =>
    apis('CreateAuthorizer', { ApiId, ...settings, AuthorizerPayloadFormatVersion: '2.0', ...more });
  const { AuthorizerId = '', ...made } = await create();
  expect(made).toEqual({ ...settings, AuthorizerPayloadFormatVersion: '2.0' });
  expect(await apis('GetAuthorizer', { ApiId, AuthorizerId })).toEqual({ ...made, AuthorizerId });
  expect((await apis('GetAuthorizers', { ApiId })).Items).toEqual([{ ...made, AuthorizerId }]);
  const simple = { ApiId, AuthorizerId, EnableSimpleResponses: true };
  expect(await apis('UpdateAuthorizer', simple)).toEqual({ ...made, AuthorizerId, EnableSimpleResponses: true });
  expect(await refusalOf(create())).toBe(
    'ConflictException: Authorizer name must be unique. Authorizer gate already exists in this RestApi.',
  );
  const route = { ApiId, RouteKey: 'GET /a', AuthorizationType: 'CUSTOM' } as const;
  expect(await refusalOf(apis('CreateRoute', { ...route, AuthorizerId: 'fake' }))).toBe(
    'NotFoundException: Unable to find Authorizer with ID fake',
  );
  const { RouteId = '' } = await apis('CreateRoute', { ...route, AuthorizerId });
  expect(await refusalOf(apis('DeleteAuthorizer', { ApiId, AuthorizerId }))).toBe(
    `BadRequestException: Cannot delete Authorizer '${AuthorizerId}' because it is referenced by route 'GET /a'.`,
  );
  await apis('DeleteRoute', { ApiId, RouteId });
  await apis('DeleteAuthorizer', { ApiId, AuthorizerId });
  expect((await apis('GetAuthorizers', { ApiId })).Items).toEqual([]);
});

test.each([
  [{}, 'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer'],
  [
    { AuthorizerPayloadFormatVersion: '3.0' },
    'AuthorizerPayloadFormatVersion must be one of [1.0, 2.0], not 3.0 (gate).',
  ],
  [
    { AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true },
    'Simple responses need AuthorizerPayloadFormatVersion 2.0 (gate).',
  ],
  [
    { AuthorizerPayloadFormatVersion: '2.0', AuthorizerResultTtlInSeconds: 60 },
    'To keep what gate answers, it must have at least one identity source.',
  ],
  [
    { AuthorizerPayloadFormatVersion: '2.0', IdentitySource: ['$request.body.a'] },
    'Invalid identity source of gate: $request.body.a',
  ],
  [
    { AuthorizerPayloadFormatVersion: '2.0', AuthorizerUri: 'arn:aws:s3:::a' },
    'The AuthorizerUri of gate names no function: arn:aws:s3:::a.',
  ],
])('an authorizer with %j is refused', async (more, sentence) => {
  const ApiId = await createApi();
  const settings = { ApiId, Name: 'gate', AuthorizerType: 'REQUEST', AuthorizerUri: FUNCTION } as const;
  const made = apis('CreateAuthorizer', { ...settings, IdentitySource: [], ...more });
  expect(await refusalOf(made)).toBe(`BadRequestException: ${sentence}`);
});

// Source: API Gateway developer guide, "Integration subtype reference" (Required).
test('an integration with a service has the parameters that its subtype requires, and no other ones', async () => {
  const ApiId = await createApi();
  await apis('CreateStage', { ApiId, StageName: '$default', AutoDeploy: true });
  const put = async (IntegrationSubtype: string, RequestParameters: Record<string, string>) => {
    const integration = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationSubtype, RequestParameters } as const;
    const { IntegrationId } = await apis('CreateIntegration', integration);
    return refusalOf(apis('CreateRoute', { ApiId, RouteKey: 'POST /', Target: `integrations/${IntegrationId}` }));
  };
  expect(await put('EventBridge-PutEvents', { Source: 'a', Detail: '{}' })).toBe(
    'BadRequestException: The integration of POST / is wrong: EventBridge-PutEvents requires the parameter DetailType.',
  );
  expect(await put('SQS-SendMessage', { QueueUrl: 'a', MessageBody: 'b', Colour: 'red' })).toMatch(
    'The integration of POST / is wrong: SQS-SendMessage has no parameter Colour; it has QueueUrl, MessageBody, ',
  );
});

// CloudFormation makes resources that do not name one another at the same time.
test('what is made at the same time in an API with a stage that follows every change is all there', async () => {
  const ApiId = await createApi();
  await apis('CreateStage', { ApiId, StageName: '$default', AutoDeploy: true });
  const integration = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: FUNCTION } as const;
  const authorizer = { ApiId, AuthorizerType: 'REQUEST', AuthorizerUri: FUNCTION, IdentitySource: [] } as const;
  await Promise.all([
    apis('CreateIntegration', integration),
    apis('CreateAuthorizer', { ...authorizer, Name: 'gate', AuthorizerPayloadFormatVersion: '2.0' }),
    apis('CreateRoute', { ApiId, RouteKey: 'GET /a' }),
    apis('CreateStage', { ApiId, StageName: 'dev' }),
    apis('CreateIntegration', integration),
  ]);
  const counts = await Promise.all([
    apis('GetIntegrations', { ApiId }),
    apis('GetAuthorizers', { ApiId }),
    apis('GetRoutes', { ApiId }),
    apis('GetStages', { ApiId }),
  ]);
  expect(counts.map(({ Items = [] }) => Items.length)).toEqual([2, 1, 1, 2]);
});
