// What becomes of a queue's messages in a pipe. Source, where no other is given: EventBridge user guide, "Amazon
// EventBridge Pipes": sources, filtering, enrichment, input transformation, targets, batching.
import type { CreatePipeRequest } from '@earwitness/protocol/internal/aws/models/pipes.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import type { Service } from '../../service.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT, TEST_REGION, TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createEventsService } from '../events/service.ts';
import { createIamService } from '../iam/service.ts';
import { createLogsService } from '../logs/service.ts';
import { createSnsService } from '../sns/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createPipesService } from './service.ts';

let cloud: Cloud;
const pipes = callerOf('pipes', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const sns = callerOf('sns', () => cloud);
const events = callerOf('events', () => cloud);
const iam = callerOf('iam', () => cloud);
const logs = callerOf('logs', () => cloud);

const RoleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/pipe`;
const arnOf = (queue: string) => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${queue}`;
const urlOf = (queue: string) => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${queue}`;
const FUNCTION = `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:f`;
const BUS = `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:event-bus/default`;

/** Lambda as these tests need it. */
type Asked = { readonly FunctionName: string; readonly InvocationType: string; readonly Payload: Uint8Array };
let answer: (event: unknown, asked: Asked) => unknown;
let heard: unknown[];
const createStubLambda = (): Service => ({
  name: 'lambda',
  operations: {
    Invoke(asked: never) {
      const { Payload, InvocationType } = asked as Asked;
      const event: unknown = JSON.parse(Buffer.from(Payload).toString());
      heard.push(event);
      try {
        const text = JSON.stringify(answer(event, asked) ?? null);
        return InvocationType === 'Event' ? { StatusCode: 202 } : { StatusCode: 200, Payload: Buffer.from(text) };
      } catch (error) {
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(`{"errorMessage":"${error}"}`) };
      }
    },
  },
});

beforeEach(async () => {
  answer = () => null;
  heard = [];
  cloud = createTestCloud(
    ...[
      createPipesService,
      createIamService,
      createSqsService,
      createSnsService,
      createEventsService,
      createLogsService,
      createStubLambda,
    ],
  );
  const trust = { Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await iam('CreateRole', { RoleName: 'pipe', AssumeRolePolicyDocument });
  const Action = ['sqs:*', 'sns:Publish', 'lambda:InvokeFunction', 'events:PutEvents', 'logs:*'];
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action, Resource: '*' },
  });
  await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'a', PolicyDocument });
  for (const QueueName of ['in', 'out', 'dead']) await sqs('CreateQueue', { QueueName });
});

const create = (changes: Partial<CreatePipeRequest> = {}) =>
  pipes('CreatePipe', { ...{ Name: 'orders', Source: arnOf('in'), Target: arnOf('out'), RoleArn }, ...changes });

async function send(...bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  await sqs('SendMessageBatch', { QueueUrl: urlOf('in'), Entries });
  await cloud.clock.advance(0);
}

/** As one batch: a pipe that runs takes the first at once. */
async function sendTogether(...bodies: string[]): Promise<void> {
  await pipes('StopPipe', { Name: 'orders' });
  await send(...bodies);
  await pipes('StartPipe', { Name: 'orders' });
  await cloud.clock.advance(0);
}

async function receive(queue: string): Promise<string[]> {
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 });
  return Messages.map(({ Body = '' }) => Body);
}

/** What is left in the queue of the source: to be seen, and hidden. */
async function left(): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs('GetQueueAttributes', { QueueUrl: urlOf('in'), AttributeNames });
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

const passed = () => cloud.journal.read().filter(({ kind }) => kind.startsWith('pipe.'));

describe('the source', () => {
  test('gives an array of records, of one too, without Records around it', async () => {
    await create({ Target: FUNCTION });
    await send('{"id":1}');
    expect(heard).toEqual([
      [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: '{"id":1}',
          attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: String(TEST_START) }),
          messageAttributes: {},
          md5OfBody: expect.any(String),
          eventSource: 'aws:sqs',
          eventSourceARN: arnOf('in'),
          awsRegion: TEST_REGION,
        },
      ],
    ]);
    expect(await left()).toBe(0);
  });

  test('gives batches of its size at most', async () => {
    await sqs('SendMessageBatch', {
      QueueUrl: urlOf('in'),
      Entries: ['a', 'b', 'c'].map((MessageBody) => ({ Id: MessageBody, MessageBody })),
    });
    await create({ Target: FUNCTION, SourceParameters: { SqsQueueParameters: { BatchSize: 2 } } });
    await cloud.clock.advance(0);
    expect(heard.map((batch) => Object(batch).length)).toEqual([2, 1]);
  });

  test('is not read while the pipe is stopped', async () => {
    await create({ DesiredState: 'STOPPED' });
    await send('a');
    expect(await left()).toBe(1);
    await pipes('StartPipe', { Name: 'orders' });
    await cloud.clock.advance(0);
    expect([await left(), (await receive('out')).length]).toEqual([0, 1]);
    await pipes('StopPipe', { Name: 'orders' });
    await send('b');
    expect(await left()).toBe(1);
  });
});

describe('a filter', () => {
  const filtered = (...patterns: object[]) => ({
    SourceParameters: {
      FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    },
  });
  const bodies = async () => (await receive('out')).map((record) => JSON.parse(record).body);

  test('lets through what one of them matches, and the rest is deleted', async () => {
    await create(filtered({ body: { id: [1] } }, { body: { id: [2] } }));
    await sendTogether('{"id":1}', '{"id":2}', '{"id":3}');
    expect([await bodies(), await left()]).toEqual([['{"id":1}', '{"id":2}'], 0]);
    expect(passed()).toMatchObject([
      { kind: 'pipe.filtered', messageIds: [expect.any(String)] },
      { kind: 'pipe.passed' },
    ]);
  });

  test('of plain text takes plain bodies, and drops those that are JSON', async () => {
    await create(filtered({ body: ['x'] }));
    await send('x', 'y', '{"x":1}');
    expect([await bodies(), await left()]).toEqual([['x'], 0]);
  });

  test('of JSON drops plain bodies', async () => {
    await create(filtered({ body: { a: [1] } }));
    await send('x', '{"a":1}');
    expect([await bodies(), await left()]).toEqual([['{"a":1}'], 0]);
  });

  test('does not see what the poller adds', async () => {
    await create(filtered({ eventSource: ['aws:sqs'] }));
    await send('x');
    expect([await bodies(), await left()]).toEqual([[], 0]);
  });
});

describe('the enrichment', () => {
  const enriched = (changes: Partial<CreatePipeRequest> = {}) => create({ Enrichment: FUNCTION, ...changes });

  test('gets the whole batch, and its answer takes the place of the events', async () => {
    answer = (batch) =>
      Object(batch).map(({ body }: { body: string }) => ({ order: JSON.parse(body).id, country: 'IE' }));
    await enriched();
    await sendTogether('{"id":1}', '{"id":2}');
    expect(heard.map((batch) => Object(batch).length)).toEqual([2]);
    expect(await receive('out')).toEqual(['{"order":1,"country":"IE"}', '{"order":2,"country":"IE"}']);
  });

  test.each([[[]], [{}], [''], [null]])(
    'that answers %j keeps the target from being called, and the messages are done',
    async (nothing) => {
      answer = () => nothing;
      await enriched();
      await send('a');
      expect([await receive('out'), await left()]).toEqual([[], 0]);
      expect(passed()).toMatchObject([{ kind: 'pipe.passed', isSkipped: true, returned: [] }]);
    },
  );

  test('that answers [{}] calls the target with an empty event', async () => {
    answer = () => [{}];
    await enriched();
    await send('a');
    expect(await receive('out')).toEqual(['{}']);
  });

  test('that fails fails the whole batch, which comes again', async () => {
    answer = () => {
      throw new Error('no such customer');
    };
    await enriched();
    await sendTogether('a', 'b');
    expect([await left(), await receive('out')]).toEqual([2, []]);
    expect(passed()).toMatchObject([
      { returned: [expect.any(String), expect.any(String)], failure: { code: 'FunctionError' } },
    ]);
    answer = () => [{ ok: true }];
    await cloud.clock.advance(31_000);
    expect([await left(), await receive('out')]).toEqual([0, ['{"ok":true}']]);
  });

  test('that answers with more events than the target takes does not reach it', async () => {
    answer = () => Array.from({ length: 11 }, (_, n) => ({ n }));
    await enriched();
    await send('a');
    expect([await left(), await receive('out')]).toEqual([1, []]);
  });
});

describe('the input', () => {
  test('is made of a template, for the enrichment and for the target', async () => {
    answer = (batch) => Object(batch).map(({ id }: { id: number }) => ({ id, name: 'Ann' }));
    await create({
      Enrichment: FUNCTION,
      EnrichmentParameters: { InputTemplate: '{"id": <$.body.id>}' },
      TargetParameters: { InputTemplate: '{"of": "<aws.pipes.pipe-name>", "text": "<$.name> (<$.id>)"}' },
    });
    await send('{"id":1}');
    expect(heard).toEqual([[{ id: 1 }]]);
    expect(await receive('out')).toEqual(['{"of": "orders", "text": "Ann (1)"}']);
  });

  test('that is the body alone loses its quotes, and a function refuses it', async () => {
    await create({ Target: arnOf('out'), TargetParameters: { InputTemplate: '<$.body>' } });
    await send('{"key":"value"}');
    expect(await receive('out')).toEqual(['{key:value}']);
  });
});

describe('the target', () => {
  test('that is a function may name the messages that it failed on, without any setting', async () => {
    answer = (batch) => ({ batchItemFailures: [{ itemIdentifier: Object(batch)[1].messageId }] });
    await create({ Target: FUNCTION });
    await sendTogether('a', 'b', 'c');
    expect(await left()).toBe(1);
    expect(passed()).toMatchObject([
      { returned: [Object(heard[0])[1].messageId], failure: { code: 'BatchItemFailures' } },
    ]);
  });

  test('that is a function and fails gives everything back, until the queue’s own redrive policy takes it away', async () => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
    await sqs('SetQueueAttributes', { QueueUrl: urlOf('in'), Attributes: { RedrivePolicy } });
    answer = () => {
      throw new Error('down');
    };
    await create({ Target: FUNCTION });
    await send('a');
    await cloud.clock.advance(31_000);
    await cloud.clock.advance(31_000);
    expect([heard.length, await left(), await receive('dead')]).toEqual([2, 0, ['a']]);
  });

  test('that is a function may be invoked asynchronously', async () => {
    const types: string[] = [];
    answer = (_event, { InvocationType }) => types.push(InvocationType);
    await create({
      Target: FUNCTION,
      TargetParameters: { LambdaFunctionParameters: { InvocationType: 'FIRE_AND_FORGET' } },
    });
    await send('a');
    expect([types, await left()]).toEqual([['Event'], 0]);
  });

  test('that is a queue gets a message for each record, in groups that the record names', async () => {
    const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    await sqs('CreateQueue', { QueueName: 'out.fifo', Attributes });
    const SqsQueueParameters = { MessageGroupId: '$.body.customer', MessageDeduplicationId: '$.messageId' };
    await create({ Target: arnOf('out.fifo'), TargetParameters: { SqsQueueParameters } });
    await sendTogether('{"customer":"ann"}', '{"customer":"bob"}');
    const asked = {
      QueueUrl: urlOf('out.fifo'),
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'] as const,
    };
    const { Messages = [] } = await sqs('ReceiveMessage', asked);
    expect(Messages.map(({ Attributes: { MessageGroupId } = {} }) => MessageGroupId)).toEqual(['ann', 'bob']);
  });

  describe('that is a topic', () => {
    const Target = `arn:aws:sns:${TEST_REGION}:${TEST_ACCOUNT}:orders`;

    beforeEach(async () => {
      const Principal = { Service: 'sns.amazonaws.com' };
      const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal, Action: 'sqs:*', Resource: '*' } });
      await sqs('SetQueueAttributes', { QueueUrl: urlOf('out'), Attributes: { Policy } });
      await sns('CreateTopic', { Name: 'orders' });
      const Attributes = { RawMessageDelivery: 'true' };
      await sns('Subscribe', { TopicArn: Target, Protocol: 'sqs', Endpoint: arnOf('out'), Attributes });
    });

    test('publishes a message for each record', async () => {
      await create({ Target, TargetParameters: { InputTemplate: '{"id": <$.body.id>}' } });
      await sendTogether('{"id":1}', '{"id":2}');
      expect((await receive('out')).sort()).toEqual(['{"id": 1}', '{"id": 2}']);
      expect(await left()).toBe(0);
    });

    test('and refuses one message, gives back that one alone', async () => {
      await create({ Target, TargetParameters: { InputTemplate: '<$.body.text>' } });
      await sendTogether('{"text":"a"}', '{"text":""}');
      expect([await receive('out'), await left()]).toEqual([['a'], 1]);
      expect(passed()).toMatchObject([{ returned: [expect.any(String)], failure: { code: 'InvalidParameter' } }]);
    });

    test('and is not there, or that the role may not publish to, gives everything back', async () => {
      await create({ Target: `${Target}-elsewhere` });
      await send('a');
      expect(await left()).toBe(1);
      expect(passed()).toMatchObject([{ failure: { code: 'NotFound' } }]);
      const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Deny', Action: 'sns:*', Resource: '*' } });
      await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'b', PolicyDocument });
      await create({ Name: 'denied', Target });
      await send('b');
      expect(await receive('out')).toEqual([]);
      expect(passed().at(-1)).toMatchObject({ failure: { code: 'NO_PERMISSIONS' } });
    });

    test('takes ten at once, which the source has to keep to', async () => {
      const SqsQueueParameters = { BatchSize: 11 };
      await expect(create({ Target, SourceParameters: { SqsQueueParameters } })).rejects.toThrow(
        'is more than arn:aws:sns:eu-west-1:123456789012:orders takes at once, which is 10.',
      );
    });
  });

  describe('that is a bus', () => {
    beforeEach(async () => {
      const allowed = {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:*',
        Resource: '*',
      };
      const Policy = JSON.stringify({ Statement: allowed });
      await sqs('SetQueueAttributes', { QueueUrl: urlOf('out'), Attributes: { Policy } });
      await events('PutRule', { Name: 'all', EventPattern: '{"account":[{"exists":true}]}' });
      await events('PutTargets', { Rule: 'all', Targets: [{ Id: 'queue', Arn: arnOf('out') }] });
    });

    // Source: events of pipes as others received them; aws-cdk's integration tests.
    test('gets events that name the pipe', async () => {
      await create({ Target: BUS });
      await send('a');
      expect((await receive('out')).map((event) => JSON.parse(event))).toMatchObject([
        { source: 'Pipe orders', 'detail-type': 'Event from aws:sqs', detail: { body: 'a' }, resources: [] },
      ]);
    });

    test('gets events as the parameters say, with paths into the record', async () => {
      const EventBridgeEventBusParameters = {
        ...{ Source: 'shop', DetailType: '$.body.type', Resources: ['$.eventSourceARN'], Time: '$.body.at' },
      };
      const InputTemplate = '{"id": <$.body.id>}';
      await create({ Target: BUS, TargetParameters: { EventBridgeEventBusParameters, InputTemplate } });
      await send('{"type":"OrderCreated","id":7,"at":"2025-12-31T10:00:00Z"}');
      expect((await receive('out')).map((event) => JSON.parse(event))).toMatchObject([
        {
          source: 'shop',
          'detail-type': 'OrderCreated',
          detail: { id: 7 },
          time: '2025-12-31T10:00:00Z',
          resources: [arnOf('in')],
        },
      ]);
    });

    test('and refuses one event, gives back that message alone', async () => {
      await create({ Target: BUS, TargetParameters: { InputTemplate: '<$.body>' } });
      await sendTogether('{}', 'no object');
      expect([(await receive('out')).length, await left()]).toEqual([1, 1]);
      expect(passed()).toMatchObject([{ returned: [expect.any(String)], failure: { code: 'MalformedDetail' } }]);
    });
  });

  test('that is a log group gets a log event for each', async () => {
    await logs('CreateLogGroup', { logGroupName: 'shop' });
    const Target = `arn:aws:logs:${TEST_REGION}:${TEST_ACCOUNT}:log-group:shop`;
    const CloudWatchLogsParameters = { LogStreamName: 'orders', Timestamp: '$.attributes.SentTimestamp' };
    await create({ Target, TargetParameters: { CloudWatchLogsParameters, InputTemplate: '{"n":<$.body.n>}' } });
    await sendTogether('{"n":1}', '{"n":2}');
    const { events: written = [] } = await logs('GetLogEvents', { logGroupName: 'shop', logStreamName: 'orders' });
    expect(written.map(({ message, timestamp }) => [message, timestamp])).toEqual([
      ['{"n":1}', TEST_START],
      ['{"n":2}', TEST_START],
    ]);
  });

  test('that the role may not call takes nothing, and the journal says what is missing', async () => {
    const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Deny', Action: 'lambda:*', Resource: '*' } });
    await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'b', PolicyDocument });
    await create({ Target: FUNCTION });
    await send('a');
    expect([heard, await left()]).toEqual([[], 1]);
    expect(passed()).toMatchObject([{ failure: { code: 'NO_PERMISSIONS' } }]);
  });

  test('of a service that is not served stands in, and has what it would have got', async () => {
    const Target = `arn:aws:batch:${TEST_REGION}:${TEST_ACCOUNT}:job-queue/Orders`;
    await create({ Target, TargetParameters: { InputTemplate: '{"id": <$.body.id>}' } });
    await send('{"id":1}');
    expect(await left()).toBe(0);
    expect(cloud.journal.read().find(({ kind }) => kind === 'stand-in.received')).toMatchObject({
      ...{ name: 'Orders', via: 'pipe', input: '[{"id": 1}]'.replace(' ', '') },
    });
  });
});

test('a message goes through a pipe once for the cluster, and pipes go on when a node has died', async () => {
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  const services = [createPipesService, createSqsService];
  const { clock, a, b, settled } = createTwoNodes({
    ids: createIds(),
    address,
    services,
    frozenAt: TEST_START,
    seed: 5,
    beatMs: 1000,
  });
  cloud = b.cloud;
  for (const QueueName of ['in', 'out']) await a.cloud.dispatch.call('sqs', 'CreateQueue', { QueueName }, testCall);
  await settled();
  const input = { Name: 'orders', Source: arnOf('in'), Target: arnOf('out'), RoleArn };
  await a.cloud.dispatch.call('pipes', 'CreatePipe', input, testCall);
  await settled();
  await send('a');
  await clock.advance(1000);
  expect((await receive('out')).length).toBe(1);
  a.backbone.die();
  // What A kept is B's when B takes A for dead, and what A was handed when its time-out ends.
  const sent = send('b');
  await clock.advance(61_000);
  await sent;
  expect((await receive('out')).length).toBeGreaterThan(0);
});
