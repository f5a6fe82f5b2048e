// CloudFormation: AWS::Logs::LogGroup (Ref: the name).
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import { numberProperty, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags } from '../../../resources/tags.ts';

export const logGroupResource = serviceResource('logs', {
  type: 'AWS::Logs::LogGroup',
  takenBy: ['CreateLogGroup', 'PutRetentionPolicy'],
  serves: ['LogGroupName', 'RetentionInDays', 'LogGroupClass', 'Tags'],
  ignores: ['KmsKeyId', 'DataProtectionPolicy', 'FieldIndexPolicies', 'DeletionProtectionEnabled'],
  gone: 'ResourceNotFoundException',
  async create({ KmsKeyId: _, ...properties }, context) {
    const { call, generateName, parse, run } = context;
    const logGroupName = textProperty(properties, 'LogGroupName') ?? generateName({ maxLength: 512 });
    await run('CreateLogGroup', { ...(await parse('CreateLogGroup', properties)), logGroupName });
    const made = describe(logGroupName, call);
    context.began(made);
    await setRetention(logGroupName, properties, context);
    return made;
  },
  async adopt({ LogGroupName: name = '' }, { call, run }) {
    const { logGroups = [] } = await run('DescribeLogGroups', { logGroupNamePrefix: name });
    return logGroups.some(({ logGroupName }) => logGroupName === name) ? describe(name, call) : undefined;
  },
  async update(made, properties, context) {
    const { previous, run } = context;
    const logGroupName = made.physicalId;
    await refuseClassChange(logGroupName, properties, context);
    await setRetention(logGroupName, properties, context);
    await changeTags(previous, properties, {
      untag: (tags) => run('UntagLogGroup', { logGroupName, tags }),
      tag: (tags) => run('TagLogGroup', { logGroupName, tags }),
    });
    return made;
  },
  delete: ({ physicalId: logGroupName }, { run }) => run('DeleteLogGroup', { logGroupName }),
});

function describe(name: string, { account, region }: Call): Made {
  const arn = formatArn({ service: 'logs', region, account, resource: `log-group:${name}:*` });
  return { physicalId: name, attributes: { Arn: arn } };
}

// Source: AWS CloudFormation user guide, AWS::Logs::LogGroup, LogGroupClass: "Updates are not supported." The group
// itself is asked, so that the rollback of a refused change is no change.
async function refuseClassChange(logGroupName: string, properties: Properties, { run }: ResourceContext<'logs'>) {
  const wanted = textProperty(properties, 'LogGroupClass');
  const { logGroups = [] } = await run('DescribeLogGroups', { logGroupNamePrefix: logGroupName });
  const group = logGroups.find((one) => one.logGroupName === logGroupName);
  if (wanted === undefined || wanted === group?.logGroupClass) return;
  throw new ServiceError('InvalidParameterException', 'Updates of the property LogGroupClass are not supported.');
}

async function setRetention(
  logGroupName: string,
  properties: Properties,
  { run }: ResourceContext<'logs'>,
): Promise<void> {
  const days = numberProperty(properties, 'RetentionInDays');
  if (days === undefined) await run('DeleteRetentionPolicy', { logGroupName });
  else await run('PutRetentionPolicy', { logGroupName, retentionInDays: days });
}
