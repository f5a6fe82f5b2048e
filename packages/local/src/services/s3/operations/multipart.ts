// Multipart uploads: begun, filled with parts in any order, completed or given up.

import { createHash } from 'node:crypto';
import type { CompleteMultipartUploadRequest } from '@earwitness/protocol/internal/aws/models/s3.types';
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Bucket } from '../bucket.ts';
import { checkWhole, chooseParts, wholeChecksum } from '../multipart/completion.ts';
import { checkPartNumber } from '../multipart/part-number.ts';
import type { Part, Upload } from '../multipart/uploads.ts';
import { checkWriteConditions, holdCopyConditions } from '../objects/conditions.ts';
import { describedBy, quoted, refuseCustomerKeys } from '../objects/describe.ts';
import { compareKeys } from '../objects/key-order.ts';
import { parseRange } from '../objects/range.ts';
import { tagsOfHeader } from '../objects/tags.ts';
import { type Checksum, checksumMembers, type Version } from '../objects/version.ts';
import type { OnBucket, Parts } from '../parts.ts';
import { checkObjectAcl } from '../policies/access-control-list.ts';
import { invalidArgument, invalidRequest, refused } from '../refusals.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../upload/checksum.ts';
import { receive, receiveCopy } from '../upload/incoming.ts';
import type { Receiving } from '../upload/receive.ts';
import { ownerId } from './bucket.ts';
import { openSource } from './copy.ts';
import { noticeOf, writtenMembers } from './object.ts';

/** Source: S3 API reference, ListParts and ListMultipartUploads. */
const MAX_LISTED = 1000;

interface OnUpload extends OnBucket {
  readonly Key: string;
  readonly UploadId: string;
}

