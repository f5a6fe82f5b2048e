// Topics beside rules and functions: rules that publish, functions that are subscribed, functions that hand on.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { type Local, startLocalWith } from '../../local.ts';
import { createEventsService } from '../events/service.ts';
import { createIamService } from '../iam/service.ts';
import { createLambdaService } from '../lambda/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSnsService } from './service.ts';

const call = {
  account: '123456789012',
  region: 'eu-west-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::123456789012:root' },
} as const;
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders';
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';

let local: Local;
beforeEach(async () => {
  const services = [createSqsService, createSnsService, createEventsService, createIamService, createLambdaService];
  local = await startLocalWith(services, { clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }) });
});
afterEach(() => local.close());

const { stringify } = JSON;
const run: Local['cloud']['dispatch']['call'] = (...args) => local.cloud.dispatch.call(...args);

async function createQueue(QueueName: string) {
  const Policy = stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' } });
  const { QueueUrl = '' } = await run('sqs', 'CreateQueue', { QueueName, Attributes: { Policy } }, call);
  return async () => {
    const asked = { QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 20 };
    const { Messages = [] } = await run('sqs', 'ReceiveMessage', asked, call);
    return Messages.map(({ Body = '', MessageAttributes }) => ({ body: Body, attributes: MessageAttributes }));
  };
}

async function createTopic(Policy?: string) {
  const Attributes = Policy === undefined ? {} : { Policy };
  await run('sns', 'CreateTopic', { Name: 'orders', Attributes }, call);
  const receive = await createQueue('heard');
  const input = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: queueArn('heard') };
  await run('sns', 'Subscribe', { ...input, Attributes: { RawMessageDelivery: 'true' } }, call);
  return receive;
}

async function createRule(target: { RoleArn?: string; Input?: string } = {}) {
  const dead = await createQueue('dead');
  await run('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, call);
  const Targets = [{ Id: 't', Arn: TOPIC, DeadLetterConfig: { Arn: queueArn('dead') }, ...target }];
  const { FailedEntryCount } = await run('events', 'PutTargets', { Rule: 'all', Targets }, call);
  expect(FailedEntryCount).toBe(0);
  const Entries = [{ Source: 'shop', DetailType: 'OrderCreated', Detail: '{"id":1}' }];
  await run('events', 'PutEvents', { Entries }, call);
  return dead;
}

const ALLOWS_RULES = stringify({
  Version: '2012-10-17',
  Statement: {
    ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: TOPIC },
    Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:123456789012:rule/all' } },
  },
});

// Source: EventBridge user guide, "Using resource-based policies", Amazon SNS permissions.
test('a rule publishes its event to a topic that lets it', async () => {
  const receive = await createTopic(ALLOWS_RULES);
  await createRule();
  const [message] = await receive();
  expect(JSON.parse(message?.body ?? '')).toMatchObject({ source: 'shop', detail: { id: 1 } });
  expect(message?.attributes).toBeUndefined();
});

// Source: EventBridge user guide, "Using dead-letter queues": missing permissions are not tried again.
test('without a policy of the topic the event is in the dead-letter queue of the target', async () => {
  await createTopic();
  const dead = await createRule();
  const [letter] = await dead();
  expect(letter?.attributes).toMatchObject({ ERROR_CODE: { StringValue: 'NO_PERMISSIONS' } });
});

