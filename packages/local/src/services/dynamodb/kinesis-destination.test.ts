// Tables that tell a data stream of Kinesis of their changes. Sources: ack-api-quirks, DDB-TABLE-268, 299 and 304,
// verified on AWS on 2026-10-09; records as captured on AWS in public repositories.
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from '../kinesis/service.ts';
import { createDynamoDbService } from './service.ts';
import { createDynamoDbStreamsService } from './streams/service.ts';
import { N, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
const dynamodb = callerOf('dynamodb', () => cloud);
const kinesis = callerOf('kinesis', () => cloud);
const iam = callerOf('iam', () => cloud);

const TableName = 'orders';
const arnOf = (name: string) => `arn:aws:kinesis:eu-west-1:123456789012:stream/${name}`;
const StreamArn = arnOf('changes');
const NOT_VALID =
  'ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.';

beforeEach(async () => {
  cloud = createTestCloud(createDynamoDbService, createDynamoDbStreamsService, createKinesisService, createIamService);
  for (const StreamName of ['changes', 'others']) await kinesis('CreateStream', { StreamName, ShardCount: 1 });
  await dynamodb('CreateTable', tableOf(TableName, 'id'));
});

const enable = (asked = StreamArn) => dynamodb('EnableKinesisStreamingDestination', { TableName, StreamArn: asked });
const destinations = async () =>
  (await dynamodb('DescribeKinesisStreamingDestination', { TableName })).KinesisDataStreamDestinations;

async function told(StreamName = 'changes') {
  const asked = { StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator = '' } = await kinesis('GetShardIterator', asked);
  const { Records } = await kinesis('GetRecords', { ShardIterator });
  return Records.map(({ Data, PartitionKey }) => ({ key: PartitionKey, ...JSON.parse(Buffer.from(Data).toString()) }));
}

test('a table has no destination at first, then one that is ACTIVE', async () => {
  expect(await dynamodb('DescribeKinesisStreamingDestination', { TableName })).toEqual({
    TableName,
    KinesisDataStreamDestinations: [],
  });
  expect(await enable()).toEqual({
    TableName,
    StreamArn,
    DestinationStatus: 'ENABLING',
    EnableKinesisStreamingConfiguration: {},
  });
  expect(await destinations()).toEqual([{ StreamArn, DestinationStatus: 'ACTIVE' }]);
  const from = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';
  expect((await cloud.map(testCall)).edges).toEqual([{ from, to: StreamArn, kind: 'delivers' }]);
});

test('one destination is ACTIVE at most; any number may have failed or been switched off', async () => {
  const absent = arnOf('none');
  expect(await enable(absent)).toMatchObject({ DestinationStatus: 'ENABLING' });
  const failed = {
    StreamArn: absent,
    DestinationStatus: 'ENABLE_FAILED',
    DestinationStatusDescription: 'User does not have a permission to use kinesis stream',
  };
  expect(await destinations()).toEqual([failed]);
  await enable(absent);
  await enable();
  expect(await destinations()).toEqual([{ StreamArn, DestinationStatus: 'ACTIVE' }, failed]);
  expect(await refusalOf(enable())).toBe(NOT_VALID);
  expect(await refusalOf(enable(arnOf('others')))).toBe(NOT_VALID);
  const off = await dynamodb('DisableKinesisStreamingDestination', { TableName, StreamArn });
  expect(off).toEqual({ TableName, StreamArn, DestinationStatus: 'DISABLING' });
  await enable(arnOf('others'));
  expect(await destinations()).toEqual([
    { StreamArn: arnOf('others'), DestinationStatus: 'ACTIVE' },
    { StreamArn, DestinationStatus: 'DISABLED' },
    failed,
  ]);
});

test('what is not ACTIVE can be neither disabled nor updated', async () => {
  expect(await refusalOf(dynamodb('DisableKinesisStreamingDestination', { TableName, StreamArn }))).toBe(
    'ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.',
  );
  const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision: 'MICROSECOND' as const };
  const asked = { TableName, StreamArn, UpdateKinesisStreamingConfiguration };
  expect(await refusalOf(dynamodb('UpdateKinesisStreamingDestination', asked))).toBe(
    'ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: orders',
  );
  expect(await refusalOf(dynamodb('UpdateKinesisStreamingDestination', { TableName, StreamArn }))).toBe(
    'ValidationException: UpdateKinesisStreamingConfiguration.ApproximateCreationDateTimePrecision is MILLISECOND or MICROSECOND.',
  );
  expect(await refusalOf(enable().then(() => dynamodb('UpdateKinesisStreamingDestination', asked)))).toBe(
    'not refused',
  );
  // Recorded on AWS: LocalStack, test_kinesis_streaming_destination_crud.
  expect(await refusalOf(dynamodb('UpdateKinesisStreamingDestination', asked))).toMatch(
    /^ValidationException: Invalid Request: Precision is already set to the desired value of MICROSECOND for tableId: .+, kdsArn: .+stream\/changes$/,
  );
});

