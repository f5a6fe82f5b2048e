// One look at a delivery: shaped, tried once, and what becomes of it: done, again at a time, or given up, which is a
// dead letter where the subscription has a queue for them. Every step is a fact of the journal.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isUnavailable } from '../../../backbone/unavailable.ts';
import { Patience } from '../../../delivery/patience.ts';
import { RateQueue } from '../../../delivery/rate.ts';
import { LATE_MS } from '../../../delivery/turns.ts';
import type { Platform } from '../../../platform.ts';
import { deadLetterQueueOf, type Subscription, subscriptionArn } from '../subscription.ts';
import { topicArn } from '../topic.ts';
import type { Topics } from '../topics.ts';
import type { Delivery, Endpoint, Failure, Outcome, Shaped } from './endpoint.ts';
import { httpPolicyOf, QUEUE_SCHEDULE, retryDelayMs, type Schedule } from './policy.ts';
import { MAX_QUEUE_ATTRIBUTES, sendToQueue } from './queue.ts';
import type { Shaper } from './shape.ts';

/** `again`: the delivery waits until `at` (epoch ms), with as many attempts behind it. */
export type Next =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly at: number; readonly attempts: number };

/** Ours: for how long `clock.advance` waits for the key that signs: how soon it is made is chance. */
export const KEY_MS = 60_000;

const DONE: Next = { kind: 'done' };

export class Attempts {
  readonly #platform: Platform;
  readonly #topics: Topics;
  readonly #shaper: Shaper;
  readonly #endpoints: (protocol: Subscription['protocol']) => Endpoint;
  readonly #patience = new Patience();
  readonly #rates: RateQueue;
  /** Grows with each reset: an attempt that began before it ends without a trace. */
  #era = 0;

  constructor(
    platform: Platform,
    parts: {
      readonly topics: Topics;
      readonly shaper: Shaper;
      readonly endpoints: (protocol: Subscription['protocol']) => Endpoint;
    },
  ) {
    this.#platform = platform;
    this.#rates = new RateQueue(platform);
    this.#topics = parts.topics;
    this.#shaper = parts.shaper;
    this.#endpoints = parts.endpoints;
  }

  reset(): void {
    this.#era++;
    this.#patience.clear();
    this.#rates.clear().catch((error: unknown) => this.#platform.journal.fault('turns under throttle policies', error));
  }

  /** @param turnAt its turn under a throttle policy, epoch ms; 0: it has none */
  async make(delivery: Delivery, turnAt: number): Promise<Next> {
    const { message, subscription } = delivery;
    const isLate = turnAt + LATE_MS < this.#platform.clock.now();
    const nextTurnAt = isLate ? await this.#turnAt(subscription) : undefined;
    if (nextTurnAt !== undefined) return { kind: 'again', at: nextTurnAt, attempts: delivery.attempts };
    const { clock } = this.#platform;
    const era = this.#era;
    const shaped = await this.#shape(message, subscription);
    const waitMs = this.#patience.for(subscription.endpoint);
    const release = clock.hold(waitMs);
    try {
      const started = clock.elapsed();
      const outcome = await this.#endpoints(subscription.protocol).attempt(delivery, shaped);
      if (era !== this.#era) return DONE;
      const timedOut = outcome.kind === 'retry' && outcome.timedOut === true;
      this.#patience.learn(subscription.endpoint, { waitMs, timedOut });
      return await this.#conclude(delivery, outcome, { shaped, durationMs: clock.elapsed() - started });
    } finally {
      release();
    }
  }

  /** The first signature waits for a key to be made. */
  async #shape(message: Delivery['message'], subscription: Subscription): Promise<Shaped> {
    const release = this.#platform.clock.hold(KEY_MS);
    try {
      return await this.#shaper.shape(message, subscription);
    } finally {
      release();
    }
  }

