// What many nodes share, asked as eight questions: done on node A, seen on node B. What they do not share is in
// backbone/README.md.
import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import type { Cloud } from './cloud.ts';
import { createIds } from './ids.ts';
import { createEventsService } from './services/events/service.ts';
import { createIamService } from './services/iam/service.ts';
import { createLogsService } from './services/logs/service.ts';
import { createSecretsManagerService } from './services/secretsmanager/service.ts';
import { createSqsService } from './services/sqs/service.ts';
import { createSsmService } from './services/ssm/service.ts';
import { refusalOf, TEST_ACCOUNT, TEST_REGION, TEST_START, testCall } from './test-cloud.ts';
import { createTwoNodes } from './two-nodes.ts';

const services = [
  createEventsService,
  createIamService,
  createLogsService,
  createSecretsManagerService,
  createSqsService,
  createSsmService,
];

function open(seed = 1) {
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  const options = { ids: createIds(), address, services, frozenAt: TEST_START, seed, beatMs: 1000 };
  const { clock, a, b, settled } = createTwoNodes(options);
  return { clock, settled, a: a.cloud, b: b.cloud, nodeA: a.backbone };
}

const arnOf = (queue: string) => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${queue}`;

/** A queue that rules may send to. */
async function createQueue({ dispatch }: Cloud): Promise<string> {
  const Policy = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' },
  });
  const input = { QueueName: 'orders', Attributes: { Policy } };
  const { QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', input, testCall);
  return QueueUrl;
}

async function receive({ dispatch }: Cloud, QueueUrl: string): Promise<(string | undefined)[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', input, testCall);
  return Messages.map(({ Body }) => Body);
}

async function createRule({ dispatch }: Cloud, how: { EventPattern: string } | { ScheduleExpression: string }) {
  await dispatch.call('events', 'PutRule', { Name: 'all', ...how }, testCall);
  const Targets = [{ Id: 'queue', Arn: arnOf('orders'), Input: '"heard"' }];
  await dispatch.call('events', 'PutTargets', { Rule: 'all', Targets }, testCall);
}

const putOrder = ({ dispatch }: Cloud) => {
  const Entries = [{ Source: 'shop', DetailType: 'OrderCreated', Detail: '{"id":1}' }];
  return dispatch.call('events', 'PutEvents', { Entries }, testCall);
};

test('1: a parameter that is written on A is read on B', async () => {
  const { a, b, settled } = open();
  await a.dispatch.call('ssm', 'PutParameter', { Name: '/orders/table', Value: 'orders', Type: 'String' }, testCall);
  await settled();
  const { Parameter } = await b.dispatch.call('ssm', 'GetParameter', { Name: '/orders/table' }, testCall);
  expect(Parameter?.Value).toBe('orders');
});

test('2: a secret that is written on A is read on B', async () => {
  const { a, b, settled } = open();
  await a.dispatch.call('secretsmanager', 'CreateSecret', { Name: 'key', SecretString: 's3cret' }, testCall);
  await settled();
  const { SecretString } = await b.dispatch.call('secretsmanager', 'GetSecretValue', { SecretId: 'key' }, testCall);
  expect(SecretString).toBe('s3cret');
});

test('3: an event that is put on B reaches the queue of a rule that was made on A', async () => {
  const { a, b, clock, settled } = open();
  const url = await createQueue(a);
  await createRule(a, { EventPattern: '{"source":["shop"]}' });
  await settled();
  await putOrder(b);
  await clock.advance(0);
  expect(await receive(a, url)).toEqual(['"heard"']);
});

test('4: an archive that was made on A keeps what is put on B, and each node counts it', async () => {
  const { a, b, clock, settled } = open();
  const EventSourceArn = `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:event-bus/default`;
  await a.dispatch.call('events', 'CreateArchive', { ArchiveName: 'all', EventSourceArn }, testCall);
  await settled();
  await putOrder(b);
  await clock.advance(0);
  for (const { dispatch } of [a, b]) {
    const { EventCount } = await dispatch.call('events', 'DescribeArchive', { ArchiveName: 'all' }, testCall);
    expect(EventCount).toBe(1);
  }
});

test('5: an SQS message that is sent on A is received on B, once, also by a poll that waits there', async () => {
  const { a, b, settled } = open();
  const url = await createQueue(a);
  await settled();
  const input = { QueueUrl: url, WaitTimeSeconds: 20 };
  const poll = b.dispatch.call('sqs', 'ReceiveMessage', input, testCall);
  await a.dispatch.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: 'order 1' }, testCall);
  const { Messages = [] } = await poll;
  expect(Messages.map(({ Body }) => Body)).toEqual(['order 1']);
  expect([await receive(a, url), await receive(b, url)]).toEqual([[], []]);
});

test('6: log events that are put on A are read on B', async () => {
  const { a, b, settled } = open();
  const names = { logGroupName: 'shop', logStreamName: 'one' };
  await a.dispatch.call('logs', 'CreateLogGroup', { logGroupName: 'shop' }, testCall);
  await a.dispatch.call('logs', 'CreateLogStream', names, testCall);
  const logEvents = [{ timestamp: TEST_START, message: 'hello' }];
  await a.dispatch.call('logs', 'PutLogEvents', { ...names, logEvents }, testCall);
  await settled();
  const { events = [] } = await b.dispatch.call('logs', 'GetLogEvents', names, testCall);
  expect(events).toEqual([{ timestamp: TEST_START, message: 'hello', ingestionTime: TEST_START }]);
});

test('7: a schedule fires once for the cluster, and goes on when a node has died', async () => {
  const { a, b, nodeA, clock, settled } = open();
  const url = await createQueue(a);
  await createRule(a, { ScheduleExpression: 'rate(1 minute)' });
  await settled();
  await clock.advance(60_000);
  expect(await receive(b, url)).toEqual(['"heard"']);
  nodeA.die();
  // What A kept is B's when B takes A for dead.
  await clock.advance(60_000);
  await clock.advance(59_000);
  expect(await receive(b, url)).toContain('"heard"');
});

test('8: a policy that is taken away on A no longer allows on B', async () => {
  const { a, b, settled } = open();
  const url = await createQueue(a);
  const RoleName = 'clerk';
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const { Role } = await a.dispatch.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }, testCall);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf('orders') }],
  });
  const policy = { RoleName, PolicyName: 'send' };
  await a.dispatch.call('iam', 'PutRolePolicy', { ...policy, PolicyDocument }, testCall);
  await settled();
  const asClerk: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn: Role.Arn } };
  const send = () => refusalOf(b.dispatch.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: 'x' }, asClerk));
  expect(await send()).toBe('not refused');
  await a.dispatch.call('iam', 'DeleteRolePolicy', policy, testCall);
  await settled();
  expect(await send()).toContain('AccessDenied');
});
