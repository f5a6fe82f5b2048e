import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { refusalOf, TEST_START } from '../../test-cloud.ts';
import { type CreateTable, callersOf, createTablesCloud, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTablesCloud();
});
const { dynamodb } = callersOf(() => cloud);

const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';
const INVALID = 'ValidationException: One or more parameter values were invalid: ';

// Recorded on AWS: LocalStack, tests/aws/services/dynamodb, test_table_crud.
test('a provisioned table is described member by member', async () => {
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  await dynamodb('CreateTable', tableOf('orders', 'id', { BillingMode: 'PROVISIONED', ProvisionedThroughput }));
  const { Table } = await dynamodb('DescribeTable', { TableName: 'orders' });
  expect(Table).toEqual({
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    TableStatus: 'ACTIVE',
    CreationDateTime: TEST_START,
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...ProvisionedThroughput },
    TableSizeBytes: 0,
    ItemCount: 0,
    TableArn: arn,
    TableId: expect.stringMatching(/^[\da-f-]{36}$/),
    DeletionProtectionEnabled: false,
    WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 5, Status: 'ACTIVE' },
  });
});

// Recorded on AWS: LocalStack, test_gsi_with_billing_mode.
test('a table on demand has no capacity, and says since when; its index too', async () => {
  const answer = await dynamodb(
    'CreateTable',
    tableOf('orders', 'id', {
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byG',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  expect(answer.TableDescription).toMatchObject({
    TableStatus: 'CREATING',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  expect(answer.TableDescription?.WarmThroughput).toBeUndefined();
  const { Table } = await dynamodb('DescribeTable', { TableName: 'orders' });
  const none = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
  const warm = { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' };
  expect(Table).toMatchObject({
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: TEST_START },
    ProvisionedThroughput: none,
    WarmThroughput: warm,
  });
  expect(Table?.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: 'byG',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      IndexStatus: 'ACTIVE',
      ProvisionedThroughput: none,
      IndexSizeBytes: 0,
      ItemCount: 0,
      IndexArn: `${arn}/index/byG`,
      WarmThroughput: warm,
    },
  ]);
});

// Recorded on AWS: LocalStack, test_table_crud and test_delete_table.
test('a deleted table is described without its keys, and is not found then', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id'));
  const { TableDescription } = await dynamodb('DeleteTable', { TableName: 'orders' });
  expect(TableDescription).toMatchObject({ TableName: 'orders', TableStatus: 'DELETING', TableArn: arn });
  expect(TableDescription).not.toHaveProperty('KeySchema');
  expect(TableDescription).not.toHaveProperty('AttributeDefinitions');
  expect(TableDescription).not.toHaveProperty('CreationDateTime');
  expect(await refusalOf(dynamodb('DescribeTable', { TableName: 'orders' }))).toBe(
    'ResourceNotFoundException: Requested resource not found: Table: orders not found',
  );
  expect(await refusalOf(dynamodb('GetItem', { TableName: 'orders', Key: { id: S('1') } }))).toBe(
    'ResourceNotFoundException: Requested resource not found',
  );
});

// Recorded on AWS: LocalStack, test_create_duplicate_table.
test('a name is taken once', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id'));
  expect(await refusalOf(dynamodb('CreateTable', tableOf('orders', 'id')))).toBe(
    'ResourceInUseException: Table already exists: orders',
  );
});

// Source: dynoxide's changelog, captured on AWS.
test('a protected table is not deleted', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id', { DeletionProtectionEnabled: true }));
  expect(await refusalOf(dynamodb('DeleteTable', { TableName: 'orders' }))).toBe(
    'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
  );
  await dynamodb('UpdateTable', { TableName: 'orders', DeletionProtectionEnabled: false });
  await dynamodb('DeleteTable', { TableName: 'orders' });
});

// Source: paritysuite/dynamodb-conformance, captured on AWS in 2026.
test('tables are listed by name, page by page; where a page starts need not exist', async () => {
  for (const name of ['ccc', 'aaa', 'bbb']) await dynamodb('CreateTable', tableOf(name, 'id'));
  expect(await dynamodb('ListTables', {})).toEqual({ TableNames: ['aaa', 'bbb', 'ccc'] });
  expect(await dynamodb('ListTables', { Limit: 2 })).toEqual({
    TableNames: ['aaa', 'bbb'],
    LastEvaluatedTableName: 'bbb',
  });
  expect(await dynamodb('ListTables', { ExclusiveStartTableName: 'aab' })).toEqual({ TableNames: ['bbb', 'ccc'] });
});

