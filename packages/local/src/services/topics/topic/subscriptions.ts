// Who is subscribed right now: the limit on how many, and the journal's facts of each one's life.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { Platform } from '../../../platform.ts';
import type { ItemEntry, Topic } from './topic.ts';

/** One subscription (or one long poll) as the journal knows it. */
export interface SubscriptionRecord {
  received(topic: Topic, entry: ItemEntry): void;
  /** The reader missed items that are no longer kept. */
  skipped(topic: Topic, firstMissed: number, lastMissed: number): void;
  closed(reason: string): void;
}

export class Subscriptions {
  readonly #platform: Pick<Platform, 'journal' | 'ids'>;
  readonly max: number;
  #open = 0;

  constructor(platform: Pick<Platform, 'journal' | 'ids'>, max: number) {
    this.#platform = platform;
    this.max = max;
  }

  /** @throws SUBSCRIPTIONS_LIMIT_EXCEEDED */
  open({ cache, name }: Topic, via: 'http' | 'grpc'): SubscriptionRecord {
    if (this.#open >= this.max)
      throw momentoError('SUBSCRIPTIONS_LIMIT_EXCEEDED', `The limit of ${this.max} concurrent subscribers is reached.`);
    this.#open++;
    const { journal } = this.#platform;
    const subscriptionId = this.#platform.ids.uuid();
    const subscription = { cache, topic: name, subscriptionId };
    journal.record({ kind: 'subscription.opened', ...subscription, via });
    return {
      received({ page }, { sequence }) {
        // Written out: it is the one fact that each reader of each item brings.
        journal.record({
          kind: 'subscription.received',
          cache,
          topic: name,
          subscriptionId,
          sequencePage: page,
          sequenceNumber: sequence,
        });
      },
      skipped(topic, firstMissed, lastMissed) {
        const missed = { sequencePage: topic.page, firstMissed, lastMissed };
        journal.record({ kind: 'subscription.skipped', ...subscription, ...missed });
      },
      closed: (reason) => {
        this.#open--;
        journal.record({ kind: 'subscription.closed', ...subscription, reason });
      },
    };
  }
}
