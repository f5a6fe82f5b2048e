// Streams as source of a pipe. Source, where no other is given: EventBridge user guide, "Amazon DynamoDB stream as a
// source", "Amazon Kinesis stream as a source", "Error handling and troubleshooting".
import type { CreatePipeRequest } from '@earwitness/protocol/internal/aws/models/pipes.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import type { Service } from '../../service.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_REGION, TEST_START } from '../../test-cloud.ts';
import { createDynamoDbService } from '../dynamodb/service.ts';
import { createDynamoDbStreamsService } from '../dynamodb/streams/service.ts';
import { createEventsService } from '../events/service.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from '../kinesis/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createPipesService } from './service.ts';

let cloud: Cloud;
let table: string;
const pipes = callerOf('pipes', () => cloud);
const dynamodb = callerOf('dynamodb', () => cloud);
const kinesis = callerOf('kinesis', () => cloud);
const events = callerOf('events', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const iam = callerOf('iam', () => cloud);

const RoleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/pipe`;
const arnOf = (queue: string) => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${queue}`;
const FUNCTION = `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:f`;
const STREAM = `arn:aws:kinesis:${TEST_REGION}:${TEST_ACCOUNT}:stream/clicks`;
const PIPE = `arn:aws:pipes:${TEST_REGION}:${TEST_ACCOUNT}:pipe/orders`;

/** Lambda as these tests need it. */
type DynamoDbRecord = { eventID: string; dynamodb: { Keys: { id: { S: string } } } };
let answer: (event: readonly DynamoDbRecord[]) => unknown;
let heard: (readonly DynamoDbRecord[])[];
const createStubLambda = (): Service => ({
  name: 'lambda',
  operations: {
    Invoke(asked: never) {
      const { Payload } = asked as { readonly Payload: Uint8Array };
      const event = JSON.parse(Buffer.from(Payload).toString()) as readonly DynamoDbRecord[];
      heard.push(event);
      try {
        return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer(event) ?? null)) };
      } catch (error) {
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(`{"errorMessage":"${error}"}`) };
      }
    },
  },
});
const ids = () => heard.map((event) => event.map(({ dynamodb: { Keys } }) => Keys.id.S).join());

async function allow(...Action: string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } });
  await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'a', PolicyDocument });
}

