// CloudFormation: AWS::SNS::Subscription (Ref: the ARN). One that waits for its confirmation is made all the same.
import { plainText } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

/** Properties that are subscription attributes of the same name, in the order in which they are set. */
const ATTRIBUTES = [
  ...['FilterPolicyScope', 'FilterPolicy', 'RawMessageDelivery', 'RedrivePolicy', 'DeliveryPolicy'],
  'SubscriptionRoleArn',
];

const RECORDED = 'what it would get is recorded';
/** Protocols whose endpoints stand in. */
const MEANS_OF_STAND_INS: Readonly<Record<string, string>> = {
  email: 'the subscription stays pending until the link in the journal is visited',
  'email-json': 'the subscription stays pending until the link in the journal is visited',
  sms: RECORDED,
  application: RECORDED,
  firehose: RECORDED,
};

export const subscriptionResource = serviceResource('sns', {
  type: 'AWS::SNS::Subscription',
  serves: [...ATTRIBUTES, 'Endpoint', 'Protocol', 'TopicArn', 'Region'],
  documents: ['FilterPolicy', 'RedrivePolicy', 'DeliveryPolicy'],
  async examine(properties) {
    const protocol = textProperty(properties, 'Protocol') ?? '';
    const means = ownEntry(MEANS_OF_STAND_INS, protocol);
    if (means === undefined) return [];
    return [{ kind: 'stands in', path: ['Protocol'], why: `nothing here delivers to ${protocol}`, means }];
  },
  async create(properties, context) {
    const { SubscriptionArn = '' } = await runAt(properties, context)('Subscribe', {
      TopicArn: textProperty(properties, 'TopicArn') ?? '',
      Protocol: textProperty(properties, 'Protocol') ?? '',
      Endpoint: textProperty(properties, 'Endpoint'),
      Attributes: attributesOf(properties),
      ReturnSubscriptionArn: true,
    });
    return describe(SubscriptionArn);
  },
  async update({ physicalId: SubscriptionArn }, properties, context) {
    const run = runAt(properties, context);
    const [before, after] = [attributesOf(context.previous), attributesOf(properties)];
    for (const AttributeName of orderOf(before, after)) {
      if (before[AttributeName] === after[AttributeName]) continue;
      const AttributeValue = after[AttributeName] ?? '';
      await run('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue });
    }
    return describe(SubscriptionArn);
  },
  delete: ({ physicalId: SubscriptionArn }, context) =>
    runAt(context.properties, context)('Unsubscribe', { SubscriptionArn }),
});

/** A policy that looks deeper than attributes comes after its scope, and goes before it. */
function orderOf(before: Properties, after: Properties): readonly string[] {
  const narrows = before['FilterPolicyScope'] === 'MessageBody' && after['FilterPolicyScope'] !== 'MessageBody';
  return narrows ? ['FilterPolicy', ...ATTRIBUTES.filter((name) => name !== 'FilterPolicy')] : ATTRIBUTES;
}

/** In the topic's region, which may be another than the stack's. */
function runAt(properties: Properties, { call, dispatch }: ResourceContext<'sns'>): ResourceContext<'sns'>['run'] {
  const region = textProperty(properties, 'Region') ?? call.region;
  return (operation, input) => dispatch.call('sns', operation, input, { ...call, region });
}

function describe(SubscriptionArn: string): Made {
  return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
}

function attributesOf(properties: Properties): Record<string, string> {
  const named = ATTRIBUTES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, plainText(properties[name])]));
}
