// Tasks that are HTTP requests, to a server that says what it was asked. Source, unless a test names another one: Step
// Functions developer guide, "Call HTTPS APIs in Step Functions workflows".
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { type Cloud, createCloud } from '../../../cloud.ts';
import { createIds } from '../../../ids.ts';
import { callerOf, TEST_ACCOUNT, TEST_REGION } from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createTasks, type Tasks } from './tasks.ts';

let server: Server;
let url = '';
let asked: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];
let cloud: Cloud;
let tasks: Tasks;
const events = callerOf('events', () => cloud);
const iam = callerOf('iam', () => cloud);

beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (request.url?.startsWith('/never')) return;
    const status = Number(/\/(\d{3})(\?|$)/.exec(request.url ?? '')?.[1] ?? 200);
    response.writeHead(status, { 'content-type': 'application/json', 'x-two': ['a', 'b'] });
    response.end(status === 404 ? 'gone' : '{"got":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cloud = createCloud({
    clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }),
    ids: createIds(),
    address: { http: url, https: url },
    services: [createEventsService, createIamService, createSecretsManagerService],
  });
  tasks = createTasks(cloud);
});
afterEach(async () => {
  tasks.close();
  await cloud.close();
  server.closeAllConnections();
  server.close();
});

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const owner = {
  ...{ account: TEST_ACCOUNT, region: TEST_REGION, roleArn, executionId: 'a' },
  executionArn: `arn:aws:states:${TEST_REGION}:${TEST_ACCOUNT}:execution:orders:one`,
  stateMachineArn: `arn:aws:states:${TEST_REGION}:${TEST_ACCOUNT}:stateMachine:orders`,
};

function perform(name: string, input: Json) {
  const ask = { kind: 'task' as const, task: '1', state: 'Call', retryCount: 0 };
  return tasks.perform({ ...ask, resource: `arn:aws:states:::${name}`, input }, owner);
}

async function createConnection(): Promise<string> {
  const { ConnectionArn = '' } = await events('CreateConnection', {
    Name: 'shop',
    AuthorizationType: 'API_KEY',
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: 'x-api-key', ApiKeyValue: 's3cret' },
      InvocationHttpParameters: {
        BodyParameters: [{ Key: 'tenant', Value: 't1' }],
        QueryStringParameters: [{ Key: 'v', Value: '2' }],
      },
    },
  });
  return ConnectionArn;
}

test('half a character in a query becomes a question mark', async () => {
  await perform('http:invoke', {
    ...{ ApiEndpoint: `${url}/orders`, Method: 'GET', Authentication: { ConnectionArn: await createConnection() } },
    QueryParameters: { q: 'a\ud800b' },
  });
  expect(asked.map((request) => request.url)).toEqual(['/orders?q=a%3Fb&v=2']);
});

test('http:invoke calls with what its connection adds, and gives headers, body and status', async () => {
  const outcome = await perform('http:invoke', {
    ...{ ApiEndpoint: `${url}/orders`, Method: 'POST', Authentication: { ConnectionArn: await createConnection() } },
    ...{ Headers: { 'X-Own': 'a' }, QueryParameters: { q: ['a b', 'c'] }, RequestBody: { id: 7 } },
  });
  expect(outcome).toEqual({
    kind: 'answered',
    output: {
      Headers: expect.objectContaining({ 'content-type': ['application/json'], 'x-two': ['a', 'b'] }),
      ResponseBody: { got: true },
      StatusCode: 200,
      StatusText: 'OK',
    },
  });
  expect(asked).toEqual([
    {
      method: 'POST',
      url: '/orders?q=a%20b&q=c&v=2',
      headers: expect.objectContaining({
        'x-api-key': 's3cret',
        'x-own': 'a',
        'user-agent': `Amazon|StepFunctions|HttpInvoke|${TEST_REGION}`,
        range: 'bytes=0-262144',
        'content-type': 'application/json; charset=utf-8',
      }),
      body: '{"id":7,"tenant":"t1"}',
    },
  ]);
});

