// HTTP APIs that call EventBridge, SQS and Step Functions without a function. Source: API Gateway developer guide,
// "Create AWS service integrations for HTTP APIs" and "Transform API requests and responses" (the names of values).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createApiGatewayService } from '../../services/apigateway/service.ts';
import { createApiGatewayV2Service } from '../../services/apigatewayv2/service.ts';
import { createEventsService } from '../../services/events/service.ts';
import { createIamService } from '../../services/iam/service.ts';
import { createSqsService } from '../../services/sqs/service.ts';
import { createStepFunctionsService } from '../../services/stepfunctions/service.ts';
import { call } from '../test-api.ts';

let local: Local;
let url = '';
let QueueUrl = '';
const CredentialsArn = 'arn:aws:iam::000000000000:role/api';

beforeAll(async () => {
  local = await startLocalWith([
    createSqsService,
    createStepFunctionsService,
    createIamService,
    createEventsService,
    createApiGatewayService,
    createApiGatewayV2Service,
  ]);
  const { dispatch } = local.cloud;
  ({ QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', { QueueName: 'inbox' }, call));
  const trust = { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  await dispatch.call('iam', 'CreateRole', { RoleName: 'api', AssumeRolePolicyDocument }, call);
  const allow = { Effect: 'Allow', Action: ['events:PutEvents', 'sqs:SendMessage', 'states:*'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Statement: [allow] });
  await dispatch.call('iam', 'PutRolePolicy', { RoleName: 'api', PolicyName: 'p', PolicyDocument }, call);
  const { ApiId = '', ApiEndpoint = '' } = await dispatch.call(
    'apigatewayv2',
    'CreateApi',
    { Name: 'door', ProtocolType: 'HTTP' },
    call,
  );
  url = ApiEndpoint;
  const route = async (RouteKey: string, IntegrationSubtype: string, RequestParameters: Record<string, string>) => {
    const { IntegrationId } = await dispatch.call(
      'apigatewayv2',
      'CreateIntegration',
      { ApiId, IntegrationType: 'AWS_PROXY', IntegrationSubtype, RequestParameters, CredentialsArn },
      call,
    );
    await dispatch.call(
      'apigatewayv2',
      'CreateRoute',
      { ApiId, RouteKey, Target: `integrations/${IntegrationId}` },
      call,
    );
  };
  await route('POST /orders/{shop}', 'EventBridge-PutEvents', {
    Source: 'shop.$' + '{request.path.shop}',
    DetailType: '$request.header.x-type',
    Detail: '$request.body.order',
    Resources: '$context.routeKey',
  });
  await route('POST /inbox', 'SQS-SendMessage', {
    ...{ QueueUrl, MessageBody: '$request.body', DelaySeconds: '0' },
    MessageAttributes: '{"Method":{"DataType":"String","StringValue":"$' + '{context.httpMethod}"}}',
  });
  const order = { Source: 'shop', DetailType: '$request.body.type', Detail: '$request.body' };
  await route('POST /dated', 'EventBridge-PutEvents', { ...order, Time: '$request.header.x-time' });
  const machine = async (name: string, type: 'STANDARD' | 'EXPRESS') => {
    const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","OutputPath":"$.id","End":true}}}';
    const input = { name, type, definition, roleArn: 'arn:aws:iam::000000000000:role/machine' };
    return (await dispatch.call('stepfunctions', 'CreateStateMachine', input, call)).stateMachineArn;
  };
  const Input = '$request.body';
  const StateMachineArn = await machine('orders', 'STANDARD');
  await route('POST /start', 'StepFunctions-StartExecution', {
    StateMachineArn,
    Input,
    Name: '$request.header.x-name',
  });
  const Fast = await machine('fast', 'EXPRESS');
  await route('POST /run', 'StepFunctions-StartSyncExecution', { StateMachineArn: Fast, Input });
  await dispatch.call('apigatewayv2', 'CreateStage', { ApiId, StageName: '$default', AutoDeploy: true }, call);
});
afterAll(() => local.close());

test('EventBridge-PutEvents puts an event that is made of the request', async () => {
  const response = await fetch(`${url}/orders/berne`, {
    method: 'POST',
    headers: { 'x-type': 'OrderPlaced' },
    body: JSON.stringify({ order: { id: 7 } }),
  });
  const answer = (await response.json()) as { Entries?: { EventId: string }[] };
  expect([response.status, answer]).toEqual([200, { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] }]);
  const accepted = local.journal
    .read()
    .flatMap((fact) => (fact.kind === 'event.accepted' ? [JSON.parse(fact.event)] : []));
  expect(accepted).toEqual([
    expect.objectContaining({
      id: answer.Entries?.[0]?.EventId,
      source: 'shop.berne',
      'detail-type': 'OrderPlaced',
      detail: { id: 7 },
      resources: ['POST /orders/{shop}'],
    }),
  ]);
});

test('SQS-SendMessage sends the body, with attributes of the request', async () => {
  expect((await fetch(`${url}/inbox`, { method: 'POST', body: 'hello' })).status).toBe(200);
  const input = { QueueUrl, MessageAttributeNames: ['All'] };
  const { Messages } = await local.cloud.dispatch.call('sqs', 'ReceiveMessage', input, call);
  expect(Messages?.map(({ Body, MessageAttributes }) => [Body, MessageAttributes])).toEqual([
    ['hello', { Method: { DataType: 'String', StringValue: 'POST' } }],
  ]);
});

const lastReason = () => local.journal.read().findLast((fact) => fact.kind === 'request.answered')?.reason;
const postDated = (time: string, body: object) =>
  fetch(`${url}/dated`, { method: 'POST', headers: { 'x-time': time }, body: JSON.stringify(body) });

// `$context.requestTimeEpoch` is in milliseconds; public configurations hand it over as Time.
test.each(['2026-11-22T12:00:00Z', String(Date.UTC(2026, 10, 22, 12)), String(Date.UTC(2026, 10, 22, 12) / 1000)])(
  'the Time of an event may be %s',
  async (time) => {
    expect((await postDated(time, { type: 'Dated' })).status).toBe(200);
    const accepted = local.journal.read().findLast((fact) => fact.kind === 'event.accepted');
    expect(JSON.parse(accepted?.event ?? '')).toMatchObject({ 'detail-type': 'Dated', time: '2026-11-22T12:00:00Z' });
  },
);

// Source of the sentence: terraform-provider-aws issue 19443.
test('a value that is not there, or is no value of its parameter, fails the call', async () => {
  const failed = [500, '{"message":"Internal Server Error"}'];
  const answered = async (response: Response) => [response.status, await response.text()];
  expect(await answered(await postDated('2026-11-22T12:00:00Z', {}))).toEqual(failed);
  expect(lastReason()).toBe('Unable to resolve property DetailType from source $request.body.type');
  expect(await answered(await postDated('yesterday', { type: 'Dated' }))).toEqual(failed);
  expect(lastReason()).toBe('Time has to be a date or a number of epoch milliseconds, not yesterday');
});

// Source: API Gateway developer guide, "Integration subtype reference", StepFunctions-StartExecution.
test('StepFunctions-StartExecution starts an execution with the body', async () => {
  const headers = { 'x-name': 'seven' };
  const response = await fetch(`${url}/start`, { method: 'POST', headers, body: '{"id":7}' });
  const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:orders:seven';
  expect([response.status, await response.json()]).toEqual([200, { executionArn, startDate: expect.any(Number) }]);
  const told = await local.cloud.dispatch.call('stepfunctions', 'DescribeExecution', { executionArn }, call);
  expect(told).toMatchObject({ input: '{"id":7}' });
});

// Source: as above, StepFunctions-StartSyncExecution.
test('StepFunctions-StartSyncExecution answers with what came of it', async () => {
  const response = await fetch(`${url}/run`, { method: 'POST', body: '{"id":7}' });
  const answer = (await response.json()) as { startDate: number };
  expect([response.status, answer]).toMatchObject([200, { status: 'SUCCEEDED', input: '{"id":7}', output: '7' }]);
  // Seconds.
  expect(answer.startDate).toBeLessThan(1e11);
});
