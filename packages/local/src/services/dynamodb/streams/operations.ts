// The operations of the service dynamodbstreams: a stream has one shard, which ends when the stream does.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { RecordShape } from '@earwitness/protocol/internal/aws/models/dynamodbstreams.types';
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import type { LogEntry } from '../../../backbone/log.ts';
import type { OperationsOf } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { type Item, readItem } from '../items/item-text.ts';
import { tableArn } from '../table.ts';
import { Tables } from '../tables.ts';
import { formatIterator, parseIterator } from './iterator.ts';
import {
  arnOf,
  KEPT_MS,
  type StoredRecord,
  type StreamRow,
  sequenceNumber,
  sequenceOf,
  shardId,
} from './stream-row.ts';
import type { Streams } from './streams.ts';

/** Source: DynamoDB streams API reference, GetRecords. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;
const PAGE_SIZE = 100;

export function streamOperations(platform: Platform, streams: Streams) {
  const { clock } = platform;
  const tables = new Tables(platform);

  /** The number of the oldest record that is not older than a day. */
  async function horizon(stream: StreamRow): Promise<number> {
    const log = streams.log(stream);
    let { first: from } = await log.bounds();
    for (;;) {
      const entries = await log.read(from, MAX_RECORDS);
      const kept = entries.find(({ value }) => value.at + KEPT_MS > clock.now());
      if (kept) return kept.sequence;
      const last = entries.at(-1);
      if (!last) return from;
      from = last.sequence + 1;
    }
  }

  return {
    async ListStreams({ TableName: table, Limit: limit = PAGE_SIZE, ExclusiveStartStreamArn: start }, call) {
      const { name, ...place } = table === undefined ? { ...call, name: undefined } : tables.place(table, call);
      await tables.authorize(call, 'ListStreams', `${tableArn({ ...place, name: name ?? '*' })}/stream/*`);
      const all = streams.list(place, name);
      const from = start === undefined ? 0 : all.findIndex((stream) => arnOf(stream) === start) + 1;
      const page = all.slice(from, from + limit);
      const last = page.at(-1);
      return {
        Streams: page.map((stream) => ({
          StreamArn: arnOf(stream),
          TableName: stream.table,
          StreamLabel: stream.label,
        })),
        ...(last && from + limit < all.length && { LastEvaluatedStreamArn: arnOf(last) }),
      };
    },

    async DescribeStream({ StreamArn: arn, ExclusiveStartShardId: start, ShardFilter: filter }, call) {
      await tables.authorize(call, 'DescribeStream', arn);
      const stream = streams.open(arn);
      const ending = stream.end && sequenceNumber(Math.max(stream.end.sequence, 1));
      const shard = {
        ShardId: shardId(stream),
        SequenceNumberRange: {
          StartingSequenceNumber: sequenceNumber(1),
          ...(ending !== undefined && { EndingSequenceNumber: ending }),
        },
      };
      // The one shard has no children.
      const isShown = filter?.Type !== 'CHILD_SHARDS' && (start === undefined || start < shard.ShardId);
      return {
        StreamDescription: {
          StreamArn: arn,
          StreamLabel: stream.label,
          StreamStatus: stream.end ? 'DISABLED' : 'ENABLED',
          StreamViewType: stream.view,
          CreationRequestDateTime: stream.startedAt,
          TableName: stream.table,
          KeySchema: stream.keys,
          Shards: isShown ? [shard] : [],
        },
      };
    },

    async GetShardIterator(input, call) {
      const { StreamArn: arn, ShardId: shard, ShardIteratorType: type, SequenceNumber: number } = input;
      await tables.authorize(call, 'GetShardIterator', arn);
      const stream = streams.open(arn);
      if (shard !== shardId(stream)) {
        const sentence = `Requested resource not found: Shard: ${shard} in stream: ${arn} not found`;
        throw new ServiceError('ResourceNotFoundException', sentence);
      }
      const iterator = (sequence: number) => ({
        ShardIterator: formatIterator({ arn, sequence, madeAt: clock.now() }),
      });
      if (type === 'TRIM_HORIZON' || type === 'LATEST') {
        if (number !== undefined) {
          throw invalid(`SequenceNumber must not be given for the ShardIteratorType ${type}.`);
        }
        return iterator(type === 'LATEST' ? (await streams.log(stream).bounds()).last + 1 : await horizon(stream));
      }
      const sequence = number === undefined ? undefined : sequenceOf(number);
      if (sequence === undefined) {
        throw invalid(`SequenceNumber, one of this stream's, is required for the ShardIteratorType ${type}.`);
      }
      const from = type === 'AT_SEQUENCE_NUMBER' ? sequence : sequence + 1;
      if (from < (await horizon(stream))) throw trimmed();
      return iterator(from);
    },

    async GetRecords({ ShardIterator: iterator, Limit: limit = MAX_RECORDS }, call) {
      const { arn, sequence, madeAt } = parseIterator(iterator);
      await tables.authorize(call, 'GetRecords', arn);
      const stream = streams.open(arn);
      const expired = madeAt + 15 * 60_000 < clock.now();
      if (expired) throw new ServiceError('ExpiredIteratorException', 'The shard iterator has expired.');
      if (sequence < (await horizon(stream))) throw trimmed();
      const entries = await streams.log(stream).read(sequence, limit);
      const records: RecordShape[] = [];
      let bytes = 0;
      let next = sequence;
      for (const entry of entries) {
        const record = describeRecord(stream, entry);
        bytes += record.dynamodb?.SizeBytes ?? 0;
        if (records.length > 0 && bytes > MAX_BYTES) break;
        records.push(record);
        next = entry.sequence + 1;
      }
      const isOver = stream.end !== undefined && next > stream.end.sequence;
      return {
        Records: records,
        ...(!isOver && { NextShardIterator: formatIterator({ arn, sequence: next, madeAt: clock.now() }) }),
      };
    },
  } satisfies OperationsOf<'dynamodbstreams'>;
}

function describeRecord(stream: StreamRow, { sequence, value }: LogEntry<StoredRecord>): RecordShape {
  const Keys = readItem(value.key);
  const NewImage = imageOf(value.after);
  const OldImage = imageOf(value.before);
  return {
    eventID: value.id,
    eventName: value.event,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: stream.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(value.at / 1000) * 1000,
      Keys,
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
      SequenceNumber: sequenceNumber(sequence),
      SizeBytes: [Keys, NewImage, OldImage].reduce((sum, item) => sum + (item ? sizeOf(item) : 0), 0),
      StreamViewType: stream.view,
    },
    ...(value.byTtl && { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } }),
  };
}

function imageOf(text: string | undefined): Item | undefined {
  return text === undefined ? undefined : readItem(text);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** Source: DynamoDB streams API reference, TrimmedDataAccessException. */
function trimmed(): ServiceError {
  return new ServiceError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  );
}
