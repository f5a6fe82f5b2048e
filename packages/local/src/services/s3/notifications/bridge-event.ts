// What EventBridge gets of a change: other words than the record's, and the key as it is. Sources: S3 user guide,
// "EventBridge event message structure"; recorded on AWS: LocalStack,
// tests/aws/services/s3/test_s3_notifications_eventbridge.snapshot.json.
import type { SentEvent } from '@earwitness/protocol/internal/admin/sent-event';
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import type { EventName } from './event-name.ts';
import { bucketArn, type Notice, type NoticeObject } from './notice.ts';

interface Form {
  readonly detailType: string;
  readonly reason?: string;
  readonly deletionType?: string;
  /** Members of the object that it has. */
  readonly has: readonly (keyof NoticeObject)[];
}

const CREATED = { detailType: 'Object Created', has: ['size', 'etag', 'versionId', 'sequencer'] } as const;
const DELETED = { detailType: 'Object Deleted', deletionType: 'Permanently Deleted' } as const;
const MARKED = { detailType: 'Object Deleted', deletionType: 'Delete Marker Created' } as const;
const GONE = ['versionId', 'sequencer'] as const;
const MARKER = ['etag', 'versionId', 'sequencer'] as const;
const SEEN = ['etag', 'versionId'] as const;

const FORMS: Readonly<Record<EventName, Form>> = {
  'ObjectCreated:Put': { ...CREATED, reason: 'PutObject' },
  'ObjectCreated:Post': { ...CREATED, reason: 'POST Object' },
  'ObjectCreated:Copy': { ...CREATED, reason: 'CopyObject' },
  'ObjectCreated:CompleteMultipartUpload': { ...CREATED, reason: 'CompleteMultipartUpload' },
  'ObjectRemoved:Delete': { ...DELETED, reason: 'DeleteObject', has: GONE },
  'ObjectRemoved:DeleteMarkerCreated': { ...MARKED, reason: 'DeleteObject', has: MARKER },
  'LifecycleExpiration:Delete': { ...DELETED, reason: 'Lifecycle Expiration', has: GONE },
  'LifecycleExpiration:DeleteMarkerCreated': { ...MARKED, reason: 'Lifecycle Expiration', has: MARKER },
  'ObjectTagging:Put': { detailType: 'Object Tags Added', has: SEEN },
  'ObjectTagging:Delete': { detailType: 'Object Tags Deleted', has: SEEN },
  'ObjectAcl:Put': { detailType: 'Object ACL Updated', has: SEEN },
};

const NAMES = { key: 'key', size: 'size', etag: 'etag', versionId: 'version-id', sequencer: 'sequencer' } as const;

export function formatBridgeEvent(notice: Notice): SentEvent {
  const { at, bucket, event, object, requester, requestId, sourceIp } = notice;
  const { detailType, reason, deletionType, has } = FORMS[event];
  const members = has.filter((name) => object[name] !== undefined).map((name) => [NAMES[name], object[name]]);
  const detail = {
    version: '0',
    'event-version': '1.1',
    bucket: {
      name: bucket.name,
      ...(Object.keys(bucket.awsTags).length > 0 && { 'aws-generated-tags': bucket.awsTags }),
    },
    object: { key: object.key, ...Object.fromEntries(members) },
    'request-id': requestId,
    requester,
    ...(sourceIp !== undefined && { 'source-ip-address': sourceIp }),
    ...(reason !== undefined && { reason }),
    ...(deletionType !== undefined && { 'deletion-type': deletionType }),
  };
  return {
    source: 'aws.s3',
    detailType,
    detail: JSON.stringify(detail),
    resources: [bucketArn(bucket.name, partitionOf(bucket.region))],
    // An envelope's time has whole seconds.
    time: at,
    account: bucket.account,
    region: bucket.region,
  };
}