export function multipartOperations(parts: Parts) {
  const { contents, objects, platform, uploads } = parts;

  async function openUpload(input: OnUpload, call: Call, action = 's3:PutObject') {
    const bucket = await parts.open(input, call, action, input.Key);
    return { bucket, upload: uploads.get(bucket.name, input.Key, input.UploadId) };
  }

  const takePart = (upload: Upload, number: number, receiving: Receiving) =>
    contents.keep(upload.bucket, receiving, async (content, received) => {
      const { checksum, md5: etag } = received;
      const at = platform.clock.now();
      await uploads.takePart(upload, partOf({ number, at }, { content, etag, checksum }));
      return { ...received, at };
    });

  /** @throws ServiceError as CompleteMultipartUpload */
  async function putTogether(bucket: Bucket, upload: Upload, input: CompleteMultipartUploadRequest) {
    const chosen = chooseParts(upload, input.MultipartUpload?.Parts ?? []);
    const content = chosen.map((part) => part.content);
    const md5s = Buffer.concat(chosen.map(({ etag }) => Buffer.from(etag, 'hex')));
    const checksum = wholeChecksum(upload, chosen);
    const fresh = {
      content,
      etag: `${createHash('md5').update(md5s).digest('hex')}-${chosen.length}`,
      sizeBytes: content.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
      partSizes: content.map(({ sizeBytes }) => sizeBytes),
      described: upload.described,
      tags: upload.tags,
      ...(checksum && { checksum }),
      ...(upload.acl !== undefined && { acl: upload.acl }),
    };
    checkWhole(fresh, input);
    const isConditional = input.IfMatch !== undefined || input.IfNoneMatch !== undefined;
    const version = await objects.put(bucket, upload.key, fresh, {
      conditions: input,
      check(current) {
        if (!isConditional || current?.sequencer === upload.sequencerBefore) return;
        throw refused(
          'ConditionalRequestConflict',
          'The conditional request cannot succeed due to a conflicting operation against this resource.',
          { status: 409, Condition: input.IfMatch === undefined ? 'If-None-Match' : 'If-Match', Key: upload.key },
        );
      },
    });
    return { checksum, content, version };
  }

  return {
    async CreateMultipartUpload(input, call) {
      const { Key: key, ACL: acl, ChecksumAlgorithm: algorithm, ChecksumType: given } = input;
      const bucket = await parts.open(input, call, 's3:PutObject', key);
      checkObjectAcl(acl, bucket, call);
      const [current] = objects.find(bucket.name, key)?.versions ?? [];
      const checksum = checksumOf(algorithm, given);
      const upload = await uploads.begin({
        ...{ bucket: bucket.name, key, initiator: call.account },
        ...{ described: describedBy(input, bucket), tags: tagsOfHeader(input.Tagging) },
        ...(acl !== undefined && { acl }),
        ...(checksum && { checksum }),
        ...(current && { sequencerBefore: current.sequencer }),
      });
      const { ServerSideEncryption, SSEKMSKeyId } = upload.described;
      return {
        ...{ Bucket: bucket.name, Key: key, UploadId: upload.id },
        ...(ServerSideEncryption !== undefined && { ServerSideEncryption }),
        ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
        ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
      };
    },

    async UploadPart(input, call) {
      refuseCustomerKeys(input);
      const { upload } = await openUpload(input, call);
      checkPartNumber(input.PartNumber);
      const { algorithm = 'CRC64NVME' as const } = upload.checksum ?? {};
      const { md5, checksum } = await takePart(upload, input.PartNumber, receive(input.Body, { algorithm }));
      const { ServerSideEncryption, SSEKMSKeyId } = upload.described;
      return {
        ETag: quoted(md5),
        ...(ServerSideEncryption !== undefined && { ServerSideEncryption }),
        ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
        ...(checksum.isGiven && { [`Checksum${checksum.algorithm}`]: checksum.value }),
      };
    },

    async UploadPartCopy(input, call) {
      refuseCustomerKeys(input);
      const { upload } = await openUpload(input, call);
      checkPartNumber(input.PartNumber);
      const { version } = await openSource(parts, input.CopySource, call);
      holdCopyConditions(version, input);
      const range = input.CopySourceRange;
      const { start, end } = (range === undefined ? undefined : copiedRange(range, version)) ?? {
        start: 0,
        end: version.sizeBytes,
      };
      const { algorithm = 'CRC64NVME' as const } = upload.checksum ?? {};
      const receiving = receiveCopy(contents.read(version.content, start, end), end - start, { algorithm });
      const { md5, at, checksum } = await takePart(upload, input.PartNumber, receiving);
      return {
        ...(version.id !== 'null' && { CopySourceVersionId: version.id }),
        CopyPartResult: {
          ETag: quoted(md5),
          LastModified: at,
          ...(upload.checksum && { [`Checksum${checksum.algorithm}`]: checksum.value }),
        },
      };
    },

    async CompleteMultipartUpload(input, call) {
      const { bucket, upload: begun } = await openUpload(input, call);
      checkWriteConditions(input);
      const { key } = begun;
      // From here on nobody else completes it, adds to it or gives it up: its parts become the object's.
      const upload = await uploads.claim(begun);
      const { checksum, content, version } = await putTogether(bucket, upload, input).catch(async (error) => {
        await uploads.release(upload);
        throw error;
      });
      await uploads.end(upload, content);
      await parts.changed(bucket, 'ObjectCreated:CompleteMultipartUpload', noticeOf(key, version, bucket), call);
      return {
        Location: `${platform.address.http}/${bucket.name}/${percentEncode(key)}`,
        ...{ Bucket: bucket.name, Key: key },
        ...writtenMembers(version, bucket),
        ...checksumMembers(checksum),
      };
    },

    async AbortMultipartUpload(input, call) {
      const { upload } = await openUpload(input, call, 's3:AbortMultipartUpload');
      await uploads.end(await uploads.claim(upload));
      return {};
    },

    async ListParts(input, call) {
      const { bucket, upload } = await openUpload(input, call, 's3:ListMultipartUploadParts');
      const most = Math.min(input.MaxParts ?? MAX_LISTED, MAX_LISTED);
      const marker = Number(input.PartNumberMarker ?? 0);
      const behind = sorted(upload).filter(({ number }) => number > marker);
      const page = behind.slice(0, most);
      const owner = { ID: ownerId(bucket.account) };
      return {
        ...{ Bucket: bucket.name, Key: upload.key, UploadId: upload.id, MaxParts: most },
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        IsTruncated: page.length < behind.length,
        Parts: page.map(({ at, checksum, content, etag, number }) => ({
          ...{ PartNumber: number, LastModified: at, ETag: quoted(etag), Size: content.sizeBytes },
          ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value }),
        })),
        ...{ Initiator: owner, Owner: owner, StorageClass: upload.described.StorageClass ?? ('STANDARD' as const) },
        ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
      };
    },

    async ListMultipartUploads(input, call) {
      const bucket = await parts.open(input, call, 's3:ListBucketMultipartUploads');
      const { Prefix: prefix = '', KeyMarker: keyMarker = '', UploadIdMarker: idMarker = '' } = input;
      if (input.Delimiter !== undefined)
        throw refused('NotImplemented', 'Earwitness does not serve a delimiter of ListMultipartUploads.', {
          status: 501,
        });
      const most = Math.min(input.MaxUploads ?? MAX_LISTED, MAX_LISTED);
      const all = uploads.list(bucket.name).filter(({ key }) => key.startsWith(prefix));
      const from = all.findIndex(({ id, key }) => key === keyMarker && id === idMarker);
      const behind =
        from >= 0 ? all.slice(from + 1) : all.filter(({ key }) => keyMarker === '' || compareKeys(key, keyMarker) > 0);
      const page = behind.slice(0, most);
      const last = page.at(-1);
      const owner = { ID: ownerId(bucket.account) };
      return {
        ...{ Bucket: bucket.name, KeyMarker: keyMarker, UploadIdMarker: idMarker, MaxUploads: most, Prefix: prefix },
        ...(last && { NextKeyMarker: last.key, NextUploadIdMarker: last.id }),
        IsTruncated: page.length < behind.length,
        Uploads: page.map(({ at, checksum, described, id, key }) => ({
          ...{ UploadId: id, Key: key, Initiated: at, StorageClass: described.StorageClass ?? ('STANDARD' as const) },
          ...{ Owner: owner, Initiator: owner },
          ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
        })),
      };
    },
  } satisfies OperationsOf<'s3'>;
}

