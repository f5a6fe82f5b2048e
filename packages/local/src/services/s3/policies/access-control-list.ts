// Which canned access control lists are taken. A new bucket has ACLs disabled and public ones blocked, so that most are
// refused, as on AWS. Source: S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket" and
// "Blocking public access to your Amazon S3 storage".
import type { Call } from '../../../call.ts';
import type { Bucket } from '../bucket.ts';
import { bucketArn } from '../notifications/notice.ts';
import { accessDenied, refused } from '../refusals.ts';

/** Lists that let in more than the object's and the bucket's owner. */
const PUBLIC: ReadonlySet<string> = new Set(['public-read', 'public-read-write', 'authenticated-read']);

/** Lists that give the owner of bucket and object everything, and nobody else anything. */
const OWNERS: ReadonlySet<string> = new Set(['private', 'bucket-owner-read', 'bucket-owner-full-control']);

/** What a new bucket has: access control lists are disabled. */
const ENFORCED = 'BucketOwnerEnforced';

/**
 * Of CreateBucket, and of a template's AccessControl.
 * Source: aws-cloudformation/cloudformation-coverage-roadmap issue 1606 (the sentence).
 * @throws InvalidBucketAclWithObjectOwnership
 */
export function checkNewBucketAcl(acl: string | undefined, ownership: unknown = ENFORCED): void {
  if (acl === undefined || OWNERS.has(acl) || ownership !== ENFORCED) return;
  throw refused(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  );
}

/**
 * Of an object that is written.
 * @throws AccessControlListNotSupported, AccessDenied
 */
export function checkObjectAcl(acl: string | undefined, bucket: Bucket, call: Call): void {
  if (acl === undefined) return;
  if (!OWNERS.has(acl)) refuseDisabled(bucket);
  refusePublic(acl, bucket, { call, operation: 'PutObject' });
}

/**
 * Of PutBucketAcl and PutObjectAcl, which change nothing where ACLs are disabled.
 * Source: hashicorp/terraform-provider-aws issue 34079: `private` is refused, too.
 * @throws AccessControlListNotSupported, AccessDenied
 */
export function checkChangedAcl(
  acl: string,
  bucket: Bucket,
  by: { readonly call: Call; readonly operation: 'PutBucketAcl' | 'PutObjectAcl' },
): void {
  refuseDisabled(bucket);
  refusePublic(acl, bucket, by);
}

function refuseDisabled({ documents }: Bucket): void {
  if (documents.ownership?.Rules?.[0]?.ObjectOwnership !== ENFORCED) return;
  throw refused('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

function refusePublic(
  acl: string,
  { name, documents }: Bucket,
  { call: { principal }, operation }: { readonly call: Call; readonly operation: string },
): void {
  if (!PUBLIC.has(acl) || !documents.publicAccess?.BlockPublicAcls) return;
  throw accessDenied(
    `User: ${principal.kind === 'service' ? principal.service : principal.arn} is not authorized to perform: s3:${operation} on resource: "${bucketArn(name)}" because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
  );
}
