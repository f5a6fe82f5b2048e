// Work in this process's memory. Due jobs stand in a queue; later ones on the clock's timers.
import type { Timer } from '../../clock.ts';
import type { ConsumeOptions, Lease, Work, WorkClock } from '../work.ts';

interface Held<Job> extends Lease<Job> {
  readonly endsAt: number;
}

interface Consumer<Job> extends ConsumeOptions {
  readonly take: (lease: Lease<Job>) => void;
  /** In the order in which they end: each lasts `leaseMs`. */
  readonly held: Set<Held<Job>>;
  watch: Timer | undefined;
}

export function createMemoryWork<Job>(clock: WorkClock): Work<Job> & { clear(): void } {
  let due: Job[] = [];
  const later = new Set<Timer>();
  const consumers = new Set<Consumer<Job>>();
  let draining = false;

  function add(jobs: readonly Job[], notBefore: number): void {
    if (notBefore > clock.now()) {
      for (const job of jobs) addLater(job, notBefore);
      return;
    }
    for (const job of jobs) due.push(job);
    drainSoon();
  }

  function addLater(job: Job, at: number): void {
    const timer = clock.setTimer(at, () => {
      later.delete(timer);
      due.push(job);
      drainSoon();
    });
    later.add(timer);
  }

  // In a microtask: whoever puts jobs finishes what it is doing first.
  function drainSoon(): void {
    if (draining || consumers.size === 0) return;
    draining = true;
    queueMicrotask(drain);
  }

  function drain(): void {
    draining = false;
    const jobs = due;
    due = [];
    let taken = 0;
    for (const consumer of consumers) {
      while (taken < jobs.length && consumer.held.size < consumer.concurrency) {
        const job = jobs[taken++];
        if (job !== undefined) lend(consumer, job);
      }
    }
    if (taken < jobs.length) due = [...jobs.slice(taken), ...due];
  }

  function lend(consumer: Consumer<Job>, job: Job): void {
    const { held } = consumer;
    const giveBack = (lease: Held<Job>) => {
      if (!held.delete(lease)) return false;
      if (held.size === 0) {
        consumer.watch?.cancel();
        consumer.watch = undefined;
      }
      if (due.length > 0) drainSoon();
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
    consumer.watch ??= watchLeases(consumer);
    consumer.take(lease);
  }

  // One timer, for the lease that ends first; when it fires, most have been given back long ago.
  function watchLeases(consumer: Consumer<Job>): Timer | undefined {
    const [first] = consumer.held;
    if (!first) return undefined;
    return clock.setTimer(first.endsAt, () => {
      for (const lease of consumer.held) {
        if (lease.endsAt > clock.now()) break;
        consumer.held.delete(lease);
        due.push(lease.job);
      }
      consumer.watch = watchLeases(consumer);
      drainSoon();
    });
  }

  return {
    async put(jobs, { notBefore = 0 } = {}) {
      add(jobs, notBefore);
    },
    consume(take, options) {
      const consumer: Consumer<Job> = { ...options, take, held: new Set(), watch: undefined };
      consumers.add(consumer);
      drainSoon();
      return () => {
        consumer.watch?.cancel();
        consumers.delete(consumer);
      };
    },
    clear() {
      due = [];
      for (const timer of later) timer.cancel();
      later.clear();
      for (const consumer of consumers) {
        consumer.held.clear();
        consumer.watch?.cancel();
        consumer.watch = undefined;
      }
    },
  };
}
