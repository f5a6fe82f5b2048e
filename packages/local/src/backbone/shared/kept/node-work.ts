// One work as this node does it: the jobs of every shard that the node keeps stand in one line, by their time, for the
// consumers here. What they have no hands for, other nodes take.
import { type Held, JobLine } from '../../memory/job-line.ts';
import type { ConsumeOptions, Lease, WorkClock } from '../../work.ts';

/** A job that stands in a shard. */
export interface StoredJob<Job> {
  readonly job: Job;
  /** What holds the shard's jobs of this work. */
  readonly owner: object;
  /** It is done. Resolves when that is as sure as it has to be. */
  finish(): Promise<void>;
  /** It comes again at `at` (epoch ms), changed. */
  postpone(at: number, job: Job): Promise<void>;
  /** It was dropped. */
  removeRow(): void;
}

/** A job that another node took. */
export interface TakenJob<Job> {
  /** Names this lease. */
  readonly lease: string;
  readonly job: Job;
}

export class NodeWork<Job> {
  /** Of the shards; only they put jobs in. */
  readonly line: JobLine<StoredJob<Job>>;
  readonly #clock: WorkClock;
  /** Distinguishes the leases of this node's life from those that another, or it itself, gave out before. */
  readonly #era: string;
  readonly #away = new Map<string, Held<StoredJob<Job>>>();
  #leases = 0;

  /**
   * @param options.era a word that no other node's, and no earlier, work of this name has
   * @param options.onOverflow called when jobs are due that no consumer here has hands for; often, and in a microtask
   */
  constructor(clock: WorkClock, options: { readonly era: string; readonly onOverflow?: () => void }) {
    const { era, onOverflow } = options;
    this.#clock = clock;
    this.#era = era;
    this.line = new JobLine(clock, onOverflow && { onLeft: onOverflow });
  }

  consume(take: (lease: Lease<Job>) => void, options: ConsumeOptions): () => void {
    return this.line.consume((held) => take(leaseOf(held)), options);
  }

  /** A due job for hands of this node that are counted elsewhere; the consumers here come before them. */
  next(leaseMs: number): Lease<Job> | undefined {
    const [held] = this.line.take(1, leaseMs);
    return held && leaseOf(held);
  }

  /** How many jobs are due that no consumer here had hands for. */
  get overflow(): number {
    return this.line.dueCount;
  }

  /** Up to `max` due jobs for another node, oldest first; the consumers here come before it. */
  take(max: number, leaseMs: number): TakenJob<Job>[] {
    for (const [lease, held] of this.#away) {
      if (held.endsAt > this.#clock.now()) break;
      this.#away.delete(lease);
    }
    return this.line.take(max, leaseMs).map((held) => {
      const lease = `${this.#era} ${++this.#leases}`;
      this.#away.set(lease, held);
      return { lease, job: held.item.job };
    });
  }

  /** A job that was taken is done. Nothing happens when the lease has ended. */
  async ack(lease: string): Promise<void> {
    const held = this.#takeBack(lease);
    if (held) await leaseOf(held).ack();
  }

  /** A job that was taken comes again at `at` (epoch ms), changed. Nothing happens when the lease has ended. */
  async retryAt(lease: string, at: number, job: Job): Promise<void> {
    const held = this.#takeBack(lease);
    if (held) await leaseOf(held).retryAt(at, job);
  }

  #takeBack(lease: string): Held<StoredJob<Job>> | undefined {
    const held = this.#away.get(lease);
    this.#away.delete(lease);
    return held;
  }
}

function leaseOf<Job>(held: Held<StoredJob<Job>>): Lease<Job> {
  return {
    job: held.item.job,
    async ack() {
      if (held.giveBack()) await held.item.finish();
    },
    async retryAt(at, job) {
      if (held.giveBack()) await held.item.postpone(at, job);
    },
  };
}
