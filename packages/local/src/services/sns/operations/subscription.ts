// Subscriptions: made, confirmed, described, changed, listed and ended.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { checkEndpoint, isProtocol } from '../endpoints.ts';
import { isAnonymous } from '../links.ts';
import type { Parts } from '../parts.ts';
import { invalidParameter, notAuthorized } from '../refusals.ts';
import {
  describeSubscription,
  isRaw,
  listSubscription,
  parseSubscriptionArn,
  type Subscription,
  subscriptionArn,
} from '../subscription.ts';
import { mergeSubscriptionAttributes } from '../subscription-attributes.ts';
import { takePage } from '../subscriptions.ts';
import { isFifo, parseTopicArn, type Topic } from '../topic.ts';

/** Filter policies of one topic. Source: SNS developer guide, quotas. */
const MAX_FILTERS = 200;

export function subscriptionOperations(parts: Parts) {
  const { platform, topics, subscriptions, confirmations, ordered, signing } = parts;

  /** A subscription belongs to who made it, and to the topic's account. */
  async function authorize(subscription: Subscription, call: Call, action: string): Promise<void> {
    if (call.principal.kind === 'account' && call.account === subscription.owner) return;
    await topics.authorize(topics.find(subscription.topic) ?? subscription.topic, call, action);
  }

  function checkFilterCount(topic: Topic, id?: string): void {
    const others = subscriptions.list(topic).filter((one) => one.id !== id && one.attributes['FilterPolicy']);
    if (others.length < MAX_FILTERS) return;
    throw new ServiceError('FilterPolicyLimitExceeded', `The topic has ${MAX_FILTERS} filter policies already.`);
  }

  async function remove(subscription: Subscription): Promise<void> {
    if (!(await subscriptions.delete(subscription))) return;
    if (isFifo(subscription.topic)) await ordered.removeSubscription(subscription);
    if (!topics.find(subscription.topic)) return;
    const count = (row: Topic) => ({ ...row, subscriptionsDeleted: row.subscriptionsDeleted + 1 });
    await topics.change(subscription.topic, count);
  }

  return {
    async Subscribe(input, call) {
      const { TopicArn: arn, Protocol: protocol, Endpoint: endpoint = '', Attributes: given = {} } = input;
      const place = parseTopicArn(arn, call);
      if (!isProtocol(protocol)) {
        throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
      }
      const context = { 'sns:Protocol': protocol, 'sns:Endpoint': endpoint };
      const topic = await topics.open(arn, call, 'Subscribe', context);
      checkEndpoint(protocol, endpoint, place);
      const attributes = mergeSubscriptionAttributes({}, given, {
        ...{ topic: place, protocol, endpoint },
        prefix: 'Attributes Reason: ',
      });
      const existing = subscriptions
        .list(topic)
        .find((one) => one.protocol === protocol && one.endpoint === endpoint && one.owner === call.account);
      if (existing) {
        checkSame(existing, given, attributes);
        if (existing.isPending) await confirmations.send('SubscriptionConfirmation', existing);
        return { SubscriptionArn: answeredArn(existing, input.ReturnSubscriptionArn) };
      }
      if (attributes['FilterPolicy'] !== undefined) checkFilterCount(topic);
      const isPending = needsConfirmation(protocol, endpoint, call);
      const subscription: Subscription = {
        ...{ topic: place, id: platform.ids.uuid(), protocol, endpoint, owner: call.account },
        principal: principalArn(call),
        ...{ attributes, isPending, isAuthenticated: !isPending, createdAt: platform.clock.now() },
      };
      await subscriptions.put(subscription);
      if (!isRaw(subscription) && !isFifo(topic)) signing.prepare();
      subscriptions.warnOfUndocumented(subscription);
      warnOfStandIn(subscription);
      if (isPending) await confirmations.send('SubscriptionConfirmation', subscription);
      return { SubscriptionArn: answeredArn(subscription, input.ReturnSubscriptionArn) };
    },

    /** The token decides, whichever topic is named beside it. Source: recorded on AWS (LocalStack). */
    async ConfirmSubscription({ TopicArn: arn, Token: token, AuthenticateOnUnsubscribe: authenticated }, call) {
      const parsed = parseArn(arn);
      if (parsed?.service !== 'sns' || parsed.region !== call.region) throw invalidParameter('Topic');
      if (!/^[0-9a-f]{16,512}$/i.test(token)) throw invalidParameter('Invalid token');
      const confirmed = subscriptions.byToken(token);
      if (!confirmed || !topics.find(confirmed.topic)) throw invalidParameter('Token');
      const stored = subscriptions.find(confirmed) ?? confirmed;
      const isAuthenticated = authenticated?.toLowerCase() === 'true' && !isAnonymous(call);
      await subscriptions.put({ ...stored, isPending: false, isAuthenticated });
      return { SubscriptionArn: subscriptionArn(stored) };
    },

    async Unsubscribe({ SubscriptionArn: arn }, call) {
      const place = parseSubscriptionArn(arn, 'SubscriptionId');
      const subscription = subscriptions.find(place);
      if (!subscription) return {};
      if (!isAnonymous(call)) await authorize(subscription, call, 'Unsubscribe');
      else if (subscription.isAuthenticated && subscription.isPending === false && isHttp(subscription)) {
        throw notAuthorized('Only the owner may end this subscription: its confirmation asked for that.');
      }
      await remove(subscription);
      if (isAnonymous(call)) await confirmations.send('UnsubscribeConfirmation', subscription);
      return {};
    },

    async GetSubscriptionAttributes({ SubscriptionArn: arn }, call) {
      const subscription = subscriptions.get(parseSubscriptionArn(arn));
      await authorize(subscription, call, 'GetSubscriptionAttributes');
      return { Attributes: describeSubscription(subscription, topics.find(subscription.topic)) };
    },

    async SetSubscriptionAttributes({ SubscriptionArn: arn, AttributeName: name, AttributeValue: value = '' }, call) {
      const subscription = subscriptions.get(parseSubscriptionArn(arn));
      await authorize(subscription, call, 'SetSubscriptionAttributes');
      const topic = topics.find(subscription.topic);
      if (name === 'FilterPolicy' && value !== '' && topic) checkFilterCount(topic, subscription.id);
      const changed = await subscriptions.change(subscription, (row) => ({
        ...row,
        attributes: mergeSubscriptionAttributes(row.attributes, { [name]: value }, { ...row, prefix: '' }),
      }));
      if (name === 'FilterPolicy') subscriptions.warnOfUndocumented(changed);
      return {};
    },

    async ListSubscriptions({ NextToken }, call) {
      await topics.authorize({ account: call.account, region: call.region, name: '*' }, call, 'ListSubscriptions');
      const { page, next } = takePage(subscriptions.ownedBy(call), { NextToken });
      return { Subscriptions: page.map(listSubscription), ...next };
    },

    async ListSubscriptionsByTopic({ TopicArn: arn, NextToken }, call) {
      const topic = await topics.open(arn, call, 'ListSubscriptionsByTopic');
      const { page, next } = takePage(subscriptions.list(topic), { NextToken }, { keyOf: ({ id }) => id });
      return { Subscriptions: page.map(listSubscription), ...next };
    },
  } satisfies OperationsOf<'sns'>;

  /** Of what nothing here serves, the journal says so at once. */
  function warnOfStandIn(subscription: Subscription): void {
    const { protocol, endpoint } = subscription;
    if (!['sms', 'application', 'firehose'].includes(protocol)) return;
    platform.journal.record({
      kind: 'warning',
      about: subscriptionArn(subscription),
      message: `Nothing here delivers to ${protocol}: ${endpoint} stands in, and records what it would have received.`,
    });
  }
}

