// What a pipe may be made of, and what AWS or this cloud refuses. A source or an enrichment that is not served makes
// the whole pipe a stand-in, which never moves anything; a target that is not served stands in by itself.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { createPipeTemplate } from '@earwitness/protocol/internal/events/pipe-template';
import { InvalidEventPatternError, parsePattern } from '@earwitness/protocol/pattern';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { batchSizeOf, filtersOf, invalid, type Pipe } from './pipe.ts';

export type Place =
  | 'queue'
  | 'topic'
  | 'function'
  | 'state-machine'
  | 'bus'
  | 'api-destination'
  | 'stream'
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
  if (placeAt(Source) !== 'queue') return Source;
  const isServed = ['function', 'state-machine', 'api-destination'].includes(placeAt(Enrichment));
  return Enrichment === '' || isServed ? undefined : Enrichment;
}

/** @throws ValidationException */
export function checkSettings(settings: Pipe['settings'], call: Call, { standIns }: Pick<Platform, 'standIns'>): void {
  const { Source, Target, Enrichment = '' } = settings;
  for (const text of [Source, Target, Enrichment]) checkPlace(text, call);
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

function checkServed(settings: Pipe['settings'], standIns: Platform['standIns']): void {
  const { Target } = settings;
  for (const text of [standsInFor(settings) ?? '', placeAt(Target) === 'other' ? Target : '']) {
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
  for (const pattern of filtersOf(settings)) checkPattern(pattern);
  if (placeAt(Source) !== 'queue') return;
  const size = batchSizeOf(settings);
  const limits = [
    { place: Target, maximum: targetMaximum(Target) },
    { place: Enrichment, maximum: placeAt(Enrichment) === 'api-destination' ? 1 : Number.POSITIVE_INFINITY },
  ];
  for (const { place, maximum } of limits) {
    if (size <= maximum) continue;
    throw invalid(`BatchSize ${size} of the source is more than ${place} takes at once, which is ${maximum}.`);
  }
}

function checkPattern(pattern: string): void {
  try {
    parsePattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    throw invalid(`A filter of the pipe is no event pattern: ${error.message}`);
  }
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
