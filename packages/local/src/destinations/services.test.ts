// Targets that are other services, against the real ones of this cloud.
import { expect, test } from 'vitest';
import { createEventsService } from '../services/events/service.ts';
import { createIamService } from '../services/iam/service.ts';
import { createKinesisService } from '../services/kinesis/service.ts';
import { createLogsService } from '../services/logs/service.ts';
import { createSqsService } from '../services/sqs/service.ts';
import { createStepFunctionsService } from '../services/stepfunctions/service.ts';
import { createTestCloud, testCall } from '../test-cloud.ts';

const EVENTS = 'arn:aws:events:eu-west-1:123456789012';
const QUEUES = 'arn:aws:sqs:eu-west-1:123456789012';

function open() {
  const cloud = createTestCloud(
    createEventsService,
    createSqsService,
    createIamService,
    createLogsService,
    createKinesisService,
    createStepFunctionsService,
  );
  const { dispatch, clock } = cloud;
  const route = async (
    bus: string,
    target: { Arn: string; RoleArn?: string; SqsParameters?: { MessageGroupId: string } },
  ) => {
    const rule = { Name: `to-${target.Arn.split(/[:/]/).at(-1)}`, EventBusName: bus };
    await dispatch.call('events', 'PutRule', { ...rule, EventPattern: '{"source":["shop"]}' }, testCall);
    const { Name: Rule, EventBusName } = rule;
    await dispatch.call('events', 'PutTargets', { Rule, EventBusName, Targets: [{ Id: 't', ...target }] }, testCall);
  };
  const createQueue = async (name: string, attributes: Record<string, string> = {}, Principal: unknown = '*') => {
    const allow = { Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: `${QUEUES}:${name}` };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
    const input = { QueueName: name, Attributes: { Policy, ...attributes } };
    const { QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', input, testCall);
    return async () => {
      const asked = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] } as const;
      const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', asked, testCall);
      return Messages;
    };
  };
  const createRole = async (Action = 'events:PutEvents') => {
    const document = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const AssumeRolePolicyDocument = document({
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    await dispatch.call('iam', 'CreateRole', { RoleName: 'hop', AssumeRolePolicyDocument }, testCall);
    const PolicyDocument = document({ Action, Resource: '*' });
    await dispatch.call('iam', 'PutRolePolicy', { RoleName: 'hop', PolicyName: 'p', PolicyDocument }, testCall);
    return 'arn:aws:iam::123456789012:role/hop';
  };
  const put = async () => {
    const entry = {
      Source: 'shop',
      DetailType: 'x',
      Detail: '{}',
      TraceHeader: 'Root=1-67891233-abcdef012345678912345678',
    };
    const { Entries: [result] = [] } = await dispatch.call('events', 'PutEvents', { Entries: [entry] }, testCall);
    await clock.advance(0);
    return result?.EventId;
  };
  const failures = () =>
    cloud.journal.read().flatMap((fact) => (fact.kind === 'delivery.dropped' ? [`${fact.code}: ${fact.message}`] : []));
  return { cloud, dispatch, route, createQueue, createRole, put, failures };
}

test('a FIFO queue gets the group of the target, and the trace header comes along', async () => {
  const { cloud, createQueue, route, put } = open();
  const receive = await createQueue('orders.fifo', { FifoQueue: 'true' });
  await route('default', { Arn: `${QUEUES}:orders.fifo`, SqsParameters: { MessageGroupId: 'g' } });
  const id = await put();
  const received = await receive();
  // The attempt bears the message's id, so that what its consumer does can be told of the event.
  expect(cloud.journal.read().flatMap((fact) => (fact.kind === 'delivery.attempted' ? [fact] : []))).toMatchObject([
    { eventId: id, outcome: 'delivered', takenAs: received[0]?.MessageId },
  ]);
  expect(received).toMatchObject([
    {
      Attributes: {
        MessageGroupId: 'g',
        MessageDeduplicationId: id,
        AWSTraceHeader: 'Root=1-67891233-abcdef012345678912345678',
      },
    },
  ]);
});

test('a queue that does not exist: nothing to retry, in the words of the SDK that EventBridge uses', async () => {
  const { route, put, failures } = open();
  await route('default', { Arn: `${QUEUES}:nowhere` });
  await put();
  expect(failures()).toEqual([
    'NO_RESOURCE: The specified queue does not exist. (Service: AmazonSQS; Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue) The target has no dead-letter queue, so the event is gone.',
  ]);
});

test('an event goes on to another bus with its id, once; the second hop is refused as on AWS', async () => {
  const { dispatch, createQueue, createRole, route, put, failures } = open();
  const RoleArn = await createRole();
  const receive = await createQueue('second');
  for (const Name of ['second', 'third']) await dispatch.call('events', 'CreateEventBus', { Name }, testCall);
  await route('default', { Arn: `${EVENTS}:event-bus/second`, RoleArn });
  await route('second', { Arn: `${QUEUES}:second` });
  await route('second', { Arn: `${EVENTS}:event-bus/third`, RoleArn });
  const id = await put();
  expect((await receive()).map(({ Body = '' }) => JSON.parse(Body).id)).toEqual([id]);
  expect(failures()).toEqual([
    'THIRD_ACCOUNT_HOP_DETECTED: The event was forwarded from bus to bus within a region before; EventBridge does that once. The target has no dead-letter queue, so the event is gone.',
  ]);
});

test('across regions an event gets a new id and time, and keeps where it came from', async () => {
  const { cloud, dispatch, createRole, route, put } = open();
  const RoleArn = await createRole();
  const far = 'arn:aws:events:us-east-1:123456789012:event-bus/far';
  await dispatch.call('events', 'CreateEventBus', { Name: 'far' }, { ...testCall, region: 'us-east-1' });
  await route('default', { Arn: far, RoleArn });
  const id = await put();
  const events = cloud.journal
    .read()
    .flatMap((fact) => (fact.kind === 'event.accepted' ? [JSON.parse(fact.event)] : []));
  expect(events).toMatchObject([
    { id, region: 'eu-west-1' },
    { id: expect.not.stringMatching(`^${id}$`), region: 'eu-west-1', source: 'shop' },
  ]);
});

// Source: IAM guide, "AWS JSON policy elements: Principal"; recorded on AWS: LocalStack, test_event_rule_to_logs.
test.each([{ AWS: '*' }, { AWS: ['*'] }])(
  'a queue and a log group whose policy lets in %j get events',
  async (Principal) => {
    const { dispatch, createQueue, route, put } = open();
    const receive = await createQueue('everybody', {}, Principal);
    await route('default', { Arn: `${QUEUES}:everybody` });
    const logGroupName = '/events/open';
    const arn = `arn:aws:logs:eu-west-1:123456789012:log-group:${logGroupName}`;
    await dispatch.call('logs', 'CreateLogGroup', { logGroupName }, testCall);
    const Statement = { Effect: 'Allow', Principal, Action: 'logs:*', Resource: `${arn}:*` };
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await dispatch.call('logs', 'PutResourcePolicy', { policyName: 'events', policyDocument }, testCall);
    await route('default', { Arn: arn });
    const id = await put();
    const { events = [] } = await dispatch.call('logs', 'FilterLogEvents', { logGroupName }, testCall);
    expect([await receive(), events].map((messages) => messages.length)).toEqual([1, 1]);
    expect(events.map(({ message = '' }) => JSON.parse(message).id)).toEqual([id]);
  },
);

test('a log group gets one log event per event, in a stream of the rule', async () => {
  const { dispatch, route, put } = open();
  const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:/events/orders';
  await dispatch.call('logs', 'CreateLogGroup', { logGroupName: '/events/orders' }, testCall);
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'logs:*',
    Resource: `${arn}:*`,
  };
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  await dispatch.call('logs', 'PutResourcePolicy', { policyName: 'events', policyDocument }, testCall);
  await route('default', { Arn: arn });
  const id = await put();
  const { events = [] } = await dispatch.call('logs', 'FilterLogEvents', { logGroupName: '/events/orders' }, testCall);
  expect(events.map(({ message = '' }) => JSON.parse(message).id)).toEqual([id]);
});

