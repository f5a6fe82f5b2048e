// A stream: its row, its log, and the numbers and names that follow from them.
import { createHash } from 'node:crypto';
import type { KeySchemaElement } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { logOf } from '../../../backbone/log.ts';
import { tableOf } from '../../../backbone/table.ts';
import { type StreamView, streamArn } from '../table.ts';

/** The row. Times are epoch ms. */
export interface StreamRow {
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly label: string;
  readonly view: StreamView;
  readonly keys: readonly KeySchemaElement[];
  readonly startedAt: number;
  /** Where it ended: when, and the number of its last record. */
  readonly end?: { readonly at: number; readonly sequence: number };
}

/** An entry of the stream's log. Items are text. */
export interface StoredRecord {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly at: number;
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
  /** Time to live removed the item. */
  readonly byTtl?: boolean;
}

export const STREAMS = tableOf<StreamRow>('dynamodb/streams');

/** Ours: what a stream keeps at most, beside the day that AWS promises. */
export const RECORDS = logOf<StoredRecord>('dynamodb/records', {
  maxEntries: 100_000,
  maxBytes: 256 * 1024 * 1024,
  sizeBytes: ({ key, before = '', after = '' }) => 200 + key.length + before.length + after.length,
});

/** Source: DynamoDB developer guide: records are kept for 24 hours, a disabled stream is readable as long. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

export function streamKey({ account, region, table, label }: Omit<StreamRow, 'view' | 'keys' | 'startedAt'>): string {
  return `${account}/${region}/${table}/${label}`;
}

export function arnOf(stream: StreamRow): string {
  return streamArn({ ...stream, name: stream.table }, stream.label);
}

/** `2026-11-28T10:15:30.123` */
export function labelAt(at: number): string {
  return new Date(at).toISOString().slice(0, -1);
}

/** The one shard of a stream. */
export function shardId(stream: StreamRow): string {
  const digest = createHash('sha256').update(arnOf(stream)).digest('hex').slice(0, 8);
  return `shardId-${String(stream.startedAt).padStart(20, '0')}-${digest}`;
}

const FIRST_NUMBER = 300_000_000_000_000_000_000n;

/** What a record's place in the log is told as: 21 digits. */
export function sequenceNumber(sequence: number): string {
  return String(FIRST_NUMBER + BigInt(sequence));
}

/** The place in the log that a sequence number means. */
export function sequenceOf(number: string): number | undefined {
  if (!/^\d{21,40}$/.test(number)) return undefined;
  const sequence = Number(BigInt(number) - FIRST_NUMBER);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}
