// Functions behind REST APIs that see what a mapping template makes, and no event of a request. Source: API Gateway
// developer guide, "Set up Lambda custom integrations" and "Handle custom Lambda errors".
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proxy, startTestApis, type TestApis } from '../test-api.ts';

let apis: TestApis;
beforeAll(async () => {
  apis = await startTestApis();
});
afterAll(() => apis.local.close());

// What the function is to do stands in its event.
const ASK = `{"headers": {"ask": "$util.escapeJavaScript($input.json('$'))"}}`;

async function call(integration: object, body: object): Promise<[number, string]> {
  const declared = { ...proxy, type: 'aws', requestTemplates: { 'application/json': ASK }, ...integration };
  const responses = { '200': {}, '422': {} };
  const { url } = await apis.deploy({ '/a': { post: { 'x-amazon-apigateway-integration': declared, responses } } });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/a`, { method: 'POST', body: JSON.stringify(body), headers });
  return [response.status, await response.text()];
}

const responses = {
  default: { statusCode: '200' },
  '.*boom.*': {
    statusCode: '422',
    responseTemplates: { 'application/json': `{"why": "$input.path('$.errorMessage')"}` },
  },
};

test('the event is what the template makes, and the answer is what the function returns', async () => {
  expect(await call({ responses }, { n: 1 })).toEqual([200, '{"n":1}']);
  const template = { statusCode: '200', responseTemplates: { 'application/json': `<$input.path('$.n')>` } };
  expect(await call({ responses: { default: template } }, { n: 1 })).toEqual([200, '<1>']);
});

test('an error is answered as the response says whose pattern takes its message, or as any answer', async () => {
  expect(await call({ responses }, { fail: true })).toEqual([422, '{"why": "boom"}']);
  const [status, text] = await call({ responses: { default: { statusCode: '200' } } }, { fail: true });
  expect([status, JSON.parse(text)]).toEqual([
    200,
    expect.objectContaining({ errorMessage: 'boom', errorType: 'Error' }),
  ]);
});

test('without a template the body is the event', async () => {
  const body = { headers: { ask: '{"own":true}' } };
  expect(await call({ responses, requestTemplates: {} }, body)).toEqual([200, '{"own":true}']);
});

test('a header makes the invocation asynchronous, with nothing to answer', async () => {
  const requestParameters = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
  expect(await call({ responses, requestParameters }, { n: 1 })).toEqual([200, '']);
});
