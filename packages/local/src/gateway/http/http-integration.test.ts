// Integrations with servers. Headers that go on, come back and are renamed, and methods: recorded on AWS, LocalStack
// apigateway_integrations test_apigateway_header_remapping_http, apigateway_http. The rest: API Gateway developer
// guide, "Set up HTTP integrations in API Gateway" and "Gateway response types".
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../local.ts';
import { startTestApis, type TestApis } from '../test-api.ts';

let local: Local;
let deploy: TestApis['deploy'];
let origin: string;
/** Answers what it was asked, with the status that the query names. */
const server = createServer(async (request, response) => {
  const body: Buffer[] = [];
  for await (const piece of request) body.push(piece);
  const { method, url = '', headers } = request;
  const status = Number(new URL(url, 'http://x').searchParams.get('status') ?? 200);
  if (status === 599) {
    request.socket.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', location: '/here', 'x-amzn-requestid': 'theirs' });
  response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(body).toString('latin1') }));
});
beforeAll(async () => {
  ({ local, deploy } = await startTestApis());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await local.close();
});

const reasons = () =>
  local.journal
    .read()
    .flatMap((fact) => (fact.kind === 'request.answered' && fact.reason !== undefined ? [fact.reason] : []));

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const integrated = (integration: object) => ({ 'x-amazon-apigateway-integration': integration, responses: {} });

describe('a REST API that proxies', () => {
  test('sends method, path, query, headers and bytes on, and the answer back', async () => {
    const { url, id } = await deploy({
      '/{proxy+}': {
        'x-amazon-apigateway-any-method': integrated({
          type: 'http_proxy',
          httpMethod: 'ANY',
          uri: `${origin}/\${stageVariables.colour}/{proxy}?own=1`,
          requestParameters: {
            'integration.request.path.proxy': 'method.request.path.proxy',
            'integration.request.header.x-fixed': "'fixed'",
            'integration.request.header.x-stage': 'context.stage',
            'integration.request.querystring.a': 'method.request.header.x-a',
            'integration.request.querystring.gone': 'method.request.header.nowhere',
          },
        }),
      },
    });
    const response = await fetch(`${url}/a/b%20c?a=1&a=2`, {
      method: 'PUT',
      headers: { 'x-a': '3', via: '1.1 x', 'user-agent': 'test/integration', authorization: 'Bearer kim' },
      body: Buffer.from([0, 255]),
    });
    const { headers, ...seen } = (await response.json()) as Seen;
    expect(seen).toEqual({ method: 'PUT', url: '/red/a/b%20c?own=1&a=1&a=2&a=3', body: '\u0000\u00ff' });
    expect(headers).toMatchObject({
      'x-fixed': 'fixed',
      'x-stage': 'Prod',
      'user-agent': 'test/integration',
      authorization: 'Bearer kim',
      'x-amzn-apigateway-api-id': id,
      host: origin.slice('http://'.length),
    });
    expect(headers['via']).toBe(undefined);
    const names = ['location', 'x-amzn-remapped-x-amzn-requestid', 'x-amzn-remapped-date', 'x-amzn-trace-id'];
    expect(names.map((name) => response.headers.get(name))).toEqual(['/here', 'theirs', expect.any(String), null]);
  });

  test('passes a status on, and says which server it could not reach', async () => {
    const { url } = await deploy({
      '/teapot': { get: integrated({ type: 'http_proxy', httpMethod: 'GET', uri: `${origin}/x?status=418` }) },
      '/cut': { get: integrated({ type: 'http_proxy', httpMethod: 'GET', uri: `${origin}/x?status=599` }) },
      '/nobody': { get: integrated({ type: 'http_proxy', httpMethod: 'GET', uri: 'http://127.0.0.1:1/x?secret=1' }) },
      '/own': {
        get: integrated({
          ...{ type: 'http_proxy', httpMethod: 'GET', uri: origin },
          requestParameters: { 'integration.request.header.Content-Length': "'1'" },
        }),
      },
    });
    const ends = async (path: string) => {
      const response = await fetch(url + path);
      return [response.status, response.status === 418 ? '' : await response.text()];
    };
    expect(await ends('/teapot')).toEqual([418, '']);
    const unreachable = [504, '{"message":"Network error communicating with endpoint"}'];
    expect([await ends('/cut'), await ends('/nobody')]).toEqual([unreachable, unreachable]);
    expect(await ends('/own')).toEqual([500, '{"message": "Internal server error"}']);
    expect(reasons().slice(-3)).toEqual([
      `${origin}/x cannot be reached: connection closed without an answer`,
      'http://127.0.0.1:1/x cannot be reached: connection refused',
      "the integration maps the header Content-Length, which is the gateway's",
    ]);
  });

  test('that leads back to itself ends', async () => {
    const { url, id } = await deploy({
      '/': {
        get: integrated({
          ...{ type: 'http_proxy', httpMethod: 'GET' },
          uri: 'https://{api}.execute-api.eu-west-1.amazonaws.com/Prod',
          requestParameters: { 'integration.request.path.api': 'context.apiId' },
        }),
      },
    });
    expect((await fetch(url)).status).toBe(500);
    expect(reasons()).toContain('the request goes round in circles: HTTP integrations lead back to themselves');
    expect(id).not.toBe('');
  });
});

