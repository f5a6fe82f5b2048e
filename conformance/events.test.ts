// EventBridge through the unmodified SDK: what its users do, on the wire.
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  CreateEventBusCommand,
  DescribeConnectionCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ACCOUNT = '000000000000';
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:orders`;

let local: Local;
let events: EventBridgeClient;
let sqs: SQSClient;
let iam: IAMClient;

beforeAll(async () => {
  local = await startLocal();
  const config = {
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'any' },
  };
  events = new EventBridgeClient(config);
  sqs = new SQSClient(config);
  iam = new IAMClient(config);
});
afterAll(() => local.close());

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** A queue that EventBridge may send to; answers how to take one message from it. */
async function createQueue(name: string) {
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  const Policy = document({
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  return async () => {
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ['All'] });
    const { Messages: [message] = [] } = await sqs.send(command);
    return message;
  };
}

test('an event goes from PutEvents over a bus and a rule to a queue', async () => {
  const receive = await createQueue('orders');
  await events.send(new CreateEventBusCommand({ Name: 'shop' }));
  const rule = { Name: 'orders', EventBusName: 'shop' };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"detail-type":[{"prefix":"Order"}]}' }));
  await events.send(
    new PutTargetsCommand({ Rule: 'orders', EventBusName: 'shop', Targets: [{ Id: 'queue', Arn: QUEUE }] }),
  );
  const Time = new Date('2026-05-01T10:00:00.400Z');
  const entry = { EventBusName: 'shop', Source: 'shop', DetailType: 'OrderCreated', Detail: '{ "price": 9.90 }', Time };
  const { FailedEntryCount, Entries } = await events.send(
    new PutEventsCommand({ Entries: [entry, { ...entry, Detail: 'no' }] }),
  );
  expect(FailedEntryCount).toBe(1);
  expect(Entries).toEqual([
    { EventId: expect.any(String) },
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
  ]);
  expect((await receive())?.Body).toBe(
    `{"version":"0","id":"${Entries?.[0]?.EventId}","detail-type":"OrderCreated","source":"shop","account":"${ACCOUNT}","time":"2026-05-01T10:00:00Z","region":"us-east-1","resources":[],"detail":{"price":9.90}}`,
  );
});

test('refusals are the exceptions that the SDK knows', async () => {
  const pattern = events.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"shop"}' }));
  await expect(pattern).rejects.toThrow(InvalidEventPatternException);
  await expect(pattern).rejects.toThrow('Event pattern is not valid. Reason: "source" must be an object or an array');
  await expect(events.send(new DescribeRuleCommand({ Name: 'never' }))).rejects.toThrow(ResourceNotFoundException);
  const Event = JSON.stringify({ source: 'shop' });
  await expect(events.send(new TestEventPatternCommand({ EventPattern: '{"a":[1]}', Event }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Parameter Event is not valid.',
  });
  const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 't', Detail: '{}' }));
  await expect(events.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
    ),
  });
});

test('lists come in pages', async () => {
  for (const Name of ['page-a', 'page-b', 'page-c']) {
    await events.send(new PutRuleCommand({ Name, EventPattern: '{"source":["none"]}' }));
  }
  const first = await events.send(new ListRulesCommand({ NamePrefix: 'page-', Limit: 2 }));
  const second = await events.send(
    new ListRulesCommand({ NamePrefix: 'page-', Limit: 2, ...(first.NextToken && { NextToken: first.NextToken }) }),
  );
  expect([first, second].map(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual([
    ['page-a', 'page-b'],
    ['page-c'],
  ]);
  expect(second.NextToken).toBeUndefined();
});

/** A rule `name` whose target is an API destination at `endpoint`, with a role that may invoke it and a dead-letter queue. */
async function routeToEndpoint(name: string, endpoint: string, dlq: string) {
  const { ConnectionArn } = await events.send(
    new CreateConnectionCommand({
      Name: name,
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: local.env.MOMENTO_API_KEY },
      },
    }),
  );
  const { ApiDestinationArn } = await events.send(
    new CreateApiDestinationCommand({ Name: name, ConnectionArn, InvocationEndpoint: endpoint, HttpMethod: 'POST' }),
  );
  const trust = document({ Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  const allow = document({ Action: 'events:InvokeApiDestination', Resource: ApiDestinationArn });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'invoke', PolicyDocument: allow }));
  await events.send(new PutRuleCommand({ Name: name, EventPattern: `{"source":["${name}"]}` }));
  const target = {
    Id: 'api',
    Arn: ApiDestinationArn,
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    DeadLetterConfig: { Arn: dlq },
  };
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [target] }));
  return ApiDestinationArn;
}

const put = (Source: string) =>
  events.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'x', Detail: '{}' }] }));

test.each(['http', 'https'] as const)('an API destination publishes to the local topic over %s', async (scheme) => {
  const { CACHE_NAME, TOPIC_NAME } = local.env;
  const base = scheme === 'http' ? local.url : local.httpsUrl;
  await routeToEndpoint(`topic-${scheme}`, `${base}/topics/${CACHE_NAME}/${TOPIC_NAME}`, QUEUE);
  const attempted = new Promise((resolve) => {
    const leave = local.journal.listen((fact) => {
      if (fact.kind !== 'delivery.attempted') return;
      leave();
      resolve(fact);
    });
  });
  await put(`topic-${scheme}`);
  expect(await attempted).toMatchObject({ outcome: 'delivered', status: 204 });
  const { AuthParameters } = await events.send(new DescribeConnectionCommand({ Name: `topic-${scheme}` }));
  expect(AuthParameters).toEqual({ ApiKeyAuthParameters: { ApiKeyName: 'Authorization' } });
});

test('an endpoint that is down for a day: the clock is advanced, and the dead letter says why', async () => {
  const receive = await createQueue('dead-letters');
  const dlq = `arn:aws:sqs:us-east-1:${ACCOUNT}:dead-letters`;
  // Port 9 is nobody's.
  const arn = await routeToEndpoint('down', 'http://127.0.0.1:9/', dlq);
  await put('down');
  await local.clock.advance(24 * 3_600_000);
  const { MessageAttributes = {} } = (await receive()) ?? {};
  expect(
    Object.fromEntries(Object.entries(MessageAttributes).map(([name, value]) => [name, value.StringValue])),
  ).toMatchObject({
    RULE_ARN: `arn:aws:events:us-east-1:${ACCOUNT}:rule/down`,
    TARGET_ARN: arn,
    ERROR_CODE: 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
    EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
  });
});

test('a function hears a rule of its SAM template, asynchronously and with the permission that the template makes', async () => {
  await local.deploy({
    name: 'listener',
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Listener:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: listener
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async (event) => { console.log('heard ' + event['detail-type'] + ' ' + event.id); };
      Events:
        Orders:
          Type: EventBridgeRule
          Properties:
            Pattern: { source: [sam] }
`,
  });
  const heard = new Promise<string>((resolve) => {
    const leave = local.journal.listen((fact) => {
      if (fact.kind !== 'function.log' || !fact.line.includes('heard')) return;
      leave();
      resolve(fact.line);
    });
  });
  const { Entries } = await put('sam');
  expect(await heard).toContain(`heard x ${Entries?.[0]?.EventId}`);
});
