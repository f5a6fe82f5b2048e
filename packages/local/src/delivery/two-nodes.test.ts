// Deliveries of two nodes to one target: its rate limit is the cloud's.
import { expect, test } from 'vitest';
import { createIds } from '../ids.ts';
import { TEST_START } from '../test-cloud.ts';
import { createTwoNodes, type Node } from '../two-nodes.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery, Destination } from './destination.ts';
import { RateQueue } from './rate.ts';

const SEEDS = [1, 2, 3];

function open(seed: number, limit: () => number) {
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  const nodes = createTwoNodes({ ids: createIds(), address, services: [], frozenAt: TEST_START, seed, beatMs: 1000 });
  const attempts: { node: string; id: string; at: number }[] = [];
  const deliveriesOf = ({ cloud }: Node, node: string) => {
    const destination: Destination = {
      accepts: () => true,
      limit: () => ({ key: 'one', ratePerSecond: limit() }),
      attempt: async ({ eventId }) => {
        attempts.push({ node, id: eventId, at: cloud.clock.now() - TEST_START });
        return { kind: 'delivered' };
      },
    };
    return new Deliveries(cloud, [destination]);
  };
  return { ...nodes, attempts, ofA: deliveriesOf(nodes.a, 'a'), ofB: deliveriesOf(nodes.b, 'b') };
}

const delivery = (id: string): Delivery => ({
  deliveryId: `${id}:all:t`,
  eventId: id,
  event: `{"id":"${id}","detail":{}}`,
  bus: 'default',
  rule: 'all',
  ruleArn: 'arn:aws:events:eu-west-1:123456789012:rule/all',
  account: '123456789012',
  region: 'eu-west-1',
  target: { Id: 't', Arn: 'arn:aws:test:eu-west-1:123456789012:thing' },
  acceptedAt: TEST_START,
  hops: { local: 0, regional: 0 },
  attempts: 0,
});

const deliveries = (count: number, from = 0) => Array.from({ length: count }, (_, n) => delivery(`e${from + n}`));

test.each(SEEDS)('both nodes together keep to the limit, and use all of it (seed %i)', async (seed) => {
  const { a, b, attempts, clock, ofA, ofB } = open(seed, () => 10);
  await Promise.all([ofA.put(deliveries(40)), ofB.put(deliveries(40, 40))]);
  await clock.advance(10_000);
  expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['a', 'b']));
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(80);
  const times = attempts.map(({ at }) => at).sort((one, other) => one - other);
  for (const [index, at] of times.entries()) {
    if (index >= 10) expect(at - (times[index - 10] ?? 0)).toBeGreaterThanOrEqual(1000);
  }
  expect(times.at(-1)).toBe(7000);
  for (const { cloud } of [a, b]) await cloud.close();
});

test.each(SEEDS)('when a node dies, the other one goes on at the limit (seed %i)', async (seed) => {
  const { a, attempts, clock, ofA, ofB } = open(seed, () => 5);
  await Promise.all([ofA.put(deliveries(30)), ofB.put(deliveries(30, 30))]);
  await clock.advance(2000);
  a.backbone.die();
  await clock.advance(80_000);
  const times = attempts.map(({ at }) => at).sort((one, other) => one - other);
  for (const [index, at] of times.entries()) {
    if (index >= 5) expect(at - (times[index - 5] ?? 0)).toBeGreaterThanOrEqual(1000);
  }
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(60);
});

test.each(SEEDS)('a purge on one node forgets the turns of both (seed %i)', async (seed) => {
  const { a, b, settled } = open(seed, () => 1);
  const [atA, atB] = [new RateQueue(a.cloud), new RateQueue(b.cloud)];
  const taken = await Promise.all([atA.take('x', 1), atB.take('x', 1), atA.take('x', 1)]);
  expect(taken.sort()).toEqual([0, 1000, 2000].map((ms) => TEST_START + ms));
  await settled();
  await atB.clear();
  await settled();
  expect(await atA.take('x', 1)).toBe(TEST_START);
});
