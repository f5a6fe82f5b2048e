// How notifications reach queues, functions, topics and EventBridge, and what S3 finds out about them before.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import {
  callerOf,
  createTestCloud,
  isSkippedOnTwoNodes,
  TEST_ACCOUNT,
  TEST_START,
  testCall,
} from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import type { NotificationRule } from './configuration.ts';
import { checkDestinations } from './destination-check.ts';
import type { Notice } from './notice.ts';
import { Notifier } from './notifier.ts';
import { nextSequencer } from './sequencer.ts';

const QUEUE = `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:uploads`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${TEST_ACCOUNT}:function:resize`;
const TOPIC = `arn:aws:sns:eu-west-1:${TEST_ACCOUNT}:uploads`;
const BUCKET = { name: 'images', region: 'eu-west-1', account: TEST_ACCOUNT, awsTags: {} };
const SOURCE = { bucket: 'images', account: TEST_ACCOUNT, region: 'eu-west-1' };
const call = { ...testCall, requestId: 'r' };
const rule = (kind: NotificationRule['kind'], arn: string): NotificationRule => ({
  ...{ kind, arn, id: kind, events: ['s3:ObjectCreated:*'], filter: [] },
});

let cloud: Cloud;
let notifier: Notifier;
beforeEach(() => {
  cloud = createTestCloud(createSqsService, createLambdaService, createEventsService);
  notifier = new Notifier(cloud);
});
afterEach(async () => {
  notifier.close();
  await cloud.close();
});
const sqs = callerOf('sqs', () => cloud);
const url = `http://127.0.0.1:4566/${TEST_ACCOUNT}/uploads`;

/** A queue that lets S3 in for one bucket of one account, as the S3 user guide writes it. */
async function createQueue(bucket = 'images', account = TEST_ACCOUNT): Promise<void> {
  const Statement = {
    ...{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'SQS:SendMessage', Resource: QUEUE },
    Condition: {
      ArnLike: { 'aws:SourceArn': `arn:aws:s3:*:*:${bucket}` },
      StringEquals: { 'aws:SourceAccount': account },
    },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await sqs('CreateQueue', { QueueName: 'uploads', Attributes: { Policy } });
}

function notice(key: string, at = TEST_START): Notice {
  return {
    ...{ event: 'ObjectCreated:Put', at, bucket: BUCKET, requestId: 'R', hostId: 'H', requester: TEST_ACCOUNT },
    object: { key, size: 1, etag: 'e', sequencer: nextSequencer(at) },
  };
}
const tell = (one: Notice, ...rules: NotificationRule[]) => notifier.tell(one, { rules, toEventBridge: false }, call);

async function received(): Promise<unknown[]> {
  await cloud.clock.advance(1);
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10 });
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}
const attempts = () =>
  cloud.journal.read().filter((fact): fact is FactOf<'bucket.notified'> => fact.kind === 'bucket.notified');

// Source: S3 user guide, "Granting permissions to publish event notification messages to a destination".
test('a queue whose policy lets the bucket in gets the record', async () => {
  await createQueue();
  await tell(notice('a b.png'), rule('queue', QUEUE));
  expect(await received()).toEqual([
    { Records: [expect.objectContaining({ eventName: 'ObjectCreated:Put', s3: expect.anything() })] },
  ]);
  expect(attempts()).toEqual([
    expect.objectContaining({ outcome: 'delivered', bucket: 'images', key: 'a b.png', targetArn: QUEUE, attempt: 1 }),
  ]);
});

// Source: the same page, aws:SourceArn and aws:SourceAccount.
test.each([
  ['another bucket', 'others', TEST_ACCOUNT],
  ['another account', 'images', '999999999999'],
])('a queue whose policy is for %s gets nothing, and the journal says why', async (_, bucket, account) => {
  await createQueue(bucket, account);
  await tell(notice('a'), rule('queue', QUEUE));
  expect(await received()).toEqual([]);
  expect(attempts()).toEqual([expect.objectContaining({ outcome: 'failed', code: 'AccessDenied' })]);
});

// Source: S3 user guide, "Configuring event notifications using object key name filtering".
test('a rule hears of its own events and keys only', async () => {
  await createQueue();
  const images = { ...rule('queue', QUEUE), filter: [{ name: 'Suffix', value: '.png' } as const] };
  await tell(notice('a.txt'), images);
  await tell({ ...notice('a.png'), event: 'ObjectRemoved:Delete' }, images);
  expect(await received()).toEqual([]);
  await tell(notice('a.png'), images);
  expect(await received()).toHaveLength(1);
});

// Source: S3 user guide, "Event message structure": the sequencer tells the order of a key's changes.
test('changes of one key come in their order', async () => {
  await createQueue();
  for (let index = 0; index < 9; index++) await tell(notice('a', TEST_START + index), rule('queue', QUEUE));
  const sequencers = (await received()).map((one) => JSON.stringify(one).match(/"sequencer":"(\w+)"/)?.[1]);
  expect(sequencers).toHaveLength(9);
  expect(sequencers.toSorted()).toEqual(sequencers);
});

// Source: the same page: hexadecimal, greater for the later change.
test('a sequencer is greater than the one before, also at the same time', () => {
  const first = nextSequencer(TEST_START);
  expect(first).toMatch(/^[0-9A-F]{18}$/);
  expect(nextSequencer(TEST_START, first) > first).toBe(true);
  expect(nextSequencer(TEST_START - 1000, first) > first).toBe(true);
  expect(nextSequencer(TEST_START + 1, first) > first).toBe(true);
});

