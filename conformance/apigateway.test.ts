// API Gateway through its own SDKs: a REST API and an HTTP API built as an SDK user builds them, then called over HTTP.
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetStageCommand,
  ImportRestApiCommand,
  NotFoundException,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiCommand, GetApiCommand, GetRoutesCommand } from '@aws-sdk/client-apigatewayv2';
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
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'echo',
      Role: 'arn:aws:iam::111122223333:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile },
    }),
  );
  const permission = { FunctionName: 'echo', StatementId: 's', Action: 'lambda:InvokeFunction' };
  await lambda.send(new AddPermissionCommand({ ...permission, Principal: 'apigateway.amazonaws.com' }));
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

test('an HTTP API with a target answers at once', async () => {
  const created = await http.send(new CreateApiCommand({ Name: 'orders', ProtocolType: 'HTTP', Target: ARN }));
  expect(await (await fetch(`${created.ApiEndpoint}/x`)).text()).toBe('2.0');
  const { CreatedDate, ProtocolType } = await http.send(new GetApiCommand({ ApiId: created.ApiId }));
  expect([CreatedDate instanceof Date, ProtocolType]).toEqual([true, 'HTTP']);
  const { Items } = await http.send(new GetRoutesCommand({ ApiId: created.ApiId }));
  expect(Items?.map((route) => route.RouteKey)).toEqual(['$default']);
});
