// A subscription: a row of `sns/subscriptions`, its ARN, and how it is described.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { effectiveSubscriptionPolicy } from './delivery/policy.ts';
import { invalidParameter } from './refusals.ts';
import { type Topic, type TopicPlace, topicArn } from './topic.ts';

/** Source: SNS API reference, Subscribe, Protocol. */
export const PROTOCOLS = [
  ...['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'],
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The row: plain data. Times are epoch ms. */
export interface Subscription {
  readonly topic: TopicPlace;
  /** A UUID. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Account that subscribed. */
  readonly owner: string;
  /** ARN of who subscribed. */
  readonly principal: string;
  /** Only those that were set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly isPending: boolean;
  /** Whoever confirmed it was known; nobody else may unsubscribe then. */
  readonly isAuthenticated: boolean;
  readonly createdAt: number;
}

export interface SubscriptionPlace {
  readonly topic: TopicPlace;
  readonly id: string;
}

export function subscriptionKey({ topic, id }: SubscriptionPlace): string {
  return `${topic.account}/${topic.region}/${topic.name}/${id}`;
}

/** One text for each row: it stands in the facts of every message. */
const ARNS = new WeakMap<SubscriptionPlace, string>();

export function subscriptionArn(place: SubscriptionPlace): string {
  const known = ARNS.get(place);
  if (known !== undefined) return known;
  const { account, region, name } = place.topic;
  const arn = formatArn({ service: 'sns', region, account, resource: `${name}:${place.id}` });
  ARNS.set(place, arn);
  return arn;
}

/**
 * The subscription that an ARN names.
 * @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_unsubscribe_…).
 */
export function parseSubscriptionArn(arn: string, parameter = 'SubscriptionArn'): SubscriptionPlace {
  const parts = arn.split(':');
  if (parts.length < 6) {
    throw invalidParameter(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  }
  const parsed = parseArn(arn);
  const [name, id, ...rest] = parsed?.resource.split(':') ?? [];
  if (parsed?.service !== 'sns' || !name || !id || rest.length > 0) throw invalidParameter(parameter);
  return { topic: { account: parsed.account, region: parsed.region, name }, id };
}

/** Whether a message goes there as it is. */
export function isRaw({ attributes, protocol }: Subscription): boolean {
  return protocol !== 'lambda' && attributes['RawMessageDelivery'] === 'true';
}

/** ARN of the queue for what could not be delivered. */
export function deadLetterQueueOf({ attributes }: Subscription): string | undefined {
  const text = attributes['RedrivePolicy'];
  if (text === undefined) return undefined;
  const { deadLetterTargetArn: arn } = JSON.parse(text) as { deadLetterTargetArn?: unknown };
  return typeof arn === 'string' ? arn : undefined;
}

/** As lists answer it. */
export function listSubscription(subscription: Subscription) {
  return {
    SubscriptionArn: subscription.isPending ? 'PendingConfirmation' : subscriptionArn(subscription),
    Owner: subscription.owner,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: topicArn(subscription.topic),
  };
}

/** As GetSubscriptionAttributes answers it: FilterPolicyScope only beside a policy. Source: recorded on AWS. */
export function describeSubscription(subscription: Subscription, topic: Topic | undefined): Record<string, string> {
  const { protocol, attributes } = subscription;
  const { FilterPolicy: filter, FilterPolicyScope: scope = 'MessageAttributes', ...set } = attributes;
  const isHttp = protocol === 'http' || protocol === 'https';
  return {
    SubscriptionArn: subscriptionArn(subscription),
    TopicArn: topicArn(subscription.topic),
    Protocol: protocol,
    Endpoint: subscription.endpoint,
    Owner: subscription.owner,
    SubscriptionPrincipal: subscription.principal,
    ConfirmationWasAuthenticated: String(subscription.isAuthenticated),
    PendingConfirmation: String(subscription.isPending),
    RawMessageDelivery: 'false',
    ...set,
    ...(filter !== undefined && { FilterPolicy: filter, FilterPolicyScope: scope }),
    ...(isHttp && {
      EffectiveDeliveryPolicy: effectiveSubscriptionPolicy(topic?.attributes['DeliveryPolicy'], set['DeliveryPolicy']),
    }),
  };
}
