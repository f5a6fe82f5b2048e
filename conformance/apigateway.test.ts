// API Gateway through its own SDKs: a REST API and an HTTP API built as an SDK user builds them, then called over HTTP.
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteAuthorizerCommand,
  DeleteRestApiCommand,
  FlushStageAuthorizersCacheCommand,
  GetApiKeysCommand,
  GetAuthorizersCommand,
  GetGatewayResponsesCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetStageCommand,
  ImportRestApiCommand,
  NotFoundException,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateAuthorizerCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand as CreateAuthorizerV2Command,
  GetApiCommand,
  GetRoutesCommand,
  ResetAuthorizersCacheCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipInlineCode } from '../packages/local/src/functions/code/code.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:echo';
const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${ARN}/invocations`;

let local: Local;
let rest: APIGatewayClient;
let http: ApiGatewayV2Client;
beforeAll(async () => {
  local = await startLocal();
  const settings = {
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  rest = new APIGatewayClient(settings);
  http = new ApiGatewayV2Client(settings);
  const lambda = new LambdaClient(settings);
  const ZipFile = zipInlineCode(
    'exports.handler = async (event) => ({ statusCode: 200, body: event.version ?? "1.0" })',
  );
  // What a function says that is an authorizer, too: a policy for a token, a simple answer for a request.
  const gate = zipInlineCode(`exports.handler = async ({ authorizationToken, methodArn, headers }) => {
    if (methodArn === undefined) return { isAuthorized: headers.authorization === 'kim' };
    const statement = { Effect: authorizationToken === 'kim' ? 'Allow' : 'Deny', Action: '*', Resource: methodArn };
    return { principalId: 'kim', policyDocument: { Version: '2012-10-17', Statement: [statement] } };
  };`);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'echo',
      Role: 'arn:aws:iam::111122223333:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile },
    }),
  );
  const settled = {
    Role: 'arn:aws:iam::111122223333:role/r',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
  } as const;
  await lambda.send(new CreateFunctionCommand({ ...settled, FunctionName: 'gate', Code: { ZipFile: gate } }));
  const permission = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' };
  for (const FunctionName of ['echo', 'gate']) {
    await lambda.send(new AddPermissionCommand({ ...permission, FunctionName }));
  }
  lambda.destroy();
});
afterAll(async () => {
  rest.destroy();
  http.destroy();
  await local.close();
});

test('a REST API is built piece by piece, deployed, called, and deleted', async () => {
  const { id: restApiId, rootResourceId: parentId } = await rest.send(new CreateRestApiCommand({ name: 'orders' }));
  const { id: resourceId, path } = await rest.send(
    new CreateResourceCommand({ restApiId, parentId, pathPart: '{id}' }),
  );
  expect(path).toBe('/{id}');
  const key = { restApiId, resourceId, httpMethod: 'GET' };
  await rest.send(new PutMethodCommand({ ...key, authorizationType: 'NONE' }));
  await rest.send(new PutIntegrationCommand({ ...key, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri }));
  expect((await rest.send(new GetMethodCommand(key))).methodIntegration).toMatchObject({ type: 'AWS_PROXY', uri });
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const stage = await rest.send(new GetStageCommand({ restApiId, stageName: 'dev' }));
  expect(stage.createdDate).toBeInstanceOf(Date);
  const url = `${local.url}/_aws/execute-api/${restApiId}/dev/7`;
  expect(await (await fetch(url)).text()).toBe('1.0');
  await rest.send(new DeleteRestApiCommand({ restApiId }));
  expect((await fetch(url)).status).toBe(403);
  await expect(rest.send(new GetResourcesCommand({ restApiId }))).rejects.toBeInstanceOf(NotFoundException);
});

test('a REST API is imported from OpenAPI, in YAML too', async () => {
  const body = new TextEncoder().encode(
    `openapi: 3.0.1\ninfo: { title: imported, version: '1' }\npaths:\n  /a/b:\n    get:\n      x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: '${uri}' }\n`,
  );
  const { id: restApiId, name } = await rest.send(new ImportRestApiCommand({ body }));
  expect(name).toBe('imported');
  const { items } = await rest.send(new GetResourcesCommand({ restApiId }));
  expect(items?.map((resource) => resource.path)).toEqual(expect.arrayContaining(['/', '/a', '/a/b']));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  expect((await fetch(`${local.url}/_aws/execute-api/${restApiId}/dev/a/b`)).status).toBe(200);
});

test('a method asks for an API key, and says without one what the gateway response has', async () => {
  const { id: restApiId, rootResourceId: resourceId } = await rest.send(new CreateRestApiCommand({ name: 'keyed' }));
  const key = { restApiId, resourceId, httpMethod: 'GET' };
  await rest.send(new PutMethodCommand({ ...key, authorizationType: 'NONE', apiKeyRequired: true }));
  await rest.send(new PutIntegrationCommand({ ...key, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri }));
  const response = { responseType: 'INVALID_API_KEY', statusCode: '401' } as const;
  await rest.send(new PutGatewayResponseCommand({ restApiId, ...response }));
  const { items = [] } = await rest.send(new GetGatewayResponsesCommand({ restApiId }));
  expect(items.filter(({ defaultResponse }) => !defaultResponse)).toMatchObject([response]);
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const { id: keyId, value = '', createdDate } = await rest.send(new CreateApiKeyCommand({ name: 'a', enabled: true }));
  expect(createdDate).toBeInstanceOf(Date);
  const quota = { limit: 1, period: 'DAY' } as const;
  const apiStages = [{ apiId: restApiId, stage: 'dev' }];
  const { id: usagePlanId } = await rest.send(new CreateUsagePlanCommand({ name: 'basic', apiStages, quota }));
  await rest.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  const { items: keys } = await rest.send(new GetApiKeysCommand({ nameQuery: 'a', includeValues: true }));
  expect(keys?.map((one) => one.value)).toEqual([value]);
  const url = `${local.url}/_aws/execute-api/${restApiId}/dev`;
  const ask = async (given: string) => (await fetch(url, { headers: { 'x-api-key': given } })).status;
  expect([await ask('other'), await ask(value), await ask(value)]).toEqual([401, 200, 429]);
});

test('an HTTP API with a target answers at once', async () => {
  const created = await http.send(new CreateApiCommand({ Name: 'orders', ProtocolType: 'HTTP', Target: ARN }));
  expect(await (await fetch(`${created.ApiEndpoint}/x`)).text()).toBe('2.0');
  const { CreatedDate, ProtocolType } = await http.send(new GetApiCommand({ ApiId: created.ApiId }));
  expect([CreatedDate instanceof Date, ProtocolType]).toEqual([true, 'HTTP']);
  const { Items } = await http.send(new GetRoutesCommand({ ApiId: created.ApiId }));
  expect(Items?.map((route) => route.RouteKey)).toEqual(['$default']);
});

test('authorizers of both kinds of API are made, asked and changed', async () => {
  const authorizerUri = uri.replace('function:echo', 'function:gate');
  const statuses = async (url: string) => {
    const answers = ['', 'eve', 'kim'].map((authorization) =>
      fetch(url, authorization === '' ? {} : { headers: { authorization } }),
    );
    return (await Promise.all(answers)).map(({ status }) => status);
  };

  const { id: restApiId, rootResourceId: resourceId } = await rest.send(new CreateRestApiCommand({ name: 'guarded' }));
  const token = {
    restApiId,
    name: 'gate',
    type: 'TOKEN',
    identitySource: 'method.request.header.Authorization',
  } as const;
  const { id: authorizerId } = await rest.send(new CreateAuthorizerCommand({ ...token, authorizerUri }));
  const patchOperations = [{ op: 'replace', path: '/authorizerResultTtlInSeconds', value: '60' } as const];
  await rest.send(new UpdateAuthorizerCommand({ restApiId, authorizerId, patchOperations }));
  const { items } = await rest.send(new GetAuthorizersCommand({ restApiId }));
  expect(items?.map((one) => [one.id, one.authorizerResultTtlInSeconds])).toEqual([[authorizerId, 60]]);
  const key = { restApiId, resourceId, httpMethod: 'GET' };
  await rest.send(new PutMethodCommand({ ...key, authorizationType: 'CUSTOM', authorizerId }));
  await rest.send(new PutIntegrationCommand({ ...key, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri }));
  await rest.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  expect(await statuses(`${local.url}/_aws/execute-api/${restApiId}/dev`)).toEqual([401, 403, 200]);
  await rest.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: 'dev' }));
  await rest.send(new DeleteAuthorizerCommand({ restApiId, authorizerId }));

  const { ApiId, ApiEndpoint } = await http.send(
    new CreateApiCommand({ Name: 'guarded', ProtocolType: 'HTTP', Target: ARN }),
  );
  const { AuthorizerId } = await http.send(
    new CreateAuthorizerV2Command({
      ...{ ApiId, Name: 'gate', AuthorizerType: 'REQUEST', AuthorizerUri: authorizerUri },
      ...{ AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 60 },
      IdentitySource: ['$request.header.Authorization'],
    }),
  );
  const [route] = (await http.send(new GetRoutesCommand({ ApiId }))).Items ?? [];
  const guarded = { ApiId, RouteId: route?.RouteId, AuthorizationType: 'CUSTOM', AuthorizerId } as const;
  await http.send(new UpdateRouteCommand(guarded));
  expect(await statuses(`${ApiEndpoint}/x`)).toEqual([401, 403, 200]);
  await http.send(new ResetAuthorizersCacheCommand({ ApiId, StageName: '$default' }));
});
