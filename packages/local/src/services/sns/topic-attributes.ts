// Attributes of topics: which there are, what values they take, and what GetTopicAttributes answers.
import { effectiveDeliveryPolicy, parseTopicDeliveryPolicy } from './delivery/policy.ts';
import { defaultPolicy, policyFault } from './policy.ts';
import { invalidParameter, notServed } from './refusals.ts';
import { isFifo, type Topic, topicArn } from './topic.ts';

type Check = (value: string) => boolean;

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value);

/** Source: SNS API reference, SetTopicAttributes; MaximumMessageSize since September 2026. */
const SETTABLE: Readonly<Record<string, Check>> = {
  DisplayName: (value) => value.length <= 100,
  Policy: () => true,
  DeliveryPolicy: () => true,
  KmsMasterKeyId: () => true,
  SignatureVersion: oneOf('1', '2'),
  TracingConfig: oneOf('PassThrough', 'Active'),
  ContentBasedDeduplication: oneOf('true', 'false'),
  FifoThroughputScope: oneOf('Topic', 'MessageGroup'),
  MaximumMessageSize: (value) => /^\d{1,7}$/.test(value) && Number(value) >= 1024 && Number(value) <= 1_048_576,
  ...Object.fromEntries(
    ['HTTP', 'Firehose', 'Lambda', 'Application', 'SQS'].flatMap((protocol) => [
      [`${protocol}SuccessFeedbackRoleArn`, () => true],
      [`${protocol}FailureFeedbackRoleArn`, () => true],
      [`${protocol}SuccessFeedbackSampleRate`, (value: string) => /^\d{1,3}$/.test(value) && Number(value) <= 100],
    ]),
  ),
};

const ONLY_FIFO = ['ContentBasedDeduplication', 'FifoThroughputScope'];

/** Bytes of a message unless the topic says otherwise. Source: SNS API reference, Publish. */
export const DEFAULT_MESSAGE_BYTES = 262_144;

export function maxMessageBytes({ attributes }: Pick<Topic, 'attributes'>): number {
  return Number(attributes['MaximumMessageSize'] ?? DEFAULT_MESSAGE_BYTES);
}

/**
 * Checks one attribute, as SetTopicAttributes and CreateTopic take it.
 * @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns).
 */
export function checkTopicAttribute(name: string, value: string, { fifo }: { readonly fifo: boolean }): void {
  if (name === 'ArchivePolicy') throw notServed('the attribute ArchivePolicy');
  const check = Object.hasOwn(SETTABLE, name) ? SETTABLE[name] : undefined;
  if (!check || (!fifo && ONLY_FIFO.includes(name))) throw invalidParameter('AttributeName');
  if (value === '') return;
  if (!check(value)) throw invalidParameter(`Attributes Reason: ${name}: Invalid value [${value}].`);
  if (name === 'Policy') {
    const fault = policyFault(value);
    if (fault !== undefined) throw invalidParameter(fault);
  }
  if (name === 'DeliveryPolicy') parseTopicDeliveryPolicy(value);
}

/** Stored attributes with one more; an empty value takes it away. */
export function withAttribute(attributes: Topic['attributes'], name: string, value: string): Topic['attributes'] {
  const { [name]: _, ...kept } = attributes;
  return value === '' ? kept : { ...kept, [name]: value };
}

/** Of subscriptions: how many there are, as GetTopicAttributes counts them. */
export interface SubscriptionCounts {
  readonly confirmed: number;
  readonly pending: number;
}

/**
 * What GetTopicAttributes answers: FifoTopic and ContentBasedDeduplication for FIFO topics only. Source: recorded on
 * AWS (LocalStack, tests/aws/services/sns, test_create_topic_with_attributes).
 */
export function describeTopic(topic: Topic, { confirmed, pending }: SubscriptionCounts): Record<string, string> {
  const { FifoTopic: _, ...set } = topic.attributes;
  return {
    TopicArn: topicArn(topic),
    Owner: topic.account,
    Policy: defaultPolicy(topic),
    DisplayName: '',
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    EffectiveDeliveryPolicy: effectiveDeliveryPolicy(set['DeliveryPolicy']),
    ...(isFifo(topic) && { FifoTopic: 'true', ContentBasedDeduplication: 'false', FifoThroughputScope: 'Topic' }),
    ...set,
  };
}
