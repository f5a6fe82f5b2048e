import type { AttributeValue } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { refusalOf, TEST_START } from '../../test-cloud.ts';
import { callersOf, createTablesCloud, N, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
const { dynamodb, streams } = callersOf(() => cloud);
const TableName = 'users';
beforeEach(() => {
  cloud = createTablesCloud();
});

type View = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
type Item = Readonly<Record<string, AttributeValue>>;

async function open(StreamViewType: View = 'NEW_AND_OLD_IMAGES') {
  const StreamSpecification = { StreamEnabled: true, StreamViewType };
  await dynamodb('CreateTable', tableOf(TableName, 'id', { StreamSpecification }));
  const { Table } = await dynamodb('DescribeTable', { TableName });
  return Table?.LatestStreamArn ?? '';
}
const shardOf = async (StreamArn: string) => {
  const { StreamDescription } = await streams('DescribeStream', { StreamArn });
  return StreamDescription?.Shards?.[0] ?? {};
};
async function iteratorOf(StreamArn: string, ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON') {
  const { ShardId = '' } = await shardOf(StreamArn);
  return (await streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType })).ShardIterator ?? '';
}
const recordsOf = async (StreamArn: string) =>
  (await streams('GetRecords', { ShardIterator: await iteratorOf(StreamArn) })).Records ?? [];
const put = (Item: Item) => dynamodb('PutItem', { TableName, Item });

describe('records', () => {
  // Recorded on AWS: LocalStack, test_dynamodb_stream_to_lambda and event source mappings: shapes and sizes.
  test('tell of inserts, changes and removals, with images and sizes', async () => {
    const StreamArn = await open();
    await put({ id: S('Fred') });
    await put({ id: S('Fred'), a: S('x') });
    await dynamodb('DeleteItem', { TableName, Key: { id: S('Fred') } });
    const records = await recordsOf(StreamArn);
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[\da-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: TEST_START,
        Keys: { id: S('Fred') },
        NewImage: { id: S('Fred'), a: S('x') },
        OldImage: { id: S('Fred') },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 20,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(records[0]?.dynamodb).toMatchObject({ SizeBytes: 12 });
    expect(records[0]?.dynamodb).not.toHaveProperty('OldImage');
    expect(records[2]?.dynamodb).not.toHaveProperty('NewImage');
    const numbers = records.map(({ dynamodb: change }) => BigInt(change?.SequenceNumber ?? ''));
    expect([...numbers].sort((a, b) => (a < b ? -1 : 1))).toEqual(numbers);
  });

  // Source: DynamoDB developer guide, "Change data capture", StreamViewType.
  test.each<[View, object]>([
    ['KEYS_ONLY', { Keys: { id: S('1') } }],
    ['NEW_IMAGE', { Keys: { id: S('1') }, NewImage: { id: S('1'), a: N(2) } }],
    ['OLD_IMAGE', { Keys: { id: S('1') }, OldImage: { id: S('1'), a: N(1) } }],
  ])('%s', async (view, images) => {
    const StreamArn = await open(view);
    await put({ id: S('1'), a: N(1) });
    await put({ id: S('1'), a: N(2) });
    const [, modified] = await recordsOf(StreamArn);
    const { Keys, NewImage, OldImage } = modified?.dynamodb ?? {};
    expect({ Keys, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) }).toEqual(images);
  });

  // Recorded on AWS: LocalStack, insert_same_entry_twice; source: DynamoDB API reference, Record.
  test('a write that changes nothing leaves none, nor does a delete of nothing', async () => {
    const StreamArn = await open();
    await put({ id: S('1'), a: N('1.0'), s: { SS: ['b', 'a'] } });
    await put({ id: S('1'), s: { SS: ['a', 'b'] }, a: N(1) });
    await dynamodb('DeleteItem', { TableName, Key: { id: S('2') } });
    await dynamodb('UpdateItem', {
      TableName,
      Key: { id: S('1') },
      UpdateExpression: 'SET a = :a',
      ExpressionAttributeValues: { ':a': N(1) },
    });
    expect((await recordsOf(StreamArn)).length).toBe(1);
  });

  // Recorded on AWS: LocalStack, test_transact_write_items_streaming: one record an item, none of a check.
  test('a transaction leaves one an item', async () => {
    const StreamArn = await open();
    await dynamodb('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName, Item: { id: S('1') } } },
        { Put: { TableName, Item: { id: S('2') } } },
        { ConditionCheck: { TableName, Key: { id: S('3') }, ConditionExpression: 'attribute_not_exists(id)' } },
      ],
    });
    expect((await recordsOf(StreamArn)).map((record) => record.eventName)).toEqual(['INSERT', 'INSERT']);
  });
});

