// Messages of FIFO topics. Order and deduplication are the backbone's message queues: one for the topic, which numbers
// what is published and knows duplicates for five minutes, and one for each subscription, where a message that has to
// wait keeps back what comes after it in its group.
//
//   publish → the topic's queue → the queue of each subscription that takes the message → its endpoint
//
// Work says that there is something in a queue ("look there"); whoever looks empties it. What a node held when it died
// comes back to its queue later than its work does: so whoever takes something first sees to it that somebody looks
// again (a guard).
import { messageQueueOf, type ReceivedMessage } from '../../../backbone/message-queue.ts';
import { taking } from '../../../backbone/taking.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Platform } from '../../../platform.ts';
import type { Message } from '../message/message.ts';
import { type Subscription, subscriptionKey } from '../subscription.ts';
import { type Topic, type TopicPlace, topicKey } from '../topic.ts';
import type { Attempts } from './attempts.ts';

/** What lies in a topic's queue: the subscriptions as they were when the message was published. */
interface Published {
  readonly message: Message;
  readonly to: readonly Subscription[];
}

/** What lies in a subscription's. */
interface Waiting {
  readonly message: Message;
  readonly subscription: Subscription;
}

interface Look {
  readonly at: 'topic' | 'subscription';
  /** Of the queue. */
  readonly id: string;
}

const TOPICS = messageQueueOf<Published>('sns/fifo-topics');
const SUBSCRIPTIONS = messageQueueOf<Waiting>('sns/fifo-subscriptions');
const LOOKS = workOf<Look>('sns/fifo-looks');

/** Ours: queues that are emptied at once. */
const CONCURRENCY = 64;
/** Ours: for how long a message is one node's; far more than an attempt takes. */
const LEASE_MS = 60_000;
/** Ours: nothing grows too old here; endpoints are given up on by their schedules. */
const FOREVER_MS = 10 * 365 * 86_400_000;

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns): 20 digits, `10000000000000003000`. */
const FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000n;

/** Ours: for how long a guard is enough for what is taken after it. */
const GUARD_MS = 30_000;

const TAKE_ONE = { max: 1, visibilityMs: LEASE_MS, waitMs: 0, retentionMs: FOREVER_MS };

export class Ordered {
  readonly #platform: Platform;
  readonly #attempts: Attempts;
  readonly #looks: Work<Look>;
  readonly #stop: () => void;
  /** Of queues that are guarded by this node: since when, epoch ms. In that order. */
  readonly #guarded = new Map<string, number>();

  constructor(platform: Platform, attempts: Attempts) {
    this.#platform = platform;
    this.#attempts = attempts;
    this.#looks = platform.backbone.work(LOOKS);
    const options = { concurrency: CONCURRENCY, leaseMs: LEASE_MS };
    const take = taking<Look>(
      (lease) => this.#take(lease),
      ({ id }, error) => void platform.journal.fault(`FIFO queue ${id}`, error),
    );
    this.#stop = this.#looks.consume(take, options);
  }

  /** Returns the message's sequence number, or that of the one whose duplicate it is. */
  async put(topic: Topic, message: Message, to: readonly Subscription[]): Promise<string> {
    const id = topicKey(topic);
    const { groupId = '', deduplicationId = '' } = message;
    const isPerGroup = topic.attributes['FifoThroughputScope'] === 'MessageGroup';
    const key = isPerGroup ? `${groupId} ${deduplicationId}` : deduplicationId;
    const now = this.#platform.clock.now();
    const { number } = await this.#topicQueue(id).send({
      id: message.id,
      content: { message, to },
      sentAt: now,
      visibleAt: now,
      group: groupId,
      deduplication: { key, note: message.id },
    });
    // Also for a duplicate: its first publisher may have died before it could say so.
    await this.#looks.put([{ at: 'topic', id }]);
    return sequenceNumberOf(number);
  }

  /** Forgets what waits for a topic's subscribers. */
  async removeTopic(topic: TopicPlace): Promise<void> {
    await this.#platform.backbone.removeQueue(TOPICS, topicKey(topic));
  }

  async removeSubscription(subscription: Subscription): Promise<void> {
    await this.#platform.backbone.removeQueue(SUBSCRIPTIONS, subscriptionKey(subscription));
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Look>): Promise<void> {
    const { at, id } = lease.job;
    const release = this.#platform.clock.hold(0);
    try {
      await this.#guard(lease.job);
      await (at === 'topic' ? this.#spread(id) : this.#deliver(id));
      await lease.ack();
    } finally {
      release();
    }
  }

  /** From a topic's queue to those of its subscriptions. Done twice, it is done once: the message's id tells. */
  async #spread(id: string): Promise<void> {
    const queue = this.#topicQueue(id);
    for (let [next] = await queue.receive(TAKE_ONE); next; [next] = await queue.receive(TAKE_ONE)) {
      const { message, to } = next.content;
      const numbered: Message = { ...message, sequenceNumber: sequenceNumberOf(next.number) };
      for (const subscription of to) await this.#enqueue(numbered, subscription);
      await queue.delete(next.receipt);
      await this.#guard({ at: 'topic', id });
    }
  }

  async #enqueue(message: Message, subscription: Subscription): Promise<void> {
    const id = subscriptionKey(subscription);
    const now = this.#platform.clock.now();
    await this.#subscriptionQueue(id).send({
      id: message.id,
      content: { message, subscription },
      sentAt: now,
      visibleAt: now,
      group: message.groupId,
      deduplication: { key: message.id, note: '' },
    });
    await this.#looks.put([{ at: 'subscription', id }]);
  }

  async #deliver(id: string): Promise<void> {
    const queue = this.#subscriptionQueue(id);
    for (let [next] = await queue.receive(TAKE_ONE); next; [next] = await queue.receive(TAKE_ONE)) {
      const outcome = await this.#attempt(next);
      if (outcome.kind === 'done') await queue.delete(next.receipt);
      else {
        await queue.hide(next.receipt, outcome.at, FOREVER_MS);
        await this.#looks.put([{ at: 'subscription', id }], { notBefore: outcome.at });
      }
      await this.#guard({ at: 'subscription', id });
    }
  }

  /** Has somebody look again when all that is taken within GUARD_MS has come back, if there is something to take. */
  async #guard(look: Look): Promise<void> {
    const { at, id } = look;
    const now = this.#platform.clock.now();
    for (const [key, since] of this.#guarded) {
      if (since + GUARD_MS > now) break;
      this.#guarded.delete(key);
    }
    const key = `${at} ${id}`;
    if (this.#guarded.has(key)) return;
    const queue = at === 'topic' ? this.#topicQueue(id) : this.#subscriptionQueue(id);
    const { visible } = await queue.counts();
    if (visible === 0 || this.#guarded.has(key)) return;
    this.#guarded.set(key, now);
    await this.#looks.put([look], { notBefore: now + GUARD_MS + LEASE_MS });
  }

  async #attempt({ content, receiveCount }: ReceivedMessage<Waiting>) {
    return this.#attempts.make({ ...content, attempts: receiveCount - 1 }, Number.POSITIVE_INFINITY);
  }

  #topicQueue(id: string) {
    return this.#platform.backbone.queue(TOPICS, id, { isOrdered: true });
  }

  #subscriptionQueue(id: string) {
    return this.#platform.backbone.queue(SUBSCRIPTIONS, id, { isOrdered: true });
  }
}

function sequenceNumberOf(number: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(number));
}
