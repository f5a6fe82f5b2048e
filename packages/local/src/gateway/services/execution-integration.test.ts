// REST APIs that start executions without a function, as SAM and people declare them. Source: API Gateway developer
// guide, "Creating a Step Functions API using API Gateway"; AWS SAM's transformation of an Api event of a state
// machine.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createApiGatewayService } from '../../services/apigateway/service.ts';
import { createIamService } from '../../services/iam/service.ts';
import { createStepFunctionsService } from '../../services/stepfunctions/service.ts';
import { call } from '../test-api.ts';

let local: Local;
const credentials = 'arn:aws:iam::000000000000:role/api';
const machineArn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
const uriOf = (action: string) => `arn:aws:apigateway:eu-west-1:states:action/${action}`;
const responses = { '200': { statusCode: '200' }, '400': { statusCode: '400' } };
const escaped = "$util.escapeJavaScript($input.json('$'))";

beforeAll(async () => {
  local = await startLocalWith([createApiGatewayService, createIamService, createStepFunctionsService]);
  const { dispatch } = local.cloud;
  const trust = { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  await dispatch.call('iam', 'CreateRole', { RoleName: 'api', AssumeRolePolicyDocument }, call);
  const PolicyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'states:*', Resource: '*' }] });
  await dispatch.call('iam', 'PutRolePolicy', { RoleName: 'api', PolicyName: 'p', PolicyDocument }, call);
  const roleArn = 'arn:aws:iam::000000000000:role/machine';
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
  await dispatch.call('stepfunctions', 'CreateStateMachine', { name: 'orders', definition, roleArn }, call);
  await dispatch.call(
    'stepfunctions',
    'CreateStateMachine',
    { name: 'fast', type: 'EXPRESS', definition, roleArn },
    call,
  );
});
afterAll(() => local.close());

async function deploy(integration: object): Promise<string> {
  const { dispatch } = local.cloud;
  const { id = '' } = await dispatch.call('apigateway', 'CreateRestApi', { name: 'orders' }, call);
  const declared = { type: 'aws', httpMethod: 'POST', responses, credentials, ...integration };
  const operation = { 'x-amazon-apigateway-integration': declared, responses: { '200': {}, '400': {} } };
  const document = {
    swagger: '2.0',
    info: { version: '1.0', title: 'orders' },
    paths: { '/a/{id}': { post: operation } },
  };
  const body = Buffer.from(JSON.stringify(document));
  await dispatch.call('apigateway', 'PutRestApi', { restApiId: id, mode: 'overwrite', body }, call);
  await dispatch.call('apigateway', 'CreateDeployment', { restApiId: id, stageName: 'Prod' }, call);
  return `${local.url}/_aws/execute-api/${id}/Prod/a/seven`;
}

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const inputOf = async (executionArn: string) =>
  (await local.cloud.dispatch.call('stepfunctions', 'DescribeExecution', { executionArn }, call)).input;

describe('StartExecution', () => {
  const template = `{"input": "${escaped}", "stateMachineArn": "${machineArn('orders')}"}`;

  test('starts an execution with the body, by the template that SAM writes', async () => {
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates: { 'application/json': template } });
    const response = await post(url, '{"text":"a \\"b\\" / c"}');
    const answer = (await response.json()) as { executionArn: string };
    expect([response.status, answer]).toEqual([
      200,
      { executionArn: expect.stringContaining(':execution:orders:'), startDate: expect.any(Number) },
    ]);
    expect(await inputOf(answer.executionArn)).toBe('{"text":"a \\"b\\" / c"}');
  });

  // Source: AWS SAM developer guide, Api of a state machine, UnescapeMappingTemplate: an apostrophe is escaped for
  // JavaScript, which JSON does not know.
  test('an apostrophe is one escape too many, unless the template takes it back', async () => {
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates: { 'application/json': template } });
    expect((await post(url, `{"text":"it's"}`)).status).toBe(400);
    const mended = template.replace(escaped, () => `${escaped}.replaceAll("\\\\'","'")`);
    const other = await deploy({ uri: uriOf('StartExecution'), requestTemplates: { 'application/json': mended } });
    const { executionArn } = (await (await post(other, `{"text":"it's"}`)).json()) as { executionArn: string };
    expect(await inputOf(executionArn)).toBe(`{"text":"it's"}`);
  });

  test('a refusal is answered as the response for it says', async () => {
    const none = template.replace('orders', 'none');
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates: { 'application/json': none } });
    const response = await post(url, '{}');
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        __type: 'StateMachineDoesNotExist',
        message: `State Machine Does Not Exist: '${machineArn('none')}'`,
      },
    ]);
  });

  test('without a template the body is the request', async () => {
    const url = await deploy({ uri: uriOf('StartExecution') });
    const asked = JSON.stringify({ stateMachineArn: machineArn('orders'), name: 'own', input: '{"a":1}' });
    expect((await post(url, asked)).status).toBe(200);
    expect(await inputOf('arn:aws:states:eu-west-1:000000000000:execution:orders:own')).toBe('{"a":1}');
  });

  // Source: API Gateway developer guide, "Integration passthrough behaviors".
  test('a body of a type without a template is refused where nothing passes', async () => {
    const requestTemplates = { 'application/json': template };
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates, passthroughBehavior: 'never' });
    expect((await post(url, 'a', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('a template with directives stands in, by name', async () => {
    const requestTemplates = { 'application/json': `#set($x = 1)${template}` };
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates });
    const response = await post(url, '{}');
    expect([response.status, await response.text()]).toEqual([
      501,
      expect.stringContaining('Earwitness does not run mapping templates (VTL): POST /a/{id} has '),
    ]);
  });
});

test('StartSyncExecution answers with what the template makes of the output', async () => {
  const input = `{\\"id\\": \\"$input.params('id')\\", \\"order\\": ${escaped}}`;
  const requestTemplates = { 'application/json': `{"stateMachineArn": "${machineArn('fast')}", "input": "${input}"}` };
  const answered = {
    '200': { statusCode: '201', responseTemplates: { 'application/json': "$input.path('$.output')" } },
  };
  const url = await deploy({ uri: uriOf('StartSyncExecution'), requestTemplates, responses: answered });
  const response = await post(url, '{"n":1}');
  expect([response.status, await response.json()]).toEqual([201, { id: 'seven', order: { n: 1 } }]);
});
