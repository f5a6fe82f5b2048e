// Every subscription of this cloud: rows in `sns/subscriptions`, tokens that confirm them, and the audience of each
// topic: what this node has read of its subscriptions, kept until one of them changes.

import { attributesText } from '@earwitness/protocol/internal/filter-policy/attributes';
import { createFilter, matchBody, parseFilterPolicy } from '@earwitness/protocol/internal/filter-policy/filter-policy';
import type { Matcher } from '@earwitness/protocol/internal/pattern/matcher';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import { createPager } from '../../page.ts';
import type { Platform } from '../../platform.ts';
import type { Message } from './message/message.ts';
import { invalidParameter, subscriptionNotFound } from './refusals.ts';
import { type Subscription, type SubscriptionPlace, subscriptionArn, subscriptionKey } from './subscription.ts';
import { scopeOf } from './subscription-attributes.ts';
import { type TopicPlace, topicKey } from './topic.ts';

const SUBSCRIPTIONS = tableOf<Subscription>('sns/subscriptions');
const TOKENS = tableOf<Token>('sns/tokens');

/** For how long a token confirms. Source: SNS API reference, ConfirmSubscription: two days. */
const TOKEN_MS = 2 * 86_400_000;

/** A token and the subscription that it confirms, as it stood: it may have been taken away since. */
interface Token {
  readonly subscription: Subscription;
  readonly expiresAt: number;
}

/** The confirmed subscriptions of a topic. */
interface Audience {
  /** Without a filter policy. */
  readonly everything: readonly Subscription[];
  readonly byAttributes: Matcher<Subscription>;
  readonly byBody: Matcher<Subscription>;
}

export const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  // Source: SNS API reference, ListTopics and ListSubscriptions.
  size: 100,
  refusal: () => invalidParameter('NextToken'),
});

export class Subscriptions {
  readonly #platform: Platform;
  readonly #rows: Table<Subscription>;
  readonly #tokens: Table<Token>;
  readonly #audiences = new Map<string, Audience>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(SUBSCRIPTIONS);
    this.#tokens = platform.backbone.table(TOKENS);
    this.#rows.watch((key) => this.#audiences.delete(key.slice(0, key.lastIndexOf('/'))));
  }

  find(place: SubscriptionPlace): Subscription | undefined {
    return this.#rows.get(subscriptionKey(place))?.value;
  }

  /** @throws NotFound */
  get(place: SubscriptionPlace): Subscription {
    const found = this.find(place);
    if (!found) throw subscriptionNotFound();
    return found;
  }

  /** Of a topic, or of all topics of an account in a region. */
  list(of: TopicPlace | Pick<Call, 'account' | 'region'>): Subscription[] {
    const prefix = 'name' in of ? topicKey(of) : `${of.account}/${of.region}`;
    return this.#rows.list(`${prefix}/`).map(({ value }) => value);
  }

  all(): Subscription[] {
    return this.#rows.list().map(({ value }) => value);
  }

  /** Every subscription of an account, also those to topics of others. */
  ownedBy({ account, region }: Pick<Call, 'account' | 'region'>): Subscription[] {
    return this.#rows
      .list()
      .map(({ value }) => value)
      .filter(({ owner, topic }) => owner === account && topic.region === region);
  }

  async put(subscription: Subscription): Promise<void> {
    await this.#rows.put(subscriptionKey(subscription), subscription);
  }

  /** @throws what `change` throws; NotFound when the subscription is gone by then. */
  async change(place: SubscriptionPlace, change: (row: Subscription) => Subscription): Promise<Subscription> {
    const { value } = await updateRow(this.#rows, subscriptionKey(place), (row) => {
      if (!row) throw subscriptionNotFound();
      return change(row);
    });
    return value;
  }

  delete(place: SubscriptionPlace): Promise<boolean> {
    return this.#rows.delete(subscriptionKey(place));
  }

  /** A token that confirms the subscription, or restores it. */
  async createToken(subscription: Subscription): Promise<string> {
    const { clock, ids } = this.#platform;
    // As long as AWS's, and beginning as they do.
    const token = `2336412f37${ids.signs('0123456789abcdef', 246)}`;
    await this.#tokens.put(token, { subscription, expiresAt: clock.now() + TOKEN_MS });
    return token;
  }

  /** The subscription of a token that has not expired. */
  byToken(token: string): Subscription | undefined {
    const found = this.#tokens.get(token)?.value;
    return found && found.expiresAt > this.#platform.clock.now() ? found.subscription : undefined;
  }

  /** Which confirmed subscriptions take a message, and which do not because of their filter policies. */
  audience(topic: TopicPlace, message: Message): { readonly taken: Subscription[]; readonly filtered: number } {
    const { everything, byAttributes, byBody } = this.#audience(topicKey(topic));
    const size = byAttributes.size + byBody.size;
    if (size === 0) return { taken: [...everything], filtered: 0 };
    const taken = [...everything];
    if (byAttributes.size > 0) taken.push(...byAttributes.matchJson(attributesText(message.attributes)));
    if (byBody.size > 0) taken.push(...matchBody(byBody, message.text));
    return { taken, filtered: size - (taken.length - everything.length) };
  }

  #audience(key: string): Audience {
    const known = this.#audiences.get(key);
    if (known) return known;
    const everything: Subscription[] = [];
    const byAttributes = createFilter<Subscription>();
    const byBody = createFilter<Subscription>();
    for (const { value: subscription } of this.#rows.list(`${key}/`)) {
      const { isPending, attributes } = subscription;
      if (isPending) continue;
      const { FilterPolicy: filter, FilterPolicyScope: scope } = attributes;
      if (filter === undefined) everything.push(subscription);
      else {
        const policy = parseFilterPolicy(filter, scopeOf(scope));
        (policy.scope === 'MessageBody' ? byBody : byAttributes).add(subscription, policy.pattern);
      }
    }
    const audience = { everything, byAttributes, byBody };
    this.#audiences.set(key, audience);
    return audience;
  }

  /** Tells in the journal what AWS may not take. */
  warnOfUndocumented(subscription: Subscription): void {
    const { FilterPolicy: filter, FilterPolicyScope: scope } = subscription.attributes;
    if (filter === undefined) return;
    const { undocumented } = parseFilterPolicy(filter, scopeOf(scope));
    if (undocumented.length === 0) return;
    this.#platform.journal.record({
      kind: 'warning',
      about: subscriptionArn(subscription),
      message: `Its filter policy uses ${undocumented.join(', ')}, which SNS does not document; AWS may refuse it.`,
    });
  }
}
