// Event source mappings as they stand in their table: which queue or stream feeds which function, and how. Brokers
// stand in: a mapping of theirs is kept, and never feeds its function.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  ProvisionedPollerConfig,
  UpdateEventSourceMappingRequest,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import { InvalidEventPatternError, parsePattern } from '@earwitness/protocol/pattern';
import type { Backbone } from '../../../backbone/backbone.ts';
import { type RowListener, type Table, tableOf } from '../../../backbone/table.ts';
import { dataFault } from '../../../streams/filter.ts';
import { formatFunctionArn, parseFunctionName } from '../function-name.ts';
import {
  checkStreamSettings,
  STREAM_DEFAULTS,
  STREAM_SETTINGS,
  type StreamSettings,
  streamKindOf,
} from './stream-settings.ts';

const MAPPINGS = tableOf<Mapping>('lambda/event-source-mappings');

/**
 * Messages of a batch that waits for none. Source: recorded on AWS: LocalStack, tests/aws/services/lambda_/
 * event_source_mapping, test_event_source_mapping_default_batch_size.
 */
const BATCH_WITHOUT_WINDOW = 10;
/** Source: Lambda quotas: five filters of an event source mapping, ten on request. */
const MAX_FILTERS = 10;

export interface Mapping {
  readonly uuid: string;
  readonly account: string;
  readonly region: string;
  /** Nothing of a self-managed broker. */
  readonly sourceArn?: string;
  /** Settings of a stream or broker, as they were given. Nothing of a queue. */
  readonly stream?: StreamSettings;
  /** Of a queue: told, and nothing more, as messages are taken at once. */
  readonly pollers?: ProvisionedPollerConfig;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsFailures: boolean;
  /** Event patterns; a message that fits none is taken off the queue unseen. Empty: every message fits. */
  readonly filters: readonly string[];
  readonly maximumConcurrency?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

/**
 * A mapping's settings where none are given; also what it goes back to. Source: Lambda API reference,
 * CreateEventSourceMapping.
 */
export const DEFAULT_MAPPING = {
  enabled: true,
  batchSize: 10,
  windowSeconds: 0,
  reportsFailures: false,
  filters: [],
} as const;

export class MappingTable {
  #table: Table<Mapping>;

  constructor(backbone: Backbone) {
    this.#table = backbone.table(MAPPINGS);
  }

  get(uuid: string): Mapping | undefined {
    return this.#table.get(uuid)?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  find(uuid: string): Mapping {
    const mapping = this.get(uuid);
    if (mapping) return mapping;
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.');
  }

  list({ account, region }: { readonly account: string; readonly region: string }): Mapping[] {
    const all = this.#table.list().map((row) => row.value);
    return all.filter((mapping) => mapping.account === account && mapping.region === region);
  }

  watch(listener: RowListener<Mapping>): () => void {
    return this.#table.watch(listener);
  }

  /** Of all accounts and regions. */
  all(): Mapping[] {
    return this.#table.list().map((row) => row.value);
  }

  async save(mapping: Mapping): Promise<void> {
    await this.#table.put(mapping.uuid, mapping);
  }

