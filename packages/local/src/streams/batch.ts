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
}

/** Source: Lambda quotas: the payload of a synchronous invocation, in bytes, less what stands around the records. */
const MAX_BYTES = 6 * 1024 * 1024 - 1024;

/** @param fits whether the filters let a record through */
export async function collectBatch(
  reading: Reading,
  { shardId, after, start, parts: [part] }: Checkpoint,
  {
    batchSize,
    fits,
    origin,
  }: Pick<StreamFeed, 'batchSize'> & { fits: (record: StreamRecord) => boolean; origin: Origin },
): Promise<Batch> {
  const records: StreamRecord[] = [];
  let [bytes, filtered] = [0, 0];
  let from: string | undefined;
  let upTo: string | undefined;
  const batchOf = (isFull: boolean, isOver = false): Batch => {
    return {
      records,
      ...(from !== undefined && { from }),
      ...(upTo !== undefined && { upTo }),
      filtered,
      isFull,
      isOver,
    };
  };
  for (;;) {
    const last = upTo ?? after;
    const page = await reading.read(shardId, { start, ...(last !== undefined && { after: last }) }, origin);
    if (page.records.length === 0) return batchOf(false, page.isOver);
    for (const record of page.records) {
      if (part && isAfter(record.sequenceNumber, part.upTo)) return batchOf(true);
      from ??= record.sequenceNumber;
      if (!fits(record)) {
        upTo = record.sequenceNumber;
        filtered++;
        continue;
      }
      bytes += Buffer.byteLength(record.text) + 1;
      if (records.length > 0 && bytes > MAX_BYTES) return batchOf(true);
      upTo = record.sequenceNumber;
      records.push(record);
      if (!part && records.length >= batchSize) return batchOf(true);
    }
  }
}
