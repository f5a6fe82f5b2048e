// Work in this process's memory. Due jobs stand in a queue, later ones in a heap, with one timer of the clock for the
// earliest of them. A job that waits is the job and its place in the heap, nothing else: a million may wait behind a
// destination that is down.
import type { Timer } from '../../clock/clock.ts';
import { TimerHeap } from '../../clock/timer-heap.ts';
import type { ConsumeOptions, Lease, Work, WorkClock, WorkKey } from '../work.ts';
import { JobIds } from './job-ids.ts';
import { Queue } from './queue.ts';

interface Held<Job> extends Lease<Job> {
  readonly endsAt: number;
}

interface Consumer<Job> extends ConsumeOptions {
  readonly take: (lease: Lease<Job>) => void;
  /** In the order in which they end: each lasts `leaseMs`. */
  readonly held: Set<Held<Job>>;
  watch: Timer | undefined;
}

export function createMemoryWork<Job>(
  clock: WorkClock,
  { idOf }: Pick<WorkKey<Job>, 'idOf'> = {},
): Work<Job> & { clear(): void } {
  const ids = new JobIds();
  const due = new Queue<Job>();
  const later = new TimerHeap<Job>();
  /** For the earliest of `later`. */
  let alarm: Timer | undefined;
  /** Those that take jobs; the one that was served last stands at the end. */
  const consumers = new Set<Consumer<Job>>();
  /** Those that hold jobs, also when they take no more. */
  const holders = new Set<Consumer<Job>>();
  let draining = false;

  function add(jobs: readonly Job[], notBefore: number): void {
    if (notBefore > clock.now()) {
      const isEarliest = notBefore < later.firstAt;
      for (const job of jobs) later.add(notBefore, job);
      if (isEarliest) setAlarm();
      return;
    }
    for (const job of jobs) due.add(job);
    drainSoon();
  }

  function setAlarm(): void {
    alarm?.cancel();
    alarm = later.size === 0 ? undefined : clock.setTimer(later.firstAt, ring);
  }

  function ring(): void {
    const now = clock.now();
    while (later.firstAt <= now) {
      const job = later.takeFirst();
      if (job !== undefined) due.add(job);
    }
    setAlarm();
    drainSoon();
  }

  // In a microtask: whoever puts jobs finishes what it is doing first.
  function drainSoon(): void {
    if (draining || consumers.size === 0) return;
    draining = true;
    queueMicrotask(drain);
  }

  function drain(): void {
    draining = false;
    // What comes while jobs are handed out is for the next time.
    for (let left = due.size; left > 0; left--) {
      const consumer = nextConsumer();
      if (!consumer) return;
      const job = due.takeFirst();
      if (job !== undefined) lend(consumer, job);
    }
  }

  // They take turns, so that many share what there is to do.
  function nextConsumer(): Consumer<Job> | undefined {
    for (const consumer of consumers) {
      if (consumer.held.size >= consumer.concurrency) continue;
      if (consumers.size > 1) {
        consumers.delete(consumer);
        consumers.add(consumer);
      }
      return consumer;
    }
    return undefined;
  }

  function lend(consumer: Consumer<Job>, job: Job): void {
    const { held } = consumer;
    const giveBack = (lease: Held<Job>) => {
      if (!held.delete(lease)) return false;
      if (held.size === 0) {
        consumer.watch?.cancel();
        consumer.watch = undefined;
        holders.delete(consumer);
      }
      if (due.size > 0) drainSoon();
      return true;
    };
    const lease: Held<Job> = {
      job,
      endsAt: clock.now() + consumer.leaseMs,
      async ack() {
        giveBack(lease);
      },
      async retryAt(at, changed) {
        if (giveBack(lease)) add([changed], at);
      },
    };
    held.add(lease);
    holders.add(consumer);
    consumer.watch ??= watchLeases(consumer);
    consumer.take(lease);
  }

  // One timer, for the lease that ends first; when it fires, most have been given back long ago.
  function watchLeases(consumer: Consumer<Job>): Timer | undefined {
    const [first] = consumer.held;
    if (!first) {
      holders.delete(consumer);
      return undefined;
    }
    return clock.setTimer(first.endsAt, () => {
      for (const lease of consumer.held) {
        if (lease.endsAt > clock.now()) break;
        consumer.held.delete(lease);
        due.add(lease.job);
      }
      consumer.watch = watchLeases(consumer);
      drainSoon();
    });
  }

  return {
    async put(jobs, { notBefore = 0 } = {}) {
      const now = clock.now();
      add(idOf ? jobs.filter((job) => ids.add(idOf(job), now)) : jobs, notBefore);
    },
    consume(take, options) {
      const consumer: Consumer<Job> = { ...options, take, held: new Set(), watch: undefined };
      consumers.add(consumer);
      drainSoon();
      return () => {
        consumers.delete(consumer);
      };
    },
    clear() {
      due.clear();
      later.clear();
      setAlarm();
      ids.clear();
      for (const consumer of holders) {
        consumer.held.clear();
        consumer.watch?.cancel();
        consumer.watch = undefined;
      }
      holders.clear();
    },
  };
}
