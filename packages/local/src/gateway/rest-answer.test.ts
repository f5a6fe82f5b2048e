// What a REST API makes of its function's answer, and on whose behalf it asks; mocks, which answer by themselves.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipInlineCode } from '../functions/code/code.ts';
import type { Local } from '../local.ts';
import { ask, call, operation, proxy, startTestApis, type TestApis, uriOf } from './test-api.ts';

let local: Local;
let deploy: TestApis['deploy'];
beforeAll(async () => {
  ({ local, deploy } = await startTestApis());
});
afterAll(() => local.close());

// Sources: AWS SAM team, aws-sam-cli issues 2434, 1193 and pull request 2941 (their trials on AWS); "is no base64" is
// recorded on AWS: LocalStack apigateway_lambda, "bad base64".
describe('a REST API reads the answer of its function', () => {
  const png = { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'aGk=' };
  const error = '{"message": "Internal server error"}';
  test.each([
    ['an unknown member is refused', { ...png, trace: 1 }, [502, error]],
    ['without a status code it is 200', { body: 'x' }, [200, 'x']],
    ['base64Encoded is taken', { ...png, base64Encoded: true }, [200, 'hi']],
    ['base64Encoded counts before the other', { ...png, base64Encoded: false, isBase64Encoded: true }, [200, 'aGk=']],
    ['base64Encoded null does not', { ...png, base64Encoded: null, isBase64Encoded: true }, [200, 'hi']],
    ["'true' is true", { ...png, isBase64Encoded: 'true' }, [200, 'hi']],
    ["'false' is false", { ...png, isBase64Encoded: 'false' }, [200, 'aGk=']],
    ["'yes' is refused", { ...png, isBase64Encoded: 'yes' }, [502, error]],
    ['a body that is no base64 is 500', { ...png, body: 'èé+à)(', isBase64Encoded: true }, [500, error]],
    ['so is one that is cut', { ...png, body: 'aGkaG', isBase64Encoded: true }, [500, error]],
    ['padding may be missing', { ...png, body: 'aGk', isBase64Encoded: true }, [200, 'hi']],
    ['cookies are passed over', { statusCode: 200, body: 'x', cookies: ['a=1'] }, [200, 'x']],
    // Recorded on AWS: LocalStack apigateway_lambda test_aws_proxy_response_payload_format_validation.
    ['a status code may be text', { statusCode: '201' }, [201, '']],
    ['headers may be null, true and numbers', { statusCode: 200, headers: null }, [200, '']],
    ['a list of headers has to be one', { statusCode: 200, multiValueHeaders: { a: 'x' } }, [502, error]],
    ['headers alone are enough', { headers: { a: 'b' } }, [200, '']],
  ])('%s', async (_what, answer, expected) => {
    const { url } = await deploy(
      { '/': { get: operation } },
      { 'x-amazon-apigateway-binary-media-types': ['image/*'] },
    );
    const response = await fetch(url, { headers: { ask: JSON.stringify(answer), accept: 'image/png' } });
    expect([response.status, await response.text()]).toEqual(expected);
  });

  // Recorded on AWS: the same test, "multi-headers-overwrite" and "…-casing".
  test('a header of both tables is sent with both values, that of multiValueHeaders first', async () => {
    const { url } = await deploy({ '/': { get: operation } });
    const answer = {
      statusCode: 200,
      multiValueHeaders: { 'tesT-Multi': ['value-multi'] },
      headers: { 'test-multi': 'value-solo' },
    };
    expect((await fetch(url, ask(answer))).headers.get('test-multi')).toBe('value-multi, value-solo');
  });
});

// Recorded on AWS: LocalStack apigateway_common test_invocation_trace_id.
test('a REST API tells the trace id of what a function answered, not of a mock', async () => {
  const mock = {
    type: 'mock',
    requestTemplates: { 'application/json': '{statusCode: 200}' },
    responses: { default: {} },
  };
  const { url } = await deploy({
    '/f': { get: operation },
    '/m': { get: { 'x-amazon-apigateway-integration': mock } },
  });
  const has = async (path: string) => (await fetch(url + path)).headers.has('x-amzn-trace-id');
  expect([await has('/f'), await has('/m'), await has('/none')]).toEqual([true, false, false]);
});

