import { expect, test } from 'vitest';
import { createSimulatedCluster } from '../../backbone/simulated/cluster.ts';
import { createClock } from '../../clock/clock.ts';
import { KeyCheck, mintToken } from './key.ts';
import { shareSecret } from './secret.ts';

const SEEDS = [1, 2, 3];

function open(seed: number) {
  const cluster = createSimulatedCluster(createClock({ frozenAt: 0 }), { seed });
  const join = async (own: string) => {
    const backbone = cluster.join();
    await backbone.open();
    return { backbone, secret: await shareSecret(backbone, own) };
  };
  return { join, settled: cluster.settled };
}

test.each(SEEDS)(
  'a key that one node made is good on the other, and on one that joins when both are gone (seed %i)',
  async (seed) => {
    const { join } = open(seed);
    const [a, b] = await Promise.all([join('of a'), join('of b')]);
    const key = mintToken({ endpoint: 'x:1', secret: a.secret, now: 0 });
    a.backbone.die();
    b.backbone.die();
    const c = await join('of c');
    for (const { secret } of [b, c]) expect(new KeyCheck(secret).check(key, 0).permissions).toBe('account');
  },
);

test.each(SEEDS)('a reset leaves keys good, also for nodes that join after it (seed %i)', async (seed) => {
  const { join, settled } = open(seed);
  const [a, b] = await Promise.all([join('of a'), join('of b')]);
  await b.backbone.clear();
  await settled();
  const c = await join('of c');
  expect([b.secret, c.secret]).toEqual([a.secret, a.secret]);
});
