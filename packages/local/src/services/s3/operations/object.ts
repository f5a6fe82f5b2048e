// One object: put, got and looked at. Bodies are streams in both directions.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  GetObjectRequest,
  HeadObjectRequest,
  PutObjectRequest,
} from '@earwitness/protocol/internal/aws/models/s3.types';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Bucket } from '../bucket.ts';
import { sizeOf } from '../contents.ts';
import { checkPartNumber } from '../multipart/part-number.ts';
import { checkWriteConditions, holdReadConditions } from '../objects/conditions.ts';
import { describe, describedBy, quoted, refuseCustomerKeys, versionMember } from '../objects/describe.ts';
import { parseRange } from '../objects/range.ts';
import { tagsOfHeader } from '../objects/tags.ts';
import { type Checksum, checksumMembers, type Version } from '../objects/version.ts';
import type { Parts } from '../parts.ts';
import { checkObjectAcl } from '../policies/access-control-list.ts';
import { accessDenied, invalidArgument, invalidRequest, noSuchKey, refused } from '../refusals.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../upload/checksum.ts';
import { receive } from '../upload/incoming.ts';

/** The current version is asked for otherwise than one that is named. Source: Service Authorization Reference, S3. */
export function readAction(action: string, versionId: string | undefined): string {
  return versionId === undefined ? action : action.replace('Object', 'ObjectVersion');
}

export function objectOperations(parts: Parts) {
  const { contents, platform } = parts;

  /** What is to be read of an object. @throws ServiceError as GetObject does */
  async function look(input: GetObjectRequest | HeadObjectRequest, call: Call) {
    const { Key: key, VersionId: versionId, Range: range, PartNumber: number } = input;
    refuseCustomerKeys(input);
    const bucket = await parts.open(input, call, readAction('s3:GetObject', versionId), key);
    const version = await findReadable(parts, bucket, { key, versionId, call });
    if (holdReadConditions(version, input, platform.clock.now()) === 'not modified') {
      throw new ServiceError('NotModified', 'Not Modified', { status: 304, fields: { ETag: quoted(version.etag) } });
    }
    if (number !== undefined && range !== undefined) {
      throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
    }
    if (number !== undefined) checkPartNumber(number);
    const part = number === undefined ? undefined : partRange(version, number);
    const asked = part ?? (range === undefined ? undefined : parseRange(range, version.sizeBytes));
    const { start, end } = asked ?? { start: 0, end: version.sizeBytes };
    const isWhole = start === 0 && end === version.sizeBytes;
    return {
      version,
      start,
      end,
      output: {
        ...describe(version, bucket),
        ...overridden(input),
        ContentLength: end - start,
        // Nothing has no range.
        ...(asked && version.sizeBytes > 0 && { ContentRange: `bytes ${start}-${end - 1}/${version.sizeBytes}` }),
        ...(part && version.partSizes && { PartsCount: version.partSizes.length }),
        ...(input.ChecksumMode === 'ENABLED' && isWhole && checksumMembers(version.checksum)),
      },
    };
  }

  return {
    async PutObject(input, call) {
      const { bucket, version } = await putObject(parts, input, { call, event: 'ObjectCreated:Put' });
      return { ...writtenMembers(version, bucket), ...checksumMembers(version.checksum) };
    },

    async GetObject(input, call) {
      const { end, output, start, version } = await look(input, call);
      return { ...output, Body: contents.read(version.content, start, end) };
    },

    /** Says what GetObject would, without the body. */
    async HeadObject(input, call) {
      const { output } = await look(input, call);
      return output;
    },

    async GetObjectAttributes(input, call) {
      const { Key: key, VersionId: versionId, ObjectAttributes: wanted } = input;
      const bucket = await parts.open(input, call, readAction('s3:GetObjectAttributes', versionId), key);
      const version = await findReadable(parts, bucket, { key, versionId, call });
      const { checksum, partSizes } = version;
      const has = (name: (typeof wanted)[number]) => wanted.includes(name);
      return {
        LastModified: version.at,
        ...versionMember(version.id, bucket),
        ...(has('ETag') && { ETag: version.etag }),
        ...(has('Checksum') && checksum && { Checksum: checksumMembers(checksum) }),
        ...(has('ObjectParts') && partSizes && { ObjectParts: { TotalPartsCount: partSizes.length } }),
        ...(has('StorageClass') && { StorageClass: version.described.StorageClass ?? 'STANDARD' }),
        ...(has('ObjectSize') && { ObjectSize: version.sizeBytes }),
      };
    },
  } satisfies OperationsOf<'s3'>;
}

