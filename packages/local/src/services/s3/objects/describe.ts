// What is kept of the headers of an upload, and told with the object again.
import type { Bucket } from '../bucket.ts';
import { refused, refuseMembers } from '../refusals.ts';
import { storedContentEncoding } from '../upload/receive.ts';
import type { Described, Version } from './version.ts';

/** Members of uploads that ask for what is not served, by their headers. */
const NOT_SERVED = {
  WriteOffsetBytes: 'x-amz-write-offset-bytes',
  ObjectLockMode: 'x-amz-object-lock-mode',
  ObjectLockRetainUntilDate: 'x-amz-object-lock-retain-until-date',
  ObjectLockLegalHoldStatus: 'x-amz-object-lock-legal-hold',
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWriteACP: 'x-amz-grant-write-acp',
};

/** Keys of customers are not served, neither where they encrypt nor where they would decrypt. */
const CUSTOMER_KEYS = {
  SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm',
  SSECustomerKey: 'x-amz-server-side-encryption-customer-key',
  CopySourceSSECustomerAlgorithm: 'x-amz-copy-source-server-side-encryption-customer-algorithm',
  CopySourceSSECustomerKey: 'x-amz-copy-source-server-side-encryption-customer-key',
};

/** @throws ServiceError `NotImplemented` */
export function refuseCustomerKeys(input: object): void {
  refuseMembers(input, CUSTOMER_KEYS);
}

/** Bytes of a key. Source: S3 user guide, "Naming Amazon S3 objects". */
const KEY_MAX_BYTES = 1024;
/** Bytes of names and values together. Source: S3 user guide, "Working with object metadata". */
const METADATA_MAX_BYTES = 2048;

const KEPT = [
  ...['ContentType', 'CacheControl', 'ContentDisposition', 'ContentLanguage', 'Expires', 'WebsiteRedirectLocation'],
  ...['StorageClass', 'ServerSideEncryption', 'SSEKMSKeyId', 'BucketKeyEnabled', 'Metadata'],
] as const;

type Given = { readonly [Name in keyof Described]?: Described[Name] | undefined };

/**
 * @throws ServiceError `NotImplemented` for what is not served, `KeyTooLongError`, `MetadataTooLarge`
 */
export function describedBy(input: Given & { readonly Key: string }, { documents }: Bucket): Described {
  refuseMembers(input, NOT_SERVED);
  refuseCustomerKeys(input);
  checkKey(input.Key);
  checkMetadata(input.Metadata ?? {});
  const encoding = storedContentEncoding(input.ContentEncoding);
  const [rule] = documents.encryption?.Rules ?? [];
  const fallback = rule?.ApplyServerSideEncryptionByDefault;
  const encryption = input.ServerSideEncryption ?? fallback?.SSEAlgorithm ?? 'AES256';
  const keyId = input.SSEKMSKeyId ?? (encryption === fallback?.SSEAlgorithm ? fallback.KMSMasterKeyID : undefined);
  return {
    ...Object.fromEntries(KEPT.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))),
    ServerSideEncryption: encryption,
    ...(keyId !== undefined && { SSEKMSKeyId: keyId }),
    ...(encoding !== undefined && { ContentEncoding: encoding }),
  };
}

function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes <= KEY_MAX_BYTES) return;
  throw refused('KeyTooLongError', 'Your key is too long', { Size: sizeBytes, MaxSizeAllowed: KEY_MAX_BYTES });
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const sizeBytes = Object.entries(metadata).reduce(
    (total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (sizeBytes <= METADATA_MAX_BYTES) return;
  throw refused('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
    Size: sizeBytes,
    MaxSizeAllowed: METADATA_MAX_BYTES,
  });
}

/** Members with which GetObject and HeadObject tell what was said of the object. */
export function describe({ described, etag, at, id, tags }: Version, bucket: Bucket) {
  const { ContentType = 'binary/octet-stream', StorageClass, ...rest } = described;
  const count = Object.keys(tags).length;
  return {
    ...rest,
    ContentType,
    AcceptRanges: 'bytes',
    ETag: quoted(etag),
    LastModified: at,
    ...(StorageClass !== undefined && StorageClass !== 'STANDARD' && { StorageClass }),
    ...(count > 0 && { TagCount: count }),
    ...versionMember(id, bucket),
  };
}

/** The id of a version is told in buckets that are, or were, versioned. */
export function versionMember(id: string, { versioning }: Bucket): { readonly VersionId?: string } {
  return versioning === undefined ? {} : { VersionId: id };
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}
