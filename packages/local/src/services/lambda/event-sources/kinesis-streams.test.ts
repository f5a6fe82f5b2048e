// Kinesis' streams that feed functions, where they differ from those of tables. Sources, where no other is given:
// recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping, test_lambda_integration_kinesis; Lambda
// developer guide, "Using AWS Lambda with Amazon Kinesis".
import type { CreateEventSourceMappingRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { zipInlineCode } from '../../../functions/code/code.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START } from '../../../test-cloud.ts';
import { createIamService } from '../../iam/service.ts';
import { createKinesisService } from '../../kinesis/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createSnsService } from '../../sns/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createLambdaService } from '../service.ts';

let cloud: Cloud;
const lambda = callerOf('lambda', () => cloud);
const kinesis = callerOf('kinesis', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const sns = callerOf('sns', () => cloud);
const s3 = callerOf('s3', () => cloud);
const iam = callerOf('iam', () => cloud);

const StreamName = 'orders';
const STREAM = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';
const Role = 'arn:aws:iam::123456789012:role/made-up';
const QueueUrl = 'http://127.0.0.1:4566/123456789012/failures';

beforeEach(async () => {
  cloud = createTestCloud(
    ...[createKinesisService, createIamService, createSqsService, createSnsService, createS3Service],
    createLambdaService,
  );
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await sqs('CreateQueue', { QueueName: 'failures' });
});
afterEach(() => cloud.close());

async function create(body: string, role = Role) {
  const ZipFile = zipInlineCode(`exports.handler = async (event) => { if (!event.Records) return;
    const all = event.Records.map((r) => Buffer.from(r.kinesis.data, 'base64').toString()); ${body} };`);
  const settings = { Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler' } as const;
  await lambda('CreateFunction', { FunctionName: 'f', ...settings, Code: { ZipFile } });
  // Its environment is there before a record comes, on two nodes on each: the clock that a test advances waits only so
  // long for one that starts.
  for (const _ of ['here', 'there']) await lambda('Invoke', { FunctionName: 'f', Payload: Buffer.from('{}') });
}
const SAY = 'console.log(all.join());';

const map = (more: Partial<CreateEventSourceMappingRequest> = {}) =>
  lambda('CreateEventSourceMapping', {
    ...{ FunctionName: 'f', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON' },
    ...more,
  });

const put = (data: string, PartitionKey = 'k') =>
  kinesis('PutRecord', { StreamName, Data: Buffer.from(data), PartitionKey });

/** What the function printed, without its errors. */
const printed = () =>
  cloud.journal.read().flatMap((fact) => (fact.kind === 'function.log' && fact.line.length < 40 ? [fact.line] : []));

async function failures(): Promise<Record<string, unknown>[]> {
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  for (const { ReceiptHandle = '' } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

describe('what a function gets', () => {
  test('are records with data in base64, and ids of shard and number', async () => {
    await create('console.log(JSON.stringify(event)); console.error(event.Records.length)');
    await map();
    const { SequenceNumber } = await put('hello');
    await cloud.clock.advance(0);
    const [line = ''] = cloud.journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []));
    expect(JSON.parse(line)).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'k',
            sequenceNumber: SequenceNumber,
            data: 'aGVsbG8=',
            approximateArrivalTimestamp: TEST_START / 1000,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${SequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::123456789012:root',
          awsRegion: 'eu-west-1',
          eventSourceARN: STREAM,
        },
      ],
    });
  });

  test('begins at a time, at the latest record, or at the oldest', async () => {
    await create(SAY);
    await put('a');
    await cloud.clock.advance(10_000);
    await put('b');
    const seen = async (more: Partial<CreateEventSourceMappingRequest>) => {
      const before = printed().length;
      const { UUID = '' } = await map(more);
      await cloud.clock.advance(0);
      await lambda('DeleteEventSourceMapping', { UUID });
      return printed().slice(before).join(';');
    };
    const StartingPositionTimestamp = TEST_START + 5000;
    expect(await seen({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp })).toBe('b');
    expect(await seen({ StartingPosition: 'LATEST' })).toBe('');
    expect(await seen({})).toBe('a,b');
    expect(await refusalOf(map({ StartingPosition: 'AT_TIMESTAMP' }))).toBe(
      'InvalidParameterValueException: StartingPositionTimestamp is needed for the StartingPosition AT_TIMESTAMP, and for no other.',
    );
  });

  test('comes from a registered consumer, too', async () => {
    await create('console.log(event.Records[0].eventSourceARN.includes("/consumer/reader:"));');
    const { Consumer } = await kinesis('RegisterStreamConsumer', { StreamARN: STREAM, ConsumerName: 'reader' });
    await map({ EventSourceArn: Consumer.ConsumerARN });
    await put('a');
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['true']);
  });

  test('is chosen by filters on JSON data and on keys; what is no JSON has no data', async () => {
    await create(SAY);
    await put('{"type":"a"}', 'x');
    await put('{"type":"b"}', 'y');
    await put('plain', 'y');
    const seen = async (Pattern: string) => {
      const before = printed().length;
      const { UUID = '' } = await map({ FilterCriteria: { Filters: [{ Pattern }] } });
      await cloud.clock.advance(0);
      await lambda('DeleteEventSourceMapping', { UUID });
      return printed().slice(before).join(';');
    };
    expect(await seen('{"data":{"type":["a"]}}')).toBe('{"type":"a"}');
    expect(await seen('{"partitionKey":["y"]}')).toBe('{"type":"b"},plain');
    expect(await seen('{"data":{"type":[{"anything-but":"a"}]}}')).toBe('{"type":"b"}');
    // Source: EventBridge Pipes user guide, "Properly filtering Kinesis and DynamoDB messages": it is dropped.
    expect(await seen('{"data":{"none":[{"exists":false}]}}')).toBe('{"type":"a"},{"type":"b"}');
    expect(await seen('{"$or":[{"data":{"none":[{"exists":false}]}},{"partitionKey":["none"]}]}')).toBe(
      '{"type":"a"},{"type":"b"}',
    );
    expect(await seen('{"$or":[{"data":{"type":["a"]}},{"partitionKey":["y"]}]}')).toBe(
      '{"type":"a"},{"type":"b"},plain',
    );
  });
});

