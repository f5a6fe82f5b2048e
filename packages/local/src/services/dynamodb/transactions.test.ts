import type { AttributeValue, TransactWriteItem } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { refusalOf, testCall } from '../../test-cloud.ts';
import { StoredItem } from './items/stored-item.ts';
import { createParts } from './parts.ts';
import { callersOf, createTablesCloud, N, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
const { dynamodb } = callersOf(() => cloud);
const TableName = 'orders';
beforeEach(async () => {
  cloud = createTablesCloud();
  await dynamodb('CreateTable', tableOf(TableName, 'id'));
});

const Key = (id: string) => ({ TableName, Key: { id: S(id) } });
const put = (id: string, more: Readonly<Record<string, AttributeValue>> = {}): TransactWriteItem => ({
  Put: { TableName, Item: { id: S(id), ...more } },
});
const write = (TransactItems: readonly TransactWriteItem[], ClientRequestToken?: string) =>
  dynamodb('TransactWriteItems', { TransactItems, ClientRequestToken });
const get = async (id: string) => (await dynamodb('GetItem', Key(id))).Item;

describe('TransactWriteItems', () => {
  // Recorded on AWS: LocalStack, test_transaction_write_items.
  test('does all of it', async () => {
    await dynamodb('PutItem', { TableName, Item: { id: S('old') } });
    const done = await write([
      put('new'),
      { Update: { ...Key('counted'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': N(2) } } },
      { Delete: Key('old') },
      { ConditionCheck: { ...Key('none'), ConditionExpression: 'attribute_not_exists(id)' } },
    ]);
    expect(done).toEqual({});
    expect([await get('new'), await get('counted'), await get('old'), await get('none')]).toEqual([
      { id: S('new') },
      { id: S('counted'), n: N(2) },
      undefined,
      undefined,
    ]);
  });

  // Source: DynamoDB API reference, TransactionCanceledException; paritysuite/dynamodb-conformance.
  test('or nothing, and says of each action why', async () => {
    await dynamodb('PutItem', { TableName, Item: { id: S('there'), a: S('x') } });
    const refused = write([
      put('new'),
      {
        Put: {
          TableName,
          Item: { id: S('there') },
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { ConditionCheck: { ...Key('none'), ConditionExpression: 'attribute_exists(id)' } },
    ]);
    await expect(refused).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: { id: S('there'), a: S('x') },
          },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
        ],
      },
    });
    expect(await get('new')).toBeUndefined();
  });

  // Source: paritysuite/dynamodb-conformance: a key of the wrong type cancels, an empty one is refused.
  test('a key of another type cancels it, an empty one is refused before', async () => {
    await expect(write([put('a'), { Delete: { TableName, Key: { id: N(1) } } }])).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
        ],
      },
    });
    expect(await refusalOf(write([put('')]))).toBe(
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    );
  });

  // Sources: moto's tests verified on AWS; paritysuite/dynamodb-conformance.
  test('an item is written once, and a table has to be there', async () => {
    expect(await refusalOf(write([put('a'), { Delete: Key('a') }]))).toBe(
      'ValidationException: Transaction request cannot include multiple operations on one item',
    );
    expect(await refusalOf(write([{ Delete: { TableName: 'lost', Key: { id: S('a') } } }]))).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
    expect(await refusalOf(write([{ ...put('a'), Delete: Key('b') }]))).toBe(
      'ValidationException: TransactItems can only contain one of Check, Put, Update or Delete',
    );
  });

  // Source: DynamoDB API reference, TransactWriteItems: 4 MB in all; that values of an update count is ours.
  test.each(['puts', 'updates'])('%s of more than 4 MB in all are refused, and nothing is done', async (kind) => {
    const v = S('x'.repeat(400_000));
    const UpdateExpression = 'SET v = :v';
    const action = (_: unknown, n: number): TransactWriteItem =>
      kind === 'puts'
        ? put(String(n), { v })
        : { Update: { ...Key(String(n)), UpdateExpression, ExpressionAttributeValues: { ':v': v } } };
    expect(await refusalOf(write(Array.from({ length: 12 }, action)))).toBe(
      'ValidationException: Transaction request is too large: all items together have at most 4 MB',
    );
    expect(await get('0')).toBeUndefined();
    expect(await write(Array.from({ length: 10 }, action))).toEqual({});
  });

  // Source: DynamoDB API reference, TransactWriteItems, ClientRequestToken.
  test('a token acts once within ten minutes, for one request', async () => {
    const add = { Update: { ...Key('n'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': N(1) } } };
    await write([add], 'token');
    await write([add], 'token');
    expect(await get('n')).toEqual({ id: S('n'), n: N(1) });
    expect(await refusalOf(write([put('a')], 'token'))).toMatch(/^IdempotentParameterMismatchException/);
    await cloud.clock.advance(10 * 60_000);
    await write([add], 'token');
    expect(await get('n')).toEqual({ id: S('n'), n: N(2) });
  });
});

// Recorded on AWS: LocalStack, test_dynamodb_idempotent_writing.
test('a request is the same with its attributes in another order', async () => {
  const b = { B: Buffer.from('bytes') };
  await write([{ Put: { TableName, Item: { id: S('1'), a: S('x'), b } } }], 'same-token');
  const again = { Put: { TableName, Item: { b, a: S('x'), id: S('1') } } };
  expect(await refusalOf(write([again], 'same-token'))).toBe('not refused');
});

describe('TransactGetItems', () => {
  // Recorded on AWS: LocalStack, test_transact_get_items.
  test('reads in order, and what is not there as nothing', async () => {
    await dynamodb('PutItem', { TableName, Item: { id: S('a'), x: N(1), y: N(2) } });
    const read = await dynamodb('TransactGetItems', {
      TransactItems: [{ Get: Key('none') }, { Get: { ...Key('a'), ProjectionExpression: 'y' } }],
    });
    expect(read).toEqual({ Responses: [{}, { Item: { y: N(2) } }] });
  });
});

describe('batches', () => {
  // Source: paritysuite/dynamodb-conformance: one sentence for keys that are missing or of another type.
  test.each([{ a: S('x') }, { id: N(1) }])('a put of %j in a batch does not match the schema', async (Item) => {
    const RequestItems = { [TableName]: [{ PutRequest: { Item } }] };
    expect(await refusalOf(dynamodb('BatchWriteItem', { RequestItems }))).toBe(
      'ValidationException: The provided key element does not match the schema',
    );
  });

  // Source: DynamoDB API reference, BatchWriteItem and BatchGetItem.
  test('are written and read', async () => {
    await dynamodb('PutItem', { TableName, Item: { id: S('old') } });
    const written = await dynamodb('BatchWriteItem', {
      RequestItems: {
        [TableName]: [
          { PutRequest: { Item: { id: S('a'), n: N('1.0') } } },
          { DeleteRequest: { Key: { id: S('old') } } },
        ],
      },
    });
    expect(written).toEqual({ UnprocessedItems: {} });
    const Keys = ['a', 'old'].map((id) => ({ id: S(id) }));
    expect(await dynamodb('BatchGetItem', { RequestItems: { [TableName]: { Keys } } })).toEqual({
      Responses: { [TableName]: [{ id: S('a'), n: N(1) }] },
      UnprocessedKeys: {},
    });
  });

  // Sources: paritysuite/dynamodb-conformance; recorded on AWS: LocalStack, test_batch_write_not_existing_table.
  test('name an item once, and tables that are there; else nothing is done', async () => {
    const PutRequest = { Item: { id: S('a') } };
    const twice = [{ PutRequest }, { DeleteRequest: { Key: { id: S('a') } } }];
    expect(await refusalOf(dynamodb('BatchWriteItem', { RequestItems: { [TableName]: twice } }))).toBe(
      'ValidationException: Provided list of item keys contains duplicates',
    );
    const lost = { [TableName]: [{ PutRequest }], lost: [{ PutRequest }] };
    expect(await refusalOf(dynamodb('BatchWriteItem', { RequestItems: lost }))).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
    expect(await get('a')).toBeUndefined();
    const Keys = [{ id: S('a') }, { id: S('a') }];
    expect(await refusalOf(dynamodb('BatchGetItem', { RequestItems: { [TableName]: { Keys } } }))).toBe(
      'ValidationException: Provided list of item keys contains duplicates',
    );
  });

  // Source: moto's tests verified on AWS.
  test('a batch has 25 writes, 100 reads', async () => {
    const writes = Array.from({ length: 26 }, (_, n) => ({ PutRequest: { Item: { id: S(String(n)) } } }));
    expect(await refusalOf(dynamodb('BatchWriteItem', { RequestItems: { [TableName]: writes } }))).toMatch(
      /Member must have length less than or equal to 25/,
    );
    const Keys = Array.from({ length: 101 }, (_, n) => ({ id: S(String(n)) }));
    expect(await refusalOf(dynamodb('BatchGetItem', { RequestItems: { [TableName]: { Keys } } }))).toBe(
      "ValidationException: 1 validation error detected: Value at 'RequestItems.orders.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
  });
});

// Source: DynamoDB developer guide, "Isolation levels for transactions": reads are serializable with transactions.
test('from the moment at which a transaction counts, an index shows what the table shows', async () => {
  const { tables, items } = createParts(cloud);
  await dynamodb('CreateTable', {
    ...tableOf('lines', 'id', { AttributeDefinitions: [{ AttributeName: 'state', AttributeType: 'S' }] }),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byState',
        KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  await dynamodb('PutItem', { TableName: 'lines', Item: { id: S('a'), state: S('X'), n: N(1) } });
  const table = tables.withItems('lines', { ...testCall, requestId: 'r' });
  const [index] = table.indexes;
  if (!index) throw new Error('The table has no index.');
  const seen = () => {
    const [entry] = items.read(table, { index, range: { from: '', until: undefined }, isForward: true });
    return [items.find(table, { id: S('a') })?.item['n'], entry?.held.item['n']];
  };
  let isDone = false;
  const decide = () => StoredItem.of({ id: S('a'), state: S('X'), n: N(2) });
  const done = items
    .changeAll([{ table, key: { id: S('a') }, decide }], () => new Error('refused'))
    .then(() => {
      isDone = true;
    });
  const pairs = new Set<string>();
  // After each microtask; a cluster's wire needs the event loop's turns besides.
  while (!isDone) {
    for (let looks = 0; looks < 100; looks++) {
      pairs.add(JSON.stringify(seen()));
      await Promise.resolve();
    }
    await new Promise(setImmediate);
  }
  await done;
  expect([...pairs]).toEqual([JSON.stringify([N(1), N(1)]), JSON.stringify([N(2), N(2)])]);
});
