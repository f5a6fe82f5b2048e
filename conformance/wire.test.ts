// The AWS protocols on the wire: unmodified SDK clients reach the local cloud by environment alone, and get answers and refusals in the
// form that each of them insists on. The AWS CLI: e2e/aws-cli.test.ts.
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { APIGateway } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { QueueDoesNotExist, SQS } from '@aws-sdk/client-sqs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let local: Local;

beforeAll(async () => {
  local = await startLocal();
  Object.assign(process.env, local.env);
});

afterAll(async () => {
  for (const name of Object.keys(local.env)) delete process.env[name];
  await local.close();
});

const once = { maxAttempts: 1 };

describe('SDK clients find the cloud by AWS_ENDPOINT_URL', () => {
  test('AWS JSON 1.1: EventBridge', async () => {
    const { EventBuses } = await new EventBridge(once).listEventBuses();
    expect(EventBuses?.map(({ Name, Arn }) => [Name, Arn])).toEqual([
      ['default', 'arn:aws:events:us-east-1:000000000000:event-bus/default'],
    ]);
  });

  test('AWS JSON 1.0: SQS', async () => {
    const sqs = new SQS(once);
    const { QueueUrl } = await sqs.createQueue({ QueueName: 'json' });
    expect(QueueUrl).toBe(`${local.url}/000000000000/json`);
    await sqs.sendMessage({ QueueUrl, MessageBody: 'söme <body>' });
    const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['söme <body>']);
  });

  test('AWS Query: CloudFormation and IAM', async () => {
    expect((await new CloudFormation(once).listStacks({})).StackSummaries).toEqual([]);
    const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const iam = new IAM(once);
    const { Role } = await iam.createRole({ RoleName: 'wire', AssumeRolePolicyDocument });
    expect([Role?.Arn, Role?.CreateDate instanceof Date]).toEqual(['arn:aws:iam::000000000000:role/wire', true]);
  });

  test('REST with JSON: Lambda and both API Gateways', async () => {
    expect((await new Lambda(once).listFunctions()).Functions).toEqual([]);
    const { id, name } = await new APIGateway(once).createRestApi({ name: 'rest' });
    expect([typeof id, name]).toEqual(['string', 'rest']);
    const { ApiId, Name, CreatedDate } = await new ApiGatewayV2(once).createApi({ Name: 'http', ProtocolType: 'HTTP' });
    expect([typeof ApiId, Name, CreatedDate instanceof Date]).toEqual(['string', 'http', true]);
  });

  test('over TLS, with nothing trusted but the root file', async () => {
    const ca = await readFile((await local.trustFiles()).rootFile, 'utf8');
    const agent = new Agent({ ca });
    const events = new EventBridge({ ...once, endpoint: local.httpsUrl, requestHandler: { httpsAgent: agent } });
    expect((await events.listEventBuses()).EventBuses?.length).toBe(1);
    agent.destroy();
  });

  test('a key of twelve digits is an account of its own', async () => {
    const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x' };
    const { EventBuses } = await new EventBridge({ ...once, credentials, region: 'eu-west-1' }).listEventBuses();
    expect(EventBuses?.map(({ Arn }) => Arn)).toEqual(['arn:aws:events:eu-west-1:111122223333:event-bus/default']);
  });
});

