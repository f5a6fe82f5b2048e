// REST APIs as SAM deploys them (an OpenAPI body), and as SDK users build them piece by piece, over real HTTP.
import { request } from 'node:http';
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../local.ts';
import { ask, call, operation, proxy, startTestApis, type TestApis } from './test-api.ts';

let local: Local;
let deploy: TestApis['deploy'];
let lastReason: TestApis['lastReason'];
beforeAll(async () => {
  ({ local, deploy, lastReason } = await startTestApis());
});
afterAll(() => local.close());

const eventOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('a function behind a REST API', () => {
  test('sees the whole event of payload format 1.0', async () => {
    const { url, id } = await deploy({ '/orders/{id}': { post: operation } });
    const response = await fetch(`${url}/orders/a%20b?x=1&x=2&y=%C3%B6`, {
      method: 'POST',
      body: '{"n":1}',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'test', 'X-Amzn-Trace-Id': 'Root=1-2-3;Sampled=1' },
    });
    const { headers, multiValueHeaders, requestContext, ...event } = await eventOf(response);
    expect(event).toEqual({
      resource: '/orders/{id}',
      path: '/orders/a%20b',
      httpMethod: 'POST',
      queryStringParameters: { x: '2', y: 'ö' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['ö'] },
      pathParameters: { id: 'a%20b' },
      stageVariables: { colour: 'red' },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'User-Agent': 'test',
      'X-Amzn-Trace-Id': 'Root=1-2-3;Sampled=1',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    });
    expect(multiValueHeaders).toMatchObject({ 'Content-Type': ['application/json'] });
    expect(requestContext).toEqual({
      accountId: '000000000000',
      apiId: id,
      deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/),
      domainName: `${id}.execute-api.eu-west-1.amazonaws.com`,
      domainPrefix: id,
      extendedRequestId: expect.stringMatching(/^.{15}=$/),
      httpMethod: 'POST',
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '127.0.0.1',
        user: null,
        userAgent: 'test',
        userArn: null,
      },
      path: '/Prod/orders/a%20b',
      protocol: 'HTTP/1.1',
      requestId: response.headers.get('x-amzn-requestid'),
      requestTime: '22/Nov/2026:12:00:00 +0000',
      requestTimeEpoch: Date.parse('2026-11-22T12:00:00Z'),
      resourceId: expect.stringMatching(/^[a-z0-9]{6}$/),
      resourcePath: '/orders/{id}',
      stage: 'Prod',
    });
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  // Recorded on AWS: LocalStack apigateway_lambda test_lambda_aws_proxy_integration ('aUThorization', 'tEsT-HEADeR'),
  // ..._request_data_mapping ('user-Agent'), apigateway_integrations test_apigateway_header_remapping_aws (the others).
  test('gets Authorization and User-Agent in this case, other names as sent, and no headers of the connection', async () => {
    const { url } = await deploy({ '/': { post: operation } });
    const headers = ['aUThorization', 'a', 'user-Agent', 'b', 'tEsT-HEADeR', 'c', 'Content-MD5', 'd', 'Upgrade', 'e'];
    const more = [
      'Server',
      'f',
      'Max-Forwards',
      '2',
      'WWW-Authenticate',
      'g',
      'Proxy-Authenticate',
      'h',
      'TE',
      'deflate',
    ];
    const fixed = ['Host', new URL(url).host, 'Connection', 'close', 'Content-Length', '2', 'Via', 'i'];
    const event = await eventOf(await send(url, 'POST', [...fixed, ...headers, ...more]));
    const seen = event['headers'];
    const added = ['X-Amzn-Trace-Id', 'X-Forwarded-For', 'X-Forwarded-Port', 'X-Forwarded-Proto'];
    expect(Object.keys(seen as object)).toEqual([
      'Host',
      'Via',
      'Authorization',
      'User-Agent',
      'tEsT-HEADeR',
      ...added,
    ]);
    expect(event['multiValueHeaders']).toMatchObject({
      Authorization: ['a'],
      'User-Agent': ['b'],
      'tEsT-HEADeR': ['c'],
    });
  });

  // Recorded on AWS: LocalStack apigateway_lambda test_lambda_aws_proxy_integration, "prepended-slash".
  test('gets a path without the slashes that stand before it; the context keeps them', async () => {
    const { url } = await deploy({ '/{proxy+}': { get: operation } });
    expect(await eventOf(await fetch(`${url}//a//b/`))).toMatchObject({
      path: '/a//b/',
      pathParameters: { proxy: 'a//b' },
      requestContext: { path: '/Prod//a//b/' },
    });
    expect(await eventOf(await fetch(url.replace('/Prod', '//Prod/a')))).toMatchObject({ path: '/a' });
  });

  test('gets headers whatever their names mean to JavaScript', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const event = await eventOf(await fetch(url, { headers: { constructor: 'a', tostring: 'b' } }));
    expect(event).toMatchObject({
      headers: { constructor: 'a', tostring: 'b' },
      multiValueHeaders: { constructor: ['a'], tostring: ['b'] },
    });
  });

  test('gets null for what a request has not', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const event = await eventOf(await fetch(`${url}/`));
    const { queryStringParameters, multiValueQueryStringParameters, pathParameters, body, path } = event;
    expect([queryStringParameters, multiValueQueryStringParameters, pathParameters, body, path]).toEqual([
      null,
      null,
      null,
      null,
      '/',
    ]);
    expect(await eventOf(await fetch(url))).toMatchObject({ path: '/' });
  });

  test('answers status, headers with several values, and bytes to a client that accepts them', async () => {
    const types = { 'x-amazon-apigateway-binary-media-types': ['image/*'] };
    const { url } = await deploy({ '/': { 'x-amazon-apigateway-any-method': operation } }, types);
    const answer = {
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', Date: 'x' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'AQID',
      isBase64Encoded: true,
    };
    const response = await fetch(url, { headers: { ask: JSON.stringify(answer), accept: 'image/png' } });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-amzn-remapped-date')).toBe('x');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
    expect(await (await fetch(url, ask(answer))).text()).toBe('AQID');
    const sent = await fetch(url, {
      method: 'PUT',
      body: Buffer.from([1, 2]),
      headers: { 'content-type': 'image/gif' },
    });
    expect(await sent.json()).toMatchObject({ body: 'AQI=', isBase64Encoded: true });
  });
});

