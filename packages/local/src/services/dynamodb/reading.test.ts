import type { Operations } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { refusalOf } from '../../test-cloud.ts';
import { callersOf, createTablesCloud, N, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
const { dynamodb } = callersOf(() => cloud);
const TableName = 'orders';
type Query = Operations['Query']['input'];
type Scan = Operations['Scan']['input'];

beforeEach(async () => {
  cloud = createTablesCloud();
  await dynamodb(
    'CreateTable',
    tableOf(TableName, 'pk sk:N', {
      AttributeDefinitions: [
        { AttributeName: 'g', AttributeType: 'S' },
        { AttributeName: 'l', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'lsi',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'l', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  for (const sk of [10, -1, 5, 0]) await put('a', sk);
});

const put = (pk: string, sk: number, more: object = {}) =>
  dynamodb('PutItem', { TableName, Item: { pk: S(pk), sk: N(sk), ...more } });
const query = (more: Partial<Query> = {}) =>
  dynamodb('Query', {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ...more,
    ExpressionAttributeValues: { ':pk': S('a'), ...more.ExpressionAttributeValues },
  });
const numbers = ({
  Items = [],
}: {
  readonly Items?: Query extends never ? never : Operations['Query']['output']['Items'];
}) => Items.map(({ sk }) => Number(sk?.N));
const scan = (more: Partial<Scan> = {}) => dynamodb('Scan', { TableName, ...more });

describe('Query', () => {
  // Source: DynamoDB API reference, Query: numbers are sorted as numbers.
  test('a partition is read in the order of its numbers, and backwards', async () => {
    expect(numbers(await query())).toEqual([-1, 0, 5, 10]);
    expect(numbers(await query({ ScanIndexForward: false }))).toEqual([10, 5, 0, -1]);
  });

  // Source: DynamoDB developer guide, "Key condition expressions".
  test.each([
    ['sk = :v', [5]],
    ['sk > :v', [10]],
    ['sk >= :v', [5, 10]],
    ['sk < :v', [-1, 0]],
    ['sk <= :v', [-1, 0, 5]],
    ['sk BETWEEN :v AND :v', [5]],
  ])('a range of a partition: %s', async (range, found) => {
    const more = { KeyConditionExpression: `pk = :pk AND ${range}`, ExpressionAttributeValues: { ':v': N(5) } };
    expect(numbers(await query(more))).toEqual(found);
  });

  // Source: DynamoDB API reference, Query: Limit counts what is read, before the filter.
  test('a limit counts items before the filter; where it stopped is told, also at the very end', async () => {
    const page = await query({ Limit: 2, FilterExpression: 'x = :x', ExpressionAttributeValues: { ':x': S('y') } });
    expect(page).toEqual({ Items: [], Count: 0, ScannedCount: 2, LastEvaluatedKey: { pk: S('a'), sk: N(0) } });
    const rest = await query({ Limit: 2, ExclusiveStartKey: page.LastEvaluatedKey });
    expect(numbers(rest)).toEqual([5, 10]);
    expect(rest.LastEvaluatedKey).toEqual({ pk: S('a'), sk: N(10) });
    expect(numbers(await query({ ExclusiveStartKey: { pk: S('a'), sk: N(3) }, ScanIndexForward: false }))).toEqual([
      0, -1,
    ]);
  });

  // Source: DynamoDB API reference, Query, Select.
  test('COUNT has no items', async () => {
    expect(await query({ Select: 'COUNT' })).toEqual({ Count: 4, ScannedCount: 4 });
  });

  // Source: DynamoDB developer guide, "Paginating table query results": a page ends at 1 MB.
  test('a page has one megabyte', async () => {
    for (let sk = 100; sk < 104; sk++) await put('big', sk, { x: S('x'.repeat(300_000)) });
    const page = await query({ ExpressionAttributeValues: { ':pk': S('big') } });
    expect([page.Count, page.LastEvaluatedKey]).toEqual([4, { pk: S('big'), sk: N(103) }]);
    const rest = await query({
      ExpressionAttributeValues: { ':pk': S('big') },
      ExclusiveStartKey: page.LastEvaluatedKey,
    });
    expect(rest).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  // Sources: paritysuite/dynamodb-conformance; moto's tests verified on AWS; dynalite's tests.
  test.each<[string, Partial<Query>, string]>([
    [
      'a filter on a key',
      { FilterExpression: 'sk = :pk' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    ['an unknown index', { IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      'a consistent read of a global index',
      {
        IndexName: 'gsi',
        ConsistentRead: true,
        KeyConditionExpression: 'g = :pk',
      },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'all attributes of a global index that has not all',
      { IndexName: 'gsi', Select: 'ALL_ATTRIBUTES', KeyConditionExpression: 'g = :pk' },
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index gsi because its projection type is not ALL',
    ],
    [
      'a start in another partition',
      { ExclusiveStartKey: { pk: S('b'), sk: N(1) } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    ['a start of another form', { ExclusiveStartKey: { pk: S('a') } }, 'The provided starting key is invalid'],
    [
      'a start outside the range',
      {
        KeyConditionExpression: 'pk = :pk AND sk > :v',
        ExpressionAttributeValues: { ':v': N(3) },
        ExclusiveStartKey: { pk: S('a'), sk: N(1) },
      },
      'The provided starting key does not match the range key predicate',
    ],
  ])('refuses %s', async (_what, more, sentence) => {
    expect(await refusalOf(query(more))).toMatch(new RegExp(`^ValidationException: ${sentence}`));
  });

  // Source: paritysuite/dynamodb-conformance; DynamoDB API reference.
  test('a query without a condition is refused', async () => {
    expect(await refusalOf(dynamodb('Query', { TableName }))).toBe(
      'ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  });
});

describe('indexes', () => {
  // Source: DynamoDB developer guide, "Global secondary indexes": sparse, with keys of index and table.
  test('a global index has what has its key, and follows it', async () => {
    const inIndex = async (value: string) =>
      (
        await dynamodb('Query', {
          TableName,
          IndexName: 'gsi',
          KeyConditionExpression: 'g = :g',
          ExpressionAttributeValues: { ':g': S(value) },
        })
      ).Items;
    await put('a', 5, { g: S('x'), more: S('not projected') });
    expect(await inIndex('x')).toEqual([{ pk: S('a'), sk: N(5), g: S('x') }]);
    await put('a', 5, { g: S('y') });
    expect([await inIndex('x'), await inIndex('y')]).toEqual([[], [{ pk: S('a'), sk: N(5), g: S('y') }]]);
    await dynamodb('DeleteItem', { TableName, Key: { pk: S('a'), sk: N(5) } });
    expect(await inIndex('y')).toEqual([]);
    expect(await scan({ IndexName: 'gsi' })).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  // Source: DynamoDB developer guide, "Local secondary indexes": what is not projected is fetched.
  test('a local index sorts a partition by another key, and fetches what it does not have', async () => {
    await put('a', 1, { l: S('z'), more: S('m1') });
    await put('a', 2, { l: S('y'), more: S('m2') });
    const more = {
      IndexName: 'lsi',
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND l > :l',
      ExpressionAttributeValues: { ':l': S('a') },
    };
    expect((await query(more)).Items).toEqual([
      { pk: S('a'), sk: N(2), l: S('y') },
      { pk: S('a'), sk: N(1), l: S('z') },
    ]);
    expect((await query({ ...more, ProjectionExpression: 'more' })).Items).toEqual([
      { more: S('m2') },
      { more: S('m1') },
    ]);
  });

  // Source: DynamoDB API reference, LastEvaluatedKey: keys of the index and of the table.
  test('a page of an index ends at the keys of both, and goes on among equals', async () => {
    for (const sk of [1, 2, 3]) await put('i', sk, { g: S('same') });
    const page = (more: object) =>
      dynamodb('Query', {
        TableName,
        IndexName: 'gsi',
        KeyConditionExpression: 'g = :g',
        ExpressionAttributeValues: { ':g': S('same') },
        Limit: 2,
        ...more,
      });
    const first = await page({});
    expect(first.LastEvaluatedKey).toEqual({ pk: S('i'), sk: N(2), g: S('same') });
    expect(numbers(await page({ ExclusiveStartKey: first.LastEvaluatedKey }))).toEqual([3]);
  });
});

describe('Scan', () => {
  // Source: DynamoDB API reference, Scan; developer guide, "Parallel scan".
  test('reads everything, page by page, or in segments that share it', async () => {
    for (let n = 0; n < 40; n++) await put(`p${n % 20}`, n);
    const all: string[] = [];
    let start: Scan['ExclusiveStartKey'];
    do {
      const page = await scan({ Limit: 7, ExclusiveStartKey: start });
      all.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S} ${sk?.N}`));
      start = page.LastEvaluatedKey;
    } while (start);
    expect([all.length, new Set(all).size]).toEqual([44, 44]);
    const shares = await Promise.all(
      [0, 1, 2].map(async (Segment) => (await scan({ Segment, TotalSegments: 3 })).Count ?? 0),
    );
    expect(shares.reduce((sum, count) => sum + count, 0)).toBe(44);
    expect(shares.every((count) => count > 0)).toBe(true);
  });

  // Source: paritysuite/dynamodb-conformance: a filter of a scan may name keys.
  test('filters by anything, keys too', async () => {
    const found = await scan({ FilterExpression: 'sk > :v', ExpressionAttributeValues: { ':v': N(4) } });
    expect([found.Count, found.ScannedCount]).toEqual([2, 4]);
  });

  // Source: paritysuite/dynamodb-conformance.
  test.each<[Partial<Scan>, string]>([
    [
      { Segment: 1 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      { TotalSegments: 2 },
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    ],
    [
      { Segment: 5, TotalSegments: 5 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5',
    ],
    [{ IndexName: 'gsi', ConsistentRead: true }, 'Consistent reads are not supported on global secondary indexes'],
  ])('refuses %o', async (more, sentence) => {
    expect(await refusalOf(scan(more))).toBe(`ValidationException: ${sentence}`);
  });
});