describe('refused', () => {
  // Source: the same guide; Lambda quotas: ten filters.
  test('is a filter that asks for data as a text, and more than ten of them', async () => {
    await create(SAY);
    const refused = (...patterns: string[]) =>
      refusalOf(map({ FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } }));
    const sentence =
      'InvalidParameterValueException: Invalid filter pattern definition. (A filter of a stream asks for the fields of "data" ({"data": {"field": ["value"]}}), not for its text.)';
    expect(await refused('{"data":["plain"]}')).toBe(sentence);
    expect(await refused('{"$or":[{"data":["plain"]},{"partitionKey":["k"]}]}')).toBe(sentence);
    const many = Array.from({ length: 11 }, (_, index) => `{"partitionKey":["${index}"]}`);
    expect(await refused(...many)).toBe('InvalidParameterValueException: A mapping has 10 filters at most, not 11.');
    expect((await map({ FilterCriteria: { Filters: many.slice(1).map((Pattern) => ({ Pattern })) } })).State).toBe(
      'Creating',
    );
  });

  test('is a consumer that nobody registered', async () => {
    await create(SAY);
    const EventSourceArn = `${STREAM}/consumer/nobody:1767225600`;
    expect(await refusalOf(map({ EventSourceArn }))).toBe(
      `InvalidParameterValueException: Stream not found: ${EventSourceArn}`,
    );
  });
});

test('a window gathers what comes, and the next one begins after it', async () => {
  await create('console.log(all.length, all[0], all.at(-1));');
  await map({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 60 });
  for (let number = 0; number < 50; number++) {
    await put(String(number));
    await cloud.clock.advance(100);
  }
  expect(printed()).toEqual([]);
  await cloud.clock.advance(60_000);
  expect(printed()).toEqual(['50 0 49']);
  await put('next');
  await cloud.clock.advance(60_000);
  expect(printed()).toEqual(['50 0 49', '1 next next']);
});

