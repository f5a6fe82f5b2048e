// What a REST API says in place of its own refusals. Sources: API Gateway developer guide, "Gateway responses for REST
// APIs", "Gateway response types" and "x-amazon-apigateway-gateway-responses object"; SAM developer guide, ApiAuth and
// AWS::Serverless::Api, GatewayResponses.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../local.ts';
import { ask, operation, proxy, startTestApis, type TestApis } from '../test-api.ts';

let local: Local;
let deploy: TestApis['deploy'];
beforeAll(async () => {
  ({ local, deploy } = await startTestApis());
});
afterAll(() => local.close());

const KEY = 'x-amazon-apigateway-gateway-responses';
const origin = { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" };

async function ends(url: string, init?: RequestInit) {
  const { status, headers, ...response } = await fetch(url, init);
  const [type, allowed] = [headers.get('x-amzn-errortype'), headers.get('access-control-allow-origin')];
  return { status, type, allowed, body: await (await fetch(url, init)).text(), response };
}

test('the responses for all of 400 and 500 add headers, and leave status and body', async () => {
  const responses = { DEFAULT_4XX: { responseParameters: origin }, DEFAULT_5XX: { responseParameters: origin } };
  const { url } = await deploy({ '/orders': { get: operation } }, { [KEY]: responses });
  expect(await ends(`${url}/nowhere`)).toMatchObject({
    status: 403,
    type: 'MissingAuthenticationTokenException',
    allowed: '*',
    body: '{"message":"Missing Authentication Token"}',
  });
  expect(await ends(`${url}/orders`, ask({ fail: true }))).toMatchObject({
    status: 502,
    allowed: '*',
    body: '{"message": "Internal server error"}',
  });
  // What the function answers is its own.
  expect(await ends(`${url}/orders`, ask({ statusCode: 404, body: 'x' }))).toMatchObject({ allowed: null, body: 'x' });
});

test('a response of the type counts before that for all, with values of the request, the context and the stage', async () => {
  const { url, id } = await deploy(
    { '/orders/{id}': { get: operation } },
    {
      [KEY]: {
        DEFAULT_4XX: { statusCode: 499 },
        MISSING_AUTHENTICATION_TOKEN: {
          statusCode: '404',
          responseParameters: {
            'gatewayresponse.header.x-origin': 'method.request.header.Origin',
            'gatewayresponse.header.x-q': 'method.request.querystring.q',
            'gatewayresponse.header.x-api': 'context.apiId',
            'gatewayresponse.header.x-colour': 'stageVariables.colour',
            'gatewayresponse.header.x-missing': 'method.request.header.nowhere',
          },
          responseTemplates: {
            'application/xml': '<m>$context.error.message</m>',
            'application/json': `{"m": $context.error.messageString, "t": "$context.error.responseType", "s": "\${context.stage}", "#if": "$input.body"}`,
          },
        },
      },
    },
  );
  const response = await fetch(`${url}/nowhere?q=1`, { headers: { origin: 'http://shop.example' } });
  const names = ['x-origin', 'x-q', 'x-api', 'x-colour', 'x-missing', 'content-type'];
  expect([response.status, names.map((name) => response.headers.get(name)), await response.text()]).toEqual([
    404,
    ['http://shop.example', '1', id, 'red', null, 'application/json'],
    '{"m": "Missing Authentication Token", "t": "MISSING_AUTHENTICATION_TOKEN", "s": "Prod", "#if": "$input.body"}',
  ]);
  const xml = await fetch(`${url}/nowhere`, { headers: { accept: 'application/xml' } });
  expect([xml.headers.get('content-type'), await xml.text()]).toEqual([
    'application/xml',
    '<m>Missing Authentication Token</m>',
  ]);
  // A value that no header may hold is left out.
  expect((await fetch(`${url}/nowhere?q=a%0Ab`)).headers.get('x-q')).toBe(null);
});

test('what an authorizer refuses, a time-out and a body that is too large have types of their own', async () => {
  const named = (name: string) => ({ statusCode: 418, responseTemplates: { 'application/json': name } });
  const types = ['UNAUTHORIZED', 'ACCESS_DENIED', 'AUTHORIZER_CONFIGURATION_ERROR', 'REQUEST_TOO_LARGE'];
  const authorizer = { type: 'token', authorizerUri: proxy.uri, identityValidationExpression: '.*' };
  const { url } = await deploy(
    { '/guarded': { get: { ...operation, security: [{ gate: [] }] } }, '/open': { post: operation } },
    {
      [KEY]: Object.fromEntries(types.map((type) => [type, named(type)])),
      securityDefinitions: {
        gate: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authorizer': authorizer },
      },
    },
  );
  expect(await ends(`${url}/guarded`)).toMatchObject({ status: 418, body: 'UNAUTHORIZED' });
  // The function of the authorizer fails: it looks for headers, which the event of a token has not.
  const failed = await ends(`${url}/guarded`, { headers: { authorization: 'kim' } });
  expect(failed).toMatchObject({ status: 418, body: 'AUTHORIZER_CONFIGURATION_ERROR' });
  const large = await ends(`${url}/open`, { method: 'POST', body: 'x'.repeat(11_000_000) });
  expect(large).toMatchObject({ status: 418, body: 'REQUEST_TOO_LARGE' });
});

test('a type that does not exist is refused', async () => {
  await expect(deploy({ '/': { get: operation } }, { [KEY]: { TEAPOT: {} } })).rejects.toThrow(
    'Invalid gateway response type specified: TEAPOT',
  );
});
