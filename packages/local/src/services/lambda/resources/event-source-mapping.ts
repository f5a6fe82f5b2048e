// CloudFormation: AWS::Lambda::EventSourceMapping (Ref: the UUID).
import { serviceResource } from '../../../resources/service-resource.ts';
import { DEFAULT_MAPPING } from '../event-sources/mapping.ts';

export const eventSourceMappingResource = serviceResource('lambda', {
  type: 'AWS::Lambda::EventSourceMapping',
  serves: [
    ...['BatchSize', 'Enabled', 'EventSourceArn', 'FilterCriteria', 'FunctionName', 'FunctionResponseTypes'],
    ...['MaximumBatchingWindowInSeconds', 'ScalingConfig'],
    // Of streams and brokers.
    ...['AmazonManagedKafkaEventSourceConfig', 'BisectBatchOnFunctionError', 'DestinationConfig'],
    ...['DocumentDBEventSourceConfig', 'MaximumRecordAgeInSeconds', 'MaximumRetryAttempts', 'ParallelizationFactor'],
    ...['ProvisionedPollerConfig', 'Queues', 'SelfManagedEventSource', 'SelfManagedKafkaEventSourceConfig'],
    ...['SourceAccessConfigurations', 'StartingPosition', 'StartingPositionTimestamp', 'Topics'],
    'TumblingWindowInSeconds',
  ],
  ignores: ['KmsKeyArn', 'LoggingConfig', 'MetricsConfig', 'Tags'],
  gone: 'ResourceNotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('CreateEventSourceMapping', properties);
    const { UUID = '' } = await run('CreateEventSourceMapping', input);
    return { physicalId: UUID, attributes: { Id: UUID } };
  },
  async update(made, properties, { parse, run }) {
    // What a template no longer names goes back to its default.
    const defaults = {
      BatchSize: DEFAULT_MAPPING.batchSize,
      Enabled: DEFAULT_MAPPING.enabled,
      FilterCriteria: { Filters: [] },
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: DEFAULT_MAPPING.windowSeconds,
    };
    const input = await parse('UpdateEventSourceMapping', properties);
    await run('UpdateEventSourceMapping', { ...defaults, ...input, UUID: made.physicalId });
    return made;
  },
  delete: ({ physicalId: UUID }, { run }) => run('DeleteEventSourceMapping', { UUID }),
});
