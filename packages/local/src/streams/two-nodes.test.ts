// What is true of two nodes that read one stream for one consumer: each batch is one node's, in the order of the shard,
// and what a node had in hand that dies is the other's.
import { describe, expect, test, vi } from 'vitest';
import { createIds } from '../ids.ts';
import { createDynamoDbService } from '../services/dynamodb/service.ts';
import { createDynamoDbStreamsService } from '../services/dynamodb/streams/service.ts';
import { TEST_START, testCall } from '../test-cloud.ts';
import { createTwoNodes, type Node } from '../two-nodes.ts';
import type { StreamFeed, Taken } from './feed.ts';
import { StreamReader } from './stream-reader.ts';

const TableName = 'orders';

async function open(
  seed: number,
  take: (node: 'a' | 'b', ids: string[]) => Promise<Taken>,
  settings: Partial<StreamFeed> = {},
) {
  const nodes = createTwoNodes({
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services: [createDynamoDbService, createDynamoDbStreamsService],
    frozenAt: TEST_START,
    seed,
    beatMs: 1000,
  });
  const { a, b, settled } = nodes;
  const { TableDescription } = await a.cloud.dispatch.call(
    'dynamodb',
    'CreateTable',
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    },
    testCall,
  );
  await settled();
  const streamArn = TableDescription?.LatestStreamArn ?? '';
  const feedOf = (node: 'a' | 'b'): StreamFeed => ({
    ...{ id: 'feed', about: 'a feed', consumerArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f', streamArn },
    ...{ form: 'function', batchSize: 3, windowSeconds: 0, filters: [], halves: 'never' },
    ...{ maximumRetries: -1, maximumAge: -1, origin: async () => testCall, discard: async () => undefined },
    take: (_, records) =>
      take(
        node,
        records.map(({ text }) => JSON.parse(text).dynamodb.Keys.id.S),
      ),
    ...settings,
  });
  const readers = { a: new StreamReader(a.cloud), b: new StreamReader(b.cloud) };
  await readers.a.begin(feedOf('a'), { type: 'LATEST' }, testCall);
  await settled();
  readers.a.start(feedOf('a'));
  readers.b.start(feedOf('b'));
  await settled();
  const put = ({ cloud }: Node, id: string) =>
    cloud.dispatch.call('dynamodb', 'PutItem', { TableName, Item: { id: { S: id } } }, testCall);
  return { ...nodes, put };
}

describe.each([1, 2, 3, 4, 5])('seed %i', (seed) => {
  test('each record comes once and in order, though both nodes write and some batches fail', async () => {
    const taken: string[] = [];
    let [inHand, mostInHand, calls] = [0, 0, 0];
    const { a, b, clock, put, settled } = await open(seed, async (_, ids) => {
      mostInHand = Math.max(mostInHand, ++inHand);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      inHand--;
      if (++calls % 3 === 0) return { outcome: 'failed', failure: { code: 'Error', message: 'no' } };
      taken.push(...ids);
      return { outcome: 'done' };
    });
    const written: string[] = [];
    for (let number = 0; number < 20; number++) {
      written.push(String(number));
      await put(number % 2 === 0 ? a : b, String(number));
      if (number % 5 === 4) await clock.advance(500);
    }
    await settled();
    await clock.advance(120_000);
    expect(taken).toEqual(written);
    expect(mostInHand).toBe(1);
  });

  test('in windows too, though either node may have the batch and some fail', async () => {
    const batches: string[][] = [];
    let attempts = 0;
    const { a, b, clock, put, settled } = await open(
      seed,
      async (_, ids) => {
        if (attempts++ % 2 === 0) return { outcome: 'failed', failure: { code: 'Error', message: 'no' } };
        batches.push(ids);
        return { outcome: 'done' };
      },
      { batchSize: 100, windowSeconds: 10 },
    );
    const written: string[] = [];
    for (let number = 0; number < 20; number++) {
      written.push(String(number));
      await put(number % 3 === 0 ? a : b, String(number));
      await clock.advance(1500);
    }
    await settled();
    await clock.advance(120_000);
    expect(batches.flat()).toEqual(written);
    expect(batches.length).toBeLessThan(6);
  });

  test('while a window is open, each node reads each record once', async () => {
    const batches: string[][] = [];
    const take = async (_: string, ids: string[]): Promise<Taken> => {
      batches.push(ids);
      return { outcome: 'done' };
    };
    const { a, b, clock, put, settled } = await open(seed, take, { batchSize: 1000, windowSeconds: 60 });
    const calls = [a, b].map(({ cloud }) => vi.spyOn(cloud.dispatch, 'call'));
    for (let number = 0; number < 40; number++) {
      await put(number % 2 === 0 ? a : b, String(number));
      await clock.advance(100);
    }
    await settled();
    await clock.advance(60_000);
    expect(batches.map(({ length }) => length)).toEqual([40]);
    const results = calls.flatMap(({ mock }) => mock.settledResults);
    const read = results.reduce((sum, { value }) => sum + (Object(value).Records?.length ?? 0), 0);
    // Once more where both would open the window, and by who takes turns; not again with each record.
    expect(read).toBeGreaterThanOrEqual(40);
    expect(read).toBeLessThanOrEqual(2 * 40 + 4);
  });

  test('what a node had in hand that dies is taken by the other when its lease has ended', async () => {
    const taken: string[] = [];
    let holder: 'a' | 'b' | undefined;
    const { a, b, clock, put, settled } = await open(seed, async (node, ids) => {
      if (holder === undefined) {
        holder = node;
        await new Promise<never>(() => {});
      }
      taken.push(...ids);
      return { outcome: 'done' };
    });
    await put(a, '1');
    await settled();
    await clock.advance(0);
    const [dead, alive] = holder === 'a' ? [a, b] : [b, a];
    dead.backbone.die();
    await put(alive, '2');
    await clock.advance(60_000);
    expect(taken).toEqual([]);
    await clock.advance(20 * 60_000);
    expect(taken).toEqual(['1', '2']);
  });
});
