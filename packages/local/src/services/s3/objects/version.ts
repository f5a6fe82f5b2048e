// One version of an object, or a delete marker, as it stands in the row of its key.
import type { PutObjectRequest } from '@earwitness/protocol/internal/aws/models/s3.types';
import type { Piece } from '../contents.ts';
import type { ChecksumAlgorithm } from '../upload/checksum.ts';

/** All versions of one key. */
export interface StoredKey {
  readonly bucket: string;
  readonly key: string;
  /** Newest first. Empty: the row is about to go. */
  readonly versions: readonly Version[];
}

export interface Version {
  /** `null` in buckets that are not versioned. */
  readonly id: string;
  /** It says that the object is deleted, and has no content. */
  readonly isMarker: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly sequencer: string;
  /** Without quotes. */
  readonly etag: string;
  readonly content: readonly Piece[];
  readonly sizeBytes: number;
  readonly checksum?: Checksum;
  /** Sizes of the parts it was put together from. */
  readonly partSizes?: readonly number[];
  readonly described: Described;
  readonly tags: Readonly<Record<string, string>>;
  readonly acl?: string;
}

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of parts together with their number: `…-3`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** What whoever put it says of it. */
export interface Described {
  readonly ContentType?: string;
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly Expires?: string;
  readonly WebsiteRedirectLocation?: string;
  readonly StorageClass?: NonNullable<PutObjectRequest['StorageClass']>;
  readonly ServerSideEncryption?: NonNullable<PutObjectRequest['ServerSideEncryption']>;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** Members of an output that tell a checksum: `{ ChecksumCRC32, ChecksumType }`. */
export function checksumMembers(checksum: Checksum | undefined): Readonly<Record<string, string>> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}
