// CloudFormation: AWS::SNS::Topic (Ref: the ARN).

import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { refusalsOf } from '../../../resources/finding.ts';
import { found } from '../../../resources/gone.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList, tagsOf } from '../../../resources/tags.ts';
import { checkTopicAttribute } from '../topic-attributes.ts';

/** Properties that are topic attributes of the same name. */
const ATTRIBUTES = [
  ...['ContentBasedDeduplication', 'DisplayName', 'FifoThroughputScope', 'KmsMasterKeyId', 'MaximumMessageSize'],
  ...['SignatureVersion', 'TracingConfig'],
];

export const topicResource = serviceResource('sns', {
  type: 'AWS::SNS::Topic',
  serves: [...ATTRIBUTES, 'TopicName', 'FifoTopic', 'Subscription', 'Tags'],
  // Where AWS writes down which deliveries it made; here the journal has all of them.
  ignores: ['DeliveryStatusLogging'],
  async examine(properties) {
    const fifo = isFifo(properties);
    const each = Object.entries(attributesOf(properties)).map(([name, value]) =>
      refusalsOf([name], () => checkTopicAttribute(name, value, { fifo })),
    );
    return (await Promise.all(each)).flat();
  },
  // CreateTopic gives a topic of that name and those attributes back.
  async namesake(properties, { run, call }) {
    const name = textProperty(properties, 'TopicName');
    if (name === undefined) return undefined;
    const TopicArn = formatArn({ service: 'sns', region: call.region, account: call.account, resource: name });
    const topic = await found('NotFound', run('GetTopicAttributes', { TopicArn }));
    return { name, exists: topic !== undefined, physicalId: TopicArn };
  },
  async create(properties, context) {
    const fifo = isFifo(properties);
    const { TopicArn = '' } = await context.run('CreateTopic', {
      Name: textProperty(properties, 'TopicName') ?? generateName(context, fifo),
      Attributes: { ...attributesOf(properties), ...(fifo && { FifoTopic: 'true' }) },
      Tags: tagList(tagsOf(properties)),
    });
    const made = describe(TopicArn);
    context.began(made);
    for (const one of subscriptionsOf(properties)) await context.run('Subscribe', { TopicArn, ...one });
    return made;
  },
  async adopt({ TopicArn = '' }, { run }) {
    const topic = await found('NotFound', run('GetTopicAttributes', { TopicArn }));
    return topic && describe(TopicArn);
  },
  async update({ physicalId: TopicArn }, properties, { previous, run }) {
    const [before, after] = [attributesOf(previous), attributesOf(properties)];
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[name] === after[name]) continue;
      await run('SetTopicAttributes', { TopicArn, AttributeName: name, AttributeValue: after[name] ?? '' });
    }
    await changeSubscriptions(TopicArn, subscriptionsOf(previous), subscriptionsOf(properties), run);
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { ResourceArn: TopicArn, TagKeys }),
      tag: (tags) => run('TagResource', { ResourceArn: TopicArn, Tags: tagList(tags) }),
    });
    return describe(TopicArn);
  },
  delete: ({ physicalId: TopicArn }, { run }) => run('DeleteTopic', { TopicArn }),
});

interface Listed {
  readonly Protocol: string;
  readonly Endpoint: string;
}

/** `Subscription` of a topic's properties. */
function subscriptionsOf({ Subscription: listed }: Properties): Listed[] {
  if (!Array.isArray(listed)) return [];
  return listed.filter(isRecord).map(({ Protocol, Endpoint }) => ({
    Protocol: plainText(Protocol),
    Endpoint: plainText(Endpoint),
  }));
}

async function changeSubscriptions(
  TopicArn: string,
  before: readonly Listed[],
  after: readonly Listed[],
  run: ResourceContext<'sns'>['run'],
): Promise<void> {
  const isIn = (list: readonly Listed[], one: Listed) =>
    list.some(({ Protocol, Endpoint }) => Protocol === one.Protocol && Endpoint === one.Endpoint);
  const gone = before.filter((one) => !isIn(after, one));
  for (const one of after) if (!isIn(before, one)) await run('Subscribe', { TopicArn, ...one });
  for (let NextToken: string | undefined, isFirst = true; gone.length > 0 && (isFirst || NextToken); isFirst = false) {
    const page = await run('ListSubscriptionsByTopic', { TopicArn, NextToken });
    for (const { SubscriptionArn, Protocol = '', Endpoint = '' } of page.Subscriptions ?? []) {
      if (SubscriptionArn?.startsWith('arn:') && isIn(gone, { Protocol, Endpoint })) {
        await run('Unsubscribe', { SubscriptionArn });
      }
    }
    NextToken = page.NextToken;
  }
}

function isFifo(properties: Properties): boolean {
  return textProperty(properties, 'FifoTopic') === 'true';
}

function generateName(context: ResourceContext<'sns'>, fifo: boolean): string {
  return fifo ? `${context.generateName({ maxLength: 251 })}.fifo` : context.generateName({ maxLength: 256 });
}

function describe(TopicArn: string): Made {
  return { physicalId: TopicArn, attributes: { TopicArn, TopicName: TopicArn.split(':').at(-1) ?? '' } };
}

function attributesOf(properties: Properties): Record<string, string> {
  const named = ATTRIBUTES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, plainText(properties[name])]));
}
