// Work of a shard over changes of its keeper. What the port promises besides, the contract checks.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { createRandom } from '../../simulated/wire.ts';
import { JOB_ID_MS, type Lease } from '../../work.ts';
import { NotTheKeeper } from './shard-writer.ts';
import { openKept, type TakeOverOptions, TestShard } from './test-shard.ts';

const START = 1_000_000;
const LEASE_MS = 60_000;

function open() {
  const clock = createClock({ frozenAt: START });
  const shard = new TestShard();
  const take = (options?: TakeOverOptions) => {
    const { kept, nodeWork } = openKept(clock, shard, options);
    const node = nodeWork('test/jobs');
    const leases: Lease<unknown>[] = [];
    return {
      ...{ kept, node, work: kept.work('test/jobs'), leases, seen: () => leases.map(({ job }) => job) },
      consume: (concurrency = 100) => node.consume((lease) => leases.push(lease), { concurrency, leaseMs: LEASE_MS }),
    };
  };
  return { clock, shard, take };
}

test('the next keeper hands out what was not done, by its time, the oldest first', async () => {
  const { clock, take } = open();
  const first = take();
  await first.work.put(['later'], { notBefore: START + 2000 });
  await first.work.put(['b', 'c'], { notBefore: START + 500 });
  await first.work.put(['a']);
  await first.work.put(['d']);
  await clock.advance(1000);
  const { consume, seen } = take();
  consume();
  await clock.advance(0);
  expect(seen()).toEqual(['a', 'd', 'b', 'c']);
  await clock.advance(1000);
  expect(seen()).toEqual(['a', 'd', 'b', 'c', 'later']);
});

test('a put is one row, which is gone when all of its jobs are done or have moved; a job that moves has a row of its own', async () => {
  const { clock, shard, take } = open();
  const { work, consume, leases } = take();
  consume();
  await work.put(['a', 'b', 'c']);
  await clock.advance(0);
  expect(shard.size).toBe(1);
  await leases[0]?.ack();
  await leases[1]?.retryAt(clock.now() + 5000, 'b again');
  expect(shard.size).toBe(2);
  await leases[2]?.ack();
  await Promise.resolve();
  expect(shard.size).toBe(1);
  await clock.advance(5000);
  expect(leases[3]?.job).toBe('b again');
  await leases[3]?.retryAt(clock.now() + 5000, 'b once more');
  expect(shard.size).toBe(1);
  const next = take();
  next.consume();
  await clock.advance(5000);
  expect(next.seen()).toEqual(['b once more']);
  await next.leases[0]?.ack();
  await Promise.resolve();
  expect(shard.size).toBe(0);
});

test('a job that has moved is not handed out as it was, too, while others of its row are not done', async () => {
  const { clock, take } = open();
  const first = take();
  first.consume();
  await first.work.put(['a', 'b']);
  await clock.advance(0);
  await first.leases[1]?.retryAt(clock.now() + 5000, 'b again');
  const { consume, seen } = take();
  consume();
  await clock.advance(0);
  expect(seen()).toEqual(['a']);
  await clock.advance(5000);
  expect(seen()).toEqual(['a', 'b again']);
});

test('an id is known for its time, whoever keeps the work, also when its job is done', async () => {
  const { clock, shard, take } = open();
  const first = take();
  first.consume();
  await first.work.put(['a', 'b'], { ids: ['1', '2'] });
  await clock.advance(0);
  await first.leases[0]?.ack();
  await clock.advance(JOB_ID_MS - 1);
  const { work, consume, seen } = take();
  consume();
  await work.put(['a', 'b'], { ids: ['1', '2'] });
  await clock.advance(0);
  expect(seen()).toEqual(['b']);
  await clock.advance(1);
  await work.put(['a'], { ids: ['1'] });
  await clock.advance(0);
  expect([seen(), shard.size]).toEqual([['b', 'a'], 2]);
});

test('what was purged stays gone, and its ids forgotten, when its keeper died before it removed the rows', async () => {
  const { clock, shard, take } = open();
  const first = take({ keeps: () => true });
  await first.work.put(['due', 'due, too']);
  await first.work.put(['later'], { notBefore: START + 1000 });
  await first.work.put(['a'], { ids: ['1'] });
  await first.kept.purge();
  expect(shard.size).toBe(4);
  const { work, consume, seen } = take();
  await work.put(['a'], { ids: ['1'] });
  consume();
  await clock.advance(1000);
  expect([seen(), shard.size]).toEqual([['a'], 2]);
});

