// Where a consumer is in a shard: a row, so that nodes take turns and one goes on where another left off.
//
//   after ──┬── parts[0] ──┬── parts[1] ──┬─── not yet read ───
//           └ upTo of it   └ upTo of it
//
// Without parts the next batch is what comes after `after`. Parts are what a batch became that failed: the whole of it,
// or its halves; each is tried by itself, from the left, and with the last one reading goes on.
import { tableOf } from '../backbone/table.ts';
import type { Extent, StartingPosition, StreamFeed, StreamRecord } from './feed.ts';

/** The row; times in epoch ms. */
export interface Checkpoint {
  readonly shardId: string;
  /** Sequence number of the last record that is done with. */
  readonly after?: string;
  /** Where to begin while there is none. */
  readonly start: Exclude<StartingPosition, { type: 'LATEST' }>;
  readonly parts: readonly Part[];
  /** Nothing is tried before. */
  readonly notBefore?: number;
  /** The batching window, as long as the first record of the batch is this one. */
  readonly window?: { readonly first: string; readonly until: number };
  /** Who has a batch in hand, and until when that is believed. */
  readonly lease?: { readonly node: string; readonly until: number };
  /** The shard is closed, and every record of it done with. */
  readonly isOver?: true;
  /** How the last batch went, and when. */
  readonly result?: { readonly text: string; readonly at: number };
}

export interface Part {
  /** Sequence number of its last record. */
  readonly upTo: string;
  /** The records that are tried again: what is known of them when the stream no longer has them. */
  readonly extent?: Extent;
  /** Attempts at these records so far. */
  readonly attempts: number;
  /** Those that count as retries: not what halving took. */
  readonly retries: number;
  /** Times in a row that nobody was reached. */
  readonly unreached: number;
}

export function extentOf(records: readonly StreamRecord[]): Extent | undefined {
  const place = ({ sequenceNumber, at }: StreamRecord) => ({ sequenceNumber, at });
  const [first, last] = [records.at(0), records.at(-1)];
  return first && last && { count: records.length, first: place(first), last: place(last) };
}

/**
 * Those of a part that the stream no longer has: it loses the oldest first. `undefined`: none.
 * @param found what the stream has of the part; `from`: the first record there, whether a filter lets it through or not
 */
export function lostOf(
  part: Part | undefined,
  { from, records }: { readonly from?: string; readonly records: readonly StreamRecord[] },
): Extent | undefined {
  const { extent } = part ?? {};
  if (!extent || from === undefined) return extent;
  if (!isAfter(from, extent.first.sequenceNumber)) return undefined;
  const count = Math.max(extent.count - records.length, 1);
  return { count, first: extent.first, ...(count === 1 && { last: extent.first }) };
}

export const CHECKPOINTS = tableOf<Checkpoint>('streams/checkpoints');

export function checkpointKey({ id }: Pick<StreamFeed, 'id'>, shardId: string): string {
  return `${checkpointPrefix(id)}${shardId}`;
}

export function checkpointPrefix(id: string): string {
  return `${id}/`;
}

/** Whether one sequence number comes after another; they are too large for numbers. */
export function isAfter(one: string, other: string): boolean {
  return BigInt(one) > BigInt(other);
}
