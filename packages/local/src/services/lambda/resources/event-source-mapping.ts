// CloudFormation: AWS::Lambda::EventSourceMapping (Ref: the UUID).
import { refusalsOf } from '../../../resources/finding.ts';
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { changeTags } from '../../../resources/tags.ts';
import { applySettings, DEFAULT_MAPPING, isQueue, type Mapping } from '../event-sources/mapping.ts';
import { isTable, STREAM_BATCH_SIZE, STREAM_DEFAULTS, streamKindOf } from '../event-sources/stream-settings.ts';
import { checkStandsIn } from '../operations/event-source-mapping.ts';

/** What settings are held against before there is a mapping. */
const UNMADE: Mapping = {
  uuid: '',
  account: '',
  region: '',
  functionName: '',
  ...DEFAULT_MAPPING,
  lastModified: 0,
};

export const eventSourceMappingResource = serviceResource('lambda', {
  type: 'AWS::Lambda::EventSourceMapping',
  takenBy: ['CreateEventSourceMapping', 'TagResource'],
  serves: [
    ...['BatchSize', 'Enabled', 'EventSourceArn', 'FilterCriteria', 'FunctionName', 'FunctionResponseTypes'],
    ...['MaximumBatchingWindowInSeconds', 'ScalingConfig'],
    // Of streams and brokers.
    ...['AmazonManagedKafkaEventSourceConfig', 'BisectBatchOnFunctionError', 'DestinationConfig'],
    ...['DocumentDBEventSourceConfig', 'MaximumRecordAgeInSeconds', 'MaximumRetryAttempts', 'ParallelizationFactor'],
    ...['ProvisionedPollerConfig', 'Queues', 'SelfManagedEventSource', 'SelfManagedKafkaEventSourceConfig'],
    ...['SourceAccessConfigurations', 'StartingPosition', 'StartingPositionTimestamp', 'Tags', 'Topics'],
    'TumblingWindowInSeconds',
  ],
  ignores: ['KmsKeyArn', 'LoggingConfig', 'MetricsConfig'],
  gone: 'ResourceNotFoundException',
  async examine(properties, { parse, standIns }) {
    const path = ['EventSourceArn'];
    const input = await parse('CreateEventSourceMapping', properties);
    const { EventSourceArn: sourceArn } = input;
    const isStream = streamKindOf(sourceArn) !== undefined;
    if (sourceArn !== undefined && (isQueue(sourceArn) || isStream)) {
      const mapping = { ...UNMADE, sourceArn, ...(isStream && { stream: {} }) };
      return refusalsOf([], () => applySettings(mapping, { ...input, FunctionName: undefined }));
    }
    const refused = await refusalsOf(path, () => checkStandsIn({ standIns }, input));
    const mend = "a function reads the table's stream: did you mean its StreamArn (!GetAtt Table.StreamArn)?";
    if (refused.length > 0) return isTable(sourceArn) ? refused.map((one) => ({ ...one, mend })) : refused;
    return [
      {
        kind: 'stands in',
        path,
        why: 'only queues and streams feed functions',
        means: 'the mapping is kept, and feeds nothing',
      },
    ];
  },
  async create(properties, { parse, run }) {
    const input = await parse('CreateEventSourceMapping', properties);
    const { UUID = '', EventSourceMappingArn = '' } = await run('CreateEventSourceMapping', input);
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },
  async update(made, properties, { parse, previous, run }) {
    // What a template no longer names goes back to its default.
    const isStream = streamKindOf(textProperty(properties, 'EventSourceArn')) !== undefined;
    const defaults = {
      ...(isStream && STREAM_DEFAULTS),
      BatchSize: isStream ? STREAM_BATCH_SIZE : DEFAULT_MAPPING.batchSize,
      Enabled: DEFAULT_MAPPING.enabled,
      FilterCriteria: { Filters: [] },
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: DEFAULT_MAPPING.windowSeconds,
    };
    const input = await parse('UpdateEventSourceMapping', properties);
    await run('UpdateEventSourceMapping', { ...defaults, ...input, UUID: made.physicalId });
    const Resource = made.attributes['EventSourceMappingArn'] ?? '';
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { Resource, TagKeys }),
      tag: (Tags) => run('TagResource', { Resource, Tags }),
    });
    return made;
  },
  delete: ({ physicalId: UUID }, { run }) => run('DeleteEventSourceMapping', { UUID }),
});