function isHttp({ protocol }: Subscription): boolean {
  return protocol === 'http' || protocol === 'https';
}

/** What another account's queue, a web server or a reader of mail has to say yes to. */
function needsConfirmation(protocol: Subscription['protocol'], endpoint: string, { account }: Call): boolean {
  if (protocol === 'sqs') return parseArn(endpoint)?.account !== account;
  return ['http', 'https', 'email', 'email-json'].includes(protocol);
}

/** Source: recorded on AWS: words in place of the ARN, in small letters here and in one word in lists. */
function answeredArn(subscription: Subscription, isAsked: boolean | undefined): string {
  return subscription.isPending && isAsked !== true ? 'pending confirmation' : subscriptionArn(subscription);
}

/** Attributes that are left out are no others. Source: recorded on AWS (LocalStack, test_subscribe_idempotency). */
function checkSame(
  { attributes }: Subscription,
  given: Subscription['attributes'],
  wanted: Subscription['attributes'],
) {
  const isOther = (name: string) => (wanted[name] ?? fallbackOf(name)) !== (attributes[name] ?? fallbackOf(name));
  if (!Object.keys(given).some(isOther)) return;
  throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}

function fallbackOf(name: string): string {
  return name === 'RawMessageDelivery' ? 'false' : '';
}

function principalArn({ account, principal }: Call): string {
  return principal.kind === 'service' ? `arn:aws:iam::${account}:root` : principal.arn;
}
