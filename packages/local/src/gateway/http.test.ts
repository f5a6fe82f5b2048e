// HTTP APIs: made in one go with a target, from an OpenAPI document as SAM writes it, and piece by piece.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { zipInlineCode } from '../functions/code/code.ts';
import { type Local, startLocalWith } from '../local.ts';
import { createApiGatewayService } from '../services/apigateway/service.ts';
import { createApiGatewayV2Service } from '../services/apigatewayv2/service.ts';
import { createLambdaService } from '../services/lambda/service.ts';

const call = {
  account: '000000000000',
  region: 'eu-west-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;
const ECHO = 'arn:aws:lambda:eu-west-1:000000000000:function:echo';

let local: Local;
beforeAll(async () => {
  const clock = createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') });
  const services = [createLambdaService, createApiGatewayService, createApiGatewayV2Service];
  local = await startLocalWith(services, { clock });
  await local.cloud.dispatch.call(
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'echo',
      Role: 'arn:aws:iam::000000000000:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: {
        ZipFile: zipInlineCode(`exports.handler = async (event) => {
          const ask = JSON.parse((event.headers.ask || event.headers.Ask || 'null'));
          if (ask && ask.fail) throw new Error('boom');
          return ask === null ? event : ask;
        }`),
      },
    },
    call,
  );
  await local.cloud.dispatch.call(
    'lambda',
    'AddPermission',
    { FunctionName: 'echo', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
    call,
  );
});
afterAll(() => local.close());

async function quickCreate(more: object = {}) {
  const input = { Name: 'orders', ProtocolType: 'HTTP', Target: ECHO, ...more } as const;
  return await local.cloud.dispatch.call('apigatewayv2', 'CreateApi', input, call);
}
const eventOf = async (response: Response) => (await response.json()) as Record<string, unknown>;
const answered = async (response: Response) => [
  response.status,
  response.headers.get('content-type'),
  await response.text(),
];

