// What is true of the simulation alone: delays, copies, deaths.
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { messageQueueOf } from '../message-queue.ts';
import { DEAD_BEATS } from '../shared/nodes.ts';
import { tableOf } from '../table.ts';
import { workOf } from '../work.ts';
import { createSimulatedCluster } from './cluster.ts';

const ROWS = tableOf<{ readonly list: readonly number[]; readonly at?: unknown }>('test/rows');
const JOBS = workOf<string>('test/jobs');
const TEXTS = messageQueueOf<string>('test/texts');

async function open(seed = 1) {
  const clock = createClock({ frozenAt: 1000 });
  const cluster = createSimulatedCluster(clock, { seed, beatMs: 1000 });
  const [here, there] = [cluster.join(), cluster.join()];
  await Promise.all([here.open(), there.open()]);
  return { clock, cluster, here, there };
}

test('a write is in the view of its node when it is done, and may come later to the other', async () => {
  const isBehind = async (seed: number) => {
    const { here, there } = await open(seed);
    await here.table(ROWS).put('a', { list: [] });
    expect(here.table(ROWS).get('a')).toBeDefined();
    return there.table(ROWS).get('a') === undefined;
  };
  const seeds = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(isBehind));
  expect(new Set(seeds)).toEqual(new Set([true, false]));
});

test('the same seed gives the same order', async () => {
  const race = async (seed: number) => {
    const { cluster, here, there } = await open(seed);
    const order: number[] = [];
    for (let n = 0; n < 20; n++)
      void (n % 2 ? here : there)
        .table(ROWS)
        .put('a', { list: [n] })
        .then(() => order.push(n));
    await cluster.settled();
    return order;
  };
  const orders = await Promise.all([race(1), race(1), race(2)]);
  expect(orders[0]).toEqual(orders[1]);
  expect(orders[0]).not.toEqual(orders[2]);
});

test('rows are frozen copies: neither the writer nor a reader can change them, and what JSON does not know is lost', async () => {
  const { here } = await open();
  const list = [1];
  await here.table(ROWS).put('a', { list, at: new Map([[1, 2]]) });
  list.push(2);
  const value = here.table(ROWS).get('a')?.value;
  expect(value).toEqual({ list: [1], at: {} });
  expect([Object.isFrozen(value), Object.isFrozen(value?.list)]).toEqual([true, true]);
});

test('a node that joins late sees what was written before, once it is open', async () => {
  const { cluster, here } = await open();
  await here.table(ROWS).put('a', { list: [1] });
  const late = cluster.join();
  await late.open();
  expect(late.table(ROWS).list()).toEqual(here.table(ROWS).list());
});

// As with a new stream of three servers while one of them is away.
test('a node that cannot make a shard takes one of a node that has two', async () => {
  const { clock, cluster, here, there } = await open();
  cluster.store.unled.add('s3');
  there.die();
  const late = cluster.join();
  const opened = late.open();
  for (let beat = 0; beat < 4 * DEAD_BEATS; beat++) await clock.advance(1000);
  await opened;
  const keepers = new Map(here.shards().map(({ key, value }) => [key, value.node]));
  expect(new Set([keepers.get('s1'), keepers.get('s2')]).size).toBe(2);
});

test('what a node held that dies, another has when it takes it for dead; the dead one hears nothing more', async () => {
  const { clock, cluster, here, there } = await open();
  const taken: string[] = [];
  const consume = (name: string, node: typeof here) =>
    node.work(JOBS).consume(
      ({ job, ack }) => {
        taken.push(`${job} by ${name}`);
        if (name === 'there') void ack();
      },
      { concurrency: 1, leaseMs: 30_000 },
    );
  consume('here', here);
  await here.work(JOBS).put(['one']);
  await cluster.settled();
  here.die();
  consume('there', there);
  await there.work(JOBS).put(['two']);
  await clock.advance(DEAD_BEATS * 1000);
  expect(taken).toEqual(['one by here', 'two by there']);
  await clock.advance(1000);
  expect(taken).toEqual(['one by here', 'two by there', 'one by there']);
  await there.table(ROWS).put('a', { list: [] });
  await cluster.settled();
  expect(here.table(ROWS).list()).toEqual([]);
});

