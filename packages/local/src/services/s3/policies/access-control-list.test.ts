// Which access control lists are taken. Sources: S3 user guide, "Controlling ownership of objects and disabling ACLs
// for your bucket" and "Blocking public access".
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT } from '../../../test-cloud.ts';
import { createS3Service } from '../service.ts';

const Bucket = 'orders';
const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
const NOT_SUPPORTED = 'AccessControlListNotSupported: The bucket does not allow ACLs';

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTestCloud(createS3Service);
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration });
});
afterEach(() => cloud.close());
const s3 = callerOf('s3', () => cloud);
const put = (ACL: 'private' | 'public-read' | 'bucket-owner-full-control') =>
  s3('PutObject', { Bucket, Key: 'a', Body: Buffer.from('hello'), ACL });

test('a new bucket takes objects with no list but those that let its owner in alone', async () => {
  expect(await refusalOf(put('public-read'))).toBe(NOT_SUPPORTED);
  for (const acl of ['private', 'bucket-owner-full-control'] as const) await put(acl);
  const CopySource = `${Bucket}/a`;
  expect(await refusalOf(s3('CopyObject', { Bucket, Key: 'b', CopySource, ACL: 'public-read' }))).toBe(NOT_SUPPORTED);
  expect(await refusalOf(s3('CreateMultipartUpload', { Bucket, Key: 'b', ACL: 'public-read' }))).toBe(NOT_SUPPORTED);
});

// Source: hashicorp/terraform-provider-aws issue 34079.
test('the list of a new bucket and of its objects cannot be put, not even a private one', async () => {
  await put('private');
  expect(await refusalOf(s3('PutBucketAcl', { Bucket, ACL: 'private' }))).toBe(NOT_SUPPORTED);
  expect(await refusalOf(s3('PutObjectAcl', { Bucket, Key: 'a', ACL: 'private' }))).toBe(NOT_SUPPORTED);
});

// Source: aws-cloudformation/cloudformation-coverage-roadmap issue 1606 (the sentence).
test('a bucket is made with a public list only where its lists are enabled', async () => {
  const create = (more: object) =>
    refusalOf(s3('CreateBucket', { Bucket: 'public', CreateBucketConfiguration, ACL: 'public-read', ...more }));
  expect(await create({})).toBe(
    "InvalidBucketAclWithObjectOwnership: Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  );
  expect(await create({ ACL: 'private' })).toBe('not refused');
  expect(await create({ Bucket: 'open', ObjectOwnership: 'ObjectWriter' })).toBe('not refused');
});

test('where lists are enabled, public ones are blocked until the bucket may have them', async () => {
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await s3('PutBucketOwnershipControls', { Bucket, OwnershipControls });
  const denied = (operation: string) =>
    `AccessDenied: User: arn:aws:iam::${TEST_ACCOUNT}:root is not authorized to perform: s3:${operation} on resource: "arn:aws:s3:::orders" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`;
  expect(await refusalOf(put('public-read'))).toBe(denied('PutObject'));
  expect(await refusalOf(s3('PutBucketAcl', { Bucket, ACL: 'public-read' }))).toBe(denied('PutBucketAcl'));
  await s3('DeletePublicAccessBlock', { Bucket });
  await put('public-read');
  expect((await s3('GetObjectAcl', { Bucket, Key: 'a' })).Grants).toHaveLength(2);
});
