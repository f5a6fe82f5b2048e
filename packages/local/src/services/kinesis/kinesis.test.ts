// What Kinesis does, through the dispatcher. "API" is the Kinesis Data Streams API reference, "recorded" LocalStack's
// recordings of AWS in tests/aws/services/kinesis.
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createKinesisService, createIamService);
});

const kinesis = callerOf('kinesis', () => cloud);
const StreamName = 'orders';
const StreamARN = `arn:aws:kinesis:eu-west-1:${TEST_ACCOUNT}:stream/orders`;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const put = (text: string, PartitionKey = 'k') => kinesis('PutRecord', { StreamName, Data: bytes(text), PartitionKey });
const HOUR_MS = 3_600_000;

async function iterator(ShardId: string, more: object = { ShardIteratorType: 'TRIM_HORIZON' }): Promise<string> {
  const asked = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...more } as const;
  return (await kinesis('GetShardIterator', asked)).ShardIterator ?? '';
}

async function read(ShardIterator: string) {
  const { Records, ...rest } = await kinesis('GetRecords', { ShardIterator });
  return { texts: Records.map(({ Data }) => Buffer.from(Data).toString()), Records, ...rest };
}

async function shards() {
  return (await kinesis('ListShards', { StreamName })).Shards ?? [];
}

// Source: recorded, test_create_stream_without_shard_count.
test('a stream without a number of shards is on demand, and has four', async () => {
  await kinesis('CreateStream', { StreamName });
  const { StreamDescription: described } = await kinesis('DescribeStream', { StreamName });
  expect(described).toMatchObject({
    StreamName,
    StreamARN,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    HasMoreShards: false,
    RetentionPeriodHours: 24,
    StreamCreationTimestamp: TEST_START,
    EncryptionType: 'NONE',
  });
  expect(described.Shards.map(({ ShardId }) => ShardId)).toEqual(
    [0, 1, 2, 3].map((number) => `shardId-00000000000${number}`),
  );
});

// Source: API, CreateStream; HashKeyRange is 0 to 2^128 - 1.
test('shards share all hash keys without a gap', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 3 });
  const ranges = (await shards()).map(({ HashKeyRange }) => HashKeyRange);
  expect(ranges[0]?.StartingHashKey).toBe('0');
  expect(ranges.at(-1)?.EndingHashKey).toBe('340282366920938463463374607431768211455');
  for (const [index, { StartingHashKey }] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before) expect(BigInt(StartingHashKey)).toBe(BigInt(before.EndingHashKey) + 1n);
  }
});

// Source: recorded: Stream <name> under account <id> not found.
test('a stream that is not there is refused in the words of Kinesis', async () => {
  expect(await refusalOf(kinesis('DescribeStream', { StreamName }))).toBe(
    `ResourceNotFoundException: Stream orders under account ${TEST_ACCOUNT} not found.`,
  );
});

// Source: API, CreateStream, LimitExceededException: more shards than are authorized for the account.
test.each([20_001, Number.MAX_SAFE_INTEGER])('%d shards are more than an account has', async (ShardCount) => {
  expect(await refusalOf(kinesis('CreateStream', { StreamName, ShardCount }))).toBe(
    `LimitExceededException: An account has at most 20000 open shards: this one has 0, and ${ShardCount} more are asked for.`,
  );
});

// Source: API, CreateStream, ResourceInUseException.
test('a stream is made once', async () => {
  await kinesis('CreateStream', { StreamName });
  expect(await refusalOf(kinesis('CreateStream', { StreamName }))).toBe(
    `ResourceInUseException: Stream orders under account ${TEST_ACCOUNT} already exists.`,
  );
});

// Source: API, PutRecord: the partition key's MD5 decides, ExplicitHashKey overrides; order within a shard.
test('records of one partition key are read in their order, with numbers that grow', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 2 });
  const answers = [await put('one'), await put('two'), await put('three')];
  const [first] = answers;
  expect(new Set(answers.map(({ ShardId }) => ShardId)).size).toBe(1);
  const numbers = answers.map(({ SequenceNumber }) => BigInt(SequenceNumber));
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  expect(first?.SequenceNumber).toMatch(/^49\d{54}$/);
  const { texts, Records, MillisBehindLatest } = await read(await iterator(first?.ShardId ?? ''));
  expect(texts).toEqual(['one', 'two', 'three']);
  expect(Records[0]).toEqual({
    SequenceNumber: first?.SequenceNumber,
    ApproximateArrivalTimestamp: TEST_START,
    Data: Buffer.from('one'),
    PartitionKey: 'k',
  });
  expect(MillisBehindLatest).toBe(0);
});

