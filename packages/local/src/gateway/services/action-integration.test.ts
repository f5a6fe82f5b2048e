// REST APIs that call services without a function, as SAM and people declare them. Source: API Gateway developer
// guide, "Creating a Step Functions API using API Gateway"; AWS SAM's transformation of an Api event of a state
// machine.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createApiGatewayService } from '../../services/apigateway/service.ts';
import { createDynamoDbService } from '../../services/dynamodb/service.ts';
import { createEventsService } from '../../services/events/service.ts';
import { createIamService } from '../../services/iam/service.ts';
import { createSnsService } from '../../services/sns/service.ts';
import { createSqsService } from '../../services/sqs/service.ts';
import { createStepFunctionsService } from '../../services/stepfunctions/service.ts';
import { call } from '../test-api.ts';

let local: Local;
const credentials = 'arn:aws:iam::000000000000:role/api';
const machineArn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
const uriOf = (action: string, service = 'states') => `arn:aws:apigateway:eu-west-1:${service}:action/${action}`;
const responses = { '200': { statusCode: '200' }, '400': { statusCode: '400' } };
const escaped = "$util.escapeJavaScript($input.json('$'))";

beforeAll(async () => {
  local = await startLocalWith([
    ...[createApiGatewayService, createIamService, createStepFunctionsService],
    ...[createDynamoDbService, createEventsService, createSnsService, createSqsService],
  ]);
  const { dispatch } = local.cloud;
  const trust = { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  await dispatch.call('iam', 'CreateRole', { RoleName: 'api', AssumeRolePolicyDocument }, call);
  const PolicyDocument = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: ['states:*', 'dynamodb:*', 'events:*', 'sns:*', 'sqs:*'], Resource: '*' }],
  });
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

  test('a template that makes too much of a request fails, and the journal says why', async () => {
    const twice = '#set($s = "$s$s")'.repeat(30);
    const template = `#set($s = 'x')${twice}{"input": "{}", "stateMachineArn": "${machineArn('orders')}"}`;
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates: { 'application/json': template } });
    const response = await post(url, '{}');
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
    expect(local.journal.read().findLast(({ kind }) => kind === 'request.answered')).toMatchObject({
      reason: 'the mapping template makes a text of more than 10485760 characters',
    });
  });

  test('a template with macros stands in, by name', async () => {
    const requestTemplates = { 'application/json': `#macro(a)#end${template}` };
    const url = await deploy({ uri: uriOf('StartExecution'), requestTemplates });
    const response = await post(url, '{}');
    expect([response.status, await response.text()]).toEqual([
      501,
      expect.stringContaining('Earwitness does not run such a mapping template (VTL): POST /a/{id} has '),
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

describe('other services', () => {
  test('DynamoDB keeps what a template makes, and a template answers with it', async () => {
    const { dispatch } = local.cloud;
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }] as const;
    const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }] as const;
    const table = { TableName: 'orders', KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' } as const;
    await dispatch.call('dynamodb', 'CreateTable', table, call);
    const put = `{"TableName": "orders", "Item": {"id": {"S": "$input.params('id')"}, "text": {"S": "$input.path('$.text')"}}}`;
    const uri = uriOf('PutItem', 'dynamodb');
    const url = await deploy({ uri, requestTemplates: { 'application/json': put } });
    const response = await post(url, '{"text":"hello"}');
    expect([response.status, await response.json()]).toEqual([200, {}]);
    const read = await deploy({
      uri: uriOf('GetItem', 'dynamodb'),
      requestTemplates: { 'application/json': `{"TableName": "orders", "Key": {"id": {"S": "$input.params('id')"}}}` },
      responses: {
        '200': {
          statusCode: '200',
          responseTemplates: { 'application/json': `{"text": "$input.path('$.Item.text.S')"}` },
        },
      },
    });
    expect(await (await post(read, '{}')).json()).toEqual({ text: 'hello' });
  });

  // As serverless-patterns, apigw-rest-api-eventbridge-sam, has it.
  test('EventBridge takes events; the headers that name its operation are known without them', async () => {
    const template = `#set($context.requestOverride.header.X-Amz-Target = "AWSEvents.PutEvents")
#set($context.requestOverride.header.Content-Type = "application/x-amz-json-1.1")
{"Entries": [{"Source": "shop", "DetailType": "Ordered", "Detail": "$util.escapeJavaScript($input.body)"}]}`;
    const url = await deploy({ uri: uriOf('PutEvents', 'events'), requestTemplates: { 'application/json': template } });
    const accepted = local.journal.read().length;
    const response = await post(url, '{"id":"1"}');
    expect([response.status, await response.json()]).toEqual([
      200,
      { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] },
    ]);
    const events = local.journal
      .read()
      .slice(accepted)
      .flatMap((fact) => (fact.kind === 'event.accepted' ? [fact.detailType] : []));
    expect(events).toEqual(['Ordered']);
  });

  // Source: API Gateway developer guide, "Integrate API Gateway with Amazon SQS"; the answer in JSON is what public
  // reports of such APIs show.
  test('SQS takes a form at the path of its queue', async () => {
    const { dispatch } = local.cloud;
    const { QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, call);
    const url = await deploy({
      uri: 'arn:aws:apigateway:eu-west-1:sqs:path/000000000000/orders',
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' },
    });
    const response = await post(url, '{"a":"b & c"}');
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        SendMessageResponse: {
          SendMessageResult: {
            MD5OfMessageBody: expect.any(String),
            MD5OfMessageAttributes: null,
            MD5OfMessageSystemAttributes: null,
            MessageId: expect.any(String),
            SequenceNumber: null,
          },
          ResponseMetadata: { RequestId: expect.any(String) },
        },
      },
    ]);
    const { Messages } = await dispatch.call('sqs', 'ReceiveMessage', { QueueUrl }, call);
    expect(Messages?.map(({ Body }) => Body)).toEqual(['{"a":"b & c"}']);
  });

  test('SNS takes parameters of the query, made of the request', async () => {
    const { dispatch } = local.cloud;
    const { TopicArn = '' } = await dispatch.call('sns', 'CreateTopic', { Name: 'orders' }, call);
    const url = await deploy({
      uri: uriOf('Publish', 'sns'),
      requestParameters: {
        'integration.request.querystring.TopicArn': `'${TopicArn}'`,
        'integration.request.querystring.Message': 'method.request.body.text',
        'integration.request.querystring.Subject': 'method.request.path.id',
      },
      passthroughBehavior: 'when_no_match',
    });
    const response = await post(url, '{"text":"hello"}');
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        PublishResponse: {
          PublishResult: { MessageId: expect.any(String), SequenceNumber: null },
          ResponseMetadata: { RequestId: expect.any(String) },
        },
      },
    ]);
  });
});
