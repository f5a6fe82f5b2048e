import { jsonCodec } from '@earwitness/protocol/internal/aws/json/json';
import { dynamodbModel } from '@earwitness/protocol/internal/aws/models/dynamodb';
import type { AttributeValue, Operations } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { refusalOf } from '../../test-cloud.ts';
import { callersOf, createTablesCloud, N, S, tableOf } from './test-tables.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTablesCloud();
  await dynamodb('CreateTable', tableOf('orders', 'id'));
});
const { dynamodb } = callersOf(() => cloud);

const TableName = 'orders';
const INVALID = 'ValidationException: One or more parameter values were invalid: ';
type Item = Readonly<Record<string, AttributeValue>>;
type Update = Operations['UpdateItem']['input'];

const put = (Item: Item, more: Partial<Operations['PutItem']['input']> = {}) =>
  dynamodb('PutItem', { TableName, Item, ...more });
const get = async (id: string) => (await dynamodb('GetItem', { TableName, Key: { id: S(id) } })).Item;
const update = (id: string, UpdateExpression: string, more: Partial<Update> = {}) =>
  dynamodb('UpdateItem', { TableName, Key: { id: S(id) }, UpdateExpression, ...more });

describe('what is written and read', () => {
  // Recorded by the SDK against dynalite; source: paritysuite/dynamodb-conformance.
  test('GetItem of a missing key answers nothing', async () => {
    expect(await dynamodb('GetItem', { TableName, Key: { id: S('1') } })).toEqual({});
  });

  // Source: paritysuite/dynamodb-conformance: numbers and sets as they are read back.
  test('numbers come back as plain decimals, sets sorted, binaries as they were', async () => {
    await put({
      id: S('1'),
      n: N('1.50e2'),
      z: N('0012'),
      l: { L: [{ M: { deep: N('-0') } }] },
      ss: { SS: ['b', 'a'] },
      ns: { NS: ['10', '9', '-1'] },
      b: { B: new Uint8Array([1, 255]) },
      bs: { BS: [new Uint8Array([2]), new Uint8Array([1])] },
    });
    expect(await get('1')).toEqual({
      id: S('1'),
      n: N(150),
      z: N(12),
      l: { L: [{ M: { deep: N(0) } }] },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['-1', '9', '10'] },
      b: { B: new Uint8Array([1, 255]) },
      bs: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
    });
  });

  // Source: paritysuite/dynamodb-conformance: at most 32 levels. As a request's body brings them, the stack holds.
  test.each([33, 1500, 2500, 50_000])('%i lists in one another are too deep', async (levels) => {
    const deep = `${'{"L":['.repeat(levels)}{"S":"x"}${']}'.repeat(levels)}`;
    const read = (operation: 'PutItem' | 'UpdateItem', body: string) =>
      jsonCodec.decode(dynamodbModel, {
        method: 'POST',
        path: '/',
        query: '',
        headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
        bytes: new Uint8Array(),
        text: () => `{"TableName":"orders",${body}}`,
      }).input as never;
    const sentence =
      'ValidationException: 1 validation error detected: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';
    expect(await refusalOf(dynamodb('PutItem', read('PutItem', `"Item":{"id":{"S":"1"},"z":${deep}}`)))).toBe(sentence);
    const asked = `"Key":{"id":{"S":"1"}},"UpdateExpression":"SET z = :z","ExpressionAttributeValues":{":z":${deep}}`;
    expect(await refusalOf(dynamodb('UpdateItem', read('UpdateItem', asked)))).toBe(sentence);
    expect(await get('1')).toBeUndefined();
  });

  // Source: DynamoDB API reference, `TableName`; recorded on AWS: LocalStack, test_transact_get_items.
  test("a table's ARN is as good as its name", async () => {
    await put({ id: S('1') }, { TableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders' });
    expect(await get('1')).toEqual({ id: S('1') });
  });

  // Source: DynamoDB API reference, PutItem and DeleteItem, ReturnValues.
  test('PutItem replaces the whole item; it and DeleteItem return what was there', async () => {
    expect(await put({ id: S('1'), a: S('x') }, { ReturnValues: 'ALL_OLD' })).toEqual({});
    const replaced = await put({ id: S('1'), b: S('y') }, { ReturnValues: 'ALL_OLD' });
    expect(replaced.Attributes).toEqual({ id: S('1'), a: S('x') });
    const gone = await dynamodb('DeleteItem', { TableName, Key: { id: S('1') }, ReturnValues: 'ALL_OLD' });
    expect(gone.Attributes).toEqual({ id: S('1'), b: S('y') });
    expect(await dynamodb('DeleteItem', { TableName, Key: { id: S('1') }, ReturnValues: 'ALL_OLD' })).toEqual({});
  });

  // Source: paritysuite/dynamodb-conformance.
  test('what PutItem returns is none or all of the old', async () => {
    expect(await refusalOf(put({ id: S('1') }, { ReturnValues: 'UPDATED_NEW' }))).toBe(
      'ValidationException: ReturnValues can only be ALL_OLD or NONE',
    );
  });

  // Source: paritysuite/dynamodb-conformance: keys are not added to a projection.
  test('a projection has what it names, and no keys', async () => {
    await put({ id: S('1'), a: S('x'), m: { M: { c: N(1), d: N(2) } } });
    const read = await dynamodb('GetItem', { TableName, Key: { id: S('1') }, ProjectionExpression: 'a, m.d' });
    expect(read.Item).toEqual({ a: S('x'), m: { M: { d: N(2) } } });
  });
});

describe('conditions', () => {
  // Recorded on AWS: LocalStack, test_return_values_on_conditions_check_failure; scylladb's alternator tests.
  test('a failed condition is refused, with the item where it is asked for and there is one', async () => {
    await put({ id: S('1'), a: S('x') });
    const fails = (more: Partial<Operations['PutItem']['input']>) =>
      put({ id: S('1') }, { ConditionExpression: 'attribute_not_exists(id)', ...more });
    expect(await refusalOf(fails({}))).toBe('ConditionalCheckFailedException: The conditional request failed');
    await expect(fails({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({
      fields: { Item: { id: S('1'), a: S('x') } },
    });
    await expect(fails({})).rejects.toMatchObject({ fields: {} });
    const absent = dynamodb('DeleteItem', {
      TableName,
      Key: { id: S('2') },
      ConditionExpression: 'attribute_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(absent).rejects.toMatchObject({ code: 'ConditionalCheckFailedException', fields: {} });
  });

  // Source: scylladb's alternator tests: a failed condition leaves no item.
  test('an update whose condition fails creates nothing', async () => {
    const ExpressionAttributeValues = { ':v': N(1) };
    const refused = update('1', 'SET a = :v', { ConditionExpression: 'a = :v', ExpressionAttributeValues });
    expect(await refusalOf(refused)).toBe('ConditionalCheckFailedException: The conditional request failed');
    expect(await get('1')).toBeUndefined();
  });

  // Source: paritysuite/dynamodb-conformance, validation order: an expression fault beats a missing table.
  test('an expression that is wrong is found before the table that is not there', async () => {
    const lost = { TableName: 'lost', Key: { id: S('1') } };
    expect(await refusalOf(dynamodb('GetItem', { ...lost, ProjectionExpression: 'status' }))).toBe(
      'ValidationException: Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: status',
    );
  });
});

describe('updates', () => {
  // Source: DynamoDB API reference, UpdateItem; scylladb's alternator tests.
  test('an update of an absent item makes it, key and all', async () => {
    await update('1', 'ADD n :one', { ExpressionAttributeValues: { ':one': N(1) } });
    expect(await get('1')).toEqual({ id: S('1'), n: N(1) });
    await dynamodb('UpdateItem', { TableName, Key: { id: S('2') } });
    expect(await get('2')).toEqual({ id: S('2') });
  });

  // Source: scylladb's alternator tests; paritysuite/dynamodb-conformance.
  test('an update that only removes makes no item', async () => {
    await update('1', 'REMOVE a');
    expect(await get('1')).toBeUndefined();
  });

  // Source: scylladb's alternator tests, test_returnvalues.py; paritysuite/dynamodb-conformance.
  test.each<[NonNullable<Update['ReturnValues']>, object]>([
    ['NONE', {}],
    ['ALL_OLD', { Attributes: { id: S('1'), a: S('x'), m: { M: { y: N(1), z: N(2) } } } }],
    ['ALL_NEW', { Attributes: { id: S('1'), a: S('x'), m: { M: { y: N(5), z: N(2) } } } }],
    ['UPDATED_OLD', { Attributes: { m: { M: { y: N(1) } } } }],
    ['UPDATED_NEW', { Attributes: { m: { M: { y: N(5) } } } }],
  ])('an update returns %s', async (ReturnValues, answer) => {
    await put({ id: S('1'), a: S('x'), m: { M: { y: N(1), z: N(2) } } });
    const values = { ReturnValues, ExpressionAttributeValues: { ':v': N(5) } };
    expect(await update('1', 'SET m.y = :v', values)).toEqual(answer);
  });

  // Source: scylladb's alternator tests: REMOVE alone and UPDATED_NEW leave Attributes out.
  test('what was removed is nothing new', async () => {
    await put({ id: S('1'), a: S('x') });
    expect(await update('1', 'REMOVE a', { ReturnValues: 'UPDATED_NEW' })).toEqual({});
  });

  // Source: paritysuite/dynamodb-conformance.
  test('a key is not updated', async () => {
    expect(await refusalOf(update('1', 'SET id = :v', { ExpressionAttributeValues: { ':v': S('2') } }))).toBe(
      `${INVALID}Cannot update attribute id. This attribute is part of the key`,
    );
  });
});

describe('keys', () => {
  // Sources: paritysuite/dynamodb-conformance; moto's tests verified on AWS.
  test.each<[string, Item, string]>([
    ['misses its key', { a: S('x') }, `${INVALID}Missing the key id in the item`],
    ['has a key of another type', { id: N(1) }, `${INVALID}Type mismatch for key id expected: S actual: N`],
    [
      'has an empty key',
      { id: S('') },
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'has a key of 2049 bytes',
      { id: S('x'.repeat(2049)) },
      `${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
    ],
  ])('an item that %s is refused', async (_what, item, refusal) => {
    expect(await refusalOf(put(item))).toBe(refusal);
  });

  // Source: paritysuite/dynamodb-conformance.
  test.each<[string, Item]>([
    ['of another type', { id: N(1) }],
    ['of another name', { key: S('1') }],
    ['of too many attributes', { id: S('1'), a: S('x') }],
  ])('a key %s does not match the schema', async (_what, Key) => {
    expect(await refusalOf(dynamodb('GetItem', { TableName, Key }))).toBe(
      'ValidationException: The provided key element does not match the schema',
    );
  });

  // Sources: dynoxide's changelog, captured on AWS; moto's tests.
  test("a key of an index has the index's type, or the whole write is refused", async () => {
    await dynamodb('UpdateTable', {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'N' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'gsi',
            KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });
    const sentence = `${INVALID}Type mismatch for Index Key g Expected: N Actual: S IndexName: gsi`;
    expect(await refusalOf(put({ id: S('1'), g: S('x') }))).toBe(sentence);
    expect(await refusalOf(update('1', 'SET g = :g', { ExpressionAttributeValues: { ':g': S('x') } }))).toBe(sentence);
    await put({ id: S('1') });
  });
});

describe('limits', () => {
  // Source: DynamoDB developer guide, "Item size"; paritysuite/dynamodb-conformance for the sentence.
  test('an item has 409,600 bytes at most', async () => {
    const filled = (bytes: number) => ({ id: S('1'), a: S('x'.repeat(bytes - 'id1a'.length)) });
    await put(filled(409_600));
    expect(await refusalOf(put(filled(409_601)))).toMatch(/Item size has exceeded the maximum allowed size$/);
    const value = { ExpressionAttributeValues: { ':v': S('x'.repeat(409_600)) } };
    expect(await refusalOf(update('2', 'SET a = :v', value))).toMatch(
      /Item size to update has exceeded the maximum allowed size$/,
    );
  });

  // Source: DynamoDB developer guide, "Capacity unit consumption"; dynoxide's changelog, captured on AWS.
  test('writes cost by kilobytes, reads by four of them', async () => {
    const big = { id: S('1'), a: S('x'.repeat(5000)) };
    const ReturnConsumedCapacity = 'TOTAL' as const;
    expect((await put(big, { ReturnConsumedCapacity })).ConsumedCapacity).toEqual({ TableName, CapacityUnits: 5 });
    const read = async (more: object) =>
      (await dynamodb('GetItem', { TableName, Key: { id: S('1') }, ReturnConsumedCapacity, ...more })).ConsumedCapacity
        ?.CapacityUnits;
    expect([await read({}), await read({ ConsistentRead: true }), await read({ Key: { id: S('2') } })]).toEqual([
      1, 2, 0.5,
    ]);
  });
});

// Ours: parameters that AWS calls legacy are not evaluated, and nothing acts as if they were not there.
test.each([
  ['GetItem', { Key: { id: S('1') }, AttributesToGet: ['a'] }, 'AttributesToGet'],
  ['PutItem', { Item: { id: S('1') }, Expected: { a: { Exists: false } } }, 'Expected'],
  ['UpdateItem', { Key: { id: S('1') }, AttributeUpdates: {} }, 'AttributeUpdates'],
  ['Query', { KeyConditions: {} }, 'KeyConditions'],
  ['Scan', { ScanFilter: {} }, 'ScanFilter'],
] as const)('%s refuses legacy parameters by name', async (operation, input, name) => {
  const refused = cloud.dispatch.run(
    cloud.dispatch.service('dynamodb') ?? { name: 'dynamodb', operations: {} },
    operation,
    { TableName, ...input },
    {
      account: '123456789012',
      region: 'eu-west-1',
      principal: { kind: 'account', arn: 'arn:aws:iam::123456789012:root' },
      requestId: 'r',
    },
  );
  expect(await refusalOf(refused)).toBe(
    `ValidationException: Earwitness does not evaluate the legacy parameter ${name}; write an expression instead.`,
  );
});
