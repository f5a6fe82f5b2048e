// One contract for every backbone's work.
import { describe, expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { createMemoryWork } from './memory/work.ts';
import type { Lease, Work, WorkClock } from './work.ts';

const implementations: Record<string, (clock: WorkClock) => Work<{ n: number }>> = {
  memory: (clock) => createMemoryWork(clock),
};

describe.each(Object.entries(implementations))('work: %s', (_name, create) => {
  const clock = createClock({ frozenAt: 1000 });
  const open = (concurrency = 10) => {
    const work = create(clock);
    const leases: Lease<{ n: number }>[] = [];
    const stop = work.consume((lease) => leases.push(lease), { concurrency, leaseMs: 60_000 });
    return { work, leases, stop, seen: () => leases.map(({ job }) => job.n) };
  };

  test('jobs are handed out once, oldest first', async () => {
    const { work, seen } = open();
    await work.put([{ n: 1 }, { n: 2 }]);
    await work.put([{ n: 3 }]);
    await clock.advance(0);
    expect(seen()).toEqual([1, 2, 3]);
  });

  test('a job is not handed out before its time', async () => {
    const { work, seen } = open();
    await work.put([{ n: 1 }], { notBefore: clock.now() + 5000 });
    await clock.advance(4999);
    expect(seen()).toEqual([]);
    await clock.advance(1);
    expect(seen()).toEqual([1]);
  });

  test('jobs come by their time, those of one time in the order in which they were put', async () => {
    const { work, seen } = open();
    const start = clock.now();
    await work.put([{ n: 4 }, { n: 5 }], { notBefore: start + 2000 });
    await work.put([{ n: 1 }], { notBefore: start + 1000 });
    await work.put([{ n: 6 }], { notBefore: start + 2000 });
    await work.put([{ n: 2 }, { n: 3 }], { notBefore: start + 1000 });
    await clock.advance(1000);
    expect(seen()).toEqual([1, 2, 3]);
    await clock.advance(1000);
    expect(seen()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a job that is put back at once, again and again, keeps no other from its turn', async () => {
    const work = create(clock);
    const seen: number[] = [];
    const take = (lease: Lease<{ n: number }>) => {
      seen.push(lease.job.n);
      if (seen.includes(2)) void lease.ack();
      else void lease.retryAt(clock.now(), lease.job);
    };
    work.consume(take, { concurrency: 1, leaseMs: 60_000 });
    await work.put([{ n: 1 }, { n: 2 }]);
    await clock.advance(0);
    expect(seen).toEqual([1, 2, 1]);
  });

  test('no more jobs are out at once than the consumer asked for', async () => {
    const { work, leases, seen } = open(1);
    await work.put([{ n: 1 }, { n: 2 }]);
    await clock.advance(0);
    expect(seen()).toEqual([1]);
    await leases[0]?.ack();
    await clock.advance(0);
    expect(seen()).toEqual([1, 2]);
  });

  test('a job that is put back comes again at its time, changed', async () => {
    const { work, leases, seen } = open();
    await work.put([{ n: 1 }]);
    await clock.advance(0);
    await leases[0]?.retryAt(clock.now() + 1000, { n: 7 });
    await clock.advance(1000);
    expect(seen()).toEqual([1, 7]);
  });

  test('a lease that ends hands the job to the next, and its old holder changes nothing', async () => {
    const { work, leases, seen } = open();
    await work.put([{ n: 1 }]);
    await clock.advance(60_000);
    expect(seen()).toEqual([1, 1]);
    await leases[0]?.ack();
    await leases[0]?.retryAt(clock.now(), { n: 9 });
    await leases[1]?.ack();
    await clock.advance(120_000);
    expect(seen()).toEqual([1, 1]);
  });

  test('after it stopped a consumer gets nothing; the next one gets what was put meanwhile', async () => {
    const { work, seen, stop } = open();
    stop();
    await work.put([{ n: 1 }]);
    await clock.advance(0);
    expect(seen()).toEqual([]);
    const next: number[] = [];
    work.consume(({ job }) => next.push(job.n), { concurrency: 1, leaseMs: 1000 });
    await clock.advance(0);
    expect(next).toEqual([1]);
  });
});
