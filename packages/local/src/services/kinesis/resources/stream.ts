// CloudFormation: AWS::Kinesis::Stream (Ref: the name).
import { numberProperty, textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagsOf } from '../../../resources/tags.ts';
import { MIN_RETENTION_HOURS } from '../stream.ts';

export const streamResource = serviceResource('kinesis', {
  type: 'AWS::Kinesis::Stream',
  takenBy: ['CreateStream'],
  serves: [
    ...['Name', 'ShardCount', 'StreamModeDetails', 'RetentionPeriodHours', 'StreamEncryption', 'MaxRecordSizeInKiB'],
    'Tags',
  ],
  ignores: ['DesiredShardLevelMetrics'],
  gone: 'ResourceNotFoundException',
  async create(properties, context) {
    const { run, parse, generateName } = context;
    const {
      Name,
      RetentionPeriodHours: _,
      StreamEncryption: __,
      Tags: ___,
      DesiredShardLevelMetrics: ____,
      ...rest
    } = properties;
    const StreamName = textProperty(properties, 'Name') ?? generateName();
    const input = await parse('CreateStream', rest);
    const Tags = tagsOf(properties);
    await run('CreateStream', { ...input, StreamName, ...(Object.keys(Tags).length > 0 && { Tags }) });
    await applyRetention(StreamName, {}, properties, context);
    await applyEncryption(StreamName, properties, context);
    return { physicalId: StreamName, attributes: { Arn: await arnOf(StreamName, context) } };
  },
  async adopt({ Name = '' }, context) {
    return { physicalId: Name, attributes: { Arn: await arnOf(Name, context) } };
  },
  async update(made, properties, context) {
    const { previous, run, parse } = context;
    const StreamName = made.physicalId;
    const StreamARN = await arnOf(StreamName, context);
    const changed = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(previous[name]);
    if (changed('StreamModeDetails')) {
      const { StreamModeDetails = { StreamMode: 'PROVISIONED' as const } } = await parse('CreateStream', {
        StreamModeDetails: properties['StreamModeDetails'],
      });
      await run('UpdateStreamMode', { StreamARN, StreamModeDetails });
    }
    const TargetShardCount = numberProperty(properties, 'ShardCount');
    if (TargetShardCount !== undefined && changed('ShardCount')) {
      await run('UpdateShardCount', { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    }
    if (changed('RetentionPeriodHours')) await applyRetention(StreamName, previous, properties, context);
    if (changed('StreamEncryption')) await applyEncryption(StreamName, properties, context);
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('RemoveTagsFromStream', { StreamName, TagKeys }),
      tag: (Tags) => run('AddTagsToStream', { StreamName, Tags }),
    });
    return made;
  },
  delete: ({ physicalId: StreamName }, { run }) => run('DeleteStream', { StreamName, EnforceConsumerDeletion: true }),
});

type Context = ResourceContext<'kinesis'>;

async function arnOf(StreamName: string, { run }: Context): Promise<string> {
  return (await run('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary.StreamARN;
}

async function applyRetention(
  StreamName: string,
  previous: Properties,
  properties: Properties,
  { run }: Context,
): Promise<void> {
  const hours = (of: Properties) => numberProperty(of, 'RetentionPeriodHours') ?? MIN_RETENTION_HOURS;
  const RetentionPeriodHours = hours(properties);
  if (RetentionPeriodHours > hours(previous)) {
    await run('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours });
  } else if (RetentionPeriodHours < hours(previous)) {
    await run('DecreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours });
  }
}

async function applyEncryption(StreamName: string, properties: Properties, { run, parse }: Context): Promise<void> {
  const { EncryptionType = 'NONE', KeyId = '' } =
    properties['StreamEncryption'] === undefined
      ? {}
      : await parse('StartStreamEncryption', properties['StreamEncryption'] as Properties);
  if (EncryptionType === 'KMS') await run('StartStreamEncryption', { StreamName, EncryptionType, KeyId });
  else await run('StopStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
}
