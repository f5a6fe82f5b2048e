// Records: put, and read by iterator.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { GetShardIteratorInput } from '@earwitness/protocol/internal/aws/models/kinesis.types';
import type { OperationsOf } from '../../../call.ts';
import { checkIterator, formatIterator, parseIterator } from '../iterator.ts';
import type { Parts } from '../parts.ts';
import { isOpen, placeIn, type Shard, sequenceNumber, shardFor, shardId } from '../shard.ts';
import { encryptionOf, invalid, type Stream } from '../stream.ts';

/** Source: Kinesis API reference, GetRecords: records, and bytes, of an answer. */
const MAX_RECORDS = 10_000;
const MAX_ANSWER_BYTES = 10 * 1_048_576;
/** Source: Kinesis API reference, PutRecords. */
const MAX_REQUEST_BYTES = 10 * 1_048_576;

interface Given {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string | undefined;
}

export function recordOperations({ platform, streams, records }: Parts) {
  async function append(stream: Stream, given: Given): Promise<{ ShardId: string; SequenceNumber: string }> {
    const shard = shardFor(stream.shards, given.PartitionKey, given.ExplicitHashKey);
    if (!shard) throw invalid(`ExplicitHashKey ${given.ExplicitHashKey} is in no shard of stream ${stream.name}.`);
    const place = await records.append(stream, shard, { partitionKey: given.PartitionKey, data: given.Data });
    return { ShardId: shardId(shard), SequenceNumber: sequenceNumber(shard, place) };
  }

  return {
    async PutRecord(input, call) {
      const stream = await streams.open(input, call, 'PutRecord');
      checkSize(stream, [input]);
      // Numbers grow by themselves. Source: Kinesis API reference, PutRecord, SequenceNumberForOrdering.
      const { EncryptionType } = encryptionOf(stream);
      return { ...(await append(stream, input)), ...(EncryptionType === 'KMS' && { EncryptionType }) };
    },

    async PutRecords(input, call) {
      const stream = await streams.open(input, call, 'PutRecords');
      checkSize(stream, input.Records);
      const { EncryptionType } = encryptionOf(stream);
      const Records: { ShardId: string; SequenceNumber: string }[] = [];
      for (const record of input.Records) Records.push(await append(stream, record));
      return { FailedRecordCount: 0, Records, ...(EncryptionType === 'KMS' && { EncryptionType }) };
    },

    async GetShardIterator(input, call) {
      const stream = await streams.open(input, call, 'GetShardIterator');
      const shard = stream.shards.find((one) => shardId(one) === input.ShardId);
      if (!shard) {
        throw new ServiceError(
          'ResourceNotFoundException',
          `Shard ${input.ShardId} in stream ${stream.name} under account ${stream.account} does not exist`,
        );
      }
      const place = await placeOf(stream, shard, input);
      return { ShardIterator: iteratorAt(stream, shard, place) };
    },

    async GetRecords(input, call) {
      const iterator = parseIterator(input.ShardIterator);
      await streams.authorize(iterator.stream, call, 'GetRecords');
      const stream = streams.get(iterator.stream);
      checkIterator(iterator, stream, platform.clock.now());
      const shard = stream.shards[iterator.shard];
      if (!shard) throw invalid('Invalid ShardIterator.');
      const read = await records.read(stream, shard, iterator.place, input.Limit ?? MAX_RECORDS);
      const fitting = withinBytes(read.map(({ value }) => value.data.length * 0.75 + value.partitionKey.length));
      const taken = read.slice(0, fitting);
      const next = (taken.at(-1)?.sequence ?? iterator.place - 1) + 1;
      const last = await records.last(stream, shard);
      const isAtEnd = !isOpen(shard) && next > last;
      const { EncryptionType } = encryptionOf(stream);
      return {
        Records: taken.map(({ sequence, value }) => ({
          SequenceNumber: sequenceNumber(shard, sequence),
          ApproximateArrivalTimestamp: value.arrivedAt,
          Data: Buffer.from(value.data, 'base64'),
          PartitionKey: value.partitionKey,
          ...(EncryptionType === 'KMS' && { EncryptionType }),
        })),
        ...(isAtEnd
          ? { ChildShards: childrenOf(stream, shard) }
          : { NextShardIterator: iteratorAt(stream, shard, next) }),
        MillisBehindLatest: await lagOf(stream, shard, next),
      };
    },
  } satisfies OperationsOf<'kinesis'>;

  function iteratorAt(stream: Stream, shard: Shard, place: number): string {
    const { createdAt } = stream;
    return formatIterator({ stream, createdAt, shard: shard.number, place, at: platform.clock.now() });
  }

  async function placeOf(stream: Stream, shard: Shard, input: GetShardIteratorInput): Promise<number> {
    const { ShardIteratorType: type, StartingSequenceNumber: number, Timestamp: at } = input;
    switch (type) {
      case 'TRIM_HORIZON':
        return records.first(stream, shard);
      case 'LATEST':
        return (await records.last(stream, shard)) + 1;
      case 'AT_TIMESTAMP':
        if (at === undefined) throw invalid('A ShardIterator of type AT_TIMESTAMP needs a Timestamp.');
        return records.firstSince(stream, shard, at);
      default: {
        if (number === undefined) throw invalid(`A ShardIterator of type ${type} needs a StartingSequenceNumber.`);
        const place = placeIn(shard, number);
        if (place === undefined) {
          throw invalid(`StartingSequenceNumber ${number} is not of shard ${shardId(shard)} of stream ${stream.name}.`);
        }
        return type === 'AT_SEQUENCE_NUMBER' ? Math.max(place, 1) : place + 1;
      }
    }
  }

  /** How long the oldest record that is not yet read has been there, ms. */
  async function lagOf(stream: Stream, shard: Shard, place: number): Promise<number> {
    const [unread] = await records.read(stream, shard, place, 1);
    return unread ? Math.max(0, platform.clock.now() - unread.value.arrivedAt) : 0;
  }
}

// Source: botocore, kinesis, PutRecords: the data and the key count.
function checkSize({ maxRecordKib }: Stream, given: readonly Given[]): void {
  const sizes = given.map(({ Data, PartitionKey }) => Data.length + Buffer.byteLength(PartitionKey));
  const tooLarge = sizes.findIndex((size) => size > maxRecordKib * 1024);
  if (tooLarge >= 0) {
    throw invalid(
      `Record ${tooLarge + 1} has ${sizes[tooLarge]} bytes, and the stream takes ${maxRecordKib} KiB at most.`,
    );
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MAX_REQUEST_BYTES)
    throw invalid(`The records have ${total} bytes, and a request at most ${MAX_REQUEST_BYTES}.`);
}

/** How many of these fit into one answer; the first always does. */
function withinBytes(sizes: readonly number[]): number {
  let sum = 0;
  const over = sizes.findIndex((size, index) => {
    sum += size;
    return index > 0 && sum > MAX_ANSWER_BYTES;
  });
  return over < 0 ? sizes.length : over;
}

function childrenOf({ shards }: Stream, { number }: Shard) {
  return shards
    .filter(({ parents = [] }) => parents.includes(number))
    .map((shard) => ({
      ShardId: shardId(shard),
      ParentShards: (shard.parents ?? []).map((parent) => shardId({ number: parent })),
      HashKeyRange: { StartingHashKey: shard.from, EndingHashKey: shard.to },
    }));
}
