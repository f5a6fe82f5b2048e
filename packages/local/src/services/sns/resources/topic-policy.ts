// CloudFormation: AWS::SNS::TopicPolicy (one policy for several topics) and AWS::SNS::TopicInlinePolicy (one for one).
// Either replaces whatever policy the topics had; when it goes, they have the default one again.
import { fineIfGone } from '../../../resources/gone.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const topicPolicyResource = serviceResource('sns', {
  type: 'AWS::SNS::TopicPolicy',
  serves: ['Topics', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  async create(properties, context) {
    await setPolicy(textsProperty(properties, 'Topics'), textProperty(properties, 'PolicyDocument'), context);
    const physicalId = context.generateName();
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(made, properties, context) {
    const topics = textsProperty(properties, 'Topics');
    const left = textsProperty(context.previous, 'Topics').filter((arn) => !topics.includes(arn));
    await removePolicy(left, context);
    await setPolicy(topics, textProperty(properties, 'PolicyDocument'), context);
    return made;
  },
  delete: (_made, context) => removePolicy(textsProperty(context.properties, 'Topics'), context),
});

export const topicInlinePolicyResource = serviceResource('sns', {
  type: 'AWS::SNS::TopicInlinePolicy',
  serves: ['TopicArn', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  async create(properties, context) {
    const arn = textProperty(properties, 'TopicArn') ?? '';
    await setPolicy([arn], textProperty(properties, 'PolicyDocument'), context);
    return { physicalId: arn, attributes: {} };
  },
  async update(made, properties, context) {
    await setPolicy([made.physicalId], textProperty(properties, 'PolicyDocument'), context);
    return made;
  },
  delete: ({ physicalId }, context) => removePolicy([physicalId], context),
});

async function setPolicy(arns: readonly string[], policy = '', { run }: ResourceContext<'sns'>): Promise<void> {
  for (const TopicArn of arns) {
    await run('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue: policy });
  }
}

async function removePolicy(arns: readonly string[], context: ResourceContext<'sns'>): Promise<void> {
  for (const arn of arns) await fineIfGone('NotFound')(setPolicy([arn], '', context));
}