beforeEach(async () => {
  answer = () => null;
  heard = [];
  cloud = createTestCloud(
    ...[createPipesService, createIamService, createSqsService, createEventsService, createKinesisService],
    ...[createDynamoDbService, createDynamoDbStreamsService, createStubLambda],
  );
  const trust = { Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'pipe', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
  await allow('sqs:*', 'lambda:InvokeFunction', 'events:PutEvents', 'dynamodb:*', 'kinesis:*');
  for (const QueueName of ['out', 'dead']) await sqs('CreateQueue', { QueueName });
  await kinesis('CreateStream', { StreamName: 'clicks', ShardCount: 1 });
  const made = await dynamodb('CreateTable', {
    TableName: 'orders',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  table = made.TableDescription?.LatestStreamArn ?? '';
});

type Parameters = NonNullable<NonNullable<CreatePipeRequest['SourceParameters']>['DynamoDBStreamParameters']>;

const create = (parameters: Partial<Parameters> = {}, changes: Partial<CreatePipeRequest> = {}) =>
  pipes('CreatePipe', {
    ...{ Name: 'orders', Source: table, Target: FUNCTION, RoleArn },
    SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', ...parameters } },
    ...changes,
  });

const put = (id: string, more: object = {}) =>
  dynamodb('PutItem', { TableName: 'orders', Item: { id: { S: id }, ...more } });

async function receive(queue: string): Promise<string[]> {
  const QueueUrl = `http://127.0.0.1:4566/${TEST_ACCOUNT}/${queue}`;
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  return Messages.map(({ Body = '' }) => Body);
}

const stateOf = async () => {
  const { CurrentState, StateReason } = await pipes('DescribePipe', { Name: 'orders' });
  return [CurrentState, StateReason];
};

describe("a table's stream", () => {
  test('gives records as functions get them, in an array', async () => {
    await create();
    await put('o-1', { n: { N: '1' } });
    await cloud.clock.advance(0);
    expect(heard).toEqual([
      [
        {
          eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
          ...{ eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: TEST_REGION },
          dynamodb: {
            ApproximateCreationDateTime: TEST_START / 1000,
            Keys: { id: { S: 'o-1' } },
            NewImage: { id: { S: 'o-1' }, n: { N: '1' } },
            ...{ SequenceNumber: expect.any(String), SizeBytes: expect.any(Number) },
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
          eventSourceARN: table,
        },
      ],
    ]);
  });

  // Source: DynamoDB developer guide, "DynamoDB Streams and Time to Live".
  test('tells of an item that expired with the identity of DynamoDB, which a filter may ask for', async () => {
    const Pattern = '{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}';
    const DynamoDBStreamParameters = { StartingPosition: 'TRIM_HORIZON' as const };
    await create({}, { SourceParameters: { DynamoDBStreamParameters, FilterCriteria: { Filters: [{ Pattern }] } } });
    const TimeToLiveSpecification = { AttributeName: 'end', Enabled: true };
    await dynamodb('UpdateTimeToLive', { TableName: 'orders', TimeToLiveSpecification });
    await put('a', { end: { N: String(TEST_START / 1000 + 60) } });
    await put('b');
    await dynamodb('DeleteItem', { TableName: 'orders', Key: { id: { S: 'b' } } });
    await cloud.clock.advance(61_000);
    expect(heard).toMatchObject([
      [{ eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }],
    ]);
    expect(ids()).toEqual(['a']);
  });

  // The detail type: as others received such events from AWS.
  test('becomes events on a bus: filtered, shaped by a template, and named after their source', async () => {
    await events('PutRule', { Name: 'all', EventPattern: '{"source":[{"prefix":""}]}' });
    await events('PutTargets', { Rule: 'all', Targets: [{ Id: 'q', Arn: arnOf('out') }] });
    const Policy = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' },
    });
    const QueueUrl = `http://127.0.0.1:4566/${TEST_ACCOUNT}/out`;
    await sqs('SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
    const Filters = [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["outbox"]}}}}' }];
    const InputTemplate = '{"order": <$.dynamodb.NewImage.id.S>, "at": <$.dynamodb.ApproximateCreationDateTime>}';
    const DynamoDBStreamParameters = { StartingPosition: 'LATEST' as const };
    const Target = `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:event-bus/default`;
    const SourceParameters = { DynamoDBStreamParameters, FilterCriteria: { Filters } };
    await create({}, { Target, SourceParameters, TargetParameters: { InputTemplate } });
    await put('a', { kind: { S: 'order' } });
    await put('b', { kind: { S: 'outbox' } });
    await dynamodb('DeleteItem', { TableName: 'orders', Key: { id: { S: 'b' } } });
    await cloud.clock.advance(0);
    const got = (await receive('out')).map((body) => JSON.parse(body));
    expect(got.map(({ source, detail, 'detail-type': type }) => [source, type, detail])).toEqual([
      ['Pipe orders', 'Event from aws:dynamodb', { order: 'b', at: TEST_START / 1000 }],
    ]);
    // In one batch or in two: who reads is no slower than who writes.
    const passedOver = cloud.journal.read().filter((fact) => fact.kind === 'records.filtered');
    expect(passedOver.map(({ consumerArn }) => consumerArn)).toContain(PIPE);
    expect(passedOver.reduce((sum, { records }) => sum + records, 0)).toBe(2);
  });

  test('is read from where the pipe began, and on from where it was stopped', async () => {
    await put('early');
    await create({ StartingPosition: 'LATEST' });
    await put('a');
    await cloud.clock.advance(0);
    await pipes('StopPipe', { Name: 'orders' });
    await put('b');
    await cloud.clock.advance(60_000);
    expect(ids()).toEqual(['a']);
    await pipes('StartPipe', { Name: 'orders' });
    await cloud.clock.advance(0);
    expect(ids()).toEqual(['a', 'b']);
    await pipes('DeletePipe', { Name: 'orders' });
    await create();
    await cloud.clock.advance(0);
    expect(ids()).toEqual(['a', 'b', 'early,a,b']);
  });

  test('is blocked by a batch that fails, until its retries are over: the dead letter names the pipe', async () => {
    answer = ([first]) => {
      if (first?.dynamodb.Keys.id.S === 'bad') throw new Error('no');
    };
    await create({ BatchSize: 1, MaximumRetryAttempts: 1, DeadLetterConfig: { Arn: arnOf('dead') } });
    await put('bad');
    await put('good');
    await cloud.clock.advance(0);
    expect(ids()).toEqual(['bad']);
    await cloud.clock.advance(60_000);
    expect(ids()).toEqual(['bad', 'bad', 'good']);
    expect((await receive('dead')).map((body) => JSON.parse(body))).toEqual([
      {
        context: { partnerResourceArn: PIPE, condition: 'RetryAttemptsExhausted' },
        version: '1.0',
        timestamp: '2026-01-01T00:00:01.000Z',
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: expect.any(String),
          endSequenceNumber: expect.any(String),
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
          batchSize: 1,
          streamArn: table,
        },
      },
    ]);
    const told = cloud.journal.read().filter(({ kind }) => /^(pipe|records)\./.test(kind));
    expect(told.map(({ kind }) => kind)).toEqual([
      'records.failed',
      'records.failed',
      'records.discarded',
      'pipe.passed',
    ]);
  });

  test('goes on at the lowest record that the target named, by eventID and without a setting', async () => {
    for (const id of ['a', 'b', 'c']) await put(id);
    answer = (event) =>
      event.length === 3
        ? { batchItemFailures: event.slice(1).map(({ eventID }) => ({ itemIdentifier: eventID })) }
        : null;
    await create();
    await cloud.clock.advance(1000);
    expect(ids()).toEqual(['a,b,c', 'b,c']);
  });

  test('halves a batch of which a part fails, where AUTOMATIC_BISECT is set', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await put(id);
    const isBad = ({ dynamodb: { Keys } }: DynamoDbRecord) => Keys.id.S === 'b';
    answer = (event) => ({
      batchItemFailures: event.filter(isBad).map(({ eventID }) => ({ itemIdentifier: eventID })),
    });
    const Arn = arnOf('dead');
    await create({ OnPartialBatchItemFailure: 'AUTOMATIC_BISECT', MaximumRetryAttempts: 0, DeadLetterConfig: { Arn } });
    await cloud.clock.advance(0);
    expect(ids()).toEqual(['a,b,c,d', 'b,c', 'b', 'c', 'd']);
    expect(await receive('dead')).toHaveLength(1);
  });
});