/** A request with exactly these headers. */
function send(url: string, method: string, headers: readonly string[], body = '{}'): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: headers as string[] }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 0 })));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('over HTTP/2', () => {
  async function headersOf(url: string, answer: object): Promise<Record<string, unknown>> {
    const session = connect(local.url);
    const stream = session.request({ ':path': new URL(url).pathname, ...ask(answer).headers });
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.on('response', resolve);
      stream.on('error', reject);
    });
    session.destroy();
    return headers;
  }

  test('several values of a header go out as one line (RFC 9110, 5.3), cookies line by line', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const multiValueHeaders = {
      'content-type': ['text/a', 'text/b'],
      'retry-after': [1, 2],
      'set-cookie': ['a=1', 'b=2'],
    };
    expect(await headersOf(url, { multiValueHeaders })).toMatchObject({
      ':status': 200,
      'content-type': 'text/a, text/b',
      'retry-after': '1, 2',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  test('headers of the connection that a function answers are left out (RFC 9113, 8.2.2)', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const headers = { 'keep-alive': 'x', 'proxy-connection': 'x', 'http2-settings': 'x', 'x-a': 'b' };
    expect(Object.keys(await headersOf(url, { headers })).sort()).toEqual([
      ...[':status', 'content-length', 'content-type', 'date', 'x-a', 'x-amz-apigw-id', 'x-amzn-requestid'],
      'x-amzn-trace-id',
    ]);
  });
});