test('what was asked of a node that dies is done by the next keeper', async () => {
  const { clock, cluster, here, there } = await open();
  const queue = here.queue(TEXTS, 'q', { isOrdered: true });
  const message = { id: 'a', content: 'text', sentAt: clock.now(), visibleAt: clock.now(), group: 'g' };
  await queue.send(message);
  await cluster.settled();
  here.die();
  const received = there
    .queue(TEXTS, 'q', { isOrdered: true })
    .receive({ max: 1, visibilityMs: 1000, waitMs: 0, retentionMs: 60_000 });
  await clock.advance((DEAD_BEATS + 1) * 1000);
  expect((await received).map(({ content }) => content)).toEqual(['text']);
});

test('a node that leaves gives its shards back at once', async () => {
  const { clock, cluster, here, there } = await open();
  await here.work(JOBS).put(['one']);
  const taken: string[] = [];
  there.work(JOBS).consume(({ job }) => taken.push(job), { concurrency: 1, leaseMs: 30_000 });
  // It has no hands for a second one.
  await here.work(JOBS).put(['two']);
  await here.close();
  await cluster.settled();
  expect([there.nodes().length, new Set(there.shards().map(({ value }) => value.node)).size]).toEqual([1, 1]);
  await clock.advance(30_000);
  expect(taken).toContain('two');
});

test('a node that is killed and comes back at once, again and again, leaves no empty shards behind', async () => {
  const clock = createClock({ frozenAt: 1000 });
  const cluster = createSimulatedCluster(clock, { seed: 1, beatMs: 1000 });
  const join = async () => {
    const node = cluster.join();
    await node.open();
    return node;
  };
  const message = { id: 'a', content: 'text', sentAt: 0, visibleAt: 0 };
  let node = await join();
  await node.queue(TEXTS, 'q', { isOrdered: false }).send(message);
  for (let times = 0; times < 5; times++) {
    node.die();
    node = await join();
    await clock.advance(1000);
  }
  expect(node.shards().length).toBe(6);
  await clock.advance(60_000);
  expect([node.shards().length, [...cluster.store.streams.keys()].filter((name) => /^s\d/.test(name)).length]).toEqual([
    1, 1,
  ]);
  // What has its place in one that goes gets another place.
  expect(await node.queue(TEXTS, 'q', { isOrdered: false }).counts()).toMatchObject({ visible: 1 });
  await node.work(JOBS).put(['one']);
});

test('nodes that come and go are told of, by each node as it sees them, and shards that it takes', async () => {
  const clock = createClock({ frozenAt: 1000 });
  const told: string[] = [];
  const cluster = createSimulatedCluster(clock, {
    ...{ seed: 1, beatMs: 1000 },
    onNews: (node, news) => void told.push(`${node}: ${wordsOf({ ...news, seq: 1, at: 0 }).label}`),
  });
  const join = async () => {
    const node = cluster.join();
    await node.open();
    await clock.advance(1000);
    return node;
  };
  const [, paused, dying, leaving] = [await join(), await join(), await join(), await join()];
  await leaving.close();
  dying.die();
  await clock.advance(10_000);
  paused.pause();
  await clock.advance(10_000);
  paused.resume();
  await clock.advance(3000);
  expect(told.filter((line) => /^n[12]:/.test(line)).sort()).toMatchInlineSnapshot(`
    [
      "n1: n1 at  joined",
      "n1: n2 at  joined",
      "n1: n2 at  joined",
      "n1: n2 at  was not heard of and is taken for dead: what it had in hand comes again",
      "n1: n3 at  is gone",
      "n1: n3 at  joined",
      "n1: n4 at  is gone",
      "n1: n4 at  joined",
      "n1: this node keeps shard s1",
      "n1: this node keeps shard s2 of n2, which is gone: its queues and jobs waited until now",
      "n1: this node keeps shard s3 of n2, which is gone: its queues and jobs waited until now",
      "n1: this node keeps shard s4",
      "n2: n2 at  joined",
      "n2: n2 at  joined",
      "n2: n3 at  joined",
      "n2: n3 at  was not heard of and is taken for dead: what it had in hand comes again",
      "n2: n4 at  is gone",
      "n2: n4 at  joined",
      "n2: this node (n2 at ) was taken for dead by the others and joins again: what it had in hand is theirs",
      "n2: this node keeps shard s2",
      "n2: this node keeps shard s3 of n3, which is gone: its queues and jobs waited until now",
      "n2: this node keeps shard s4",
    ]
  `);
});

test('advance waits for what is on the wire', async () => {
  const { clock, here, there } = await open();
  clock.setTimer(2000, () => void here.table(ROWS).put('a', { list: [] }));
  await clock.advance(5000);
  expect(there.table(ROWS).get('a')).toBeDefined();
});