function checksumOf(named: string | undefined, type: Checksum['type'] | undefined): Upload['checksum'] {
  if (named === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((one) => one === named);
  if (!algorithm) {
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
    );
  }
  const isWholeOnly = algorithm === 'CRC64NVME';
  const isPartsOnly = algorithm === 'SHA1' || algorithm === 'SHA256';
  const chosen = type ?? (isWholeOnly ? 'FULL_OBJECT' : 'COMPOSITE');
  if ((chosen === 'COMPOSITE' && isWholeOnly) || (chosen === 'FULL_OBJECT' && isPartsOnly)) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

function copiedRange(range: string, { sizeBytes }: Version) {
  const parsed = /^bytes=\d+-\d+$/.test(range) ? parseRange(range, sizeBytes) : undefined;
  if (parsed && parsed.end === Number(range.split('-')[1]) + 1) return parsed;
  throw invalidArgument(
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    'x-amz-copy-source-range',
    range,
  );
}

function partOf(
  { number, at }: Pick<Part, 'number' | 'at'>,
  {
    content,
    etag,
    checksum,
  }: Pick<Part, 'content' | 'etag'> & {
    readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  },
): Part {
  const { algorithm, value } = checksum;
  return { number, content, etag, checksum: { algorithm, value, type: 'FULL_OBJECT' }, at };
}

function sorted({ parts }: Upload): Part[] {
  return Object.values(parts).sort((a, b) => a.number - b.number);
}
