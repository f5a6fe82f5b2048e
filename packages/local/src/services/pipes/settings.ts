// What a pipe may be made of, and what AWS or this cloud refuses. A source or an enrichment that is not served makes
// the whole pipe a stand-in, which never moves anything; a target that is not served stands in by itself.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { createPipeTemplate } from '@earwitness/protocol/internal/events/pipe-template';
import { InvalidEventPatternError, parsePattern } from '@earwitness/protocol/pattern';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { dataFault } from '../../streams/filter.ts';
import { type StreamKind, streamKind } from '../../streams/source.ts';
import { filtersOf, invalid, type Pipe, sourceOf } from './pipe.ts';

export type Place =
  | 'queue'
  | 'topic'
  | 'function'
  | 'state-machine'
  | 'bus'
  | 'api-destination'
  | 'stream'
  | 'table-stream'
  | 'log'
  | 'other';

/** What an ARN points at. */
export function placeAt(text: string): Place {
  const { service, resource = '' } = parseArn(text) ?? {};
  if (service === 'sqs') return 'queue';
  if (service === 'sns') return 'topic';
  if (service === 'lambda') return 'function';
  if (service === 'states' && resource.startsWith('stateMachine:')) return 'state-machine';
  if (service === 'kinesis' && resource.startsWith('stream/')) return 'stream';
  if (service === 'dynamodb' && resource.includes('/stream/')) return 'table-stream';
  if (service === 'events' && resource.startsWith('event-bus/')) return 'bus';
  if (service === 'events' && resource.startsWith('api-destination/')) return 'api-destination';
  return service === 'logs' ? 'log' : 'other';
}

/** Records that a target takes at once. Source: Pipes user guide, "Batching behavior"; absent: by size alone. */
const TARGET_MAX: Readonly<Partial<Record<Place, number>>> = {
  queue: 10,
  topic: 10,
  bus: 10,
  stream: 500,
  'api-destination': 1,
  log: 10_000,
};

export function targetMaximum(target: string): number {
  return TARGET_MAX[placeAt(target)] ?? Number.POSITIVE_INFINITY;
}

/** Records of a stream that a pipe takes at once: what it says, or what fits into all that it asks. */
export function streamBatchSize(settings: Pipe['settings']): number {
  const { Target, Enrichment = '' } = settings;
  return Math.min(sourceOf(settings).batchSize, targetMaximum(Target), enrichmentMaximum(Enrichment));
}

function enrichmentMaximum(enrichment: string): number {
  return placeAt(enrichment) === 'api-destination' ? 1 : Number.POSITIVE_INFINITY;
}

/** Parameters of one kind of source, and the service of that. Source: API reference, PipeSourceParameters. */
const SOURCES = {
  SqsQueueParameters: 'sqs',
  DynamoDBStreamParameters: 'dynamodb',
  KinesisStreamParameters: 'kinesis',
  ActiveMQBrokerParameters: 'mq',
  RabbitMQBrokerParameters: 'mq',
  ManagedStreamingKafkaParameters: 'kafka',
} as const;

/** The same of targets. Source: API reference, PipeTargetParameters. */
const TARGETS = {
  LambdaFunctionParameters: 'lambda',
  SqsQueueParameters: 'sqs',
  EventBridgeEventBusParameters: 'events',
  HttpParameters: 'events',
  CloudWatchLogsParameters: 'logs',
  StepFunctionStateMachineParameters: 'states',
  KinesisStreamParameters: 'kinesis',
  EcsTaskParameters: 'ecs',
  BatchJobParameters: 'batch',
  RedshiftDataParameters: 'redshift',
  SageMakerPipelineParameters: 'sagemaker',
  TimestreamParameters: 'timestream',
} as const;

/** Why a pipe stands in as a whole: it names what it reads or asks; `undefined` when it does not. */
export function standsInFor({ Source, Enrichment = '' }: Pipe['settings']): string | undefined {
  if (!['queue', 'stream', 'table-stream'].includes(placeAt(Source))) return Source;
  const isServed = ['function', 'state-machine', 'api-destination'].includes(placeAt(Enrichment));
  return Enrichment === '' || isServed ? undefined : Enrichment;
}

/** @throws ValidationException */
export function checkSettings(settings: Pipe['settings'], call: Call, { standIns }: Pick<Platform, 'standIns'>): void {
  const { Source, Target, Enrichment = '' } = settings;
  for (const text of [Source, Target, Enrichment]) checkPlace(text, call);
  checkService('source', Source, ['sqs', 'dynamodb', 'kinesis', 'kafka', 'mq']);
  checkService('enrichment', Enrichment, ['lambda', 'states', 'execute-api', 'events']);
  checkServed(settings, standIns);
  checkSource(settings);
  checkTarget(settings);
  const { EnrichmentParameters: enrichment, TargetParameters: target } = settings;
  for (const [name, template] of [
    ['EnrichmentParameters', enrichment?.InputTemplate],
    ['TargetParameters', target?.InputTemplate],
  ] as const) {
    const unknown = template === undefined ? undefined : createPipeTemplate(template).problems.unknown;
    if (unknown !== undefined) throw invalid(`${name}.InputTemplate has an unknown placeholder: <${unknown}>.`);
  }
}