test.each([
  [undefined, 'list%5B0%5D=a&list%5B1%5D=b&tenant=t1'],
  ['REPEAT', 'list=a&list=b&tenant=t1'],
  ['COMMAS', 'list=a%2Cb&tenant=t1'],
  ['BRACKETS', 'list%5B%5D=a&list%5B%5D=b&tenant=t1'],
  ['NONE', 'tenant=t1'],
])('a body is sent as a form, with lists as %s', async (ArrayFormat, body) => {
  const options = ArrayFormat !== undefined && { RequestEncodingOptions: { ArrayFormat } };
  await perform('http:invoke', {
    ...{ ApiEndpoint: url, Method: 'POST', InvocationConfig: { ConnectionArn: await createConnection() } },
    ...{ RequestBody: { list: ['a', 'b'] }, Transform: { RequestBodyEncoding: 'URL_ENCODED', ...options } },
  });
  expect(asked[0]).toMatchObject({
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  });
});

test('an answer that is no success fails the task by its status; none within 60 seconds by the socket', async () => {
  const Authentication = { ConnectionArn: await createConnection() };
  const call = (path: string) =>
    perform('http:invoke', { ApiEndpoint: `${url}${path}`, Method: 'GET', Authentication });
  expect(await call('/404')).toEqual({ kind: 'failed', error: 'States.Http.StatusCode.404', cause: 'Not Found' });
  const heard = new Promise<void>((resolve) => server.once('request', () => resolve()));
  const never = call('/never');
  await heard;
  await cloud.clock.advance(60_000);
  expect(await never).toEqual({ kind: 'failed', error: 'States.Http.Socket', cause: 'no answer within 60 s' });
});

test('what is missing is told before anything is called; the role needs four permissions', async () => {
  const ConnectionArn = await createConnection();
  const input = { ApiEndpoint: url, Method: 'GET' };
  expect(await perform('http:invoke', input)).toMatchObject({
    ...{ kind: 'failed', error: 'States.Runtime' },
    cause: expect.stringContaining("[The field 'ConnectionArn' is required but was missing]"),
  });
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await iam('CreateRole', { RoleName: 'orders', AssumeRolePolicyDocument });
  const needs: readonly string[] = [
    'states:InvokeHTTPEndpoint',
    'events:RetrieveConnectionCredentials',
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
  ];
  for (const [index, action] of needs.entries()) {
    const outcome = await perform('http:invoke', { ...input, Authentication: { ConnectionArn } });
    expect(outcome).toMatchObject({ error: 'States.Permissions', cause: expect.stringContaining(action) });
    const Statement = { Effect: 'Allow', Action: needs.slice(0, index + 1), Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam('PutRolePolicy', { RoleName: 'orders', PolicyName: 'own', PolicyDocument });
  }
  expect(await perform('http:invoke', { ...input, Authentication: { ConnectionArn } })).toMatchObject({
    kind: 'answered',
  });
});

// Source: recorded on AWS (LocalStack, services/test_apigetway_task_service): lists, bodies, ApiGateway.403.
test('apigateway:invoke calls a deployed API of this cloud at its stage and path', async () => {
  const input = {
    ...{
      ApiEndpoint: `abc123.execute-api.${TEST_REGION}.amazonaws.com`,
      Method: 'POST',
      Stage: 'prod',
      Path: '/orders',
    },
    ...{ Headers: { custom: ['one', 'two'] }, QueryParameters: { q: ['a', 'b'] }, RequestBody: { id: 7 } },
  };
  expect(await perform('apigateway:invoke', input)).toMatchObject({
    kind: 'answered',
    output: { ResponseBody: { got: true }, StatusCode: 200, StatusText: 'OK' },
  });
  expect(asked[0]).toMatchObject({
    url: '/_aws/execute-api/abc123/prod/orders?q=a&q=b',
    headers: { custom: 'one, two', 'content-type': 'application/json' },
    body: '{"id":7}',
  });
  expect(await perform('apigateway:invoke', { ...input, Path: '404', QueryParameters: null })).toEqual({
    ...{ kind: 'failed', error: 'ApiGateway.404', cause: 'gone' },
  });
});

// Source: recorded on AWS (LocalStack, services/test_apigetway_task_service: test_invoke_with_body_post). A text that
// is JSON already is a text, too: what it was recorded to become has 32 characters.
test.each([
  ['HelloWorld', '"HelloWorld"'],
  ['', '""'],
  ['{"message": "HelloWorld!"}', '"{\\"message\\": \\"HelloWorld!\\"}"'],
  [null, ''],
])('apigateway:invoke sends the body %j as JSON', async (RequestBody, body) => {
  await perform('apigateway:invoke', {
    ...{ ApiEndpoint: `abc123.execute-api.${TEST_REGION}.amazonaws.com`, Method: 'POST', RequestBody },
  });
  expect(asked[0]?.body).toBe(body);
});