// Source: API Gateway developer guide, "Set up HTTP integrations", and the recorded cases above.
describe('a REST API that maps', () => {
  test('sends what is mapped alone, and chooses a response by the status', async () => {
    const { url, id } = await deploy({
      '/orders/{id}': {
        get: integrated({
          ...{ type: 'http', httpMethod: 'POST', uri: `${origin}/x/{id}` },
          requestParameters: {
            'integration.request.path.id': 'method.request.path.id',
            'integration.request.querystring.status': 'method.request.querystring.status',
          },
          requestTemplates: { 'application/json': '{"id": "$input.params(\'id\')"}' },
          responses: {
            default: {
              statusCode: '200',
              responseParameters: {
                'method.response.header.X-Where': 'integration.response.header.Location',
                'method.response.header.X-Method': 'integration.response.body.method',
              },
            },
            '4\\d{2}': {
              statusCode: '404',
              responseTemplates: { 'application/json': '{"asked": "$input.path(\'$.url\')"}' },
            },
          },
        }),
      },
    });
    const response = await fetch(`${url}/orders/7?q=1`, { headers: { 'x-own': '1', accept: 'text/html' } });
    const { headers, ...seen } = (await response.json()) as Seen;
    expect(seen).toEqual({ method: 'POST', url: '/x/7', body: '{"id": "7"}' });
    const { 'x-amzn-trace-id': trace, ...others } = headers;
    expect(others).toEqual({
      accept: 'application/json',
      connection: 'close',
      'content-length': '11',
      'content-type': 'application/json',
      host: origin.slice('http://'.length),
      'user-agent': `AmazonAPIGateway_${id}`,
      'x-amzn-apigateway-api-id': id,
    });
    expect(response.headers.get('x-amzn-trace-id')).toBe(trace);
    expect(['x-where', 'x-method', 'location'].map((name) => response.headers.get(name))).toEqual([
      '/here',
      'POST',
      null,
    ]);
    const refused = await fetch(`${url}/orders/7?status=418`);
    expect([refused.status, await refused.text()]).toEqual([404, '{"asked": "/x/7?status=418"}']);
    const other = await fetch(`${url}/orders/7?status=503`);
    expect(other.status).toBe(200);
  });

  test('without a response that fits, or a template for the body, refuses', async () => {
    const { url } = await deploy({
      '/none': {
        post: integrated({
          ...{ type: 'http', httpMethod: 'POST', uri: origin, passthroughBehavior: 'never' },
          requestTemplates: { 'application/json': '{}' },
          responses: { '5..': { statusCode: '500' } },
        }),
      },
    });
    const post = (type: string) =>
      fetch(`${url}/none`, { method: 'POST', body: '{}', headers: { 'content-type': type } });
    expect([(await post('application/json')).status, (await post('text/plain')).status]).toEqual([500, 415]);
    expect(reasons().at(-1)).toBe(`no integration response of the method fits the status 200 of ${origin}/`);
  });
});