describe('refusals come as each protocol writes them', () => {
  const refusalOf = async (call: Promise<object>) => {
    const error = await call.catch((caught) => caught);
    return [error.name, error.message, error.$metadata?.httpStatusCode];
  };

  test('a modelled error is an instance of its class', async () => {
    const error = await new SQS(once).getQueueUrl({ QueueName: 'nowhere' }).catch((caught) => caught);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(await refusalOf(new EventBridge(once).describeRule({ Name: 'r' }))).toEqual([
      'ResourceNotFoundException',
      'Rule r does not exist on EventBus default.',
      400,
    ]);
    expect(await refusalOf(new IAM(once).getRole({ RoleName: 'nobody' }))).toEqual([
      'NoSuchEntityException',
      'The role with name nobody cannot be found.',
      404,
    ]);
    expect((await refusalOf(new Lambda(once).getFunction({ FunctionName: 'none' }))).toSpliced(1, 1)).toEqual([
      'ResourceNotFoundException',
      404,
    ]);
    expect(await refusalOf(new CloudFormation(once).describeStacks({ StackName: 'none' }))).toEqual([
      'ValidationError',
      'Stack with id none does not exist',
      400,
    ]);
  });

  test('an operation that is not served says so by name, with 501', async () => {
    expect(await refusalOf(new EventBridge(once).listPartnerEventSources({ NamePrefix: 'a' }))).toEqual([
      'UnknownOperationException',
      "Earwitness does not serve Amazon EventBridge's operation ListPartnerEventSources.",
      501,
    ]);
    expect(await refusalOf(new CloudFormation(once).listTypes({}))).toEqual([
      'UnknownOperationException',
      "Earwitness does not serve AWS CloudFormation's operation ListTypes.",
      501,
    ]);
    expect(await refusalOf(new Lambda(once).listCodeSigningConfigs({}))).toEqual([
      'UnknownOperationException',
      'Earwitness serves no operation of AWS Lambda at GET /2020-04-22/code-signing-configs.',
      501,
    ]);
  });

  test('two megabytes of events get the answer that AWS gives, not a closed connection', async () => {
    const Detail = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    expect(
      await refusalOf(new EventBridge(once).putEvents({ Entries: [{ Source: 's', DetailType: 't', Detail }] })),
    ).toEqual(['ValidationException', 'Total size of the entries in the request is over the limit.', 400]);
  });

  test('requests that are not well formed, protocol by protocol', async () => {
    const ask = async (path: string, init: RequestInit) => {
      const response = await fetch(`${local.url}${path}`, init);
      const requestId = response.headers.get('x-amzn-requestid') ?? '';
      return [response.status, (await response.text()).replace(requestId, 'REQUEST-ID')];
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(
      await ask('/', {
        method: 'POST',
        headers: { 'x-amz-target': 'secretsmanager.CreateSecret' },
        body: '{"Name":7}',
      }),
    ).toEqual([400, '{"__type":"SerializationException","message":"NUMBER_VALUE can not be converted to a String"}']);
    expect(await ask('/', { method: 'POST', headers: form, body: 'Version=2010-05-15&Action=%ZZ' })).toEqual([
      404,
      '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>' +
        '<Code>MalformedQueryString</Code><Message>The query string contains a syntax error.</Message></Error>' +
        '<RequestId>REQUEST-ID</RequestId></ErrorResponse>',
    ]);
    expect(await ask('/2015-03-31/functions', { method: 'POST', body: '{' })).toEqual([
      400,
      '{"Type":"User","message":"The request body is not valid JSON."}',
    ]);
    const authorization =
      'AWS4-HMAC-SHA256 Credential=k/20261122/eu-west-1/rds/aws4_request, SignedHeaders=host, Signature=a';
    expect(await ask('/', { method: 'POST', headers: { ...form, authorization }, body: 'Action=X' })).toEqual([
      501,
      '<ErrorResponse><Error><Code>UnknownServiceException</Code>' +
        "<Message>Earwitness does not serve the AWS service 'rds' (X). To go on, script an answer " +
        "(answers: { 'rds:X': … }) or send its calls elsewhere (upstream).</Message></Error>" +
        '<RequestId>REQUEST-ID</RequestId></ErrorResponse>',
    ]);
  });
});

describe('SQS in the older Query protocol, as clients before 2024 speak it', () => {
  const post = async (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2012-11-05', ...fields });
    return (await fetch(`${local.url}${path}`, { method: 'POST', body })).text();
  };

  test('a queue is made, filled by its path, and read', async () => {
    expect(await post('/', { Action: 'CreateQueue', QueueName: 'query' })).toContain(
      `<CreateQueueResult><QueueUrl>${local.url}/000000000000/query</QueueUrl></CreateQueueResult>`,
    );
    expect(await post('/000000000000/query', { Action: 'SendMessage', MessageBody: 'a<b>' })).toContain(
      '<MD5OfMessageBody>',
    );
    const received = await post('/000000000000/query', { Action: 'ReceiveMessage', 'AttributeName.1': 'All' });
    expect(received).toContain('<Body>a&lt;b&gt;</Body>');
    expect(received).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  });

  test('a queue that is not there is refused with the old code', async () => {
    expect(await post('/', { Action: 'GetQueueUrl', QueueName: 'nowhere' })).toContain(
      '<Code>AWS.SimpleQueueService.NonExistentQueue</Code>',
    );
  });
});

test('closing ends a long poll', async () => {
  // With a clock that stands, nothing else would ever end it.
  const other = await startLocal({ clock: createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') }) });
  const sqs = new SQS({ ...once, endpoint: other.url });
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'q' });
  const poll = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }).catch((error) => error);
  // The call is under way once a second one, sent later, was answered.
  await sqs.getQueueUrl({ QueueName: 'q' });
  await other.close();
  await poll;
});
