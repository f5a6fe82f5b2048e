// CloudFormation: AWS::SQS::Queue (Ref: the URL).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { refusalsOf } from '../../../resources/finding.ts';
import { found } from '../../../resources/gone.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagsOf } from '../../../resources/tags.ts';
import { attributeFallback, parseAttributes } from '../attributes.ts';

/** Properties that are queue attributes of the same name. */
const ATTRIBUTES = [
  ...['ContentBasedDeduplication', 'DeduplicationScope', 'DelaySeconds', 'FifoThroughputLimit'],
  ...['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'MaximumMessageSize', 'MessageRetentionPeriod'],
  ...[
    'ReceiveMessageWaitTimeSeconds',
    'RedriveAllowPolicy',
    'RedrivePolicy',
    'SqsManagedSseEnabled',
    'VisibilityTimeout',
  ],
];

export const queueResource = serviceResource('sqs', {
  type: 'AWS::SQS::Queue',
  serves: [...ATTRIBUTES, 'QueueName', 'FifoQueue', 'Tags'],
  gone: 'QueueDoesNotExist',
  async examine(properties) {
    const fifo = textProperty(properties, 'FifoQueue') === 'true';
    const each = Object.entries(attributesOf(properties)).map(([name, value]) =>
      refusalsOf([name], () => parseAttributes({ [name]: value }, { fifo })),
    );
    return (await Promise.all(each)).flat();
  },
  // CreateQueue gives a queue of that name and those attributes back.
  async namesake(properties, { run }) {
    const name = textProperty(properties, 'QueueName');
    if (name === undefined) return undefined;
    const url = await found('QueueDoesNotExist', run('GetQueueUrl', { QueueName: name }));
    return { name, exists: url !== undefined, ...(url?.QueueUrl !== undefined && { physicalId: url.QueueUrl }) };
  },
  async create(properties, context) {
    const fifo = textProperty(properties, 'FifoQueue') === 'true';
    const { QueueUrl: url = '' } = await context.run('CreateQueue', {
      QueueName: textProperty(properties, 'QueueName') ?? generateName(context, fifo),
      Attributes: { ...attributesOf(properties), ...(fifo && { FifoQueue: 'true' }) },
      tags: tagsOf(properties),
    });
    return describe(url, context);
  },
  // A queue's URL has many spellings, by host; one resource has one identifier.
  async adopt({ QueueUrl: url = '' }, context) {
    const { attributes } = await describe(url, context);
    const { account, resource } = parseArn(attributes['Arn'] ?? '') ?? {};
    const asked = { QueueName: resource ?? '', QueueOwnerAWSAccountId: account };
    const { QueueUrl = url } = await context.run('GetQueueUrl', asked);
    return describe(QueueUrl, context);
  },
  async update({ physicalId: QueueUrl }, properties, context) {
    const { previous, run } = context;
    const fallbacks = Object.keys(attributesOf(previous)).map((name) => [name, attributeFallback(name)]);
    const Attributes = { ...Object.fromEntries(fallbacks), ...attributesOf(properties) };
    if (Object.keys(Attributes).length > 0) await run('SetQueueAttributes', { QueueUrl, Attributes });
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagQueue', { QueueUrl, TagKeys }),
      tag: (Tags) => run('TagQueue', { QueueUrl, Tags }),
    });
    return describe(QueueUrl, context);
  },
  delete: ({ physicalId: QueueUrl }, { run }) => run('DeleteQueue', { QueueUrl }),
});

function generateName(context: ResourceContext<'sqs'>, fifo: boolean): string {
  return fifo ? `${context.generateName({ maxLength: 75 })}.fifo` : context.generateName({ maxLength: 80 });
}

async function describe(QueueUrl: string, { run }: ResourceContext<'sqs'>): Promise<Made> {
  const { Attributes = {} } = await run('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
  const arn = Attributes['QueueArn'] ?? '';
  return { physicalId: QueueUrl, attributes: { Arn: arn, QueueName: arn.split(':').at(-1) ?? '', QueueUrl } };
}

function attributesOf(properties: Properties): Record<string, string> {
  const named = ATTRIBUTES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, plainText(properties[name])]));
}