/** Stores a whole object, whichever way it came. @throws ServiceError as PutObject */
export async function putObject(
  parts: Parts,
  input: PutObjectRequest,
  { call, event }: { readonly call: Call; readonly event: 'ObjectCreated:Put' | 'ObjectCreated:Post' },
): Promise<{ readonly bucket: Bucket; readonly version: Version }> {
  const { contents, objects } = parts;
  const { Key: key, Tagging: tagging, ACL: acl } = input;
  const bucket = await parts.open(input, call, 's3:PutObject', key);
  checkObjectAcl(acl, bucket, call);
  checkWriteConditions(input);
  const described = describedBy(input, bucket);
  const tags = tagsOfHeader(tagging);
  const version = await contents.keep(
    bucket.name,
    receive(input.Body, algorithmOf(input)),
    (content, { checksum, md5: etag, sizeBytes }) => {
      const { algorithm, value } = checksum;
      const kept: Checksum = { algorithm, value, type: 'FULL_OBJECT' };
      const fresh = { content: [content], etag, sizeBytes, checksum: kept, described, tags };
      return objects.put(bucket, key, { ...fresh, ...(acl !== undefined && { acl }) }, { conditions: input });
    },
  );
  await parts.changed(bucket, event, noticeOf(key, version, bucket), call);
  return { bucket, version };
}

/** What is computed where no checksum comes with the bytes: other services name it. */
function algorithmOf({ ChecksumAlgorithm: named }: PutObjectRequest): { readonly algorithm?: ChecksumAlgorithm } {
  const algorithm = CHECKSUM_ALGORITHMS.find((one) => one === named);
  return algorithm === undefined ? {} : { algorithm };
}

/**
 * The version that a caller may read. Who may not list the bucket does not learn that a key is not there.
 * @throws ServiceError as `Objects.get`, or `AccessDenied` in place of `NoSuchKey`
 */
export async function findReadable(
  { objects, open }: Parts,
  bucket: Bucket,
  { key, versionId, call }: { readonly key: string; readonly versionId: string | undefined; readonly call: Call },
): Promise<Version> {
  try {
    return objects.get(bucket.name, key, versionId);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'NoSuchKey') {
      await open({ Bucket: bucket.name }, call, 's3:ListBucket').catch(() => {
        throw accessDenied();
      });
      const [current] = objects.find(bucket.name, key)?.versions ?? [];
      if (current?.isMarker && versionId === undefined) throw deleted(key, current);
    }
    throw error;
  }
}

/** The object is not there, and a marker says so; that the marker is there, two headers tell. */
function deleted(key: string, marker: Version): ServiceError {
  const error = noSuchKey(key);
  return new ServiceError(error.code, error.message, {
    status: 404,
    fields: { ...error.fields, 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.id },
  });
}

/** What an event tells of a version. */
export function noticeOf(key: string, { etag, id, sequencer, sizeBytes }: Version, { versioning }: Bucket) {
  return {
    key,
    size: sizeBytes,
    etag,
    sequencer,
    ...(versioning !== undefined && id !== 'null' && { versionId: id }),
  };
}

/** What the answers to all writes tell. A size is told of appends only. Source: API reference, PutObject. */
export function writtenMembers({ described, etag, id }: Version, bucket: Bucket) {
  const { ServerSideEncryption: encryption, SSEKMSKeyId, BucketKeyEnabled } = described;
  return {
    ETag: quoted(etag),
    ...(encryption !== undefined && { ServerSideEncryption: encryption }),
    ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
    ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled }),
    ...(bucket.versioning === 'Enabled' && { VersionId: id }),
  };
}

function partRange({ content, partSizes }: Version, number: number) {
  const sizes = partSizes ?? [sizeOf(content)];
  const size = sizes[number - 1];
  if (size === undefined) {
    throw refused('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416,
      PartNumberRequested: number,
      ActualPartCount: sizes.length,
    });
  }
  const start = sizes.slice(0, number - 1).reduce((total, one) => total + one, 0);
  return { start, end: start + size };
}

/** Headers that whoever signed the request wants in the answer. Recorded on AWS: LocalStack, s3/test_s3. */
function overridden(input: GetObjectRequest | HeadObjectRequest) {
  const given = {
    ContentType: input.ResponseContentType,
    ContentDisposition: input.ResponseContentDisposition,
    CacheControl: input.ResponseCacheControl,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ...(input.ResponseExpires !== undefined && { Expires: new Date(input.ResponseExpires).toUTCString() }),
  };
  const wanted = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [name, value] of wanted) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameterOf(name), value);
    }
  }
  return Object.fromEntries(wanted);
}

/** `ContentType` → `response-content-type` */
function parameterOf(name: string): string {
  return `response${name.replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`;
}
