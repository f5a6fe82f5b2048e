// What is true of two nodes that share a backbone: whoever writes, one order of writes rules an item, and a transaction
// is all or nothing, also when its node dies.
import { describe, expect, test } from 'vitest';
import { createIds } from '../../ids.ts';
import { refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createDynamoDbService } from './service.ts';
import { createDynamoDbStreamsService } from './streams/service.ts';
import { N, S, tableOf } from './test-tables.ts';

const TableName = 'orders';

async function open(seed: number) {
  const nodes = createTwoNodes({
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services: [createDynamoDbService, createDynamoDbStreamsService],
    frozenAt: TEST_START,
    seed,
    beatMs: 1000,
  });
  const [a, b] = [nodes.a, nodes.b].map(({ cloud }) => cloud.dispatch);
  if (!a || !b) throw new Error('two nodes');
  await a.call('dynamodb', 'CreateTable', tableOf(TableName, 'id'), testCall);
  await nodes.settled();
  return { ...nodes, one: a, other: b };
}

describe.each([1, 2, 3])('seed %i', (seed) => {
  test('of writes under one condition on both nodes one is done', async () => {
    const { one, other, settled } = await open(seed);
    const put = (dispatch: typeof one, by: string) =>
      refusalOf(
        dispatch.call(
          'dynamodb',
          'PutItem',
          { TableName, Item: { id: S('1'), by: S(by) }, ConditionExpression: 'attribute_not_exists(id)' },
          testCall,
        ),
      );
    const outcomes = await Promise.all([put(one, 'one'), put(other, 'other')]);
    expect(outcomes.sort()).toEqual(['ConditionalCheckFailedException: The conditional request failed', 'not refused']);
    await settled();
  });

  test('no addition is lost when both nodes count, one by one and in transactions', async () => {
    const { one, other, settled } = await open(seed);
    const Update = {
      TableName,
      Key: { id: S('n') },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': N(1) },
    };
    let done = 0;
    const count = async (dispatch: typeof one, isTransaction: boolean) => {
      for (let turn = 0; turn < 10; turn++) {
        try {
          if (isTransaction) {
            await dispatch.call('dynamodb', 'TransactWriteItems', { TransactItems: [{ Update }] }, testCall);
          } else await dispatch.call('dynamodb', 'UpdateItem', Update, testCall);
          done++;
        } catch (error) {
          // AWS tells conflicts, too; what was refused is not counted.
          expect(String(error)).toMatch(/Transaction/);
        }
      }
    };
    await Promise.all([count(one, false), count(other, true), count(other, false)]);
    await settled();
    const { Item } = await one.call('dynamodb', 'GetItem', { TableName, Key: { id: S('n') } }, testCall);
    expect(Item?.['n']).toEqual(N(done));
  });

  test("what a node leaves half done that dies is undone or whole, and in nobody's way", async () => {
    const { a, one, other, clock, settled } = await open(seed);
    const ids = ['1', '2', '3', '4'];
    const TransactItems = ids.map((id) => ({ Put: { TableName, Item: { id: S(id), by: S('one') } } }));
    void one.call('dynamodb', 'TransactWriteItems', { TransactItems }, testCall);
    // Somewhere between its first mark and its last: the seed decides where.
    for (let turn = 0; turn < seed * 4; turn++) await Promise.resolve();
    a.backbone.die();
    await settled();
    await clock.advance(11_000);
    const read = async () => {
      const { Items = [] } = await other.call('dynamodb', 'Scan', { TableName }, testCall);
      return Items.length;
    };
    expect([0, ids.length]).toContain(await read());
    for (const id of ids) {
      const Item = { id: S(id), by: S('other') };
      await other.call('dynamodb', 'PutItem', { TableName, Item }, testCall);
    }
    expect(await read()).toBe(ids.length);
  });
});
