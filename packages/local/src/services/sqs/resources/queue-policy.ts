// CloudFormation: AWS::SQS::QueuePolicy: one policy for several queues; it replaces whatever policy they had.
import { fineIfGone } from '../../../resources/gone.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const queuePolicyResource = serviceResource('sqs', {
  type: 'AWS::SQS::QueuePolicy',
  serves: ['Queues', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  async create(properties, context) {
    await setPolicy(textsProperty(properties, 'Queues'), textProperty(properties, 'PolicyDocument'), context);
    const physicalId = context.generateName();
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(made, properties, context) {
    const queues = textsProperty(properties, 'Queues');
    const left = textsProperty(context.previous, 'Queues').filter((url) => !queues.includes(url));
    await removePolicy(left, context);
    await setPolicy(queues, textProperty(properties, 'PolicyDocument'), context);
    return made;
  },
  delete: (_made, context) => removePolicy(textsProperty(context.properties, 'Queues'), context),
});

async function setPolicy(urls: readonly string[], policy = '', { run }: ResourceContext<'sqs'>): Promise<void> {
  for (const QueueUrl of urls) await run('SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } });
}

async function removePolicy(urls: readonly string[], context: ResourceContext<'sqs'>): Promise<void> {
  for (const url of urls) await fineIfGone('QueueDoesNotExist')(setPolicy([url], '', context));
}
