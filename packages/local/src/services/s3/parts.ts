// What the operations of S3 share: the buckets, their objects and uploads, who may do what, and the one place through
// which every change of an object passes.
import { createHash } from 'node:crypto';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Bucket } from './bucket.ts';
import { Contents } from './contents.ts';
import { Uploads } from './multipart/uploads.ts';
import type { EventName } from './notifications/event-name.ts';
import { bucketArn, type NoticeObject } from './notifications/notice.ts';
import { Notifier } from './notifications/notifier.ts';
import { userIdOf } from './notifications/user-id.ts';
import { Objects } from './objects/objects.ts';
import { awsTagsOf } from './objects/tags.ts';
import { accessDenied, noSuchBucket, refused } from './refusals.ts';

const BUCKETS = tableOf<Bucket>('s3/buckets');

/** The account of a caller without credentials. */
export const ANONYMOUS = 'anonymous';

/** What every operation on a bucket may bring. */
export interface OnBucket {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

export interface Parts {
  readonly platform: Platform;
  readonly buckets: Table<Bucket>;
  readonly contents: Contents;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly notifier: Notifier;
  /**
   * The bucket, when the caller may do `action` to it, or to its object `key`.
   * @throws ServiceError `NoSuchBucket`, `AccessDenied`
   */
  open(input: OnBucket, call: Call, action: string, key?: string): Promise<Bucket>;
  /** Changes a bucket's row. @throws ServiceError `NoSuchBucket` */
  change(name: string, change: (bucket: Bucket) => Bucket): Promise<Bucket>;
  /** Tells of what has happened to an object. */
  changed(bucket: Bucket, event: EventName, object: NoticeObject, call: Call): Promise<void>;
}

export function createParts(platform: Platform): Parts {
  const buckets = platform.backbone.table(BUCKETS);
  const contents = new Contents(platform.backbone.bodies);
  const objects = new Objects(platform, contents, (name) => buckets.get(name) !== undefined);
  const notifier = new Notifier(platform);
  return {
    ...{ platform, buckets, contents, objects, notifier },
    uploads: new Uploads(platform, contents),
    async open({ Bucket: name, ExpectedBucketOwner: expected }, call, action, key) {
      const bucket = buckets.get(name)?.value;
      if (!bucket) throw noSuchBucket(name);
      if (expected !== undefined && !/^\d{12}$/.test(expected)) {
        throw refused(
          'InvalidBucketOwnerAWSAccountID',
          'The value of the expected bucket owner parameter must be an AWS Account ID',
        );
      }
      if (expected !== undefined && expected !== bucket.account) throw accessDenied();
      const arn = bucketArn(name);
      const refusal = await platform.access.findRefusal(call, {
        action,
        resource: key === undefined ? arn : `${arn}/${key}`,
        owner: bucket.account,
        policy: bucket.policy,
        tags: bucket.tags,
      });
      if (refusal !== undefined) throw accessDenied(call.account === ANONYMOUS ? undefined : refusal);
      return bucket;
    },
    async change(name, change) {
      const row = await updateRow(buckets, name, (bucket) => {
        if (!bucket) throw noSuchBucket(name);
        return change(bucket);
      });
      return row.value;
    },
    async changed(bucket, event, object, call) {
      const { name, region, account, tags, notifications } = bucket;
      if (notifications.rules.length === 0 && !notifications.toEventBridge) return;
      const { principal, requestId, traceId } = call;
      const userId = await userIdOf(platform, call);
      await notifier.tell(
        {
          event,
          at: platform.clock.now(),
          bucket: { name, region, account, awsTags: awsTagsOf(tags) },
          object,
          requestId,
          hostId: hostIdOf(requestId),
          requester: principal.kind === 'service' ? principal.service : call.account,
          ...(userId !== undefined && { userId }),
          // Only callers on this machine are expected.
          sourceIp: '127.0.0.1',
          ...(traceId !== undefined && { traceId }),
        },
        notifications,
        call,
      );
    },
  };
}

/** What goes with a request's id in answers and events: `x-amz-id-2`. */
export function hostIdOf(requestId: string): string {
  return createHash('sha384').update(requestId).digest('base64');
}