describe('iterators', () => {
  // Source: DynamoDB streams API reference, GetRecords, GetShardIterator.
  test('go on; LATEST begins with what comes; a number is where to begin, or after', async () => {
    const StreamArn = await open();
    await put({ id: S('1') });
    const latest = await iteratorOf(StreamArn, 'LATEST');
    expect((await streams('GetRecords', { ShardIterator: latest })).Records).toEqual([]);
    await put({ id: S('2') });
    const { Records = [], NextShardIterator } = await streams('GetRecords', { ShardIterator: latest });
    expect(Records.map(({ dynamodb: change }) => change?.Keys)).toEqual([{ id: S('2') }]);
    expect((await streams('GetRecords', { ShardIterator: NextShardIterator ?? '' })).Records).toEqual([]);
    const { ShardId = '' } = await shardOf(StreamArn);
    const SequenceNumber = Records[0]?.dynamodb?.SequenceNumber;
    const countFrom = async (ShardIteratorType: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER') => {
      const input = { StreamArn, ShardId, ShardIteratorType, SequenceNumber };
      const { ShardIterator = '' } = await streams('GetShardIterator', input);
      return (await streams('GetRecords', { ShardIterator })).Records?.length;
    };
    expect([await countFrom('AT_SEQUENCE_NUMBER'), await countFrom('AFTER_SEQUENCE_NUMBER')]).toEqual([1, 0]);
  });

  // Source: DynamoDB streams API reference, ExpiredIteratorException: 15 minutes.
  test('live for fifteen minutes', async () => {
    const ShardIterator = await iteratorOf(await open());
    await cloud.clock.advance(15 * 60_000 + 1);
    expect(await refusalOf(streams('GetRecords', { ShardIterator }))).toMatch(/^ExpiredIteratorException/);
  });

  // Source: DynamoDB developer guide: records are kept for 24 hours.
  test('find nothing that is older than a day', async () => {
    const StreamArn = await open();
    await put({ id: S('1') });
    const { ShardId = '', SequenceNumberRange } = await shardOf(StreamArn);
    const input = {
      StreamArn,
      ShardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const,
      SequenceNumber: SequenceNumberRange?.StartingSequenceNumber,
    };
    await cloud.clock.advance(24 * 3_600_000 + 1);
    expect(await recordsOf(StreamArn)).toEqual([]);
    const { ShardIterator = '' } = await streams('GetShardIterator', input).catch(() => ({ ShardIterator: 'trimmed' }));
    expect(await refusalOf(streams('GetRecords', { ShardIterator }))).toMatch(/^(TrimmedData|Validation)/);
  });

  // Source: scylladb's alternator tests, test_streams.py.
  test.each([
    ['a number with LATEST', { ShardIteratorType: 'LATEST' as const, SequenceNumber: '300000000000000000001' }],
    ['no number with AT_SEQUENCE_NUMBER', { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const }],
  ])('%s is refused', async (_what, more) => {
    const StreamArn = await open();
    const { ShardId = '' } = await shardOf(StreamArn);
    expect(await refusalOf(streams('GetShardIterator', { StreamArn, ShardId, ...more }))).toMatch(
      /^ValidationException/,
    );
  });
});

