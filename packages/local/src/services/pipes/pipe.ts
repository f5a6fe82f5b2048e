// A pipe: a row of `pipes/pipes`, and how it is described.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreatePipeRequest,
  DescribePipeResponse,
  PipeSourceKinesisStreamParameters,
  Pipe as PipeSummary,
} from '@earwitness/protocol/internal/aws/models/pipes.types';

/** The row: plain data. Times are epoch ms. */
export interface Pipe {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** What it was made with, and what updates made of it; empty members are left out. */
  readonly settings: Omit<CreatePipeRequest, 'Name' | 'DesiredState' | 'Tags'>;
  readonly desired: 'RUNNING' | 'STOPPED';
  readonly state: 'RUNNING' | 'STOPPED' | 'CREATE_FAILED' | 'UPDATE_FAILED' | 'START_FAILED';
  readonly reason?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type PipePlace = Pick<Pipe, 'account' | 'region' | 'name'>;

export function pipeKey({ account, region, name }: PipePlace): string {
  return `${account}/${region}/${name}`;
}

export function pipeArn({ account, region, name }: PipePlace): string {
  return formatArn({ service: 'pipes', region, account, resource: `pipe/${name}` });
}

/** The patterns of a pipe's filters. */
export function filtersOf({ SourceParameters }: Pipe['settings']): readonly string[] {
  return (SourceParameters?.FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) => Pattern);
}

/** Records of a batch when a pipe says nothing. Source: API reference, PipeSourceSqsQueueParameters and its like. */
const DEFAULT_BATCH_SIZES: Readonly<Record<string, number>> = { sqs: 10, dynamodb: 100, kinesis: 100 };

/** What a pipe says of its source, and how many records it takes at once. */
export function sourceOf({ Source, SourceParameters = {} }: Pipe['settings']) {
  const { SqsQueueParameters, DynamoDBStreamParameters, KinesisStreamParameters } = SourceParameters;
  const stream: PipeSourceKinesisStreamParameters | undefined = DynamoDBStreamParameters ?? KinesisStreamParameters;
  const given = (stream ?? SqsQueueParameters)?.BatchSize;
  return { stream, given, batchSize: given ?? DEFAULT_BATCH_SIZES[parseArn(Source)?.service ?? ''] ?? 1 };
}

export function describePipe(pipe: Pipe): DescribePipeResponse {
  const { desired, settings, tags } = pipe;
  return { ...settings, ...nameMembers(pipe), DesiredState: desired, Tags: tags };
}

export function summarizePipe(pipe: Pipe): PipeSummary {
  const { Source, Target, Enrichment } = pipe.settings;
  return { ...nameMembers(pipe), DesiredState: pipe.desired, Source, Target, ...(Enrichment && { Enrichment }) };
}

function nameMembers(pipe: Pipe) {
  return {
    Arn: pipeArn(pipe),
    Name: pipe.name,
    CurrentState: pipe.state,
    ...(pipe.reason !== undefined && { StateReason: pipe.reason }),
    CreationTime: pipe.createdAt,
    LastModifiedTime: pipe.modifiedAt,
  };
}

/** What the operations answer that change a pipe: it is on its way to its next state. */
export function answerFor<State extends string>(pipe: Pipe, CurrentState: State) {
  return {
    Arn: pipeArn(pipe),
    Name: pipe.name,
    DesiredState: pipe.desired,
    CurrentState,
    CreationTime: pipe.createdAt,
    LastModifiedTime: pipe.modifiedAt,
  };
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