  async delete(uuid: string): Promise<void> {
    await this.#table.delete(uuid);
  }
}

type Settings = Omit<CreateEventSourceMappingRequest, 'FunctionName' | 'EventSourceArn'> &
  Pick<UpdateEventSourceMappingRequest, 'FunctionName'>;

/** The mapping with what `input` names changed. @throws ServiceError `InvalidParameterValueException` */
export function applySettings(mapping: Mapping, input: Settings): Mapping {
  const given = Object.fromEntries(
    STREAM_SETTINGS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]),
  );
  const foreign = mapping.stream ? undefined : Object.keys(given).find((one) => one !== 'ProvisionedPollerConfig');
  if (foreign !== undefined) throw invalid(`An SQS queue as event source does not know ${foreign}.`);
  const { account, region } = mapping;
  const name =
    input.FunctionName === undefined ? undefined : parseFunctionName(input.FunctionName, { account, region });
  const filters = input.FilterCriteria?.Filters?.map((filter) => filter.Pattern ?? '{}');
  checkFilters(filters ?? [], mapping.sourceArn);
  const concurrency = input.ScalingConfig?.MaximumConcurrency;
  const stream = mapping.stream && { ...mapping.stream, ...given };
  const { sourceArn } = mapping;
  if (stream && sourceArn !== undefined && streamKindOf(sourceArn)) {
    checkStreamSettings(sourceArn, stream);
    if (concurrency !== undefined) throw invalid('ScalingConfig is for queues as event source alone.');
  }
  const batchSize = input.BatchSize ?? mapping.batchSize;
  const windowSeconds = input.MaximumBatchingWindowInSeconds ?? mapping.windowSeconds;
  if (isQueue(sourceArn) && batchSize > BATCH_WITHOUT_WINDOW && windowSeconds === 0) {
    const limit = `greater than 0 if maximum batch size is greater than ${BATCH_WITHOUT_WINDOW}`;
    throw invalid(`Maximum batch window in seconds must be ${limit}`);
  }
  return {
    ...mapping,
    ...(stream && { stream }),
    ...(!stream && input.ProvisionedPollerConfig && { pollers: input.ProvisionedPollerConfig }),
    ...(name && { functionName: name.name }),
    ...(name?.qualifier !== undefined && { qualifier: name.qualifier }),
    enabled: input.Enabled ?? mapping.enabled,
    batchSize,
    windowSeconds,
    reportsFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes('ReportBatchItemFailures')
      : mapping.reportsFailures,
    filters: filters ?? mapping.filters,
    ...(concurrency !== undefined && { maximumConcurrency: concurrency }),
  };
}

/** Whether the event source is a queue; everything else is a stream or a broker. */
export function isQueue(sourceArn: string | undefined): sourceArn is string {
  return sourceArn !== undefined && parseArn(sourceArn)?.service === 'sqs';
}

/** @param lastResult how the last batch of a stream went; none did yet */
export function describeMapping(
  mapping: Mapping,
  lastResult = 'No records processed',
): EventSourceMappingConfiguration {
  const { account, filters, maximumConcurrency, pollers, qualifier, region, sourceArn, stream, uuid } = mapping;
  const name = { ...mapping, name: mapping.functionName, ...(qualifier !== undefined && { qualifier }) };
  return {
    UUID: uuid,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowSeconds,
    ...(sourceArn !== undefined && { EventSourceArn: sourceArn }),
    EventSourceMappingArn: formatArn({ service: 'lambda', region, account, resource: `event-source-mapping:${uuid}` }),
    ...(streamKindOf(sourceArn) && { ...STREAM_DEFAULTS, LastProcessingResult: lastResult }),
    ...stream,
    ...(pollers && { ProvisionedPollerConfig: pollers }),
    FunctionArn: formatFunctionArn(name),
    LastModified: mapping.lastModified,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    // Source: recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping.
    StateTransitionReason: isQueue(sourceArn) ? 'USER_INITIATED' : 'User action',
    FunctionResponseTypes: mapping.reportsFailures ? ['ReportBatchItemFailures'] : [],
    ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
  };
}

function checkFilters(patterns: readonly string[], sourceArn: string | undefined): void {
  if (patterns.length > MAX_FILTERS) {
    throw invalid(`A mapping has ${MAX_FILTERS} filters at most, not ${patterns.length}.`);
  }
  const kind = streamKindOf(sourceArn);
  for (const pattern of patterns) {
    const fault = patternFault(pattern) ?? (kind && dataFault(pattern, kind));
    if (fault !== undefined) throw invalid(`Invalid filter pattern definition. (${fault})`);
  }
}

function patternFault(pattern: string): string | undefined {
  try {
    parsePattern(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    return error.message;
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