test('ExplicitHashKey leads to the shard that has it', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 2 });
  const record = { StreamName, Data: bytes('x'), PartitionKey: 'k' };
  const low = await kinesis('PutRecord', { ...record, ExplicitHashKey: '0' });
  const high = await kinesis('PutRecord', { ...record, ExplicitHashKey: '340282366920938463463374607431768211455' });
  expect([low.ShardId, high.ShardId]).toEqual(['shardId-000000000000', 'shardId-000000000001']);
  const over = kinesis('PutRecord', { ...record, ExplicitHashKey: '340282366920938463463374607431768211456' });
  expect(await refusalOf(over)).toMatch(/^InvalidArgumentException: ExplicitHashKey/);
});

// Source: API, PutRecords.
test('PutRecords answers in the order of its records', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  const Records = ['a', 'b'].map((key) => ({ Data: bytes(key), PartitionKey: key }));
  const answer = await kinesis('PutRecords', { StreamName, Records });
  expect(answer.FailedRecordCount).toBe(0);
  expect(answer.Records).toHaveLength(2);
  expect((await read(await iterator('shardId-000000000000'))).texts).toEqual(['a', 'b']);
});

// Source: API, GetShardIterator, ShardIteratorType.
test('an iterator begins where its type says', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  const ShardId = 'shardId-000000000000';
  const latest = await iterator(ShardId, { ShardIteratorType: 'LATEST' });
  await put('one');
  await cloud.clock.advance(1000);
  const { SequenceNumber: StartingSequenceNumber } = await put('two');
  await put('three');
  const at = async (more: object) => (await read(await iterator(ShardId, more))).texts;
  expect((await read(latest)).texts).toEqual(['one', 'two', 'three']);
  expect(await at({ ShardIteratorType: 'LATEST' })).toEqual([]);
  expect(await at({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber })).toEqual(['two', 'three']);
  expect(await at({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber })).toEqual(['three']);
  expect(await at({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: TEST_START + 1 })).toEqual(['two', 'three']);
  const foreign = iterator(ShardId, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '1' });
  expect(await refusalOf(foreign)).toBe(
    'InvalidArgumentException: StartingSequenceNumber 1 is not of shard shardId-000000000000 of stream orders.',
  );
});

// Source: API, GetRecords, NextShardIterator and MillisBehindLatest.
test('GetRecords goes on from iterator to iterator, and tells how far behind it is', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await put('one');
  await put('two');
  await cloud.clock.advance(500);
  const ShardIterator = await iterator('shardId-000000000000');
  const first = await kinesis('GetRecords', { ShardIterator, Limit: 1 });
  expect(first).toMatchObject({ MillisBehindLatest: 500 });
  const second = await read(first.NextShardIterator ?? '');
  expect(second).toMatchObject({ texts: ['two'], MillisBehindLatest: 0 });
  expect(await read(second.NextShardIterator ?? '')).toMatchObject({ texts: [], MillisBehindLatest: 0 });
});

// Source: API, GetShardIterator: an iterator expires five minutes after it was returned.
test('an iterator lives five minutes', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  const old = await iterator('shardId-000000000000');
  await cloud.clock.advance(300_000);
  expect((await read(old)).texts).toEqual([]);
  await cloud.clock.advance(1);
  expect(await refusalOf(kinesis('GetRecords', { ShardIterator: old }))).toMatch(
    /^ExpiredIteratorException: Iterator expired\./,
  );
  expect(await refusalOf(kinesis('GetRecords', { ShardIterator: 'nonsense' }))).toBe(
    'InvalidArgumentException: Invalid ShardIterator.',
  );
});

