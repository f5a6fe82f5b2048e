// CloudFormation: AWS::Logs::LogGroup (Ref: the name), AWS::Logs::LogStream, AWS::Logs::ResourcePolicy.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { fineIf } from '../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const logGroupResource: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  properties: { LogGroupName: 'replaces', RetentionInDays: 'optional', LogGroupClass: 'replaces', Tags: 'optional' },
  ignored: ['KmsKeyId', 'DataProtectionPolicy', 'FieldIndexPolicies', 'DeletionProtectionEnabled'],
  async create(properties, context) {
    const { LogGroupClass: logGroupClass } = properties;
    const name = String(properties['LogGroupName'] ?? context.generateName({ maxLength: 512 }));
    await context.dispatch.call(
      'logs',
      'CreateLogGroup',
      {
        logGroupName: name,
        ...(properties['Tags'] !== undefined && { tags: tagsOf(properties) }),
        ...(logGroupClass !== undefined && { logGroupClass: parseClass(logGroupClass) }),
      },
      context.call,
    );
    await setRetention(name, properties, context);
    return describe(name, context);
  },
  async update(made, properties, context) {
    const logGroupName = made.physicalId;
    await setRetention(logGroupName, properties, context);
    const tags = tagsOf(properties);
    const dropped = Object.keys(tagsOf(context.previous)).filter((key) => !(key in tags));
    if (dropped.length > 0) {
      await context.dispatch.call('logs', 'UntagLogGroup', { logGroupName, tags: dropped }, context.call);
    }
    if (Object.keys(tags).length > 0) {
      await context.dispatch.call('logs', 'TagLogGroup', { logGroupName, tags }, context.call);
    }
    return made;
  },
  async delete(made, context) {
    await fineIfGone(context.dispatch.call('logs', 'DeleteLogGroup', { logGroupName: made.physicalId }, context.call));
  },
};

async function setRetention(
  logGroupName: string,
  properties: Properties,
  { dispatch, call }: ResourceContext,
): Promise<void> {
  const days = properties['RetentionInDays'];
  if (days === undefined) await dispatch.call('logs', 'DeleteRetentionPolicy', { logGroupName }, call);
  else await dispatch.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: Number(days) }, call);
}

function describe(name: string, { call: { account, region } }: ResourceContext): Made {
  const arn = formatArn({ service: 'logs', region, account, resource: `log-group:${name}:*` });
  return { physicalId: name, attributes: { Arn: arn } };
}

function parseClass(value: unknown): 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY' {
  if (value === 'STANDARD' || value === 'INFREQUENT_ACCESS' || value === 'DELIVERY') return value;
  throw new ServiceError(
    'InvalidParameterException',
    `LogGroupClass ${String(value)} is not one of STANDARD, INFREQUENT_ACCESS, DELIVERY.`,
  );
}

function tagsOf(properties: Properties): Record<string, string> {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(tags.map((tag: Properties) => [String(tag['Key']), String(tag['Value'])]));
}

export const logStreamResource: ResourceType = {
  type: 'AWS::Logs::LogStream',
  properties: { LogGroupName: 'required-replaces', LogStreamName: 'replaces' },
  async create(properties, context) {
    const name = String(properties['LogStreamName'] ?? context.generateName());
    const names = { logGroupName: String(properties['LogGroupName']), logStreamName: name };
    await context.dispatch.call('logs', 'CreateLogStream', names, context.call);
    return { physicalId: name, attributes: {} };
  },
  async delete(made, context) {
    const names = { logGroupName: String(context.properties['LogGroupName']), logStreamName: made.physicalId };
    await fineIfGone(context.dispatch.call('logs', 'DeleteLogStream', names, context.call));
  },
};

export const logResourcePolicyResource: ResourceType = {
  type: 'AWS::Logs::ResourcePolicy',
  properties: { PolicyName: 'required-replaces', PolicyDocument: 'required' },
  async create(properties, context) {
    return { physicalId: await putPolicy(properties, context), attributes: {} };
  },
  async update(made, properties, context) {
    await putPolicy(properties, context);
    return made;
  },
  async delete(made, context) {
    const policy = { policyName: made.physicalId };
    await fineIfGone(context.dispatch.call('logs', 'DeleteResourcePolicy', policy, context.call));
  },
};

async function putPolicy(properties: Properties, { dispatch, call }: ResourceContext): Promise<string> {
  const policyName = String(properties['PolicyName']);
  const document = properties['PolicyDocument'];
  const policyDocument = typeof document === 'string' ? document : JSON.stringify(document);
  await dispatch.call('logs', 'PutResourcePolicy', { policyName, policyDocument }, call);
  return policyName;
}
