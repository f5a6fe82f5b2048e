// Log groups and streams: rows of `logs/groups` and `logs/streams`. The events themselves are in log-events.ts.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type {
  LogGroup as GroupDescription,
  LogStream as StreamDescription,
} from '@earwitness/protocol/internal/aws/models/logs.types';
import type { StoredEvent } from './log-events.ts';

/** The row: plain data. Times are epoch ms. */
export interface LogGroup {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
  readonly logGroupClass: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
}

export function groupKey({ account, region, name }: Pick<LogGroup, 'account' | 'region' | 'name'>): string {
  return `${account}/${region}/${name}`;
}

// Names of groups hold slashes, but no colons.
export function streamKey(group: LogGroup, name: string): string {
  return `${groupKey(group)}:${name}`;
}

export function groupArn({ account, region, name }: Pick<LogGroup, 'account' | 'region' | 'name'>): string {
  return formatArn({ service: 'logs', region, account, resource: `log-group:${name}` });
}

export function describeGroup(group: LogGroup, storedBytes: number): GroupDescription {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    metricFilterCount: 0,
    arn: `${groupArn(group)}:*`,
    logGroupArn: groupArn(group),
    storedBytes,
    logGroupClass: group.logGroupClass,
    deletionProtectionEnabled: false,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
  };
}

export function describeStream(group: LogGroup, stream: LogStream, events: readonly StoredEvent[]): StreamDescription {
  const times = events.map((event) => event.timestamp);
  const last = events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    arn: `${groupArn(group)}:log-stream:${stream.name}`,
    storedBytes: 0,
    ...(last && {
      firstEventTimestamp: Math.min(...times),
      lastEventTimestamp: Math.max(...times),
      lastIngestionTime: last.ingestedAt,
    }),
  };
}

/**
 * PutLogEvents still returns a token; nothing looks at it, and DescribeLogStreams no longer shows it. Recorded on AWS,
 * 2026.
 */
export const SEQUENCE_TOKEN = '49039859548259484848484848484848484848484848484848484848';