describe('a function behind an HTTP API', () => {
  test('sees the whole event of payload format 2.0', async () => {
    const { ApiEndpoint, ApiId = '' } = await quickCreate();
    expect(ApiEndpoint).toBe(`${local.url}/_aws/execute-api/${ApiId}`);
    const response = await fetch(`${ApiEndpoint}/a%20b/c?x=1&x=2&y=%C3%B6`, {
      method: 'POST',
      body: '{"n":1}',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'test',
        Cookie: 'a=1; b=2',
        'X-Amzn-Trace-Id': 'Root=1',
      },
    });
    const { headers, ...event } = await eventOf(response);
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a b/c',
      rawQueryString: 'x=1&x=2&y=%C3%B6',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: 'ö' },
      requestContext: {
        accountId: '000000000000',
        apiId: ApiId,
        domainName: `${ApiId}.execute-api.eu-west-1.amazonaws.com`,
        domainPrefix: ApiId,
        http: { method: 'POST', path: '/a b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: '$default',
        stage: '$default',
        time: '22/Nov/2026:12:00:00 +0000',
        timeEpoch: Date.parse('2026-11-22T12:00:00Z'),
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'test',
      'x-amzn-trace-id': 'Root=1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    });
    expect(headers).not.toHaveProperty('cookie');
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test('gets headers whatever their names mean to JavaScript', async () => {
    const { ApiEndpoint = '' } = await quickCreate();
    const event = await eventOf(await fetch(ApiEndpoint, { headers: { constructor: 'a' } }));
    expect(event).toMatchObject({ headers: { constructor: 'a' } });
  });

  test('gets a body that is no text as base64', async () => {
    const { ApiEndpoint = '' } = await quickCreate();
    const response = await fetch(`${ApiEndpoint}/`, { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    expect(await eventOf(response)).toMatchObject({ body: 'YT0x', isBase64Encoded: true });
  });

  test.each([
    [{ id: 1 }, [200, 'application/json', '{"id":1}']],
    ['hello', [200, 'application/json', 'hello']],
    [{ statusCode: 404, body: 'none' }, [404, 'text/plain;charset=UTF-8', 'none']],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true, headers: { 'content-type': 'x/y' } }, [200, 'x/y', 'hi']],
    [{ statusCode: 'ok' }, [500, 'application/json', '{"message":"Internal Server Error"}']],
    [{ statusCode: 200, cookies: ['a=\n'] }, [500, 'application/json', '{"message":"Internal Server Error"}']],
    [{ statusCode: 100 }, [500, 'application/json', '{"message":"Internal Server Error"}']],
    [{ fail: true }, [500, 'application/json', '{"message":"Internal Server Error"}']],
  ])('may answer %j', async (answer, expected) => {
    const { ApiEndpoint = '' } = await quickCreate();
    expect(await answered(await fetch(ApiEndpoint, { headers: { ask: JSON.stringify(answer) } }))).toEqual(expected);
  });

  test('may answer cookies', async () => {
    const { ApiEndpoint = '' } = await quickCreate();
    const ask = JSON.stringify({ statusCode: 204, cookies: ['a=1', 'b=2'] });
    expect((await fetch(ApiEndpoint, { headers: { ask } })).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

test('an API from an OpenAPI document, as SAM writes it, has its routes and the paths that they bind', async () => {
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${ECHO}/invocations`;
  const integration = { type: 'aws_proxy', httpMethod: 'POST', uri, payloadFormatVersion: '2.0' };
  const Body = JSON.stringify({
    openapi: '3.0.1',
    info: { version: '1.0', title: 'orders' },
    paths: {
      '/orders/{id}': { get: { 'x-amazon-apigateway-integration': integration, responses: {} } },
      '/old/{proxy+}': {
        'x-amazon-apigateway-any-method': {
          'x-amazon-apigateway-integration': { ...integration, payloadFormatVersion: '1.0' },
        },
      },
    },
    tags: [{ name: 'httpapi:createdBy', 'x-amazon-apigateway-tag-value': 'SAM' }],
  });
  const { dispatch } = local.cloud;
  const { ApiId = '', Name, Tags } = await dispatch.call('apigatewayv2', 'ImportApi', { Body }, call);
  expect([Name, Tags]).toEqual(['orders', { 'httpapi:createdBy': 'SAM' }]);
  const StageVariables = { colour: 'red' };
  const stage = { ApiId, StageName: 'dev', AutoDeploy: true, StageVariables };
  expect(await dispatch.call('apigatewayv2', 'CreateStage', stage, call)).toMatchObject({ AutoDeploy: true });
  const url = `${local.url}/_aws/execute-api/${ApiId}/dev`;
  expect(await eventOf(await fetch(`${url}/orders/7`))).toMatchObject({
    routeKey: 'GET /orders/{id}',
    rawPath: '/dev/orders/7',
    pathParameters: { id: '7' },
    stageVariables: { colour: 'red' },
    requestContext: { stage: 'dev' },
  });
  const old = await fetch(`${url}/old/a/b?x=1`, {
    headers: { ask: JSON.stringify({ statusCode: 200, headers: { a: 1 }, body: 'old' }) },
  });
  expect([await old.text(), old.headers.get('a')]).toEqual(['old', '1']);
  expect(await answered(await fetch(`${url}/none`))).toEqual([404, 'application/json', '{"message":"Not Found"}']);
  expect((await fetch(`${local.url}/_aws/execute-api/${ApiId}/orders/7`)).status).toBe(404);
});

// Sources: AWS SAM team, aws-sam-cli issues 2434, 1193 and pull request 2941 (their trials on AWS).
describe('an HTTP API reads an answer in format 1.0', () => {
  const error = '{"message":"Internal Server Error"}';
  test.each([
    ['an unknown member is passed over', { statusCode: 200, body: 'x', trace: 1 }, [200, 'x']],
    ['without a status code it is refused', { body: 'x' }, [500, error]],
    ['base64Encoded is passed over', { statusCode: 200, body: 'aGk=', base64Encoded: true }, [200, 'aGk=']],
    [
      'isBase64Encoded counts whatever the client accepts',
      { statusCode: 200, body: 'aGk=', isBase64Encoded: true },
      [200, 'hi'],
    ],
    ["'true' is true", { statusCode: 200, body: 'aGk=', isBase64Encoded: 'true' }, [200, 'hi']],
    ['cookies are passed over', { statusCode: 200, body: 'x', cookies: ['a=1'] }, [200, 'x']],
    ['text is refused', 'x', [500, error]],
  ])('%s', async (_what, answer, expected) => {
    const { dispatch } = local.cloud;
    const { ApiEndpoint = '', ApiId = '' } = await quickCreate();
    const [integration] = (await dispatch.call('apigatewayv2', 'GetIntegrations', { ApiId }, call)).Items ?? [];
    const older = { ApiId, IntegrationId: integration?.IntegrationId ?? '', PayloadFormatVersion: '1.0' };
    await dispatch.call('apigatewayv2', 'UpdateIntegration', older, call);
    const response = await fetch(ApiEndpoint, { headers: { ask: JSON.stringify(answer) } });
    expect([response.status, await response.text(), response.headers.getSetCookie()]).toEqual([...expected, []]);
  });
});

test('a stage that follows every change serves what was changed; another one waits for its deployment', async () => {
  const { dispatch } = local.cloud;
  const { ApiId = '' } = await dispatch.call('apigatewayv2', 'CreateApi', { Name: 'p', ProtocolType: 'HTTP' }, call);
  await dispatch.call('apigatewayv2', 'CreateStage', { ApiId, StageName: '$default', AutoDeploy: true }, call);
  await dispatch.call('apigatewayv2', 'CreateStage', { ApiId, StageName: 'slow' }, call);
  const integration = {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: ECHO,
    PayloadFormatVersion: '2.0',
  } as const;
  const { IntegrationId } = await dispatch.call('apigatewayv2', 'CreateIntegration', integration, call);
  const route = { ApiId, RouteKey: 'GET /a', Target: `integrations/${IntegrationId}` };
  await dispatch.call('apigatewayv2', 'CreateRoute', route, call);
  const url = `${local.url}/_aws/execute-api/${ApiId}`;
  const statuses = async () =>
    Promise.all(['/a', '/$default/a', '/slow/a'].map(async (path) => (await fetch(url + path)).status));
  expect(await statuses()).toEqual([200, 200, 404]);
  await dispatch.call('apigatewayv2', 'CreateDeployment', { ApiId, StageName: 'slow' }, call);
  expect(await statuses()).toEqual([200, 200, 200]);
  await expect(dispatch.call('apigatewayv2', 'CreateRoute', route, call)).rejects.toMatchObject({
    code: 'ConflictException',
    message: 'Route with key GET /a already exists for this API',
  });
});

test('an integration that is not served stands in, and is answered by name', async () => {
  const { dispatch } = local.cloud;
  const { ApiEndpoint = '', ApiId = '' } = await quickCreate();
  const { Items: [{ IntegrationId = '' } = {}] = [] } = await dispatch.call(
    'apigatewayv2',
    'GetIntegrations',
    { ApiId },
    call,
  );
  const link = { ConnectionType: 'VPC_LINK', ConnectionId: 'l', IntegrationType: 'HTTP_PROXY' } as const;
  await dispatch.call('apigatewayv2', 'UpdateIntegration', { ApiId, IntegrationId, ...link }, call);
  const response = await fetch(ApiEndpoint);
  const message =
    'Earwitness runs integrations with functions and servers only: the route $default has one of type VPC_LINK. It stands in: the request is recorded, and goes nowhere.';
  expect([response.status, await response.json()]).toEqual([501, { message }]);
  expect(
    local.journal.read().flatMap((fact) => (fact.kind === 'stand-in.received' ? [[fact.via, fact.name]] : [])),
  ).toEqual([['integration', '$default']]);
});

test('a WebSocket API is made, and nothing listens', async () => {
  const made = await quickCreate({ ProtocolType: 'WEBSOCKET', Target: undefined });
  const ApiId = made.ApiId ?? '';
  expect(made).toMatchObject({
    ProtocolType: 'WEBSOCKET',
    ApiEndpoint: `wss://${ApiId}.execute-api.eu-west-1.amazonaws.com`,
  });
  await local.cloud.dispatch.call('apigatewayv2', 'CreateRoute', { ApiId, RouteKey: '$connect' }, call);
  const stage = { ApiId, StageName: 'prod', AutoDeploy: true };
  await local.cloud.dispatch.call('apigatewayv2', 'CreateStage', stage, call);
});

test('with CORS settings the gateway answers preflight requests and sets the headers of every answer', async () => {
  const CorsConfiguration = {
    AllowOrigins: ['https://a.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['content-type'],
    ExposeHeaders: ['x-a'],
    MaxAge: 60,
  };
  const { ApiEndpoint = '' } = await quickCreate({ CorsConfiguration });
  const cors = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));
  const preflight = (origin: string) =>
    fetch(ApiEndpoint, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  const allowed = await preflight('https://a.example');
  expect([allowed.status, cors(allowed)]).toEqual([
    204,
    {
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    },
  ]);
  const refused = await preflight('https://b.example');
  expect([refused.status, cors(refused)]).toEqual([204, {}]);
  const ask = JSON.stringify({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: '' });
  expect(cors(await fetch(ApiEndpoint, { headers: { origin: 'https://a.example', ask } }))).toEqual({
    'access-control-allow-origin': 'https://a.example',
    'access-control-expose-headers': 'x-a',
  });
  expect(cors(await fetch(ApiEndpoint, { headers: { ask } }))).toEqual({});
});
