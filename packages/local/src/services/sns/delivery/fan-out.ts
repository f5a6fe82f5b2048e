// Messages of standard topics, from Publish to their endpoints, on the backbone's work:
//
//   put → one job for a message and all who get it → an attempt at each at once → done
//                                                  → a job of its own for each that failed, at a later time
//
// A job holds the subscriptions as they were when the message was published: a node that has not heard of one of them
// yet delivers to it all the same.
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Platform } from '../../../platform.ts';
import type { Message } from '../message/message.ts';
import type { Subscription } from '../subscription.ts';
import type { Attempts } from './attempts.ts';

interface Job {
  readonly message: Message;
  readonly to: readonly Subscription[];
  readonly attempts: number;
  /** They have waited for their turn under a throttle policy. */
  readonly hasTurn: boolean;
}

const DELIVERIES = workOf<Job>('sns/deliveries');
/** Ours: messages under way at once. */
const CONCURRENCY = 256;
/** Ours: far more than any attempt takes (HTTP endpoints are given up on after 15 s). */
const LEASE_MS = 60_000;

export class FanOut {
  readonly #platform: Platform;
  readonly #attempts: Attempts;
  readonly #work: Work<Job>;
  readonly #stop: () => void;

  constructor(platform: Platform, attempts: Attempts) {
    this.#platform = platform;
    this.#attempts = attempts;
    this.#work = platform.backbone.work(DELIVERIES);
    const options = { concurrency: CONCURRENCY, leaseMs: LEASE_MS };
    this.#stop = this.#work.consume((lease) => void this.#take(lease), options);
  }

  /** Done when nothing of it can be lost any more. */
  async put(messages: readonly { readonly message: Message; readonly to: readonly Subscription[] }[]): Promise<void> {
    const jobs = messages
      .filter(({ to }) => to.length > 0)
      .map(({ message, to }): Job => ({ message, to, attempts: 0, hasTurn: false }));
    if (jobs.length > 0) await this.#work.put(jobs);
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Job>): Promise<void> {
    const { job } = lease;
    const release = this.#platform.clock.hold(0);
    try {
      await Promise.all(job.to.map((subscription) => this.#deliver(job, subscription)));
      await lease.ack();
    } catch (error) {
      // A fault of our own, and the same would happen again.
      this.#platform.journal.fault(`message ${job.message.id}`, error);
      await lease.ack();
    } finally {
      release();
    }
  }

  async #deliver({ message, attempts, hasTurn }: Job, subscription: Subscription): Promise<void> {
    try {
      const next = await this.#attempts.make({ message, subscription, attempts }, hasTurn);
      if (next.kind === 'done') return;
      const isTurn = next.attempts === attempts;
      const again: Job = { message, to: [subscription], attempts: next.attempts, hasTurn: isTurn };
      await this.#work.put([again], { notBefore: next.at });
    } catch (error) {
      // A fault at one endpoint is not the others'.
      this.#platform.journal.fault(`message ${message.id} to ${subscription.endpoint}`, error);
    }
  }
}
