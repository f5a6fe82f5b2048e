// Shard iterators: where a reader is, as text that it hands back.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { invalid, type Stream, type StreamPlace } from './stream.ts';

export interface ShardIterator {
  readonly stream: StreamPlace;
  /** Of the stream: one that was made anew under the name is another. */
  readonly createdAt: number;
  /** The shard's number. */
  readonly shard: number;
  /** The next record to read, counted from 1. */
  readonly place: number;
  /** When it was made: epoch ms. */
  readonly at: number;
}

/** Source: Kinesis API reference, GetShardIterator: five minutes. */
const LIFE_MS = 300_000;

export function formatIterator({ stream, createdAt, shard, place, at }: ShardIterator): string {
  const { account, region, name } = stream;
  return Buffer.from(JSON.stringify([account, region, name, createdAt, shard, place, at])).toString('base64');
}

/** @throws InvalidArgumentException */
export function parseIterator(text: string): ShardIterator {
  const [account, region, name, ...numbers] = partsOf(text);
  const [createdAt, shard, place, at] = numbers.map(Number);
  if (typeof account !== 'string' || typeof region !== 'string' || typeof name !== 'string') throw notOurs();
  if (createdAt === undefined || shard === undefined || place === undefined || at === undefined) throw notOurs();
  if (!numbers.every(Number.isInteger)) throw notOurs();
  return { stream: { account, region, name }, createdAt, shard, place, at };
}

/** Whether it still may be used. @throws ExpiredIteratorException, ResourceNotFoundException */
export function checkIterator({ at, createdAt }: ShardIterator, stream: Stream, now: number): void {
  if (createdAt !== stream.createdAt) throw invalid(`The iterator is of another stream that was named ${stream.name}.`);
  if (now - at <= LIFE_MS) return;
  throw new ServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${new Date(at).toISOString()} while right now it is ` +
      `${new Date(now).toISOString()} which is further in the future than the tolerated delay of ${LIFE_MS} milliseconds.`,
  );
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function notOurs(): ServiceError {
  return invalid('Invalid ShardIterator.');
}