describe('the gateway answers for itself', () => {
  const answered = async (response: Response) => [
    response.status,
    await response.text(),
    response.headers.get('x-amzn-errortype'),
  ];

  test.each([
    [{ fail: true }, 'the function failed: Error: boom'],
    ['text', 'malformed proxy response: the function answered "text", not an object'],
    [{ statusCode: 200, status: 1 }, "malformed proxy response: the response has an unknown member 'status'"],
    [{ statusCode: 'ok' }, 'malformed proxy response: its statusCode is "ok"'],
    // An informational status is no answer: a client goes on waiting for one. Source: RFC 9110, 15.2.
    [{ statusCode: 199 }, 'malformed proxy response: its statusCode is 199'],
    [{ statusCode: 200, body: {} }, 'malformed proxy response: its body is object, not text'],
    [{ statusCode: 200, headers: { 'a b': 'x' } }, 'malformed proxy response: its header a b cannot be sent'],
  ])('502 when the function does %j', async (answer, reason) => {
    const { url } = await deploy({ '/': { get: operation } });
    expect(await answered(await fetch(url, ask(answer)))).toEqual([
      502,
      '{"message": "Internal server error"}',
      'InternalServerErrorException',
    ]);
    expect(lastReason()).toBe(reason);
  });

  test('403 for a route and for a stage that are not there', async () => {
    const { url, id } = await deploy({ '/': { get: operation } });
    expect(await answered(await fetch(`${url}/none`))).toEqual([
      403,
      '{"message":"Missing Authentication Token"}',
      'MissingAuthenticationTokenException',
    ]);
    expect(lastReason()).toBe('the REST API has no route for GET /none');
    const stage = await fetch(`${local.url}/_aws/execute-api/${id}/none/`);
    expect(await answered(stage)).toEqual([403, '{"message":"Forbidden"}', 'ForbiddenException']);
    expect(lastReason()).toBe(`no deployed API has the id ${id} and a stage for /none/`);
  });

  test('504 after 29 seconds of the clock', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const response = fetch(url, ask({ hang: true }));
    let invoked = () => {};
    const started = new Promise<void>((resolve) => {
      invoked = resolve;
    });
    const stop = local.journal.listen((fact) => fact.kind === 'function.invoked' && invoked());
    await started;
    stop();
    await local.clock.advance(29_000);
    expect(await answered(await response)).toEqual([
      504,
      '{"message": "Endpoint request timed out"}',
      'InternalServerErrorException',
    ]);
  });
});

test('the journal tells a request from its arrival to its answer, with one trace id', async () => {
  const { url, id } = await deploy({ '/a': { get: operation } });
  const before = local.journal.read().at(-1)?.seq ?? 0;
  await fetch(`${url}/a`);
  const facts = local.journal.read({ after: before });
  expect(facts.map((fact) => fact.kind)).toEqual([
    'request.received',
    'function.invoked',
    'function.finished',
    'call',
    'request.answered',
  ]);
  expect(facts[0]).toMatchObject({ apiId: id, stage: 'Prod', method: 'GET', path: '/a' });
  const traces = new Set(facts.map((fact) => ('traceId' in fact ? fact.traceId : undefined)));
  expect([...traces]).toEqual([expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)]);
});

test('the journal keeps the answer that a caller got instead of the function’s own', async () => {
  const { url } = await deploy({ '/a': { get: operation } });
  await (await fetch(`${url}/none`)).text();
  expect(local.journal.read().at(-1)).toMatchObject({
    kind: 'request.answered',
    status: 403,
    reason: expect.any(String),
    body: '{"message":"Missing Authentication Token"}',
  });
});