test('records have both images, no number, and the time in milliseconds', async () => {
  await enable();
  const Item = { id: S('o-1'), total: N('4.50'), pdf: { B: Buffer.from('foo') } };
  await dynamodb('PutItem', { TableName, Item });
  await dynamodb('PutItem', { TableName, Item });
  await dynamodb('DeleteItem', { TableName, Key: { id: S('o-1') } });
  const image = { id: { S: 'o-1' }, total: { N: '4.5' }, pdf: { B: 'Zm9v' } };
  const about = {
    key: expect.stringMatching(/^[0-9A-F]{32}$/),
    awsRegion: 'eu-west-1',
    eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'orders',
    eventSource: 'aws:dynamodb',
  };
  const dynamodbOf = { ApproximateCreationDateTime: TEST_START, Keys: { id: { S: 'o-1' } } };
  expect(await told()).toEqual([
    { ...about, eventName: 'INSERT', dynamodb: { ...dynamodbOf, NewImage: image, SizeBytes: 24 } },
    { ...about, eventName: 'REMOVE', dynamodb: { ...dynamodbOf, OldImage: image, SizeBytes: 24 } },
  ]);
});

test('microseconds are there where they are asked for, and said to be', async () => {
  await dynamodb('EnableKinesisStreamingDestination', {
    TableName,
    StreamArn,
    EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
  });
  await dynamodb('PutItem', { TableName, Item: { id: S('a') } });
  expect(await told()).toMatchObject([
    {
      dynamodb: {
        ApproximateCreationDateTime: TEST_START * 1000,
        ApproximateCreationDateTimePrecision: 'MICROSECOND',
      },
    },
  ]);
  expect(await destinations()).toMatchObject([{ ApproximateCreationDateTimePrecision: 'MICROSECOND' }]);
});

test('transactions and ends of items are told of, too; nothing after it is switched off', async () => {
  await enable();
  const TimeToLiveSpecification = { AttributeName: 'end', Enabled: true };
  await dynamodb('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  const Item = { id: S('a'), end: N(TEST_START / 1000 + 60) };
  await dynamodb('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item } }] });
  await cloud.clock.advance(61_000);
  expect(await told()).toMatchObject([
    { eventName: 'INSERT', userIdentity: null },
    { eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } },
  ]);
  await dynamodb('DisableKinesisStreamingDestination', { TableName, StreamArn });
  await dynamodb('PutItem', { TableName, Item: { id: S('b') } });
  expect(await told()).toHaveLength(2);
});

test('a write succeeds whose stream is gone, and the journal says what is lost', async () => {
  await enable();
  await kinesis('DeleteStream', { StreamName: 'changes' });
  await dynamodb('PutItem', { TableName, Item: { id: S('a') } });
  expect(cloud.journal.read().filter(({ kind }) => kind === 'warning')).toMatchObject([
    {
      about: 'DynamoDB',
      message: `A change of table orders did not get into ${StreamArn}: Stream changes under account 123456789012 not found.`,
    },
  ]);
});

// Source: DynamoDB developer guide, "Using IAM with Kinesis Data Streams".
test('who enables it has to be allowed to put records', async () => {
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
  const allow = (PolicyName: string, Action: string[]) => {
    const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } });
    return iam('PutRolePolicy', { RoleName: 'r', PolicyName, PolicyDocument });
  };
  const role = 'arn:aws:iam::123456789012:role/r';
  const call = { ...testCall, principal: { kind: 'role' as const, arn: role, role } };
  const asRole = () => dynamodb('EnableKinesisStreamingDestination', { TableName, StreamArn }, call);
  await allow('tables', ['dynamodb:*']);
  await asRole();
  expect(await destinations()).toMatchObject([{ DestinationStatus: 'ENABLE_FAILED' }]);
  await allow('streams', ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:DescribeStream']);
  await asRole();
  expect(await destinations()).toMatchObject([{ DestinationStatus: 'ACTIVE' }]);
});