const HASH = { AttributeName: 'id', KeyType: 'HASH' as const };
const index = (IndexName: string, more: object = {}) => ({
  IndexName,
  KeySchema: [HASH, { AttributeName: 'g', KeyType: 'RANGE' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  ...more,
});
const g = { AttributeName: 'g', AttributeType: 'S' as const };

// Sources: paritysuite/dynamodb-conformance, captured on AWS in 2026; LocalStack, test_create_table_with_class;
// dynalite's tests.
test.each<[what: string, input: Partial<CreateTable>, refusal: string]>([
  [
    'no throughput, where PROVISIONED is meant',
    { BillingMode: undefined },
    `${INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
  ],
  [
    'throughput on demand',
    { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
    `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    'two types of one attribute',
    {
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'id', AttributeType: 'N' },
      ],
    },
    `${INVALID}Duplicate AttributeName in AttributeDefinitions: id`,
  ],
  [
    'a definition of no key',
    { AttributeDefinitions: [g] },
    `${INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
  ],
  [
    'a definition of no key, with an index',
    {
      AttributeDefinitions: [g, { AttributeName: 'x', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [index('byG')],
    },
    `${INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [id, g, x], keys used: [id, g]`,
  ],
  [
    'a first key that is RANGE',
    { KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },
    'ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
  ],
  [
    'a second key that is HASH',
    { KeySchema: [HASH, { AttributeName: 'g', KeyType: 'HASH' }], AttributeDefinitions: [g] },
    'ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
  ],
  [
    'a local index of a table without a sort key',
    { AttributeDefinitions: [g], LocalSecondaryIndexes: [index('byG')] },
    `${INVALID}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
  ],
  [
    'two indexes of one name',
    { AttributeDefinitions: [g], GlobalSecondaryIndexes: [index('byG'), index('byG')] },
    `${INVALID}Duplicate index name: byG`,
  ],
  ['a list of no indexes', { GlobalSecondaryIndexes: [] }, `${INVALID}List of GlobalSecondaryIndexes is empty`],
  [
    'a projection without a type',
    { AttributeDefinitions: [g], GlobalSecondaryIndexes: [index('byG', { Projection: {} })] },
    `${INVALID}Unknown ProjectionType: null`,
  ],
  [
    'attributes of a projection of all',
    {
      AttributeDefinitions: [g],
      GlobalSecondaryIndexes: [index('byG', { Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['x'] } })],
    },
    `${INVALID}ProjectionType is ALL, but NonKeyAttributes is specified`,
  ],
  [
    'no attributes of a projection of some',
    {
      AttributeDefinitions: [g],
      GlobalSecondaryIndexes: [index('byG', { Projection: { ProjectionType: 'INCLUDE' } })],
    },
    `${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
  ],
  [
    'a view of a stream that is off',
    { StreamSpecification: { StreamEnabled: false, StreamViewType: 'KEYS_ONLY' } },
    `${INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified`,
  ],
])('CreateTable refuses %s', async (_what, more, refusal) => {
  expect(await refusalOf(dynamodb('CreateTable', tableOf('orders', 'id', more)))).toBe(refusal);
});

// Source: paritysuite/dynamodb-conformance; dynalite's tests.
test('a name of two letters is too short', async () => {
  expect(await refusalOf(dynamodb('CreateTable', tableOf('ab', 'id')))).toBe(
    "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
  );
});

// Source: dynoxide's changelog, captured on AWS.
test('an UpdateTable that asks for nothing is refused', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id'));
  expect(await refusalOf(dynamodb('UpdateTable', { TableName: 'orders' }))).toBe(
    'ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
  );
});

// Source: DynamoDB API reference, UpdateTable: an index is added to a table that has items.
test('an index that is added to a table knows the items that are there', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id'));
  await dynamodb('PutItem', { TableName: 'orders', Item: { id: S('1'), g: S('x') } });
  await dynamodb('UpdateTable', {
    TableName: 'orders',
    AttributeDefinitions: [g],
    GlobalSecondaryIndexUpdates: [{ Create: index('byG', { KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }] }) }],
  });
  const found = await dynamodb('Query', {
    TableName: 'orders',
    IndexName: 'byG',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': S('x') },
  });
  expect(found.Count).toBe(1);
  await dynamodb('UpdateTable', {
    TableName: 'orders',
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byG' } }],
  });
  const { Table } = await dynamodb('DescribeTable', { TableName: 'orders' });
  expect(Table).not.toHaveProperty('GlobalSecondaryIndexes');
});

// Source: DynamoDB API reference, UpdateTable: it changes throughput, streams and indexes; the sentences are ours.
test('the type of a key attribute, of the table or of an index that it keeps, does not change', async () => {
  const TableName = 'orders';
  const byG = index('byG', { KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }] });
  await dynamodb('CreateTable', tableOf(TableName, 'id', { AttributeDefinitions: [g], GlobalSecondaryIndexes: [byG] }));
  await dynamodb('PutItem', { TableName, Item: { id: S('1'), g: S('x') } });
  const change = (name: string, AttributeType: 'S' | 'N', more: object) =>
    dynamodb('UpdateTable', { TableName, AttributeDefinitions: [{ AttributeName: name, AttributeType }], ...more });
  const other = { DeletionProtectionEnabled: false };
  expect(await refusalOf(change('id', 'N', other))).toBe(
    `${INVALID}The type of key attribute id cannot change: it is S, not N`,
  );
  expect(await refusalOf(change('g', 'N', other))).toBe(
    `${INVALID}The type of key attribute g cannot change: it is S, not N`,
  );
  expect(
    await refusalOf(change('g', 'N', { GlobalSecondaryIndexUpdates: [{ Create: { ...byG, IndexName: 'byG2' } }] })),
  ).toBe(`${INVALID}The type of key attribute g cannot change: it is S, not N`);
  await change('id', 'S', other);
  expect((await dynamodb('GetItem', { TableName, Key: { id: S('1') } })).Item).toEqual({ id: S('1'), g: S('x') });
  await dynamodb('UpdateTable', { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byG' } }] });
  await change('g', 'N', { GlobalSecondaryIndexUpdates: [{ Create: byG }] });
  const { Table } = await dynamodb('DescribeTable', { TableName });
  expect(Table?.AttributeDefinitions).toContainEqual({ AttributeName: 'g', AttributeType: 'N' });
});

// Source: DynamoDB API reference, TagResource; paritysuite/dynamodb-conformance.
test('a table has tags; an ARN that is none of ours is denied', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id', { Tags: [{ Key: 'a', Value: '1' }] }));
  await dynamodb('TagResource', { ResourceArn: arn, Tags: [{ Key: 'b', Value: '2' }] });
  await dynamodb('UntagResource', { ResourceArn: arn, TagKeys: ['a'] });
  expect(await dynamodb('ListTagsOfResource', { ResourceArn: arn })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
  expect(await refusalOf(dynamodb('ListTagsOfResource', { ResourceArn: `${arn}2` }))).toMatch(/^AccessDeniedException/);
  expect(await refusalOf(dynamodb('ListTagsOfResource', { ResourceArn: 'arn:aws:s3:::x' }))).toBe(
    'ValidationException: Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:::x',
  );
});

// Source: DynamoDB API reference, DescribeContinuousBackups, DescribeContributorInsights (recorded: LocalStack) and
// DescribeEndpoints.
test('flags and limits are answered', async () => {
  await dynamodb('CreateTable', tableOf('orders', 'id'));
  const TableName = 'orders';
  const status = async () =>
    (await dynamodb('DescribeContinuousBackups', { TableName })).ContinuousBackupsDescription
      ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  expect(await status()).toBe('DISABLED');
  await dynamodb('UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  expect(await status()).toBe('ENABLED');
  expect(await dynamodb('DescribeContributorInsights', { TableName })).toEqual({
    TableName,
    ContributorInsightsStatus: 'DISABLED',
  });
  expect((await dynamodb('DescribeEndpoints', {})).Endpoints).toEqual([
    { Address: expect.any(String), CachePeriodInMinutes: 1440 },
  ]);
  expect(await dynamodb('DescribeLimits', {})).toMatchObject({ TableMaxReadCapacityUnits: 40000 });
});
