// A data stream, and its records as functions and pipes get them. Sources: recorded on AWS: LocalStack,
// tests/aws/services/lambda_/event_source_mapping, test_lambda_integration_kinesis; EventBridge Pipes user guide,
// "Amazon Kinesis stream as a source".
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { RecordShape } from '@earwitness/protocol/internal/aws/models/kinesis.types';
import type { Platform } from '../platform.ts';
import type { Place, Read, ShardState, StreamCalls } from './calls.ts';
import type { Origin, StreamRecord } from './feed.ts';

export function createKinesisCalls({ dispatch }: Platform, { streamArn: StreamARN, form }: Read): StreamCalls {
  const region = parseArn(StreamARN)?.region ?? '';
  return {
    async shards(origin) {
      const found: ShardState[] = [];
      let NextToken: string | undefined;
      do {
        const asked = { StreamARN, NextToken };
        const page = await dispatch.call('kinesis', 'ListShards', asked, { ...origin, region });
        for (const { ShardId, ParentShardId, AdjacentParentShardId, SequenceNumberRange } of page.Shards ?? []) {
          found.push({
            id: ShardId,
            parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
            isClosed: SequenceNumberRange.EndingSequenceNumber !== undefined,
          });
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    async iterator(ShardId, place, origin) {
      const asked = { StreamARN, ShardId, ...iteratorAt(place) };
      return (await dispatch.call('kinesis', 'GetShardIterator', asked, { ...origin, region })).ShardIterator ?? '';
    },
    async records(shardId, ShardIterator, origin) {
      const asked = { ...origin, region };
      const { Records, NextShardIterator } = await dispatch.call('kinesis', 'GetRecords', { ShardIterator }, asked);
      const read = (record: RecordShape) => readRecord(record, { shardId, StreamARN, form, origin });
      return { records: Records.map(read), next: NextShardIterator };
    },
  };
}

function iteratorAt({ after, start }: Place) {
  if (after !== undefined) {
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after } as const;
  }
  if (start.type === 'AT_TIMESTAMP') return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: start.at } as const;
  return { ShardIteratorType: 'TRIM_HORIZON' } as const;
}

interface Where {
  readonly shardId: string;
  readonly StreamARN: string;
  readonly form: Read['form'];
  readonly origin: Origin;
}

function readRecord(record: RecordShape, { shardId, StreamARN, form, origin }: Where): StreamRecord {
  const { PartitionKey: partitionKey, SequenceNumber: sequenceNumber, ApproximateArrivalTimestamp: at = 0 } = record;
  const bytes = Buffer.from(record.Data);
  const kinesis = {
    kinesisSchemaVersion: '1.0',
    partitionKey,
    sequenceNumber,
    data: bytes.toString('base64'),
    approximateArrivalTimestamp: at / 1000,
  };
  const eventId = `${shardId}:${sequenceNumber}`;
  const about = {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: eventId,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: origin.principal.kind === 'service' ? '' : origin.principal.arn,
    awsRegion: parseArn(StreamARN)?.region ?? '',
    eventSourceARN: StreamARN,
  };
  const event = form === 'function' ? { kinesis, ...about } : { ...kinesis, ...about };
  const open = () => ({ ...kinesis, data: parsed(bytes) });
  return { sequenceNumber, eventId, at, text: JSON.stringify(event), open };
}

/** What is no JSON has no data for a filter. Source: Lambda developer guide, "Event filtering with Kinesis". */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