describe('an integration with credentials', () => {
  const role = 'arn:aws:iam::000000000000:role/caller';
  const trust = (Service: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] });
  const allow = { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }] };

  beforeAll(async () => {
    const Code = { ZipFile: zipInlineCode('exports.handler = async () => ({ statusCode: 200, body: "x" })') };
    const fn = {
      Role: 'arn:aws:iam::000000000000:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code,
    } as const;
    await local.cloud.dispatch.call('lambda', 'CreateFunction', { FunctionName: 'guarded', ...fn }, call);
    await local.cloud.dispatch.call(
      'iam',
      'CreateRole',
      { RoleName: 'caller', AssumeRolePolicyDocument: trust('apigateway.amazonaws.com') },
      call,
    );
  });

  const guarded = (credentials?: string) => {
    const uri = uriOf('arn:aws:lambda:eu-west-1:000000000000:function:guarded');
    const integration = { ...proxy, uri, ...(credentials !== undefined && { credentials }) };
    return deploy({ '/': { get: { 'x-amazon-apigateway-integration': integration } } });
  };
  const statusOf = async (url: string) => (await fetch(url)).status;

  // Recorded on AWS: LocalStack apigateway_lambda, all tests: functions without a policy, integrations with a role.
  test('invokes the function as that role, which needs a policy and has to trust the gateway', async () => {
    const { url } = await guarded(role);
    expect(await statusOf((await guarded()).url)).toBe(500);
    expect(await statusOf(url)).toBe(500);
    const policy = { RoleName: 'caller', PolicyName: 'p', PolicyDocument: JSON.stringify(allow) };
    await local.cloud.dispatch.call('iam', 'PutRolePolicy', policy, call);
    expect(await statusOf(url)).toBe(200);
    const untrusted = { RoleName: 'caller', PolicyDocument: trust('events.amazonaws.com') };
    await local.cloud.dispatch.call('iam', 'UpdateAssumeRolePolicy', untrusted, call);
    expect(await statusOf(url)).toBe(500);
    expect(await statusOf((await guarded('arn:aws:iam::000000000000:role/none')).url)).toBe(500);
  });

  // A caller is known where a method asks for a signature: authorizers/signature.test.ts.
  test('of the caller fails where nobody asks who that is', async () => {
    expect(await statusOf((await guarded('arn:aws:iam::*:user/*')).url)).toBe(500);
  });
});

// Recorded on AWS: LocalStack apigateway_common test_create_update_stages and ..._deployments (deployed); the call
// fails as the guide says of a mock without a status code.
test.each([
  ['no integration response', { requestTemplates: { 'application/json': '{"statusCode": 200}' } }],
  ['no request template', { responses: { default: { statusCode: '200' } } }],
  ['neither', {}],
])('a mock with %s is deployed, and calls of it are 500', async (_what, more) => {
  const { url } = await deploy({ '/': { get: { 'x-amazon-apigateway-integration': { type: 'mock', ...more } } } });
  const response = await fetch(url);
  expect([response.status, await response.text(), response.headers.get('x-amzn-errortype')]).toEqual([
    500,
    '{"message": "Internal server error"}',
    'InternalServerErrorException',
  ]);
});

// The template is CDK's. Recorded on AWS: LocalStack apigateway_integrations test_integration_mock_with_path_param.
test('a mock chooses its response by the status code, which a pattern may name', async () => {
  const mock = {
    type: 'mock',
    requestTemplates: { 'application/json': '{statusCode: 204}' },
    responses: { default: { statusCode: '500' }, '2\\d{2}': { statusCode: '202' } },
  };
  const { url } = await deploy({ '/': { get: { 'x-amazon-apigateway-integration': mock } } });
  expect((await fetch(url)).status).toBe(202);
});

test('a CORS preflight request, as SAM sets it up: a mock with fixed headers', async () => {
  const options = {
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'https://a.example'" },
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: { 200: { headers: { 'Access-Control-Allow-Origin': { type: 'string' } } } },
  };
  const { url } = await deploy({ '/': { get: operation, options } });
  const response = await fetch(url, { method: 'OPTIONS' });
  expect([response.status, response.headers.get('access-control-allow-origin'), await response.text()]).toEqual([
    200,
    'https://a.example',
    '{}\n',
  ]);
});
