// Which records of a stream a failure is about: what functions' and pipes' records of failures have in common. Source:
// recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Discarded } from './feed.ts';

/** `DDBStreamBatchInfo` or `KinesisBatchInfo`. */
export function batchInfo(streamArn: string, { shardId, extent: { count, first, last } }: Discarded): object {
  const isKinesis = parseArn(streamArn)?.service === 'kinesis';
  const arrival = (at: number) => {
    const text = new Date(at).toISOString();
    // A table's stream tells whole seconds.
    return isKinesis ? text : text.replace(/\.\d+Z$/, 'Z');
  };
  const info = {
    shardId,
    startSequenceNumber: first.sequenceNumber,
    endSequenceNumber: last?.sequenceNumber,
    approximateArrivalOfFirstRecord: arrival(first.at),
    approximateArrivalOfLastRecord: last && arrival(last.at),
    batchSize: count,
    streamArn,
  };
  return isKinesis ? { KinesisBatchInfo: info } : { DDBStreamBatchInfo: info };
}
