// What a mapping of a stream takes, with Lambda's defaults. Settings of brokers are kept as they were given: their
// mappings stand in.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateEventSourceMappingRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { StartingPosition } from '../../../streams/feed.ts';
import { type StreamKind, streamKind } from '../../../streams/source.ts';

/** Settings of streams and brokers, which queues do not have. */
export const STREAM_SETTINGS = [
  ...(['StartingPosition', 'StartingPositionTimestamp', 'ParallelizationFactor', 'DestinationConfig'] as const),
  ...(['MaximumRecordAgeInSeconds', 'BisectBatchOnFunctionError', 'MaximumRetryAttempts'] as const),
  ...(['TumblingWindowInSeconds', 'Topics', 'Queues', 'SourceAccessConfigurations', 'SelfManagedEventSource'] as const),
  ...(['AmazonManagedKafkaEventSourceConfig', 'SelfManagedKafkaEventSourceConfig'] as const),
  ...(['DocumentDBEventSourceConfig', 'ProvisionedPollerConfig'] as const),
];

export type StreamSettings = Pick<CreateEventSourceMappingRequest, (typeof STREAM_SETTINGS)[number]>;

/** Those of brokers alone. */
const BROKER_SETTINGS = STREAM_SETTINGS.slice(8);

/**
 * What a stream's mapping has where nothing was given. Source: recorded on AWS: LocalStack,
 * tests/aws/services/lambda_/event_source_mapping, test_lambda_integration_dynamodbstreams.
 */
export const STREAM_DEFAULTS = {
  BisectBatchOnFunctionError: false,
  DestinationConfig: { OnFailure: {} },
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
  TumblingWindowInSeconds: 0,
} as const;
/** Source: the same. */
export const STREAM_BATCH_SIZE = 100;
/** Source: Lambda API reference, MaximumRecordAgeInSeconds: -1, or 60 and more. */
const LEAST_AGE_SECONDS = 60;

/** The kind of stream that an event source is; `undefined` of queues and brokers. */
export function streamKindOf(sourceArn: string | undefined): StreamKind | undefined {
  const { service, resource = '' } = parseArn(sourceArn ?? '') ?? {};
  const kind = streamKind(service);
  return kind === 'dynamodb' && !resource.includes('/stream/') ? undefined : kind;
}

/** Whether it is a table, where its stream is meant. */
export function isTable(sourceArn: string | undefined): boolean {
  return parseArn(sourceArn ?? '')?.service === 'dynamodb' && streamKindOf(sourceArn) === undefined;
}

/** @throws ServiceError `InvalidParameterValueException` for what a stream does not know, or is not served here */
export function checkStreamSettings(sourceArn: string, settings: StreamSettings): void {
  const foreign = BROKER_SETTINGS.find((name) => settings[name] !== undefined);
  if (foreign !== undefined) throw invalid(`A stream as event source does not know ${foreign}.`);
  const { StartingPosition: start, StartingPositionTimestamp: at, MaximumRecordAgeInSeconds: age = -1 } = settings;
  if (start === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  // Source: recorded on AWS: LocalStack, tests/aws/services/lambda_, event source mappings.
  if (start === 'AT_TIMESTAMP' && streamKindOf(sourceArn) === 'dynamodb') {
    throw invalid(`Unsupported starting position for arn type: ${sourceArn}`);
  }
  if ((start === 'AT_TIMESTAMP') !== (at !== undefined)) {
    throw invalid('StartingPositionTimestamp is needed for the StartingPosition AT_TIMESTAMP, and for no other.');
  }
  if (age !== -1 && age < LEAST_AGE_SECONDS) {
    throw invalid(`MaximumRecordAgeInSeconds is -1 or at least ${LEAST_AGE_SECONDS}, not ${age}.`);
  }
  if ((settings.TumblingWindowInSeconds ?? 0) > 0) {
    throw invalid('Earwitness does not serve TumblingWindowInSeconds of event source mappings.');
  }
  checkDestination(settings.DestinationConfig);
}

export function startOf({
  StartingPosition: type,
  StartingPositionTimestamp: at = 0,
}: StreamSettings): StartingPosition {
  if (type === 'AT_TIMESTAMP') return { type, at };
  return { type: type ?? 'TRIM_HORIZON' };
}

/** Source: Lambda API reference, OnFailure, Destination: of streams a standard queue, a standard topic, a bucket. */
function checkDestination(config: StreamSettings['DestinationConfig']): void {
  if (config?.OnSuccess?.Destination !== undefined) {
    throw invalid('DestinationConfig.OnSuccess is not for event source mappings.');
  }
  const arn = config?.OnFailure?.Destination;
  if (arn === undefined) return;
  const { service = '', resource = '' } = parseArn(arn) ?? {};
  const isFifo = resource.endsWith('.fifo');
  if (['sqs', 'sns', 's3'].includes(service) && !isFifo) return;
  throw invalid(
    `DestinationConfig.OnFailure of a stream is a standard queue, a standard topic or a bucket, not ${arn}.`,
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