describe('a stream of Kinesis', () => {
  const kinesisSource = (more: object = {}): Partial<CreatePipeRequest> => ({
    Source: STREAM,
    SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' }, ...more },
  });

  test('gives flat records, whose data templates and filters see decoded', async () => {
    await create({}, kinesisSource());
    const data = Buffer.from('{"page":"home"}');
    const { SequenceNumber } = await kinesis('PutRecord', { StreamName: 'clicks', Data: data, PartitionKey: 'k' });
    await cloud.clock.advance(0);
    expect(heard).toEqual([
      [
        {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'k',
          sequenceNumber: SequenceNumber,
          data: data.toString('base64'),
          approximateArrivalTimestamp: TEST_START / 1000,
          ...{ eventSource: 'aws:kinesis', eventVersion: '1.0', eventName: 'aws:kinesis:record' },
          eventID: `shardId-000000000000:${SequenceNumber}`,
          invokeIdentityArn: RoleArn,
          awsRegion: TEST_REGION,
          eventSourceARN: STREAM,
        },
      ],
    ]);
    const FilterCriteria = { Filters: [{ Pattern: '{"data":{"page":["home"]}}' }] };
    const TargetParameters = { InputTemplate: '{"page": <$.data.page>, "key": <$.partitionKey>}' };
    const more = { Name: 'shaped', Target: arnOf('out'), TargetParameters };
    await create({}, { ...kinesisSource({ FilterCriteria }), ...more });
    await kinesis('PutRecord', { StreamName: 'clicks', Data: Buffer.from('{"page":"away"}'), PartitionKey: 'k' });
    await cloud.clock.advance(0);
    expect(await receive('out')).toEqual(['{"page": "home", "key": "k"}']);
  });
});

describe('refused', () => {
  test('is a stream without a place to begin, at a time without one, a dead letter to a bus, and a batch too large', async () => {
    expect(await refusalOf(create({}, { SourceParameters: {} }))).toBe(
      `ValidationException: SourceParameters.DynamoDBStreamParameters with a StartingPosition is needed for the source ${table}.`,
    );
    const bus = `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:event-bus/default`;
    expect(await refusalOf(create({ DeadLetterConfig: { Arn: bus } }))).toBe(
      `ValidationException: DeadLetterConfig.Arn is a standard queue or a standard topic, not ${bus}.`,
    );
    expect(await refusalOf(create({ BatchSize: 11 }, { Target: bus }))).toBe(
      `ValidationException: BatchSize 11 of the source is more than ${bus} takes at once, which is 10.`,
    );
    const KinesisStreamParameters = { StartingPosition: 'AT_TIMESTAMP' as const };
    expect(await refusalOf(create({}, { Source: STREAM, SourceParameters: { KinesisStreamParameters } }))).toBe(
      'ValidationException: StartingPositionTimestamp is needed for the StartingPosition AT_TIMESTAMP, and for no other.',
    );
  });

  // Source: EventBridge Pipes user guide, "Properly filtering Kinesis and DynamoDB messages".
  test('is a filter that asks for the data of a stream as a text', async () => {
    const KinesisStreamParameters = { StartingPosition: 'LATEST' } as const;
    const FilterCriteria = { Filters: [{ Pattern: '{"data":["plain"]}' }] };
    const SourceParameters = { FilterCriteria, KinesisStreamParameters };
    expect(await refusalOf(create({}, { Source: STREAM, SourceParameters }))).toBe(
      'ValidationException: A filter of a stream asks for the fields of "data" ({"data": {"field": ["value"]}}), not for its text.',
    );
  });

  test('by its state is a pipe whose role may not read, or whose stream is not there', async () => {
    await allow('lambda:InvokeFunction');
    await create();
    expect(await stateOf()).toEqual([
      'CREATE_FAILED',
      'Pipes does not have required permissions to perform Stream operations (dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator and dynamodb:ListStreams)',
    ]);
    await pipes('DeletePipe', { Name: 'orders' });
    await allow('dynamodb:*');
    await create({}, { Source: table.replace('orders', 'none') });
    expect(await stateOf()).toEqual([
      'CREATE_FAILED',
      'Stream not found. To resume processing please delete the pipe and create a new one.',
    ]);
  });
});