function checkPlace(text: string, call: Call): void {
  if (text === '' || text.startsWith('smk://')) return;
  const arn = parseArn(text);
  if (!arn) throw invalid(`${text} is not the ARN of a source, an enrichment or a target.`);
  if (arn.region !== '' && arn.region !== call.region) throw invalid('Creating cross-region pipe is not permitted.');
}

/**
 * Nothing else can be one, here or on AWS. Sources: Pipes user guide, "Amazon EventBridge Pipes sources" and "Event
 * enrichment"; the sentence is ours.
 */
function checkService(role: 'source' | 'enrichment', text: string, services: readonly string[]): void {
  const { service = '', resource = '' } = parseArn(text) ?? {};
  if (text === '' || text.startsWith('smk://')) return;
  if (services.includes(service) && (service !== 'events' || resource.startsWith('api-destination/'))) return;
  throw invalid(`${text} cannot be the ${role} of a pipe: that is of one of the services ${services.join(', ')}.`);
}

function checkServed(settings: Pipe['settings'], standIns: Platform['standIns']): void {
  const { Target } = settings;
  for (const text of [standsInFor(settings) ?? '', ['other', 'table-stream'].includes(placeAt(Target)) ? Target : '']) {
    const { service } = parseArn(text) ?? {};
    if (service === undefined || standIns.allows(service)) continue;
    throw invalid(`Earwitness has no pipes from or to the service '${service}' (${text}).`);
  }
}

function checkSource(settings: Pipe['settings']): void {
  const { Source, SourceParameters = {}, Enrichment = '', Target } = settings;
  const service = parseArn(Source)?.service;
  const foreign = Object.entries(SOURCES).find(
    ([name, owner]) => Reflect.get(SourceParameters, name) !== undefined && owner !== service,
  );
  if (foreign) throw invalid(`SourceParameters.${foreign[0]} is not for the source ${Source}.`);
  const kind = streamKind(service);
  for (const pattern of filtersOf(settings)) checkPattern(pattern, kind);
  if (standsInFor(settings) === Source) return;
  if (placeAt(Source) !== 'queue') checkStream(settings);
  const { given, batchSize } = sourceOf(settings);
  // Of a stream whose pipe says nothing, no more is taken than fits.
  const size = placeAt(Source) === 'queue' ? batchSize : (given ?? 1);
  const limits = [
    { place: Target, maximum: targetMaximum(Target) },
    { place: Enrichment, maximum: enrichmentMaximum(Enrichment) },
  ];
  for (const { place, maximum } of limits) {
    if (size <= maximum) continue;
    throw invalid(`BatchSize ${size} of the source is more than ${place} takes at once, which is ${maximum}.`);
  }
}

/** Source: API reference, PipeSourceDynamoDBStreamParameters, PipeSourceKinesisStreamParameters. */
function checkStream(settings: Pipe['settings']): void {
  const { Source } = settings;
  const { stream } = sourceOf(settings);
  const name = placeAt(Source) === 'stream' ? 'KinesisStreamParameters' : 'DynamoDBStreamParameters';
  if (!stream) throw invalid(`SourceParameters.${name} with a StartingPosition is needed for the source ${Source}.`);
  const { StartingPosition: start, StartingPositionTimestamp: at, DeadLetterConfig: dead } = stream;
  if ((start === 'AT_TIMESTAMP') !== (at !== undefined)) {
    throw invalid('StartingPositionTimestamp is needed for the StartingPosition AT_TIMESTAMP, and for no other.');
  }
  const isLetter = dead?.Arn === undefined || ['queue', 'topic'].includes(placeAt(dead.Arn));
  if (isLetter && !dead?.Arn?.endsWith('.fifo')) return;
  throw invalid(`DeadLetterConfig.Arn is a standard queue or a standard topic, not ${dead?.Arn}.`);
}

function checkPattern(pattern: string, kind: StreamKind | undefined): void {
  try {
    parsePattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    throw invalid(`A filter of the pipe is no event pattern: ${error.message}`);
  }
  const fault = kind && dataFault(pattern, kind);
  if (fault !== undefined) throw invalid(fault);
}

function checkTarget({ Target, TargetParameters = {} }: Pipe['settings']): void {
  const service = parseArn(Target)?.service;
  // Source: API reference, PipeTargetKinesisStreamParameters: PartitionKey is required.
  if (placeAt(Target) === 'stream' && TargetParameters.KinesisStreamParameters === undefined) {
    throw invalid(`TargetParameters.KinesisStreamParameters is needed for the target ${Target}.`);
  }
  const foreign = Object.entries(TARGETS).find(
    ([name, owner]) => Reflect.get(TargetParameters, name) !== undefined && owner !== service,
  );
  // API Gateway takes the parameters of HTTP, too.
  if (!foreign || (foreign[0] === 'HttpParameters' && service === 'execute-api')) return;
  throw invalid(`TargetParameters.${foreign[0]} is not for the target ${Target}.`);
}
