import { expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import type { WorkClock } from '../work.ts';
import { createMemoryWork } from './work.ts';

/** A clock that counts the timers that are set on it and neither fired nor were cancelled. */
function openClock() {
  const clock = createClock({ frozenAt: 1000 });
  const timers = new Set<() => void>();
  const counting: WorkClock = {
    now: clock.now,
    setTimer(at, run) {
      const timer = clock.setTimer(at, () => {
        timers.delete(run);
        run();
      });
      timers.add(run);
      return {
        cancel() {
          timers.delete(run);
          timer.cancel();
        },
      };
    },
  };
  return { clock, counting, timers };
}

test('however many jobs wait, one timer of the clock is set, for the earliest', async () => {
  const { clock, counting, timers } = openClock();
  const work = createMemoryWork<number>(counting);
  const seen: number[] = [];
  work.consume(({ job, ack }) => void ack().then(() => seen.push(job)), { concurrency: 10, leaseMs: 60_000 });
  for (const n of [30, 10, 20, 10, 40]) await work.put([n], { notBefore: 1000 + n });
  expect(timers.size).toBe(1);
  await clock.advance(25);
  expect([seen, timers.size]).toEqual([[10, 10, 20], 1]);
  await clock.advance(25);
  expect([seen, timers.size]).toEqual([[10, 10, 20, 30, 40], 0]);
});

test('what was cleared never comes, whether it was due, waited or was out, and leaves no timer behind', async () => {
  const { clock, counting, timers } = openClock();
  const work = createMemoryWork<string>(counting);
  const seen: string[] = [];
  work.consume(({ job }) => seen.push(job), { concurrency: 1, leaseMs: 60_000 });
  await work.put(['out', 'due']);
  await work.put(['waits'], { notBefore: 2000 });
  await clock.advance(0);
  expect([seen, timers.size]).toEqual([['out'], 2]);
  work.clear();
  expect(timers.size).toBe(0);
  await work.put(['new']);
  await clock.advance(120_000);
  expect(seen).toEqual(['out', 'new', 'new', 'new']);
});