test('what cannot be served is refused on deployment, by name, where nothing may stand in', async () => {
  const strict = await startTestApis('refuse');
  const integration = (value: object) => ({ get: { 'x-amazon-apigateway-integration': value } });
  const cases: [object, string][] = [
    [
      integration({ ...proxy, type: 'aws', uri: 'arn:aws:apigateway:eu-west-1:s3:path/orders' }),
      'Earwitness runs integrations with functions, servers and operations that it serves, and mocks: GET /a calls arn:aws:apigateway:eu-west-1:s3:path/orders.',
    ],
    [
      integration({ type: 'mock', requestTemplates: { 'application/json': '{"statusCode": $x}' } }),
      'Earwitness does not run such a mapping template (VTL): GET /a has "{\\"statusCode\\": $x}".',
    ],
    [
      { get: { ...operation, security: [{ Cognito: [] }] } },
      "Earwitness does not authorize requests: GET /a asks for the authorizer 'Cognito'.",
    ],
    [{ get: {} }, 'No integration defined for method GET /a'],
  ];
  for (const [item, message] of cases) {
    await expect(strict.deploy({ '/a': item })).rejects.toMatchObject({ code: 'BadRequestException', message });
  }
  await strict.local.close();
});

test('an integration that is not served stands in: requests are recorded, and answered by name', async () => {
  const integration = {
    type: 'aws',
    httpMethod: 'POST',
    uri: 'arn:aws:apigateway:eu-west-1:translate:action/TranslateText',
  };
  const { url } = await deploy({ '/a': { post: { 'x-amazon-apigateway-integration': integration } } });
  const headers = { authorization: 'secret' };
  const response = await fetch(`${url}/a?b=c`, { method: 'POST', body: '{"id":7}', headers });
  const message =
    'Earwitness runs integrations with functions, servers and operations that it serves, and mocks: POST /a calls arn:aws:apigateway:eu-west-1:translate:action/TranslateText. It stands in: the request is recorded, and goes nowhere.';
  expect([response.status, await response.json()]).toEqual([501, { message }]);
  expect(local.journal.read().filter(({ kind }) => kind === 'stand-in.received')).toEqual([
    {
      seq: expect.any(Number),
      at: expect.any(Number),
      kind: 'stand-in.received',
      name: 'POST /a',
      type: 'AWS::ApiGateway::Method',
      via: 'integration',
      input: '{"method":"POST","path":"/a","query":"b=c","body":"{\\"id\\":7}"}',
      traceId: expect.any(String),
    },
  ]);
});

test('an API built piece by piece is served by the other addresses, too', async () => {
  const { dispatch } = local.cloud;
  const { id: restApiId = '', rootResourceId = '' } = await dispatch.call(
    'apigateway',
    'CreateRestApi',
    { name: 'p' },
    call,
  );
  const tree = { restApiId, parentId: rootResourceId, pathPart: '{proxy+}' };
  const { id: resourceId = '' } = await dispatch.call('apigateway', 'CreateResource', tree, call);
  const key = { restApiId, resourceId, httpMethod: 'ANY' };
  await dispatch.call('apigateway', 'PutMethod', { ...key, authorizationType: 'NONE' }, call);
  const integration = { ...key, type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: proxy.uri } as const;
  await dispatch.call('apigateway', 'PutIntegration', integration, call);
  await dispatch.call('apigateway', 'CreateDeployment', { restApiId, stageName: 'dev' }, call);
  const user = await fetch(`${local.url}/restapis/${restApiId}/dev/_user_request_/a/b`);
  expect(await user.json()).toMatchObject({ path: '/a/b', pathParameters: { proxy: 'a/b' }, resource: '/{proxy+}' });
  const text = await new Promise<string>((resolve) => {
    const headers = { Host: `${restApiId}.execute-api.eu-west-1.amazonaws.com` };
    request(`${local.url}/dev/x`, { headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    }).end();
  });
  expect(JSON.parse(text)).toMatchObject({ path: '/x', requestContext: { path: '/dev/x' } });
});
