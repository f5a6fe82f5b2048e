// A table's stream, and its records as functions and pipes get them. Source: recorded on AWS: LocalStack,
// tests/aws/services/lambda_/event_source_mapping, test_lambda_integration_dynamodbstreams.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { RecordShape } from '@earwitness/protocol/internal/aws/models/dynamodbstreams.types';
import type { Platform } from '../platform.ts';
import type { Place, Read, StreamCalls } from './calls.ts';
import type { StreamRecord } from './feed.ts';

export function createDynamoDbCalls({ dispatch }: Platform, { streamArn: StreamArn }: Read): StreamCalls {
  const region = parseArn(StreamArn)?.region ?? '';
  return {
    async shards(origin) {
      const asked = { ...origin, region };
      const { StreamDescription } = await dispatch.call('dynamodbstreams', 'DescribeStream', { StreamArn }, asked);
      return (StreamDescription?.Shards ?? []).map(({ ShardId = '', ParentShardId, SequenceNumberRange: range }) => ({
        id: ShardId,
        parents: ParentShardId === undefined ? [] : [ParentShardId],
        isClosed: range?.EndingSequenceNumber !== undefined,
      }));
    },
    async iterator(ShardId, place, origin) {
      const asked = { StreamArn, ShardId, ...iteratorAt(place) };
      const found = await dispatch.call('dynamodbstreams', 'GetShardIterator', asked, { ...origin, region });
      return found.ShardIterator ?? '';
    },
    async records(_, ShardIterator, origin) {
      const asked = { ...origin, region };
      const page = await dispatch.call('dynamodbstreams', 'GetRecords', { ShardIterator }, asked);
      return {
        records: (page.Records ?? []).map((record) => readRecord(record, StreamArn)),
        next: page.NextShardIterator,
      };
    },
  };
}

// There is no place by time in a table's stream: that is refused before.
function iteratorAt({ after }: Place) {
  if (after === undefined) return { ShardIteratorType: 'TRIM_HORIZON' } as const;
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const;
}

function readRecord({ userIdentity, dynamodb, ...record }: RecordShape, eventSourceARN: string): StreamRecord {
  const at = dynamodb?.ApproximateCreationDateTime ?? 0;
  const event = {
    ...record,
    dynamodb: { ...dynamodb, ApproximateCreationDateTime: at / 1000 },
    // The API spells it with capitals.
    ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
    eventSourceARN,
  };
  const text = JSON.stringify(event, binaryAsBase64);
  return {
    sequenceNumber: dynamodb?.SequenceNumber ?? '0',
    eventId: record.eventID ?? '',
    at,
    text,
    open: () => JSON.parse(text) as object,
  };
}

/** A Buffer comes here as what its own `toJSON` made of it; what it was, the object that holds it still knows. */
function binaryAsBase64(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const bytes = this[name];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : value;
}
