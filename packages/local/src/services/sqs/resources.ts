// CloudFormation: AWS::SQS::Queue (Ref: the URL) and AWS::SQS::QueuePolicy.
import { fineIf } from '../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('QueueDoesNotExist');

/** Properties that are queue attributes of the same name. */
const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const;

/** What an attribute goes back to when a template no longer names it. */
const FALLBACKS: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  DelaySeconds: '0',
  FifoThroughputLimit: 'perQueue',
  KmsDataKeyReusePeriodSeconds: '300',
  KmsMasterKeyId: '',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

export const queueResource: ResourceType = {
  type: 'AWS::SQS::Queue',
  properties: {
    ...Object.fromEntries(ATTRIBUTES.map((name) => [name, 'optional' as const])),
    QueueName: 'replaces',
    FifoQueue: 'replaces',
    Tags: 'optional',
  },
  async create(properties, context) {
    const fifo = String(properties['FifoQueue'] ?? false) === 'true';
    const name = String(properties['QueueName'] ?? generatedName(context, fifo));
    const { QueueUrl: url } = await context.dispatch.call(
      'sqs',
      'CreateQueue',
      {
        QueueName: name,
        Attributes: { ...attributesOf(properties), ...(fifo && { FifoQueue: 'true' }) },
        tags: tagsOf(properties),
      },
      context.call,
    );
    return describe(url ?? '', context);
  },
  async update(made, properties, context) {
    const url = made.physicalId;
    const before = attributesOf(context.previous);
    const after = attributesOf(properties);
    const dropped = Object.keys(before).filter((name) => !(name in after));
    const changes = { ...Object.fromEntries(dropped.map((name) => [name, FALLBACKS[name] ?? ''])), ...after };
    if (Object.keys(changes).length > 0) {
      await context.dispatch.call('sqs', 'SetQueueAttributes', { QueueUrl: url, Attributes: changes }, context.call);
    }
    const tags = tagsOf(properties);
    const untagged = Object.keys(tagsOf(context.previous)).filter((key) => !(key in tags));
    if (untagged.length > 0) {
      await context.dispatch.call('sqs', 'UntagQueue', { QueueUrl: url, TagKeys: untagged }, context.call);
    }
    if (Object.keys(tags).length > 0) {
      await context.dispatch.call('sqs', 'TagQueue', { QueueUrl: url, Tags: tags }, context.call);
    }
    return describe(url, context);
  },
  async delete(made, context) {
    await fineIfGone(context.dispatch.call('sqs', 'DeleteQueue', { QueueUrl: made.physicalId }, context.call));
  },
};

function generatedName(context: ResourceContext, fifo: boolean): string {
  return fifo ? `${context.generateName({ maxLength: 75 })}.fifo` : context.generateName({ maxLength: 80 });
}

async function describe(url: string, context: ResourceContext): Promise<Made> {
  const { Attributes = {} } = await context.dispatch.call(
    'sqs',
    'GetQueueAttributes',
    { QueueUrl: url, AttributeNames: ['QueueArn'] },
    context.call,
  );
  const arn = Attributes['QueueArn'] ?? '';
  return { physicalId: url, attributes: { Arn: arn, QueueName: arn.split(':').at(-1) ?? '', QueueUrl: url } };
}

function attributesOf(properties: Properties): Record<string, string> {
  const named = ATTRIBUTES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, textOf(properties[name])]));
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function tagsOf(properties: Properties): Record<string, string> {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(
    tags.map((tag: { Key?: unknown; Value?: unknown }) => [String(tag.Key), String(tag.Value)]),
  );
}

/** One policy for several queues; it replaces whatever policy they had. */
export const queuePolicyResource: ResourceType = {
  type: 'AWS::SQS::QueuePolicy',
  properties: { Queues: 'required', PolicyDocument: 'required' },
  async create(properties, context) {
    await setPolicies(queuesOf(properties), textOf(properties['PolicyDocument']), context);
    const physicalId = context.generateName();
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(made, properties, context) {
    const queues = queuesOf(properties);
    const left = queuesOf(context.previous).filter((url) => !queues.includes(url));
    await setPolicies(left, '', context);
    await setPolicies(queues, textOf(properties['PolicyDocument']), context);
    return made;
  },
  async delete(_made, context) {
    await setPolicies(queuesOf(context.properties), '', context);
  },
};

function queuesOf(properties: Properties): string[] {
  const queues = properties['Queues'];
  return Array.isArray(queues) ? queues.map(String) : [];
}

async function setPolicies(urls: readonly string[], policy: string, context: ResourceContext): Promise<void> {
  for (const QueueUrl of urls) {
    const input = { QueueUrl, Attributes: { Policy: policy } };
    const setting = context.dispatch.call('sqs', 'SetQueueAttributes', input, context.call);
    await (policy === '' ? fineIfGone(setting) : setting);
  }
}
