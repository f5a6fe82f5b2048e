// Messages of standard topics, from Publish to their endpoints, on the backbone's work:
//
//   put → one job for a message and all who get it → an attempt at each at once → done
//                                                  → a job of its own for each that failed, at a later time
//
// A job holds the subscriptions as they were when the message was published: a node that has not heard of one of them
// yet delivers to it all the same.

import { taking } from '../../../backbone/taking.ts';
import { isUnavailable } from '../../../backbone/unavailable.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Platform } from '../../../platform.ts';
import type { Message } from '../message/message.ts';
import { isRaw, type Subscription, subscriptionArn } from '../subscription.ts';
import { topicArn } from '../topic.ts';
import { type Attempts, KEY_MS } from './attempts.ts';
import type { Shaper } from './shape.ts';

interface Job {
  readonly message: Message;
  readonly to: readonly Subscription[];
  readonly attempts: number;
  /** When their turn under a throttle policy is, epoch ms; 0: they have none. */
  readonly turnAt: number;
}

const DELIVERIES = workOf<Job>('sns/deliveries');
/** Ours: messages under way at once. */
const CONCURRENCY = 256;
/** Ours: far more than any attempt takes (HTTP endpoints are given up on after 15 s). */
const LEASE_MS = 60_000;

export class FanOut {
  readonly #platform: Platform;
  readonly #attempts: Attempts;
  readonly #shaper: Shaper;
  readonly #work: Work<Job>;
  readonly #stop: () => void;

  constructor(platform: Platform, { attempts, shaper }: { readonly attempts: Attempts; readonly shaper: Shaper }) {
    this.#platform = platform;
    this.#attempts = attempts;
    this.#shaper = shaper;
    this.#work = platform.backbone.work(DELIVERIES);
    const options = { concurrency: CONCURRENCY, leaseMs: LEASE_MS };
    const take = taking<Job>(
      (lease) => this.#take(lease),
      ({ message }, error) => void platform.journal.fault(`message ${message.id}`, error),
    );
    this.#stop = this.#work.consume(take, options);
  }

  /** Done when nothing of it can be lost any more. */
  async put(messages: readonly { readonly message: Message; readonly to: readonly Subscription[] }[]): Promise<void> {
    const jobs = messages
      .filter(({ to }) => to.length > 0)
      .map(({ message, to }): Job => ({ message, to, attempts: 0, turnAt: 0 }));
    if (jobs.length > 0) await this.#work.put(jobs);
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Job>): Promise<void> {
    const { job } = lease;
    const release = this.#platform.clock.hold(0);
    try {
      const left = job.attempts === 0 ? await this.#post(job) : job.to;
      if (left.length > 0) await Promise.all(left.map((subscription) => this.#deliver(job, subscription)));
      await lease.ack();
    } finally {
      release();
    }
  }

  /** To all queues at once that take it without a word. Returns who is left: each of them has an attempt of its own. */
  async #post({ message, to }: Job): Promise<readonly Subscription[]> {
    const post = this.#platform.dispatch.service('sqs')?.post;
    const queues = to.filter((subscription) => isForQueue(subscription, message));
    if (!post || queues.length === 0) return to;
    const { id, topic, groupId: group, traceId } = message;
    const arn = topicArn(topic);
    const bodies = await this.#bodies(queues, message);
    const letters = queues.map(({ endpoint }, at) => ({ queueArn: endpoint, body: bodies[at] ?? '', group }));
    const taken = await post(letters, { service: 'sns.amazonaws.com', sourceArn: arn, traceId });
    const done = new Set<Subscription>();
    const delivered = queues.flatMap((subscription, at) => {
      const takenAs = taken[at];
      if (takenAs === undefined) return [];
      done.add(subscription);
      return [{ subscriptionArn: subscriptionArn(subscription), endpoint: subscription.endpoint, takenAs }];
    });
    if (delivered.length === 0) return to;
    const trace = traceId !== undefined && { traceId };
    this.#platform.journal.record({
      kind: 'notification.delivered',
      ...{ topicArn: arn, messageId: id, to: delivered },
      ...trace,
    });
    return to.filter((subscription) => !done.has(subscription));
  }

  /** The first signature waits for a key to be made. */
  async #bodies(queues: readonly Subscription[], message: Message): Promise<string[]> {
    const release = this.#platform.clock.hold(KEY_MS);
    try {
      return await this.#shaper.shapeAll(message, queues);
    } finally {
      release();
    }
  }

  async #deliver({ message, attempts, turnAt }: Job, subscription: Subscription): Promise<void> {
    try {
      const next = await this.#attempts.make({ message, subscription, attempts }, turnAt);
      if (next.kind === 'done') return;
      const isTurn = next.attempts === attempts;
      const again: Job = { message, to: [subscription], attempts: next.attempts, turnAt: isTurn ? next.at : 0 };
      await this.#work.put([again], { notBefore: next.at });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      // A fault at one endpoint is not the others'.
      this.#platform.journal.fault(`message ${message.id} to ${subscription.endpoint}`, error);
    }
  }
}

/** Whether it goes to a queue as a text alone: raw messages with attributes do not. */
function isForQueue(subscription: Subscription, { attributes }: Message): boolean {
  if (subscription.protocol !== 'sqs') return false;
  return !isRaw(subscription) || Object.keys(attributes).length === 0;
}