// Source: EventBridge API reference, Target, RoleArn.
test('a role of the target that may publish stands in for the policy', async () => {
  const receive = await createTopic();
  const document = (statement: object) =>
    stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const AssumeRolePolicyDocument = document({
    ...{ Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
  });
  await run('iam', 'CreateRole', { RoleName: 'hop', AssumeRolePolicyDocument }, call);
  const PolicyDocument = document({ Action: 'sns:Publish', Resource: TOPIC });
  await run('iam', 'PutRolePolicy', { RoleName: 'hop', PolicyName: 'p', PolicyDocument }, call);
  await createRule({ RoleArn: 'arn:aws:iam::123456789012:role/hop', Input: '"shaped"' });
  expect((await receive()).map(({ body }) => body)).toEqual(['"shaped"']);
});

async function createFunction(text: string, more: { DeadLetterConfig?: { TargetArn: string } } = {}) {
  const code = { Code: { ZipFile: zipInlineCode(text) }, Handler: 'index.handler', Runtime: 'nodejs20.x' } as const;
  const Role = 'arn:aws:iam::123456789012:role/made-up';
  await run('lambda', 'CreateFunction', { FunctionName: 'f', Role, ...code, ...more }, call);
}

const allowTopic = () =>
  run(
    'lambda',
    'AddPermission',
    {
      ...{ FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction' },
      ...{ Principal: 'sns.amazonaws.com', SourceArn: TOPIC },
    },
    call,
  );

/** Resolves with what the function has printed first. */
function printed(): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const line = local.journal.read().find((fact) => fact.kind === 'function.log');
      if (line?.kind !== 'function.log') return;
      stop();
      resolve(line.line);
    };
    const stop = local.journal.listen(look);
    look();
  });
}

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_lambda…, test_python_lambda_subscribe_sns_topic.
test('a function gets one record: Url in small letters, a null subject', async () => {
  await createTopic();
  await createFunction('exports.handler = async (event) => { console.log("got " + JSON.stringify(event)); };');
  await allowTopic();
  const subscribe = { TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FUNCTION };
  const { SubscriptionArn } = await run('sns', 'Subscribe', subscribe, call);
  await run(
    'sns',
    'SetTopicAttributes',
    { TopicArn: TOPIC, AttributeName: 'SignatureVersion', AttributeValue: '2' },
    call,
  );
  const { MessageId } = await run('sns', 'Publish', { TopicArn: TOPIC, Message: '{"id":1}' }, call);
  const event = JSON.parse((await printed()).replace(/^.*?got /s, ''));
  const { Signature, SigningCertUrl, UnsubscribeUrl } = event.Records[0].Sns;
  expect(event).toEqual({
    Records: [
      {
        ...{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: SubscriptionArn },
        Sns: {
          ...{ Type: 'Notification', MessageId, TopicArn: TOPIC, Subject: null, Message: '{"id":1}' },
          ...{ Timestamp: '2026-01-01T00:00:00.000Z', SignatureVersion: '1' },
          ...{ Signature, SigningCertUrl, UnsubscribeUrl, MessageAttributes: {} },
        },
      },
    ],
  });
  expect([Signature, SigningCertUrl, UnsubscribeUrl]).toEqual([
    expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
    expect.stringMatching(/SimpleNotificationService-[0-9a-f]{32}\.pem$/),
    `${local.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`,
  ]);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_redrive_policy_lambda_subscription: the envelope of a
// queue.
test('a function that does not let its topic in is a dead letter at once', async () => {
  await createTopic();
  await createFunction('exports.handler = async () => {};');
  const dead = await createQueue('dead');
  const RedrivePolicy = stringify({ deadLetterTargetArn: queueArn('dead') });
  const subscribe = { TopicArn: TOPIC, Protocol: 'lambda', Endpoint: FUNCTION, Attributes: { RedrivePolicy } };
  await run('sns', 'Subscribe', subscribe, call);
  await run('sns', 'Publish', { TopicArn: TOPIC, Message: 'm' }, call);
  const [letter] = await dead();
  expect(JSON.parse(letter?.body ?? '')).toMatchObject({
    Type: 'Notification',
    Message: 'm',
    SigningCertURL: expect.any(String),
  });
});

/** Resolves when so many invocations have ended. */
function finished(count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (local.journal.read().filter(({ kind }) => kind === 'function.finished').length < count) return;
      stop();
      resolve();
    };
    const stop = local.journal.listen(look);
    look();
  });
}

// Recorded on AWS: LocalStack, tests/aws/services/lambda_, test_lambda_dead_letter_queue to a topic.
test('a function hands dead letters and results to a topic', async () => {
  const receive = await createTopic();
  await createFunction('exports.handler = async ({ fail }) => { if (fail) throw new Error("no"); return "yes"; };', {
    DeadLetterConfig: { TargetArn: TOPIC },
  });
  const config = {
    FunctionName: 'f',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnSuccess: { Destination: TOPIC } },
  };
  await run('lambda', 'PutFunctionEventInvokeConfig', config, call);
  const invoke = (event: object) =>
    run(
      'lambda',
      'Invoke',
      { FunctionName: 'f', InvocationType: 'Event', Payload: Buffer.from(stringify(event)) },
      call,
    );
  await invoke({ fail: true });
  await finished(1);
  const [letter] = await receive();
  expect(letter).toEqual({
    body: '{"fail":true}',
    attributes: {
      RequestID: { DataType: 'String', StringValue: expect.any(String) },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: 'no' },
    },
  });
  await invoke({});
  await finished(2);
  const [result] = await receive();
  expect(JSON.parse(result?.body ?? '')).toMatchObject({
    requestContext: { condition: 'Success' },
    responsePayload: 'yes',
  });
});
