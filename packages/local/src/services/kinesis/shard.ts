// Shards: each has a range of the 128-bit hash keys, and gives its records numbers that grow.
//
//   0 ├──── shard 0 ────┤├──── shard 1 ────┤ 2^128 - 1        a record goes where the MD5 of its partition key lies
//
// Hash keys are decimal texts: they are too large for numbers.
import { createHash } from 'node:crypto';
import type { Shard as Description } from '@earwitness/protocol/internal/aws/models/kinesis.types';

export interface Shard {
  /** Its place among the stream's: `shardId-000000000003`. */
  readonly number: number;
  readonly from: string;
  readonly to: string;
  /** Numbers of the shards that it goes on with, where it came of others. */
  readonly parents?: readonly number[];
  /** Place in its log of the last record that it took before it was closed, 0 when there was none. */
  readonly closedAfter?: number;
  /** When it was opened: epoch ms. */
  readonly openedAt: number;
}

const HASH_KEYS = 1n << 128n;
/** Source: observed on AWS: sequence numbers of 56 digits that begin with 49. */
const SEQUENCE_PREFIX = '49';
const TIME_DIGITS = 13;
const SHARD_DIGITS = 12;
const PLACE_DIGITS = 29;

export function isOpen({ closedAfter }: Shard): boolean {
  return closedAfter === undefined;
}

/** `count` shards that share all hash keys evenly, numbered from `first`. */
export function openShards(count: number, { first, at }: { readonly first: number; readonly at: number }): Shard[] {
  const border = (index: number) => (HASH_KEYS * BigInt(index)) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    number: first + index,
    from: String(border(index)),
    to: String(border(index + 1) - 1n),
    openedAt: at,
  }));
}

/**
 * All shards of a stream when its hash keys are shared anew. As on AWS, a shard is split in two or two are merged, step
 * by step: what is on the way is opened and closed in one. A shard that keeps its range stays open.
 *
 *   0 ├── 0 ──┼── 1 ──┼── 2 ──┤         from three to two: 1 is split into 3 and 4,
 *     ├── 0 ──┼ 3 ┼ 4 ┼── 2 ──┤         0 and 3 become 5, 4 and 2 become 6
 *     ├──── 5 ────┼──── 6 ────┤
 *
 * Sources: Kinesis API reference, UpdateShardCount: "splits or merges individual shards"; botocore, kinesis, Shard: a
 * shard has two parents at most.
 *
 * @param ends where each open shard ends that is closed, by its number
 */
export function reshard(
  shards: readonly Shard[],
  count: number,
  { ends, at }: { readonly ends: ReadonlyMap<number, number>; readonly at: number },
): Shard[] {
  const all = [...shards];
  const close = ({ number }: Shard) => {
    const shard = all[number];
    if (shard) all[number] = { ...shard, closedAfter: ends.get(number) ?? 0 };
  };
  const open = (from: string, to: string, parents: readonly Shard[]): Shard => {
    const shard = { number: all.length, from, to, parents: parents.map(({ number }) => number), openedAt: at };
    all.push(shard);
    return shard;
  };
  const wanted = openShards(count, { first: 0, at });
  const pieces: Shard[] = [];
  for (const whole of shards.filter(isOpen).toSorted(byRange)) {
    let rest = whole;
    for (const { from } of wanted) {
      if (BigInt(from) <= BigInt(rest.from) || BigInt(from) > BigInt(rest.to)) continue;
      close(rest);
      pieces.push(open(rest.from, String(BigInt(from) - 1n), [rest]));
      rest = open(from, rest.to, [rest]);
    }
    pieces.push(rest);
  }
  for (const range of wanted) {
    const [first, ...others] = pieces.filter((piece) => isWithin(piece, range));
    let merged = first;
    for (const piece of others) {
      if (!merged) break;
      close(merged);
      close(piece);
      merged = open(merged.from, piece.to, [merged, piece]);
    }
  }
  return all;
}

function byRange(one: Shard, other: Shard): number {
  return BigInt(one.from) < BigInt(other.from) ? -1 : 1;
}

function isWithin({ from, to }: Shard, range: Shard): boolean {
  return BigInt(range.from) <= BigInt(from) && BigInt(to) <= BigInt(range.to);
}

/** The open shard that takes a record. */
export function shardFor(shards: readonly Shard[], partitionKey: string, explicitHashKey?: string): Shard | undefined {
  const digest = createHash('md5').update(partitionKey).digest('hex');
  const hash = explicitHashKey === undefined ? BigInt(`0x${digest}`) : BigInt(explicitHashKey);
  return shards.find((shard) => isOpen(shard) && BigInt(shard.from) <= hash && hash <= BigInt(shard.to));
}

export function shardId({ number }: Pick<Shard, 'number'>): string {
  return `shardId-${String(number).padStart(12, '0')}`;
}

/** The number of the record at a place of the shard's log, counted from 1; 0 is before the first. */
export function sequenceNumber({ number, openedAt }: Shard, place: number): string {
  return `${SEQUENCE_PREFIX}${padded(openedAt, TIME_DIGITS)}${padded(number, SHARD_DIGITS)}${padded(place, PLACE_DIGITS)}`;
}

/** The place of a sequence number of this shard; `undefined` when it is none of its. */
export function placeIn(shard: Shard, sequence: string): number | undefined {
  const place = Number(sequence.slice(-PLACE_DIGITS));
  return sequenceNumber(shard, place) === sequence ? place : undefined;
}

export function describeShard(shard: Shard): Description {
  const [parent, adjacent] = shard.parents ?? [];
  return {
    ShardId: shardId(shard),
    ...(parent !== undefined && { ParentShardId: shardId({ number: parent }) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: shardId({ number: adjacent }) }),
    HashKeyRange: { StartingHashKey: shard.from, EndingHashKey: shard.to },
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(shard, 0),
      ...(shard.closedAfter !== undefined && { EndingSequenceNumber: sequenceNumber(shard, shard.closedAfter) }),
    },
  };
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