test('a put that was not stored is refused, and its jobs are not handed out', async () => {
  const { clock, take } = open();
  const first = take({ failAt: 1 });
  first.consume();
  await expect(first.work.put(['a'], { ids: ['1'] })).rejects.toThrow(NotTheKeeper);
  const { work, consume, seen } = take();
  consume();
  await work.put(['a'], { ids: ['1'] });
  await clock.advance(0);
  expect([first.seen(), seen()]).toEqual([[], ['a']]);
});

test('when the shard is lost its jobs are handed out no more, and leases of it change nothing', async () => {
  const { clock, take } = open();
  const first = take();
  first.consume(1);
  await first.work.put(['a', 'b']);
  await clock.advance(0);
  const { consume, seen } = take();
  first.kept.lose(new NotTheKeeper('s1'));
  consume();
  await first.leases[0]?.retryAt(clock.now(), 'changed');
  await first.leases[0]?.ack();
  await clock.advance(LEASE_MS);
  expect([first.seen(), seen()]).toEqual([['a'], ['a', 'b', 'a', 'b']]);
});

test('other nodes take what the consumers here have no hands for, until their leases end', async () => {
  const { clock, take } = open();
  const { work, node, consume, leases, seen } = take();
  consume(2);
  await work.put(['a', 'b', 'c', 'd', 'e']);
  // Not before the consumers here had their turn.
  const taken = node.take(2, 30_000);
  expect([seen(), taken.map(({ job }) => job), node.overflow]).toEqual([['a', 'b'], ['c', 'd'], 1]);
  const [c, d] = taken.map(({ lease }) => lease);
  await node.ack(c ?? '');
  await leases[0]?.ack();
  await leases[1]?.ack();
  await clock.advance(30_000);
  // The lease of `d` has ended, and `e` had come before.
  expect([seen(), node.overflow]).toEqual([['a', 'b', 'e', 'd'], 0]);
  await node.retryAt(d ?? '', clock.now(), 'changed');
  await node.ack(c ?? '');
  expect(node.take(10, 1000)).toEqual([]);
});

test('what jobs have in common is one thing for the next keeper, too', async () => {
  const { take } = open();
  const first = take();
  for (const n of [1, 2]) await first.work.put([{ n, route: { rule: 'r' } }]);
  const [one, two] = take()
    .node.take(2, LEASE_MS)
    .map(({ job }) => routeOf(job));
  expect(one).toEqual({ rule: 'r' });
  expect(one).toBe(two);
});

const routeOf = (job: unknown) => (typeof job === 'object' && job !== null && 'route' in job ? job.route : undefined);

test('many jobs that are put at once are several rows, none of them large', async () => {
  const { shard, take } = open();
  const { work } = take();
  await work.put(Array.from({ length: 10 }, () => 'x'.repeat(100_000)));
  expect(shard.rows().map(({ value }) => Math.ceil(JSON.stringify(value).length / 100_000))).toEqual([3, 3, 3, 3, 3]);
});

interface Job {
  readonly id: string;
  readonly tries: number;
}

const parseJob = (job: unknown): Job => JSON.parse(JSON.stringify(job));

interface Fate {
  readonly isNamed: boolean;
  readonly putAt: number;
  /** Its id was put again when it may have been forgotten. */
  mayRepeat: boolean;
  isPut: boolean;
  mayBeGone: boolean;
  /** Its ack was answered by this keeper. */
  doneBy: number | undefined;
  /** Tries of the newest `retryAt` that was answered. */
  tries: number;
  handed: number;
}

const NOTHING_YET = { mayRepeat: false, isPut: false, mayBeGone: false, doneBy: undefined, tries: 0, handed: 0 };