// Source: EventBridge API reference, KinesisParameters; developer guide: the event's id is the default key.
test('a stream gets a record with the partition key that the event has at its path, or the event’s id', async () => {
  const { dispatch, cloud, createRole } = open();
  await dispatch.call('kinesis', 'CreateStream', { StreamName: 'orders', ShardCount: 1 }, testCall);
  const Arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';
  const RoleArn = await createRole('kinesis:PutRecord');
  await dispatch.call('events', 'PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' }, testCall);
  const Targets = [
    { Id: 'by-id', Arn, RoleArn, InputPath: '$.detail' },
    { Id: 'by-path', Arn, RoleArn, InputPath: '$.detail', KinesisParameters: { PartitionKeyPath: '$.detail.id' } },
  ];
  await dispatch.call('events', 'PutTargets', { Rule: 'r', Targets }, testCall);
  const Entries = [{ Source: 'shop', DetailType: 'x', Detail: '{"id":"o-1"}' }];
  const { Entries: [entry] = [] } = await dispatch.call('events', 'PutEvents', { Entries }, testCall);
  await cloud.clock.advance(0);
  const asked = { StreamName: 'orders', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator = '' } = await dispatch.call('kinesis', 'GetShardIterator', asked, testCall);
  const { Records } = await dispatch.call('kinesis', 'GetRecords', { ShardIterator }, testCall);
  const read = Records.map(({ Data, PartitionKey }) => [PartitionKey, Buffer.from(Data).toString()]);
  expect(read.sort()).toEqual(
    [
      [entry?.EventId, '{"id":"o-1"}'],
      ['o-1', '{"id":"o-1"}'],
    ].sort(),
  );
});

