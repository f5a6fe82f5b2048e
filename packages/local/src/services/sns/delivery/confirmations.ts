// The messages that ask an endpoint whether it wants to be subscribed, and tell it that it no longer is. They wait on
// the backbone's work, and are tried again as notifications are; they have no dead letters.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { taking } from '../../../backbone/taking.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { HttpClient } from '../../../destinations/http-client.ts';
import type { Platform } from '../../../platform.ts';
import { confirmationText, type Surroundings } from '../message/envelope.ts';
import { type Subscription, subscriptionArn } from '../subscription.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { topicArn } from '../topic.ts';
import type { Topics } from '../topics.ts';
import { endpointOf } from './attempts.ts';
import type { Outcome } from './endpoint.ts';
import { post } from './http.ts';
import { judge } from './judge.ts';
import { httpPolicyOf, retryDelayMs } from './policy.ts';
import { sendToQueue } from './queue.ts';

type ConfirmationType = 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';

interface Job {
  readonly type: ConfirmationType;
  readonly subscription: Subscription;
  readonly messageId: string;
  readonly body: string;
  readonly attempts: number;
}

const CONFIRMATIONS = workOf<Job>('sns/confirmations');
/** Ours. */
const CONCURRENCY = 64;
const LEASE_MS = 60_000;

export class Confirmations {
  readonly #platform: Platform;
  readonly #subscriptions: Subscriptions;
  readonly #topics: Topics;
  readonly #http: HttpClient;
  readonly #surroundings: Surroundings;
  readonly #work: Work<Job>;
  readonly #stop: () => void;

  constructor(
    platform: Platform,
    parts: {
      readonly subscriptions: Subscriptions;
      readonly topics: Topics;
      readonly http: HttpClient;
      readonly surroundings: Surroundings;
    },
  ) {
    this.#platform = platform;
    this.#subscriptions = parts.subscriptions;
    this.#topics = parts.topics;
    this.#http = parts.http;
    this.#surroundings = parts.surroundings;
    this.#work = platform.backbone.work(CONFIRMATIONS);
    const options = { concurrency: CONCURRENCY, leaseMs: LEASE_MS };
    const take = taking<Job>(
      (lease) => this.#take(lease),
      ({ subscription }, error) =>
        void platform.journal.fault(`confirmation of ${subscriptionArn(subscription)}`, error),
    );
    this.#stop = this.#work.consume(take, options);
  }

  /** Asks, or tells, an endpoint. */
  async send(type: ConfirmationType, subscription: Subscription): Promise<void> {
    const { clock, ids, standIns, journal } = this.#platform;
    const token = await this.#subscriptions.createToken(subscription);
    const messageId = ids.uuid();
    const version = this.#topics.find(subscription.topic)?.attributes['SignatureVersion'] ?? '1';
    const asked = { subscription, token, id: messageId, now: clock.now(), version };
    const body = await confirmationText(type, asked, this.#surroundings);
    const { protocol, endpoint } = subscription;
    if (protocol === 'http' || protocol === 'https' || protocol === 'sqs') {
      await this.#work.put([{ type, subscription, messageId, body, attempts: 0 }]);
      return;
    }
    // Nobody reads mail here: the journal has the link.
    standIns.receive({ via: 'destination', of: { name: endpoint, type: protocol }, input: body });
    if (type === 'UnsubscribeConfirmation') return;
    journal.record({
      kind: 'warning',
      about: subscriptionArn(subscription),
      message: `Nothing here sends ${protocol}: the subscription of ${endpoint} to ${topicArn(subscription.topic)} stands in and stays pending until ${JSON.parse(body).SubscribeURL} is visited.`,
    });
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Job>): Promise<void> {
    const { clock } = this.#platform;
    const { job } = lease;
    const release = clock.hold();
    try {
      const outcome = await this.#attempt(job);
      const attempts = job.attempts + 1;
      const delayMs = outcome.kind === 'retry' ? this.#delayMs(job.subscription, attempts) : undefined;
      this.#tell(job, outcome, delayMs);
      if (delayMs === undefined) await lease.ack();
      else await lease.retryAt(clock.now() + delayMs, { ...job, attempts });
    } finally {
      release();
    }
  }

  async #attempt({ type, subscription, messageId, body }: Job): Promise<Outcome> {
    if (subscription.protocol !== 'sqs') return post(this.#http, subscription, { type, messageId, body });
    const message = {
      id: messageId,
      topic: subscription.topic,
      text: body,
      attributes: {},
      publishedAt: 0,
      signatureVersion: '1',
    };
    const shaped = { body, attributes: {} };
    try {
      await sendToQueue(this.#platform, { queueArn: subscription.endpoint, message, shaped });
      return { kind: 'delivered' };
    } catch (error) {
      if (error instanceof ServiceError) return judge(error);
      throw error;
    }
  }

  #delayMs({ topic, attributes }: Subscription, attempts: number): number | undefined {
    const policy = httpPolicyOf(this.#topics.find(topic)?.attributes['DeliveryPolicy'], attributes['DeliveryPolicy']);
    return retryDelayMs(policy.schedule, attempts);
  }

  #tell({ type, subscription }: Job, outcome: Outcome, delayMs: number | undefined): void {
    if (outcome.kind === 'delivered') return;
    const next = delayMs === undefined ? 'It is not sent again.' : `It is sent again in ${delayMs / 1000} s.`;
    this.#platform.journal.record({
      kind: 'warning',
      about: subscriptionArn(subscription),
      message: `The ${type} was not taken by ${endpointOf(subscription)}: ${outcome.reason}. ${next}`,
    });
  }
}