// Source: Kinesis developer guide, "Resharding": what came before is read first.
test('the shards that others become are read when those are done with', async () => {
  await create(SAY);
  await map({ BatchSize: 1 });
  await put('1');
  await kinesis('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await put('2');
  await cloud.clock.advance(0);
  await put('3');
  await cloud.clock.advance(0);
  expect(printed()).toEqual(['1', '2', '3']);
  const shards = cloud.journal
    .read()
    .flatMap((fact) => (fact.kind === 'function.invoked' && fact.records ? [fact.records.shardId] : []));
  expect(shards.map((shardId) => shardId === 'shardId-000000000000')).toEqual([true, false, false]);
});

// Source: the same. From five to three, the middle shard goes on with three of the old ones.
test('the order of a key stays, whatever number of shards others become', async () => {
  await kinesis('CreateStream', { StreamName: 'wide', ShardCount: 5 });
  // The third parent of the middle shard takes longest.
  await create(`globalThis.n = (globalThis.n ?? 0) + (all[0] === 'old3');
    if (all[0] === 'old3' && globalThis.n < 4) throw new Error('no'); ${SAY}`);
  await map({ EventSourceArn: STREAM.replace('orders', 'wide'), BatchSize: 1 });
  const hashKeys = [2, 6, 10, 13, 18].map((part) => String(((1n << 128n) / 20n) * BigInt(part)));
  const putAll = async (text: string) => {
    for (const [index, ExplicitHashKey] of hashKeys.entries()) {
      const Data = Buffer.from(`${text}${index}`);
      await kinesis('PutRecord', { StreamName: 'wide', PartitionKey: 'k', ExplicitHashKey, Data });
    }
  };
  await putAll('old');
  const wide = { StreamName: 'wide', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' } as const;
  await kinesis('UpdateShardCount', wide);
  await putAll('new');
  // On two nodes each counts for itself.
  await cloud.clock.advance(300_000);
  const lines = printed();
  expect(lines.toSorted()).toEqual(['new', 'old'].flatMap((text) => [0, 1, 2, 3, 4].map((n) => `${text}${n}`)));
  for (const n of [0, 1, 2, 3, 4]) expect(lines.indexOf(`old${n}`)).toBeLessThan(lines.indexOf(`new${n}`));
});

test('shards that were closed before are read first', async () => {
  await create(SAY);
  await put('1');
  await kinesis('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await put('2');
  await map();
  await cloud.clock.advance(0);
  expect(printed()).toEqual(['1', '2']);
});

test('order by key is kept whatever the ParallelizationFactor, and only the shard of a bad record waits', async () => {
  await kinesis('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await create(`globalThis.n = (globalThis.n ?? 0) + (all[0] === 'bad');
    if (all[0] === 'bad' && globalThis.n < 3) throw new Error('no'); ${SAY}`);
  await map({ BatchSize: 1, ParallelizationFactor: 10 });
  // The MD5 of `k` lies in the upper half, that of `a` in the lower one.
  await put('bad', 'k');
  await put('after', 'k');
  await put('other', 'a');
  await cloud.clock.advance(0);
  expect(printed()).toEqual(['other']);
  await cloud.clock.advance(60_000);
  expect(printed()).toEqual(['other', 'bad', 'after']);
});

describe('a batch that is given up', () => {
  test('is told to a queue with the milliseconds of its arrival', async () => {
    await create(`if (all.includes('bad')) throw new Error('no'); ${SAY}`);
    const DestinationConfig = { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:123456789012:failures' } };
    await map({ MaximumRetryAttempts: 0, DestinationConfig });
    const { SequenceNumber } = await put('bad');
    await cloud.clock.advance(0);
    expect(await failures()).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
        KinesisBatchInfo: {
          shardId: 'shardId-000000000000',
          startSequenceNumber: SequenceNumber,
          endSequenceNumber: SequenceNumber,
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00.000Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00.000Z',
          batchSize: 1,
          streamArn: STREAM,
        },
      },
    ]);
  });

  test('is told to a topic', async () => {
    await create("throw new Error('no');");
    const { TopicArn = '' } = await sns('CreateTopic', { Name: 'failures' });
    await map({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: TopicArn } } });
    await put('bad');
    await cloud.clock.advance(0);
    const [told] = cloud.journal.read().flatMap((one) => (one.kind === 'notification.published' ? [one] : []));
    expect(JSON.parse(told?.text ?? '')).toHaveProperty('KinesisBatchInfo');
  });

  // Source: Lambda developer guide, "Retain discarded batches": buckets get the records, too.
  test('is kept in a bucket with its records', async () => {
    await create("throw new Error('no');");
    await s3('CreateBucket', {
      Bucket: 'failed-orders',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    });
    const DestinationConfig = { OnFailure: { Destination: 'arn:aws:s3:::failed-orders' } };
    const { UUID = '' } = await map({ MaximumRetryAttempts: 0, DestinationConfig });
    await put('bad');
    await cloud.clock.advance(0);
    const { Contents: [object] = [] } = await s3('ListObjectsV2', { Bucket: 'failed-orders' });
    expect(object?.Key).toMatch(
      new RegExp(`^aws/lambda/${UUID}/shardId-000000000000/2026/01/01/2026-01-01T00.00.00-[0-9a-f-]{36}$`),
    );
    const { Body } = await s3('GetObject', { Bucket: 'failed-orders', Key: object?.Key ?? '' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const kept = JSON.parse(Buffer.concat(chunks).toString());
    expect(JSON.parse(kept.payload).Records[0].kinesis.data).toBe('YmFk');
  });
});

// Source of the condition: the same tests, records that are too old.
describe('a batch that fails until the stream no longer has it', () => {
  const HOUR = 3_600_000;
  const DestinationConfig = { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:123456789012:failures' } };
  const discarded = () => cloud.journal.read().flatMap((one) => (one.kind === 'records.discarded' ? [one] : []));

  test('is told, and goes to the destination as far as it is known', async () => {
    await create(`if (all.includes('bad')) throw new Error('no'); ${SAY}`);
    await map({ DestinationConfig });
    const first = await kinesis('PutRecords', {
      StreamName,
      Records: ['bad', 'worse'].map((data) => ({ Data: Buffer.from(data), PartitionKey: 'k' })),
    });
    await cloud.clock.advance(23 * HOUR);
    await put('good');
    await cloud.clock.advance(2 * HOUR);
    expect(printed()).toEqual(['good']);
    expect(discarded()).toMatchObject([{ condition: 'RecordAgeExceeded', records: 2 }]);
    const [from, to] = first.Records.map(({ SequenceNumber }) => SequenceNumber);
    expect(await failures()).toMatchObject([
      {
        requestContext: { condition: 'RecordAgeExceeded' },
        KinesisBatchInfo: {
          startSequenceNumber: from,
          endSequenceNumber: to,
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00.000Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00.000Z',
          batchSize: 2,
        },
      },
    ]);
  });

  test('in part: what is left of it is tried on', async () => {
    await create(`if (all.includes('bad')) throw new Error('no'); ${SAY}`);
    await map({ DestinationConfig, MaximumBatchingWindowInSeconds: 60 });
    const { SequenceNumber } = await put('bad');
    await cloud.clock.advance(30_000);
    await put('good');
    await cloud.clock.advance(24 * HOUR + 10_000);
    expect(printed()).toEqual(['good']);
    expect(discarded()).toMatchObject([{ condition: 'RecordAgeExceeded', records: 1 }]);
    expect(await failures()).toMatchObject([
      { KinesisBatchInfo: { startSequenceNumber: SequenceNumber, endSequenceNumber: SequenceNumber, batchSize: 1 } },
    ]);
  });

  test('by halves: each is told once', async () => {
    await create("if (all.join() !== 'good') throw new Error('no'); console.log('good')");
    await map({ DestinationConfig, BisectBatchOnFunctionError: true });
    await kinesis('PutRecords', {
      StreamName,
      Records: ['good', 'bad', 'worse', 'worst'].map((data) => ({ Data: Buffer.from(data), PartitionKey: 'k' })),
    });
    await cloud.clock.advance(25 * HOUR);
    expect(printed()).toEqual(['good']);
    expect(discarded().map(({ records }) => records)).toEqual([1, 2]);
  });
});

test('a role needs to read the stream', async () => {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
  await create(SAY, 'arn:aws:iam::123456789012:role/r');
  expect(await refusalOf(map())).toBe(
    `InvalidParameterValueException: Cannot access stream ${STREAM}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`,
  );
  const absent = STREAM.replace('orders', 'none');
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole';
  await iam('AttachRolePolicy', { RoleName: 'r', PolicyArn });
  expect(await refusalOf(map({ EventSourceArn: absent }))).toBe(
    `InvalidParameterValueException: Stream not found: ${absent}`,
  );
  await map();
  await put('a');
  await cloud.clock.advance(0);
  expect(printed()).toEqual(['a']);
});
