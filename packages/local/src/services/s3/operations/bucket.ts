// Buckets themselves: made, listed, looked at and deleted.
import { updateRow } from '../../../backbone/update.ts';
import type { OperationsOf } from '../../../call.ts';
import { type Bucket, checkBucketName, NEW_DOCUMENTS } from '../bucket.ts';
import { NO_NOTIFICATIONS } from '../notifications/configuration.ts';
import { bucketArn } from '../notifications/notice.ts';
import { tagsOfSet } from '../objects/tags.ts';
import { ANONYMOUS, type Parts } from '../parts.ts';
import { checkNewBucketAcl } from '../policies/access-control-list.ts';
import { accessDenied, invalidLocation, refused, refuseMembers } from '../refusals.ts';

/** Members of CreateBucket that ask for what is not served. */
const NOT_SERVED = {
  ObjectLockEnabledForBucket: 'x-amz-bucket-object-lock-enabled',
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWrite: 'x-amz-grant-write',
  GrantWriteACP: 'x-amz-grant-write-acp',
};

/** Most buckets on a page. Source: S3 API reference, ListBuckets. */
const MAX_BUCKETS = 10_000;

export function bucketOperations(parts: Parts) {
  const { buckets, objects, platform, uploads } = parts;
  return {
    async CreateBucket(input, call) {
      const { Bucket: name, CreateBucketConfiguration: configuration = {}, ACL: acl, ObjectOwnership } = input;
      checkBucketName(name);
      refuseMembers(
        { ...input, ObjectLockEnabledForBucket: input.ObjectLockEnabledForBucket || undefined },
        NOT_SERVED,
      );
      if (call.account === ANONYMOUS) throw accessDenied();
      const location = locationOf(configuration.LocationConstraint, call.region);
      const region = location === 'EU' ? 'eu-west-1' : (location ?? 'us-east-1');
      const resource = bucketArn(name);
      const refusal = await platform.access.findRefusal(call, {
        action: 's3:CreateBucket',
        resource,
        owner: call.account,
      });
      if (refusal !== undefined) throw accessDenied(refusal);
      checkNewBucketAcl(acl, ObjectOwnership);
      const tags = tagsOfSet(configuration.Tags ?? [], { on: 'bucket' });
      await updateRow(buckets, name, (existing): Bucket => {
        if (existing) {
          refuseExisting(existing, { account: call.account, region, hasTags: configuration.Tags !== undefined });
          return existing;
        }
        return {
          ...{ name, account: call.account, region, createdAt: platform.clock.now(), tags },
          notifications: NO_NOTIFICATIONS,
          documents: {
            ...NEW_DOCUMENTS,
            ...(ObjectOwnership !== undefined && { ownership: { Rules: [{ ObjectOwnership }] } }),
            ...(acl !== undefined && { acl }),
          },
          ...(location !== undefined && { location }),
        };
      });
      const Location = location === undefined ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
      return { Location, BucketArn: resource };
    },

    async HeadBucket(input, call) {
      const { name, region } = await parts.open(input, call, 's3:ListBucket');
      return { BucketRegion: region, BucketArn: bucketArn(name), AccessPointAlias: false };
    },

    async GetBucketLocation(input, call) {
      const { location } = await parts.open(input, call, 's3:GetBucketLocation');
      return { ...(location !== undefined && { LocationConstraint: location as never }) };
    },

    async DeleteBucket(input, call) {
      const { name, versioning } = await parts.open(input, call, 's3:DeleteBucket');
      if (objects.hasAny(name) !== 'nothing') {
        const more = versioning === undefined ? '' : '. You must delete all versions in the bucket.';
        throw refused('BucketNotEmpty', `The bucket you tried to delete is not empty${more}`, {
          status: 409,
          BucketName: name,
        });
      }
      await buckets.delete(name);
      for (const upload of uploads.list(name)) await uploads.end(upload);
      return {};
    },

    async ListBuckets({ MaxBuckets = MAX_BUCKETS, Prefix: prefix = '', BucketRegion, ContinuationToken }, call) {
      if (call.account === ANONYMOUS) throw accessDenied();
      const access = { action: 's3:ListAllMyBuckets', resource: '*', owner: call.account };
      const refusal = await platform.access.findRefusal(call, access);
      if (refusal !== undefined) throw accessDenied(refusal);
      const after = ContinuationToken === undefined ? '' : Buffer.from(ContinuationToken, 'base64url').toString();
      const own = buckets
        .list(prefix)
        .map(({ value }) => value)
        .filter(
          ({ account, name, region }) =>
            account === call.account && name > after && (BucketRegion ?? region) === region,
        );
      const page = own.slice(0, Math.min(MaxBuckets, MAX_BUCKETS));
      const last = page.length < own.length ? page.at(-1)?.name : undefined;
      return {
        Owner: { ID: ownerId(call.account) },
        Buckets: page.map(({ name, createdAt, region }) => ({
          Name: name,
          CreationDate: createdAt,
          BucketRegion: region,
          BucketArn: bucketArn(name),
        })),
        ...(prefix !== '' && { Prefix: prefix }),
        ...(last !== undefined && { ContinuationToken: Buffer.from(last).toString('base64url') }),
      };
    },
  } satisfies OperationsOf<'s3'>;
}

/** A canonical user id of an account: 64 hexadecimal digits. */
export function ownerId(account: string): string {
  return account.padStart(64, '0');
}

/** @throws ServiceError `InvalidLocationConstraint`, `IllegalLocationConstraintException` */
function locationOf(given: string | undefined, region: string): string | undefined {
  if (given === undefined || given === '') {
    if (region === 'us-east-1') return undefined;
    throw refused(
      'IllegalLocationConstraintException',
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
    );
  }
  if (given === 'us-east-1' || !/^(EU|[a-z]{2,}(-[a-z]+)+-\d)$/.test(given)) {
    throw invalidLocation(given);
  }
  if (region !== 'us-east-1' && region !== given && given !== 'EU') {
    throw refused(
      'IllegalLocationConstraintException',
      `The ${given} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  return given;
}

/** In us-east-1 a repeated creation is none, and answered as one. */
function refuseExisting(
  existing: Bucket,
  { account, region, hasTags }: { readonly account: string; readonly region: string; readonly hasTags: boolean },
): void {
  const BucketName = existing.name;
  if (existing.account !== account) {
    throw refused(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { status: 409, BucketName },
    );
  }
  if (existing.region === 'us-east-1' && region === 'us-east-1' && !hasTags) return;
  throw refused(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { status: 409, BucketName },
  );
}