// Random operations, several at once, a keeper that stops at any write or is overtaken, removals that are never done.
async function live(seed: number): Promise<void> {
  const random = createRandom(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const { clock, shard, take } = open();
  const fates = new Map<string, Fate>();
  const underWay = new Set<Promise<unknown>>();
  const faults: string[] = [];
  let keeper = 0;
  let isRough = true;

  const use = (lease: Lease<unknown>, mine: number, isStale: () => boolean) => {
    const { id, tries } = parseJob(lease.job);
    const fate = fates.get(id);
    if (!fate) throw new Error(`${id} was never put`);
    // One that was overtaken and does not know it may do what it will: the next one has the job as it was.
    if (isStale()) return;
    fate.handed++;
    if (!fate.mayRepeat && (fate.isNamed || fate.doneBy === mine) && fate.doneBy !== undefined)
      faults.push(`${id} again`);
    if (!fate.mayBeGone && tries < fate.tries) faults.push(`${id} as it was`);
    const fateOfDice = isRough ? random() : 0;
    const isSure = () => !isStale() && !shard.isRefusing;
    if (fateOfDice < 0.4) {
      fate.mayBeGone = true;
      const acked = lease.ack().then(() => {
        if (isSure()) fate.doneBy = mine;
      });
      underWay.add(acked);
    } else if (fateOfDice < 0.8) {
      const moved = lease.retryAt(clock.now() + upTo(100_000), { id, tries: tries + 1 }).then(() => {
        if (isSure()) fate.tries = tries + 1;
      });
      underWay.add(moved);
    }
    // Else its lease ends.
  };
  const next = (options: TakeOverOptions) => {
    const mine = ++keeper;
    const isStale = () => mine !== keeper;
    const opened = take(options);
    opened.node.consume((lease) => use(lease, mine, isStale), { concurrency: 1 + upTo(5), leaseMs: LEASE_MS });
    return { ...opened, mine, isStale };
  };
  const nextRough = () => next({ failAt: random() < 0.5 ? 1 + upTo(40) : 1000, keeps: () => random() < 0.3 });
  let current = nextRough();
  let count = 0;

  const put = async () => {
    const isNamed = random() < 0.4;
    const jobs = Array.from({ length: 1 + upTo(4) }, () => ({ id: `j${++count}`, tries: 0 }));
    // One that is known.
    if (isNamed && random() < 0.3) jobs.push({ id: `j${Math.max(count - upTo(8), 1)}`, tries: 0 });
    const named = jobs.filter(({ id }) => !isNamed || (fates.get(id)?.isNamed ?? true));
    for (const { id } of named) {
      const fate = fates.get(id);
      if (fate) fate.mayRepeat ||= clock.now() >= fate.putAt + JOB_ID_MS;
      else fates.set(id, { isNamed, putAt: clock.now(), ...NOTHING_YET });
    }
    const notBefore = random() < 0.3 ? clock.now() + upTo(JOB_ID_MS / 2) : 0;
    await current.work.put(named, { notBefore, ...(isNamed && { ids: named.map(({ id }) => id) }) });
    for (const { id } of named) {
      const fate = fates.get(id);
      if (fate) fate.isPut = true;
    }
  };
  const takeAway = async () => {
    const { node, mine, isStale } = current;
    for (const { lease, job } of node.take(1 + upTo(3), 1000 + upTo(3) * 20_000)) {
      use(
        { job, ack: () => node.ack(lease), retryAt: (at, changed) => node.retryAt(lease, at, changed) },
        mine,
        isStale,
      );
    }
  };
  const purge = async () => {
    for (const fate of fates.values()) {
      fate.mayBeGone = true;
      fate.mayRepeat = true;
    }
    await current.kept.purge();
  };

  for (let step = 0; step < 60; step++) {
    const acts = Array.from({ length: 1 + upTo(3) }, () =>
      random() < 0.01 ? purge() : random() < 0.7 ? put() : takeAway(),
    );
    const outcomes = await Promise.allSettled(acts);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused && !(refused.reason instanceof NotTheKeeper)) throw refused.reason;
    if (refused || shard.isRefusing || random() < 0.05) {
      const old = current;
      current = nextRough();
      if (random() < 0.5) old.kept.lose(new NotTheKeeper('test'));
    }
    if (random() < 0.3) await clock.advance(upTo(40_000));
    await Promise.all(underWay);
    underWay.clear();
  }

  isRough = false;
  current = next({});
  await clock.advance(4 * LEASE_MS + 200_000);
  await Promise.all(underWay);
  const lost = [...fates].filter(([, { isPut, mayBeGone, handed }]) => isPut && !mayBeGone && handed === 0);
  const undone = [...fates].filter(([, { isPut, mayBeGone, doneBy }]) => isPut && !mayBeGone && doneBy === undefined);
  expect([faults, lost.map(([id]) => id), undone.map(([id]) => id)]).toEqual([[], [], []]);
  // Nothing is left of it.
  await clock.advance(JOB_ID_MS);
  for (let n = 0; n < 3; n++) {
    take();
    await Promise.resolve();
  }
  expect(shard.rows()).toEqual([]);
}

const BLOCKS = Array.from({ length: 10 }, (_, block) => block);

test.each(BLOCKS)(
  'nothing acknowledged is lost, nothing done comes again, ids are once, whatever stops (block %i of 20 seeds)',
  async (block) => {
    for (let n = 0; n < 20; n++) await live(block * 20 + n);
  },
);
