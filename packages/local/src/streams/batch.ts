// The next batch of a shard: records that fit the filters, up to as many as the consumer takes at once.
import { type Checkpoint, isAfter } from './checkpoint.ts';
import type { Origin, StreamFeed, StreamRecord } from './feed.ts';
import type { Reading } from './reading.ts';

export interface Batch {
  readonly records: readonly StreamRecord[];
  /** Sequence number of the first record that was read for it. */
  readonly from?: string;
  /** Sequence number of the last record that was read for it; absent when there was none. */
  readonly upTo?: string;
  /** Records that no filter lets through. */
  readonly filtered: number;
  /** There may be more. */
  readonly isFull: boolean;
  /** The shard is closed, and there is nothing more. */
  readonly isOver: boolean;
  /** By which it is collected on, while its window is open. */
  readonly collected: Collected;
}

/** Source: Lambda quotas: the payload of a synchronous invocation, in bytes, less what stands around the records. */
const MAX_BYTES = 6 * 1024 * 1024 - 1024;

/** A batch as far as it was read: what comes later is added to it. */
interface Collected {
  readonly records: StreamRecord[];
  bytes: number;
  filtered: number;
  from?: string;
  upTo?: string;
}

/** Nothing as yet. */
export function emptyBatch(): Collected {
  return { records: [], bytes: 0, filtered: 0 };
}

/**
 * @param fits whether the filters let a record through
 * @param collected what the batch has already, of the same checkpoint; it grows
 */
export async function collectBatch(
  reading: Reading,
  { shardId, after, start, parts: [part] }: Checkpoint,
  {
    batchSize,
    fits,
    origin,
    collected = emptyBatch(),
  }: Pick<StreamFeed, 'batchSize'> & { fits: (record: StreamRecord) => boolean; origin: Origin; collected?: Collected },
): Promise<Batch> {
  const { records } = collected;
  const batchOf = (isFull: boolean, isOver = false): Batch => {
    const { filtered, from, upTo } = collected;
    const range = { ...(from !== undefined && { from }), ...(upTo !== undefined && { upTo }) };
    return { records, ...range, filtered, isFull, isOver, collected };
  };
  for (;;) {
    const last = collected.upTo ?? after;
    const page = await reading.read(shardId, { start, ...(last !== undefined && { after: last }) }, origin);
    if (page.records.length === 0) return batchOf(false, page.isOver);
    for (const record of page.records) {
      if (part && isAfter(record.sequenceNumber, part.upTo)) return batchOf(true);
      collected.from ??= record.sequenceNumber;
      if (!fits(record)) {
        collected.upTo = record.sequenceNumber;
        collected.filtered++;
        continue;
      }
      collected.bytes += Buffer.byteLength(record.text) + 1;
      if (records.length > 0 && collected.bytes > MAX_BYTES) return batchOf(true);
      collected.upTo = record.sequenceNumber;
      records.push(record);
      if (!part && records.length >= batchSize) return batchOf(true);
    }
  }
}
