// Objects copied: with what is said of them, or with what the request says in its place.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Call, OperationsOf } from '../../../call.ts';
import { checkWriteConditions, holdCopyConditions } from '../objects/conditions.ts';
import { describedBy, quoted } from '../objects/describe.ts';
import { tagsOfHeader } from '../objects/tags.ts';
import { checksumMembers, type Version } from '../objects/version.ts';
import type { Parts } from '../parts.ts';
import { checkObjectAcl } from '../policies/access-control-list.ts';
import { invalidArgument, invalidRequest } from '../refusals.ts';
import { receiveCopy } from '../upload/incoming.ts';
import { findReadable, noticeOf, readAction, writtenMembers } from './object.ts';

export function copyOperations(parts: Parts) {
  const { contents, objects } = parts;
  return {
    async CopyObject(input, call) {
      const { Key: key, MetadataDirective: directive = 'COPY', TaggingDirective: tagging = 'COPY', ACL: acl } = input;
      const bucket = await parts.open(input, call, 's3:PutObject', key);
      checkObjectAcl(acl, bucket, call);
      checkWriteConditions(input);
      const { source, version: from } = await openSource(parts, input.CopySource, call);
      holdCopyConditions(from, input);
      const changes = [input.StorageClass, input.ServerSideEncryption, input.WebsiteRedirectLocation];
      const isSelf = source.bucket === bucket.name && source.key === key && source.versionId === undefined;
      const isSame = directive === 'COPY' && changes.every((one) => one === undefined);
      if (isSelf && isSame) {
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const { StorageClass: _, ServerSideEncryption: _encryption, SSEKMSKeyId: _key, ...kept } = from.described;
      const described = describedBy(directive === 'COPY' ? { ...input, ...kept } : input, bucket);
      const tags = tagging === 'COPY' ? from.tags : tagsOfHeader(input.Tagging);
      const receiving = receiveCopy(contents.read(from.content), from.sizeBytes, {
        algorithm: (input.ChecksumAlgorithm as never) ?? from.checksum?.algorithm ?? 'CRC64NVME',
      });
      const version = await contents.keep(bucket.name, receiving, (content, { checksum, md5: etag, sizeBytes }) => {
        const { algorithm, value } = checksum;
        const kept = { algorithm, value, type: 'FULL_OBJECT' } as const;
        const fresh = { content: [content], etag, sizeBytes, checksum: kept, described, tags };
        return objects.put(bucket, key, { ...fresh, ...(acl !== undefined && { acl }) }, { conditions: input });
      });
      await parts.changed(bucket, 'ObjectCreated:Copy', noticeOf(key, version, bucket), call);
      const { ETag: _etag, ...members } = writtenMembers(version, bucket);
      return {
        ...members,
        ...(from.id !== 'null' && { CopySourceVersionId: from.id }),
        CopyObjectResult: {
          LastModified: version.at,
          ETag: quoted(version.etag),
          ...checksumMembers(version.checksum),
        },
      };
    },
  } satisfies OperationsOf<'s3'>;
}

/** @throws ServiceError `InvalidArgument`, and as GetObject */
export async function openSource(
  parts: Parts,
  text: string,
  call: Call,
): Promise<{ readonly source: CopySource; readonly version: Version }> {
  const source = parseCopySource(text);
  const { bucket: Bucket, key, versionId } = source;
  const bucket = await parts.open({ Bucket }, call, readAction('s3:GetObject', versionId), key);
  return { source, version: await findReadable(parts, bucket, { key, versionId, call }) };
}

interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `bucket/key?versionId=…`, percent-encoded or not, with a slash in front or not. */
function parseCopySource(text: string): CopySource {
  const [path = '', versionId] = text.split(/\?versionId=(.*)$/s);
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (bucket !== '' && key !== '' && !parseArn(bucket)) return { bucket, key, versionId };
  throw invalidArgument(
    'Invalid copy source object key',
    'x-amz-copy-source',
    text === '' ? 'x-amz-copy-source' : text,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
