// Topics: made, described, changed, listed and deleted.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { invalidParameter, notServed } from '../refusals.ts';
import { takePage } from '../subscriptions.ts';
import { checkTags } from '../tags.ts';
import { checkTopicName, isFifo, parseTopicArn, type Topic, topicArn } from '../topic.ts';
import { checkTopicAttribute, DEFAULT_MESSAGE_BYTES, describeTopic, withAttribute } from '../topic-attributes.ts';

/** Who takes messages above 256 KiB. Source: SNS API reference, MaximumMessageSize, September 2026. */
const TAKES_LARGE = ['sqs', 'lambda', 'firehose'];
const MAX_OF_LARGE = 100;

export function topicOperations({ platform, topics, subscriptions, ordered }: Parts) {
  function checkLarge(topic: Topic, value: string): void {
    if (Number(value) <= DEFAULT_MESSAGE_BYTES) return;
    const all = subscriptions.list(topic);
    const other = all.find(({ protocol }) => !TAKES_LARGE.includes(protocol));
    if (other) {
      throw invalidParameter(
        `Attributes Reason: MaximumMessageSize above ${DEFAULT_MESSAGE_BYTES} is for subscriptions of ${TAKES_LARGE.join(', ')}, and there is one of ${other.protocol}`,
      );
    }
    if (all.length > MAX_OF_LARGE) {
      throw invalidParameter(
        `Attributes Reason: MaximumMessageSize above ${DEFAULT_MESSAGE_BYTES} is for at most ${MAX_OF_LARGE} subscriptions, and there are ${all.length}`,
      );
    }
  }

  return {
    /** Makes a topic, or returns the ARN of the one that exists with these attributes. */
    async CreateTopic({ Name: name, Attributes: given = {}, Tags: tags = [], DataProtectionPolicy: protection }, call) {
      if (protection !== undefined) throw notServed('DataProtectionPolicy');
      const { FifoTopic: fifo, ...attributes } = given;
      checkTopicName(name, fifo);
      const place = { account: call.account, region: call.region, name };
      checkTags(tags);
      await topics.authorize(place, call, 'CreateTopic');
      for (const [key, value] of Object.entries(attributes)) {
        checkTopicAttribute(key, value, { fifo: isFifo(place) });
      }
      const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
      const wanted = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
      const topic = await topics.put(place, (existing) => {
        if (existing) {
          checkSame(existing, set, wanted);
          return existing;
        }
        return { ...place, attributes: set, tags: wanted, createdAt: platform.clock.now(), subscriptionsDeleted: 0 };
      });
      return { TopicArn: topicArn(topic) };
    },

    /** Of nothing: fine. */
    async DeleteTopic({ TopicArn: arn }, call) {
      const place = parseTopicArn(arn, call);
      const topic = topics.find(place);
      await topics.authorize(topic ?? place, call, 'DeleteTopic');
      if (!topic) return {};
      for (const subscription of subscriptions.list(topic)) {
        await subscriptions.delete(subscription);
        if (isFifo(topic)) await ordered.removeSubscription(subscription);
      }
      await topics.delete(topic);
      if (isFifo(topic)) await ordered.removeTopic(topic);
      return {};
    },

    async ListTopics({ NextToken }, call) {
      await topics.authorize({ account: call.account, region: call.region, name: '*' }, call, 'ListTopics');
      const { page, next } = takePage(topics.list(call), { NextToken }, { keyOf: ({ name }) => name });
      return { Topics: page.map((topic) => ({ TopicArn: topicArn(topic) })), ...next };
    },

    async GetTopicAttributes({ TopicArn: arn }, call) {
      const topic = await topics.open(arn, call, 'GetTopicAttributes');
      const all = subscriptions.list(topic);
      const pending = all.filter(({ isPending }) => isPending).length;
      return { Attributes: describeTopic(topic, { confirmed: all.length - pending, pending }) };
    },

    async SetTopicAttributes({ TopicArn: arn, AttributeName: name, AttributeValue: value = '' }, call) {
      const topic = await topics.open(arn, call, 'SetTopicAttributes');
      checkTopicAttribute(name, value, { fifo: isFifo(topic) });
      if (name === 'MaximumMessageSize') checkLarge(topic, value);
      await topics.change(topic, (row) => ({ ...row, attributes: withAttribute(row.attributes, name, value) }));
      return {};
    },
  } satisfies OperationsOf<'sns'>;
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_create_topic_test_arn). */
function checkSame({ attributes, tags }: Topic, set: Topic['attributes'], wanted: Topic['tags']): void {
  if (Object.entries(set).some(([name, value]) => attributes[name] !== value)) {
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  }
  const names = Object.keys(wanted);
  if (names.length === 0) return;
  if (names.length !== Object.keys(tags).length || names.some((name) => tags[name] !== wanted[name])) {
    throw invalidParameter('Tags Reason: Topic already exists with different tags');
  }
}
