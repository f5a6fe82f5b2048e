// Objects deleted, one or many. In a bucket that is versioned a marker says so, unless a version is named.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Bucket } from '../bucket.ts';
import { nextSequencer } from '../notifications/sequencer.ts';
import { holdWriteConditions } from '../objects/conditions.ts';
import type { Version } from '../objects/version.ts';
import type { Parts } from '../parts.ts';
import { malformed, notImplemented } from '../refusals.ts';
import { noticeOf } from './object.ts';

/** Source: S3 API reference, DeleteObjects. */
const MAX_KEYS = 1000;

interface Deletion {
  readonly VersionId?: string;
  /** A marker was made, or was deleted. */
  readonly DeleteMarker?: boolean;
}

export function deletionOperations(parts: Parts) {
  const { objects, platform } = parts;

  async function remove(
    bucket: Bucket,
    { key, versionId, ifMatch }: { readonly key: string; readonly versionId?: string; readonly ifMatch?: string },
    call: Call,
  ): Promise<Deletion> {
    const check = (current: Version | undefined) => {
      if (ifMatch !== undefined && ifMatch !== '*') holdWriteConditions(key, current, { IfMatch: ifMatch });
    };
    if (versionId === undefined && bucket.versioning !== undefined) {
      const marker = await objects.mark(bucket, key, check);
      const { size: _, ...told } = noticeOf(key, marker, bucket);
      await parts.changed(bucket, 'ObjectRemoved:DeleteMarkerCreated', told, call);
      return { DeleteMarker: true, VersionId: marker.id };
    }
    const removed = await objects.remove(bucket.name, key, { versionId: versionId ?? 'null', check });
    if (removed) {
      const sequencer = nextSequencer(platform.clock.now(), removed.sequencer);
      const { size: _size, etag: _etag, ...told } = noticeOf(key, removed, bucket);
      await parts.changed(bucket, 'ObjectRemoved:Delete', { ...told, sequencer }, call);
    }
    return {
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(removed?.isMarker && { DeleteMarker: true }),
    };
  }

  return {
    async DeleteObject(input, call) {
      const { Key: key, VersionId: versionId, IfMatch } = input;
      const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
      const bucket = await parts.open(input, call, action, key);
      if (input.IfMatchSize !== undefined) throw notImplemented('x-amz-if-match-size');
      if (input.IfMatchLastModifiedTime !== undefined) throw notImplemented('x-amz-if-match-last-modified-time');
      const asked = {
        key,
        ...(versionId !== undefined && { versionId }),
        ...(IfMatch !== undefined && { ifMatch: IfMatch }),
      };
      return remove(bucket, asked, call);
    },

    /** Keys that are not there are deleted all the same; what is refused stands in the answer. */
    async DeleteObjects(input, call) {
      const { Objects: wanted, Quiet: isQuiet = false } = input.Delete;
      const bucket = await parts.open(input, call, 's3:ListBucket').catch((error) => {
        if (error instanceof ServiceError && error.code === 'AccessDenied')
          return parts.buckets.get(input.Bucket)?.value;
        throw error;
      });
      if (wanted.length === 0 || wanted.length > MAX_KEYS || !bucket) throw malformed();
      const deleted: object[] = [];
      const errors: object[] = [];
      for (const { Key: key, VersionId: versionId } of wanted) {
        const named = { Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
        try {
          const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
          await parts.open({ Bucket: bucket.name }, call, action, key);
          const { DeleteMarker, VersionId } = await remove(
            bucket,
            { key, ...(versionId !== undefined && { versionId }) },
            call,
          );
          deleted.push({
            ...named,
            ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: VersionId }),
          });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          // Recorded on AWS: LocalStack, s3/test_s3_api: another code than DeleteObject's.
          const isUnknown = error.message === 'Invalid version id specified';
          errors.push({
            ...named,
            Code: isUnknown ? 'NoSuchVersion' : error.code,
            Message: isUnknown ? 'The specified version does not exist.' : error.message,
          });
        }
      }
      return {
        ...(!isQuiet && deleted.length > 0 && { Deleted: deleted }),
        ...(errors.length > 0 && { Errors: errors }),
      };
    },
  } satisfies OperationsOf<'s3'>;
}