describe('streams', () => {
  // Recorded on AWS: LocalStack, test_non_existent_stream; source: scylladb's alternator tests.
  test('are listed by table, and not found when they are not there', async () => {
    const StreamArn = await open();
    expect(StreamArn).toMatch(
      /^arn:aws:dynamodb:eu-west-1:123456789012:table\/users\/stream\/2026-01-01T00:00:00\.000$/,
    );
    expect(await streams('ListStreams', { TableName })).toEqual({
      Streams: [{ StreamArn, TableName, StreamLabel: '2026-01-01T00:00:00.000' }],
    });
    expect(await streams('ListStreams', { TableName: 'lost' })).toEqual({ Streams: [] });
    const lost = StreamArn.replace('2026', '2025');
    expect(await refusalOf(streams('DescribeStream', { StreamArn: lost }))).toBe(
      `ResourceNotFoundException: Requested resource not found: Stream: ${lost} not found`,
    );
  });

  // Source: DynamoDB streams API reference, DescribeStream; developer guide: a disabled stream can be read for a day.
  test('that are disabled end, and can be read to the end', async () => {
    const StreamArn = await open();
    await put({ id: S('1') });
    await dynamodb('UpdateTable', { TableName, StreamSpecification: { StreamEnabled: false } });
    await put({ id: S('2') });
    const { StreamDescription } = await streams('DescribeStream', { StreamArn });
    expect(StreamDescription).toMatchObject({ StreamStatus: 'DISABLED', StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect((await shardOf(StreamArn)).SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d{21}$/);
    const { Records, NextShardIterator } = await streams('GetRecords', { ShardIterator: await iteratorOf(StreamArn) });
    expect([Records?.length, NextShardIterator]).toEqual([1, undefined]);
    await cloud.clock.advance(1000);
    const again = await dynamodb('UpdateTable', {
      TableName,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    expect(again.TableDescription?.LatestStreamLabel).toBe('2026-01-01T00:00:01.000');
  });

  // Source: scylladb's alternator tests: ValidationException, whatever the guide says.
  test('are enabled once and disabled once', async () => {
    await open();
    const toggle = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: View }) =>
      dynamodb('UpdateTable', { TableName, StreamSpecification });
    expect(await refusalOf(toggle({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }))).toBe(
      'ValidationException: Table already has an enabled stream: TableName: users',
    );
    await toggle({ StreamEnabled: false });
    expect(await refusalOf(toggle({ StreamEnabled: false }))).toBe(
      'ValidationException: Table has no stream to disable: TableName: users',
    );
  });
});

describe('time to live', () => {
  const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true };
  const inSeconds = (seconds: number) => N(TEST_START / 1000 + seconds);

  // Recorded on AWS: LocalStack, test_time_to_live; the record: Streams API reference, Identity.
  test('an item goes when the clock has passed it, and the stream says who did it', async () => {
    const StreamArn = await open();
    await put({ id: S('before'), expires: inSeconds(60) });
    expect(await dynamodb('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
    expect(await dynamodb('UpdateTimeToLive', { TableName, TimeToLiveSpecification })).toEqual({
      TimeToLiveSpecification,
    });
    expect(await dynamodb('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
    await put({ id: S('after'), expires: inSeconds(120) });
    await put({ id: S('saved'), expires: inSeconds(60) });
    await put({ id: S('text'), expires: S('1') });
    await put({ id: S('ancient'), expires: N(1) });
    await put({ id: S('saved') });
    const ids = async () => ((await dynamodb('Scan', { TableName })).Items ?? []).map(({ id }) => id?.S).sort();
    await cloud.clock.advance(59_000);
    expect(await ids()).toEqual(['after', 'ancient', 'before', 'saved', 'text']);
    await cloud.clock.advance(2_000);
    expect(await ids()).toEqual(['after', 'ancient', 'saved', 'text']);
    await cloud.clock.advance(60_000);
    expect(await ids()).toEqual(['ancient', 'saved', 'text']);
    const removed = (await recordsOf(StreamArn)).filter(({ eventName }) => eventName === 'REMOVE');
    expect(removed.map(({ userIdentity }) => userIdentity)).toEqual([
      { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
      { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
    ]);
  });

  // Source: scylladb's alternator tests, test_ttl.py.
  test('is switched on once and off once', async () => {
    await dynamodb('CreateTable', tableOf(TableName, 'id'));
    const toggle = (Enabled: boolean) =>
      dynamodb('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { AttributeName: 'expires', Enabled } });
    expect(await refusalOf(toggle(false))).toBe('ValidationException: TimeToLive is already disabled');
    await toggle(true);
    expect(await refusalOf(toggle(true))).toBe('ValidationException: TimeToLive is already enabled');
  });
});
