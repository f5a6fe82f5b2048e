// A stream: a row of `kinesis/streams` with its shards.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { StreamDescriptionSummary } from '@earwitness/protocol/internal/aws/models/kinesis.types';
import { isOpen, type Shard } from './shard.ts';

/** The row: plain data, times in epoch ms. */
export interface Stream {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly mode: 'ON_DEMAND' | 'PROVISIONED';
  /** In the order of their numbers; those that are closed stay until their records are past retention. */
  readonly shards: readonly Shard[];
  readonly retentionHours: number;
  readonly maxRecordKib: number;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Present when it is encrypted: nothing comes of it. */
  readonly keyId?: string;
  /** JSON text. */
  readonly policy?: string;
}

export type StreamPlace = Pick<Stream, 'account' | 'region' | 'name'>;

/** How operations name a stream. */
export interface NamedStream {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
}

/** Source: Kinesis API reference, IncreaseStreamRetentionPeriod. */
export const MIN_RETENTION_HOURS = 24;
export const MAX_RETENTION_HOURS = 8760;
/** Source: botocore, kinesis, CreateStream: MaxRecordSizeInKiB. */
export const DEFAULT_MAX_RECORD_KIB = 1024;

export function streamKey({ account, region, name }: StreamPlace): string {
  return `${account}/${region}/${name}`;
}

export function streamArn({ account, region, name }: StreamPlace): string {
  return formatArn({ service: 'kinesis', region, account, resource: `stream/${name}` });
}

/** Which stream is meant. @throws InvalidArgumentException */
export function placeOf(
  { StreamName, StreamARN, StreamId }: NamedStream,
  caller: Omit<StreamPlace, 'name'>,
): StreamPlace {
  if (StreamId !== undefined) throw invalid('Earwitness does not know streams by StreamId; name the StreamARN.');
  if (StreamARN === undefined) {
    if (StreamName === undefined) throw invalid('Either StreamARN or StreamName is needed.');
    return { account: caller.account, region: caller.region, name: StreamName };
  }
  const place = placeOfArn(StreamARN);
  if (StreamName !== undefined && StreamName !== place.name) {
    throw invalid(`StreamName ${StreamName} is not the stream of StreamARN ${StreamARN}.`);
  }
  return place;
}

/** The stream of its own ARN, or of a consumer's. @throws InvalidArgumentException */
export function placeOfArn(arn: string): StreamPlace {
  const { account, region, resource } = parseArn(arn) ?? { account: '', region: '', resource: '' };
  const [, name] = /^stream\/([^/]+)/.exec(resource) ?? [];
  if (name === undefined) throw invalid(`${arn} is not the ARN of a stream.`);
  return { account, region, name };
}

export function describeStream(stream: Stream, consumers: number): StreamDescriptionSummary {
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: stream.createdAt,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    ...encryptionOf(stream),
    OpenShardCount: stream.shards.filter(isOpen).length,
    ConsumerCount: consumers,
    MaxRecordSizeInKiB: stream.maxRecordKib,
  };
}

export function encryptionOf({ keyId }: Stream): { readonly EncryptionType: 'NONE' | 'KMS'; readonly KeyId?: string } {
  return keyId === undefined ? { EncryptionType: 'NONE' } : { EncryptionType: 'KMS', KeyId: keyId };
}

export function invalid(sentence: string): ServiceError {
  return new ServiceError('InvalidArgumentException', sentence);
}