  async #conclude(
    { message, subscription, attempts: before }: Delivery,
    outcome: Outcome,
    { shaped, durationMs }: { readonly shaped: Shaped; readonly durationMs: number },
  ): Promise<Next> {
    const attempts = before + 1;
    const { clock, journal } = this.#platform;
    const ref = refOf({ message, subscription });
    const fact = { kind: 'notification.attempted', ...ref, attempt: attempts, durationMs } as const;
    const status = outcome.status === undefined ? {} : { status: outcome.status };
    if (outcome.kind === 'delivered') {
      const { takenAs } = outcome;
      journal.record({ ...fact, outcome: 'delivered', ...status, ...(takenAs !== undefined && { takenAs }) });
      return DONE;
    }
    const { reason } = outcome;
    const delayMs = outcome.kind === 'retry' ? retryDelayMs(this.#scheduleOf(subscription), attempts) : undefined;
    if (delayMs !== undefined) {
      const at = clock.now() + delayMs;
      journal.record({ ...fact, outcome: 'retry', ...status, reason, retryAt: at });
      return { kind: 'again', at, attempts };
    }
    journal.record({ ...fact, outcome: 'failed', ...status, reason });
    await this.#giveUp({ message, subscription, attempts }, outcome, shaped);
    return DONE;
  }

  async #giveUp({ message, subscription, attempts }: Delivery, { reason }: Failure, shaped: Shaped): Promise<void> {
    const { journal } = this.#platform;
    const ref = refOf({ message, subscription });
    const queueArn = deadLetterQueueOf(subscription);
    if (queueArn === undefined) {
      const why = `${reason} The subscription has no dead-letter queue, so the message is gone.`;
      journal.record({ kind: 'notification.dropped', ...ref, attempts, reason: why });
      return;
    }
    const letter =
      subscription.protocol === 'lambda' ? await this.#shaper.shapeDeadLetter(message, subscription) : shaped;
    const isFull = Object.keys(letter.attributes).length > MAX_QUEUE_ATTRIBUTES;
    try {
      const sent = { queueArn, message, shaped: isFull ? { ...letter, attributes: {} } : letter };
      const takenAs = await sendToQueue(this.#platform, sent);
      const taken = takenAs === undefined ? {} : { takenAs };
      journal.record({ kind: 'notification.dead-lettered', ...ref, attempts, reason, queueArn, ...taken });
    } catch (error) {
      if (isUnavailable(error) || !(error instanceof ServiceError)) throw error;
      const mend = error.code.startsWith('AccessDenied')
        ? ' Its policy has to allow sqs:SendMessage to sns.amazonaws.com.'
        : '';
      const why = `${reason} It could not be dead-lettered either: queue ${queueArn} answered ${error.code}: ${error.message}${mend} The message is gone.`;
      journal.record({ kind: 'notification.dropped', ...ref, attempts, reason: why });
    }
  }

  #scheduleOf(subscription: Subscription): Schedule {
    const { protocol } = subscription;
    if (protocol !== 'http' && protocol !== 'https') return QUEUE_SCHEDULE;
    return this.#httpPolicy(subscription).schedule;
  }

  #httpPolicy({ topic: place, attributes }: Subscription) {
    return httpPolicyOf(this.#topics.find(place)?.attributes['DeliveryPolicy'], attributes['DeliveryPolicy']);
  }

  /** When a delivery that is too early under its throttle policy has its turn. */
  async #turnAt(subscription: Subscription): Promise<number | undefined> {
    const { protocol } = subscription;
    if (protocol !== 'http' && protocol !== 'https') return undefined;
    const { maxReceivesPerSecond: rate } = this.#httpPolicy(subscription);
    if (rate === undefined) return undefined;
    const at = await this.#rates.take(subscriptionArn(subscription), rate);
    return at > this.#platform.clock.now() ? at : undefined;
  }
}

/** Names a delivery in the journal. */
export function refOf({ message, subscription }: Pick<Delivery, 'message' | 'subscription'>) {
  const { traceId } = message;
  return {
    topicArn: topicArn(message.topic),
    messageId: message.id,
    subscriptionArn: subscriptionArn(subscription),
    protocol: subscription.protocol,
    endpoint: endpointOf(subscription),
    ...(traceId !== undefined && { traceId }),
  };
}

/** Without the query of a URL, where secrets are. */
export function endpointOf({ protocol, endpoint }: Pick<Subscription, 'protocol' | 'endpoint'>): string {
  return protocol === 'http' || protocol === 'https' ? endpoint.replace(/[?#].*$/, '') : endpoint;
}