// Source: API, IncreaseStreamRetentionPeriod: 24 to 8760 hours.
test('records are there for the stream’s retention', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await put('old');
  await cloud.clock.advance(24 * HOUR_MS + 1);
  await put('new');
  expect((await read(await iterator('shardId-000000000000'))).texts).toEqual(['new']);
  await kinesis('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 48 });
  expect((await read(await iterator('shardId-000000000000'))).texts).toEqual(['old', 'new']);
  const shorter = kinesis('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 24 });
  expect(await refusalOf(shorter)).toBe('InvalidArgumentException: RetentionPeriodHours 24 is not longer than 48.');
});

// Source: API, UpdateShardCount, and GetRecords: a closed shard has no next iterator, and names its children.
test('shards that are made anew close the old ones, which can be read to their end', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await put('before');
  await kinesis('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  const all = await shards();
  expect(
    all.map(({ ParentShardId, SequenceNumberRange }) => [ParentShardId, 'EndingSequenceNumber' in SequenceNumberRange]),
  ).toEqual([
    [undefined, true],
    ['shardId-000000000000', false],
    ['shardId-000000000000', false],
  ]);
  const old = await read(await iterator('shardId-000000000000'));
  expect(old.texts).toEqual(['before']);
  expect(old.NextShardIterator).toBeUndefined();
  expect(old.ChildShards?.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
  expect((await put('after')).ShardId).not.toBe('shardId-000000000000');
  const tooMany = kinesis('UpdateShardCount', { StreamName, TargetShardCount: 5, ScalingType: 'UNIFORM_SCALING' });
  expect(await refusalOf(tooMany)).toBe(
    'InvalidArgumentException: TargetShardCount is from half to twice the current shard count (2), not 5.',
  );
});

// Source: API, CreateStream: records of 1 MiB unless MaxRecordSizeInKiB says more.
test('a record that is too large is refused', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  const Data = new Uint8Array(1024 * 1024);
  expect(await refusalOf(kinesis('PutRecord', { StreamName, Data, PartitionKey: 'k' }))).toBe(
    'InvalidArgumentException: Record 1 has 1048577 bytes, and the stream takes 1024 KiB at most.',
  );
});

// Source: recorded, test_stream_consumers.
test('consumers are registered, described, and keep a stream from being deleted by mistake', async () => {
  await kinesis('CreateStream', { StreamName });
  const { Consumer } = await kinesis('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
  expect(Consumer).toEqual({
    ConsumerName: 'audit',
    ConsumerARN: `${StreamARN}/consumer/audit:${Math.floor(TEST_START / 1000)}`,
    ConsumerStatus: 'ACTIVE',
    ConsumerCreationTimestamp: TEST_START,
  });
  const { ConsumerARN } = Consumer;
  expect((await kinesis('DescribeStreamConsumer', { ConsumerARN })).ConsumerDescription).toEqual({
    ...Consumer,
    StreamARN,
  });
  expect(await refusalOf(kinesis('DeleteStream', { StreamName }))).toMatch(/^InvalidArgumentException/);
  await kinesis('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
  expect((await kinesis('ListStreamConsumers', { StreamARN })).Consumers).toEqual([]);
  await kinesis('DeleteStream', { StreamName });
});

test('a stream that is made anew has none of the old records', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await put('old');
  await kinesis('DeleteStream', { StreamName });
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  expect((await read(await iterator('shardId-000000000000'))).texts).toEqual([]);
});

// Source: recorded, test_add_tags_to_stream.
test('tags are written, listed and removed by both families of operations', async () => {
  await kinesis('CreateStream', { StreamName, Tags: { team: 'shop' } });
  await kinesis('AddTagsToStream', { StreamName, Tags: { foo: 'bar' } });
  expect(await kinesis('ListTagsForStream', { StreamName })).toEqual({
    Tags: [
      { Key: 'foo', Value: 'bar' },
      { Key: 'team', Value: 'shop' },
    ],
    HasMoreTags: false,
  });
  await kinesis('UntagResource', { ResourceARN: StreamARN, TagKeys: ['foo'] });
  expect(await kinesis('ListTagsForResource', { ResourceARN: StreamARN })).toEqual({
    Tags: [{ Key: 'team', Value: 'shop' }],
  });
});

// Source: API, PutResourcePolicy.
test('another account puts records where the stream’s policy lets it', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  const other = '999999999999';
  const principal = { kind: 'account', arn: `arn:aws:iam::${other}:root` } as const;
  const otherCall = { ...testCall, account: other, principal };
  const record = { StreamARN, Data: bytes('x'), PartitionKey: 'k' };
  expect(await refusalOf(kinesis('PutRecord', record, otherCall))).toMatch(
    /^AccessDeniedException: .*kinesis:PutRecord/,
  );
  const statement = { Effect: 'Allow', Principal: { AWS: other }, Action: 'kinesis:PutRecord', Resource: StreamARN };
  await kinesis('PutResourcePolicy', {
    ResourceARN: StreamARN,
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  });
  expect((await kinesis('PutRecord', record, otherCall)).ShardId).toBe('shardId-000000000000');
});

// Recorded on AWS: LocalStack, test_resource_policy_crud; the sentence is ours.
test('a stream without a policy has an empty one, which cannot be deleted', async () => {
  await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  expect(await kinesis('GetResourcePolicy', { ResourceARN: StreamARN })).toEqual({ Policy: '{}' });
  expect(await refusalOf(kinesis('DeleteResourcePolicy', { ResourceARN: StreamARN }))).toBe(
    `ResourceNotFoundException: ${StreamARN} has no policy.`,
  );
});

test('what is not served is refused by name', async () => {
  expect(await refusalOf(kinesis('DescribeStream', { StreamId: `${'a'.repeat(20)}-abc` }))).toBe(
    'InvalidArgumentException: Earwitness does not know streams by StreamId; name the StreamARN.',
  );
});
