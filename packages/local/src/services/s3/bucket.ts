// A bucket: its row, and what its name may be. All buckets of all accounts and regions share one space of names, so the
// name alone is the row's key.
import type {
  CORSConfiguration,
  GetBucketWebsiteOutput,
  LifecycleRule,
  LoggingEnabled,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from '@earwitness/protocol/internal/aws/models/s3.types';
import type { Notifications } from './notifications/configuration.ts';
import { refused } from './refusals.ts';

export interface Bucket {
  readonly name: string;
  /** Of the owner. */
  readonly account: string;
  readonly region: string;
  /** `LocationConstraint`, as it was given: `EU` is one. */
  readonly location?: string;
  readonly createdAt: number;
  /** Absent: it never was. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly tags: Readonly<Record<string, string>>;
  /** JSON, as it was put. */
  readonly policy?: string;
  readonly notifications: Notifications;
  readonly documents: Documents;
}

/** Configurations that are kept as they were put. */
export interface Documents {
  readonly cors?: CORSConfiguration;
  readonly encryption?: ServerSideEncryptionConfiguration;
  readonly lifecycle?: readonly LifecycleRule[];
  readonly publicAccess?: PublicAccessBlockConfiguration;
  readonly ownership?: OwnershipControls;
  readonly logging?: LoggingEnabled;
  readonly website?: GetBucketWebsiteOutput;
  readonly payer?: 'Requester' | 'BucketOwner';
  readonly acl?: string;
}

/** What a new bucket has. Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3_api. */
export const NEW_DOCUMENTS: Documents = {
  encryption: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
  },
  publicAccess: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  ownership: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
};

const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/**
 * Source: S3 user guide, "General purpose bucket naming rules".
 * @throws ServiceError `InvalidBucketName`
 */
export function checkBucketName(BucketName: string): void {
  const isWellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(BucketName);
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(BucketName);
  if (isWellFormed && !isAddress && !BucketName.includes('..') && !RESERVED.test(BucketName)) return;
  throw refused('InvalidBucketName', 'The specified bucket is not valid.', { BucketName });
}
