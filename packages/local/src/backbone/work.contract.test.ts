// One contract for every backbone's work.
import { describe, expect, test } from 'vitest';
import type { Backbone } from './backbone.ts';
import { backbones } from './under-test.ts';
import { JOB_ID_MS, type Lease, workOf } from './work.ts';

interface Job {
  readonly n: number;
}

const JOBS = workOf<Job>('test/jobs');
const NAMED = workOf<Job>('test/named', { idOf: ({ n }) => String(n) });

describe.each(backbones)('work: %s', (_name, create) => {
  const take = (node: Backbone, concurrency = 10) => {
    const leases: Lease<Job>[] = [];
    const stop = node.work(JOBS).consume((lease) => leases.push(lease), { concurrency, leaseMs: 60_000 });
    return { leases, stop, seen: () => leases.map(({ job }) => job.n) };
  };
  const open = (concurrency = 10) => {
    const { clock, here, there } = create();
    return { clock, here, there, work: here.work(JOBS), ...take(here, concurrency) };
  };

  test('jobs are handed out once, oldest first', async () => {
    const { clock, work, seen } = open();
    await work.put([{ n: 1 }, { n: 2 }]);
    await work.put([{ n: 3 }]);
    await clock.advance(0);
    expect(seen()).toEqual([1, 2, 3]);
  });

  test('a job is not handed out before its time', async () => {
    const { clock, work, seen } = open();
    await work.put([{ n: 1 }], { notBefore: clock.now() + 5000 });
    await clock.advance(4999);
    expect(seen()).toEqual([]);
    await clock.advance(1);
    expect(seen()).toEqual([1]);
  });

  test('jobs come by their time, those of one time in the order in which they were put', async () => {
    const { clock, work, seen } = open();
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
    const { clock, here } = create();
    const work = here.work(JOBS);
    const seen: number[] = [];
    const take = (lease: Lease<Job>) => {
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
    const { clock, work, leases, seen } = open(1);
    await work.put([{ n: 1 }, { n: 2 }]);
    await clock.advance(0);
    expect(seen()).toEqual([1]);
    await leases[0]?.ack();
    await clock.advance(0);
    expect(seen()).toEqual([1, 2]);
  });

  test('a job that is put back comes again at its time, changed', async () => {
    const { clock, work, leases, seen } = open();
    await work.put([{ n: 1 }]);
    await clock.advance(0);
    await leases[0]?.retryAt(clock.now() + 1000, { n: 7 });
    await clock.advance(1000);
    expect(seen()).toEqual([1, 7]);
  });

  test('a lease that ends hands the job to the next, and its old holder changes nothing', async () => {
    const { clock, work, leases, seen } = open();
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
    const { clock, work, seen, stop } = open();
    stop();
    await work.put([{ n: 1 }]);
    await clock.advance(0);
    expect(seen()).toEqual([]);
    const next: number[] = [];
    work.consume(({ job }) => next.push(job.n), { concurrency: 1, leaseMs: 1000 });
    await clock.advance(0);
    expect(next).toEqual([1]);
  });

  test('what a consumer held when it stopped is handed to the next one when the lease ends', async () => {
    const { clock, there, work, seen, stop } = open();
    await work.put([{ n: 1 }]);
    await clock.advance(0);
    stop();
    const next = take(there);
    await clock.advance(59_999);
    expect([seen(), next.seen()]).toEqual([[1], []]);
    await clock.advance(1);
    expect([seen(), next.seen()]).toEqual([[1], [1]]);
  });

  test('each job is handed to one of two nodes, and both get some', async () => {
    const { clock, there, work, seen } = open();
    const other = take(there);
    await work.put(Array.from({ length: 20 }, (_, n) => ({ n })));
    await clock.advance(0);
    expect([...seen(), ...other.seen()].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect([seen().length, other.seen().length]).toEqual([10, 10]);
  });

  test('a job that is put twice with one id, by two nodes or after it was done, is one job', async () => {
    const { clock, here, there } = create();
    const seen: number[] = [];
    here.work(NAMED).consume(
      ({ job, ack }) => {
        seen.push(job.n);
        void ack();
      },
      { concurrency: 10, leaseMs: 60_000 },
    );
    await Promise.all([here.work(NAMED).put([{ n: 1 }]), there.work(NAMED).put([{ n: 1 }, { n: 2 }])]);
    await clock.advance(JOB_ID_MS - 1);
    await there.work(NAMED).put([{ n: 2 }]);
    await clock.advance(0);
    expect(seen).toEqual([1, 2]);
    await clock.advance(1);
    await there.work(NAMED).put([{ n: 2 }]);
    await clock.advance(0);
    expect(seen).toEqual([1, 2, 2]);
  });
});
