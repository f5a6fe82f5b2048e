// The notification record: what queues, topics and functions get of a change. Version 2.5, members in the order in
// which AWS writes them. Sources: S3 user guide, "Event message structure"; recorded on AWS: LocalStack,
// tests/aws/services/s3/test_s3_notifications_{sns,sqs}.snapshot.json (the topic's messages are kept as text there).
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { encodeKey } from './key-filter.ts';
import { bucketArn, type Notice } from './notice.ts';

/** @param configurationId the Id of the configuration that asked for it */
export function formatRecord(notice: Notice, configurationId: string): string {
  const { at, bucket, event, hostId, object, requestId, sourceIp, userId } = notice;
  const record = {
    eventVersion: '2.5',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(at).toISOString(),
    eventName: event,
    userIdentity: { principalId: userId === undefined ? notice.requester : `AWS:${userId}` },
    requestParameters: { sourceIPAddress: sourceIp ?? notice.requester },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: ownerId(bucket.account) },
        arn: bucketArn(bucket.name, partitionOf(bucket.region)),
        ...(Object.keys(bucket.awsTags).length > 0 && { awsGeneratedTags: bucket.awsTags }),
      },
      object: { key: encodeKey(object.key), ...membersOf(notice) },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** Recorded on AWS: a deletion has neither size nor eTag, a delete marker no size, tags and ACLs no sequencer. */
function membersOf({ event, object: { size, etag, versionId, sequencer } }: Notice): object {
  const isCreation = event.startsWith('ObjectCreated:');
  const isDeletion = event === 'ObjectRemoved:Delete' || event === 'LifecycleExpiration:Delete';
  const isOrdered = !event.startsWith('ObjectTagging:') && !event.startsWith('ObjectAcl:');
  return {
    ...(isCreation && size !== undefined && { size }),
    ...(!isDeletion && etag !== undefined && { eTag: etag }),
    ...(versionId !== undefined && { versionId }),
    ...(isOrdered && sequencer !== undefined && { sequencer }),
  };
}

/** An account as S3 numbers customers in records: 14 capitals and digits. Ours; AWS's number cannot be known. */
function ownerId(account: string): string {
  return `A${BigInt(account).toString(36).toUpperCase().padStart(13, '0')}`;
}

export interface TestEvent {
  readonly bucket: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly requestId: string;
  readonly hostId: string;
}

/** What a queue or a topic gets when a configuration that names it is put. Source: S3 user guide, the same page. */
export function formatTestEvent({ bucket, at, requestId, hostId }: TestEvent): string {
  const Time = new Date(at).toISOString();
  return JSON.stringify({
    ...{ Service: 'Amazon S3', Event: 's3:TestEvent', Time, Bucket: bucket },
    ...{ RequestId: requestId, HostId: hostId },
  });
}
