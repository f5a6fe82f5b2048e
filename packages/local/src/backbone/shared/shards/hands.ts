// The consumers of one work on this node. They take what is due in the shards that are kept here, and what other nodes
// have no hands for: those tell that there is something, and are then asked for it, for as long as they have more.
import type { Timer } from '../../../clock/clock.ts';
import type { ConsumeOptions, Lease, WorkClock } from '../../work.ts';
import type { NodeWork, TakenJob } from '../kept/node-work.ts';

/** Ours: jobs that are asked for at once. */
const MAX_PULL = 64;

/** What other nodes are asked and told about this work. Nothing of it fails: what is lost comes again. */
export interface OtherNodes {
  /** Up to `max` jobs that the node has no hands for. */
  pull(node: string, max: number, leaseMs: number): Promise<TakenJob<unknown>[]>;
  ack(node: string, lease: string): Promise<void>;
  retryAt(node: string, lease: string, retry: { readonly at: number; readonly job: unknown }): Promise<void>;
  /** Tells all that there is something for them here. */
  offer(): void;
  /** Asks all to tell whether there is something. */
  look(): void;
}

/** A job in the hands of a consumer. */
interface Holding {
  /** Epoch ms. */
  readonly endsAt: number;
}

interface Consumer extends ConsumeOptions {
  readonly take: (lease: Lease<unknown>) => void;
  /** In the order in which they end: each lasts `leaseMs`. */
  readonly held: Set<Holding>;
  /** Jobs that were asked of other nodes. */
  asked: number;
  watch: Timer | undefined;
  isOver: boolean;
}

export class Hands {
  readonly #clock: WorkClock;
  readonly #work: NodeWork<unknown>;
  readonly #others: OtherNodes;
  /** The one that was served last stands at the end. */
  readonly #consumers = new Set<Consumer>();
  /** Nodes that have something. */
  readonly #sources = new Set<string>();
  #isOffered = false;
  #isFilling = false;

  constructor(clock: WorkClock, work: NodeWork<unknown>, others: OtherNodes) {
    this.#clock = clock;
    this.#work = work;
    this.#others = others;
  }

  consume(take: (lease: Lease<unknown>) => void, options: ConsumeOptions): () => void {
    const consumer: Consumer = { ...options, take, held: new Set(), asked: 0, watch: undefined, isOver: false };
    this.#consumers.add(consumer);
    this.fillSoon();
    this.#others.look();
    return () => {
      consumer.isOver = true;
      this.#consumers.delete(consumer);
    };
  }

  /** Jobs are due, or hands are free. In a microtask: whoever puts jobs finishes what it is doing first. */
  fillSoon(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    queueMicrotask(() => {
      this.#isFilling = false;
      this.#fill();
    });
  }

  /** Another node has something. */
  offered(node: string): void {
    this.#sources.add(node);
    this.fillSoon();
  }

  /** Tells the others again, if there is something: they may not have heard it. */
  offerAgain(): void {
    this.#isOffered = false;
    this.fillSoon();
  }

  /** What another node takes, if the consumers here have no hands for it. */
  give(max: number, leaseMs: number): TakenJob<unknown>[] {
    this.#fill();
    const taken = this.#work.take(max, leaseMs);
    // Who got as many as it asked for comes again; who got fewer waits to be told.
    this.#isOffered = taken.length === max;
    return taken;
  }

  #fill(): void {
    // What comes while jobs are handed out is for the next time.
    for (let left = this.#work.overflow; left > 0; left--) {
      const consumer = this.#nextConsumer();
      const lease = consumer && this.#work.next(consumer.leaseMs);
      if (!lease) break;
      this.#lend(consumer, lease);
    }
    if (this.#work.overflow === 0) this.#isOffered = false;
    else if (!this.#nextConsumer() && !this.#isOffered) {
      this.#isOffered = true;
      this.#others.offer();
    }
    for (const node of this.#sources) {
      const consumer = this.#nextConsumer();
      if (!consumer) return;
      this.#sources.delete(node);
      void this.#pull(node, consumer);
    }
  }

  // They take turns, so that many share what there is to do.
  #nextConsumer(): Consumer | undefined {
    for (const consumer of this.#consumers) {
      if (freeHands(consumer) <= 0) continue;
      if (this.#consumers.size > 1) {
        this.#consumers.delete(consumer);
        this.#consumers.add(consumer);
      }
      return consumer;
    }
    return undefined;
  }

  async #pull(node: string, consumer: Consumer): Promise<void> {
    const max = Math.min(freeHands(consumer), MAX_PULL);
    consumer.asked += max;
    const jobs = await this.#others.pull(node, max, consumer.leaseMs).finally(() => {
      consumer.asked -= max;
    });
    if (jobs.length === max) this.#sources.add(node);
    for (const { lease, job } of jobs) {
      const given: Lease<unknown> = {
        job,
        ack: () => this.#others.ack(node, lease),
        retryAt: (at, changed) => this.#others.retryAt(node, lease, { at, job: changed }),
      };
      // What was on its way when the consumer stopped goes back.
      if (consumer.isOver) void given.retryAt(0, job);
      else this.#lend(consumer, given);
    }
    this.fillSoon();
  }

  #lend(consumer: Consumer, given: Lease<unknown>): void {
    const holding: Holding = { endsAt: this.#clock.now() + consumer.leaseMs };
    consumer.held.add(holding);
    consumer.watch ??= this.#watchLeases(consumer);
    const giveBack = () => {
      if (!consumer.held.delete(holding)) return false;
      if (consumer.held.size === 0) {
        consumer.watch?.cancel();
        consumer.watch = undefined;
      }
      this.fillSoon();
      return true;
    };
    consumer.take({
      job: given.job,
      async ack() {
        if (giveBack()) await given.ack();
      },
      async retryAt(at, changed) {
        if (giveBack()) await given.retryAt(at, changed);
      },
    });
  }

  // One timer, for the lease that ends first; when it fires, most have been given back long ago.
  #watchLeases(consumer: Consumer): Timer | undefined {
    const [first] = consumer.held;
    if (!first) return undefined;
    return this.#clock.setTimer(first.endsAt, () => {
      for (const holding of consumer.held) {
        if (holding.endsAt > this.#clock.now()) break;
        consumer.held.delete(holding);
      }
      consumer.watch = this.#watchLeases(consumer);
      this.fillSoon();
    });
  }
}

function freeHands({ concurrency, held, asked }: Consumer): number {
  return concurrency - held.size - asked;
}