// Recorded on AWS: LocalStack, tests/aws/services/s3, test_xray_header.
test('a trace goes along with a message', async () => {
  await createQueue();
  const traceId = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
  await tell({ ...notice('a'), traceId }, rule('queue', QUEUE));
  await cloud.clock.advance(1);
  const asked = { QueueUrl: url, MessageSystemAttributeNames: ['AWSTraceHeader' as const] };
  const { Messages: [message] = [] } = await sqs('ReceiveMessage', asked);
  expect(message?.Attributes?.['AWSTraceHeader']).toBe(traceId);
});

// Source: S3 user guide, "Event message structure": queues and topics get a test event; functions do not.
test('a queue gets a test event, once for each queue', async () => {
  await createQueue();
  const rules = [rule('queue', QUEUE), { ...rule('queue', QUEUE), id: 'other' }, rule('function', FUNCTION)];
  await notifier.test(BUCKET, { rules, toEventBridge: true }, { requestId: 'R', hostId: 'H' });
  expect(await received()).toEqual([
    {
      ...{ Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-01-01T00:00:00.000Z', Bucket: 'images' },
      ...{ RequestId: 'R', HostId: 'H' },
    },
  ]);
});

test('a topic stands in where no topics are served, and the journal says so', async () => {
  await tell(notice('a'), rule('topic', TOPIC));
  await cloud.clock.advance(1);
  expect(cloud.journal.read()).toContainEqual(
    expect.objectContaining({
      kind: 'stand-in.received',
      type: 'sns',
      arn: TOPIC,
      input: expect.stringContaining('"Records"'),
    }),
  );
});

// Source: S3 user guide, "Using EventBridge": the default bus of the bucket's region, no permission needed.
test('the default event bus gets an event of aws.s3', async () => {
  await notifier.tell(notice('a b.png'), { rules: [], toEventBridge: true }, call);
  const accepted = cloud.journal.read().find((fact) => fact.kind === 'event.accepted');
  expect(accepted).toMatchObject({ bus: 'default', source: 'aws.s3', detailType: 'Object Created', requestId: 'r' });
  const event = accepted?.kind === 'event.accepted' ? JSON.parse(accepted.event) : undefined;
  expect(event.detail.object.key).toBe('a b.png');
  expect([event.account, event.region, event.resources]).toEqual([TEST_ACCOUNT, 'eu-west-1', ['arn:aws:s3:::images']]);
});

async function findings(...rules: NotificationRule[]): Promise<unknown> {
  try {
    await checkDestinations(cloud, rules, SOURCE);
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, message: error.message, ...error.fields };
    throw error;
  }
  return undefined;
}
const UNABLE = {
  code: 'InvalidArgument',
  message: 'Unable to validate the following destination configurations',
};

// Recorded on AWS: LocalStack, tests/aws/services/s3, test_invalid_sqs_arn and test_multiple_invalid_sqs_arns.
test('queues that are not there are refused together', async () => {
  const missing = 'The destination queue does not exist';
  expect(await findings(rule('queue', QUEUE), rule('queue', `${QUEUE}-2`))).toEqual({
    ...UNABLE,
    ...{ ArgumentName1: QUEUE, ArgumentValue1: missing },
    ...{ ArgumentName2: `${QUEUE}-2`, ArgumentValue2: missing },
  });
});

// Source: Terraform's and CDK's users quote AWS so.
test('a queue whose policy does not let the bucket in is refused', async () => {
  await createQueue('others');
  expect(await findings(rule('queue', QUEUE))).toEqual({
    ...UNABLE,
    ArgumentName1: QUEUE,
    ArgumentValue1: 'Permissions on the destination queue do not allow S3 to publish notifications from this bucket',
  });
});

test('a queue whose policy lets the bucket in is taken', async () => {
  await createQueue();
  expect(await findings(rule('queue', QUEUE))).toBeUndefined();
});

// Recorded on AWS: LocalStack, test_invalid_lambda_arn (`lambda-does-not-exist`).
test('a function that is not there is one that S3 may not invoke', async () => {
  expect(await findings(rule('function', FUNCTION))).toEqual({
    ...UNABLE,
    ArgumentName1: `${FUNCTION}, null`,
    ArgumentValue1: `Not authorized to invoke function [${FUNCTION}]`,
  });
});

const lambda = callerOf('lambda', () => cloud);
const ZipFile = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAIAAAAaW5kZXguanNQSwECFAAUAAAAAAAAACEAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAAaW5kZXguanNQSwUGAAAAAAEAAQA2AAAAJgAAAAAA',
  'base64',
);

// Source: S3 user guide, "Granting permissions to invoke an AWS Lambda function".
test.skipIf(isSkippedOnTwoNodes('functions of buckets', 'one function of one node'))(
  'a function is taken, and invoked asynchronously, when its policy lets the account’s buckets in',
  async () => {
    const name = parseArn(FUNCTION)?.resource.split(':')[1] ?? '';
    await lambda('CreateFunction', {
      ...{ FunctionName: name, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile } },
      Role: `arn:aws:iam::${TEST_ACCOUNT}:role/a`,
    });
    expect(await findings(rule('function', FUNCTION))).toMatchObject(UNABLE);
    const grant = { StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
    await lambda('AddPermission', { ...grant, FunctionName: name, SourceAccount: TEST_ACCOUNT });
    expect(await findings(rule('function', FUNCTION))).toBeUndefined();
    await tell(notice('a'), rule('function', FUNCTION));
    await cloud.clock.advance(1);
    const [attempt] = attempts();
    expect(attempt).toMatchObject({ outcome: 'delivered', targetArn: FUNCTION });
    const taken = attempt?.outcome === 'delivered' ? attempt.takenAs : undefined;
    const calls = cloud.journal.read().filter((fact) => fact.kind === 'call' && fact.operation === 'Invoke');
    expect(calls.at(-1)).toMatchObject({ requestId: taken, status: 200 });
  },
);