// Source: EventBridge user guide, "Amazon EventBridge targets" (Step Functions state machines) and API reference,
// Target, RoleArn.
test('a state machine is started with the event, as the role of the target', async () => {
  const { cloud, dispatch, createRole, route, put, failures } = open();
  const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders';
  await expect(route('default', { Arn: stateMachineArn })).rejects.toThrow(
    `RoleArn is required for target ${stateMachineArn}.`,
  );
  const RoleArn = await createRole('states:StartExecution');
  await route('default', { Arn: stateMachineArn, RoleArn });
  await put();
  expect(failures()).toEqual([
    `NO_RESOURCE: State Machine Does Not Exist: '${stateMachineArn}' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist) The target has no dead-letter queue, so the event is gone.`,
  ]);
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
  const roleArn = 'arn:aws:iam::123456789012:role/machine';
  await dispatch.call('stepfunctions', 'CreateStateMachine', { name: 'orders', definition, roleArn }, testCall);
  const id = await put();
  const { executions } = await dispatch.call('stepfunctions', 'ListExecutions', { stateMachineArn }, testCall);
  expect(executions.map(({ name, status }) => [name.split('_')[0], status])).toEqual([[id, 'SUCCEEDED']]);
  const [{ executionArn = '' } = {}] = executions;
  const { input = '' } = await dispatch.call('stepfunctions', 'DescribeExecution', { executionArn }, testCall);
  expect(JSON.parse(input)).toMatchObject({ id, source: 'shop' });
  const attempts = cloud.journal.read().filter((fact) => fact.kind === 'delivery.attempted');
  expect(attempts).toContainEqual(expect.objectContaining({ outcome: 'delivered', takenAs: executionArn }));
});
