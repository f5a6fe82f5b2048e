// What stands beside an object and changes without it: tags, and the canned access control list.
import type { Grant } from '@earwitness/protocol/internal/aws/models/s3.types';
import type { OperationsOf } from '../../../call.ts';
import { versionMember } from '../objects/describe.ts';
import { tagSetOf, tagsOfSet } from '../objects/tags.ts';
import type { Parts } from '../parts.ts';
import { checkChangedAcl } from '../policies/access-control-list.ts';
import { refused, refuseMembers } from '../refusals.ts';
import { ownerId } from './bucket.ts';
import { findReadable, noticeOf, readAction } from './object.ts';

const GRANTS = {
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWrite: 'x-amz-grant-write',
  GrantWriteACP: 'x-amz-grant-write-acp',
};

const EVERYBODY = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/** What canned lists grant beside the owner. Source: S3 user guide, "Access control list overview", canned ACLs. */
const CANNED: Readonly<Record<string, readonly (readonly [group: string, permission: 'READ' | 'WRITE'])[]>> = {
  'public-read': [[EVERYBODY, 'READ']],
  'public-read-write': [
    [EVERYBODY, 'READ'],
    [EVERYBODY, 'WRITE'],
  ],
  'authenticated-read': [[AUTHENTICATED, 'READ']],
};

export function taggingOperations(parts: Parts) {
  const { objects } = parts;
  return {
    async GetObjectTagging(input, call) {
      const { Key: key, VersionId: versionId } = input;
      const bucket = await parts.open(input, call, readAction('s3:GetObjectTagging', versionId), key);
      const version = await findReadable(parts, bucket, { key, versionId, call });
      return { TagSet: tagSetOf(version.tags), ...versionMember(version.id, bucket) };
    },
    async PutObjectTagging(input, call) {
      const { Key: key, VersionId: versionId } = input;
      const bucket = await parts.open(input, call, readAction('s3:PutObjectTagging', versionId), key);
      const tags = tagsOfSet(input.Tagging.TagSet, { on: 'object' });
      const version = await objects.change({ bucket: bucket.name, key, versionId }, (one) => ({ ...one, tags }));
      const { sequencer: _, size: _size, ...told } = noticeOf(key, version, bucket);
      await parts.changed(bucket, 'ObjectTagging:Put', told, call);
      return versionMember(version.id, bucket);
    },
    async DeleteObjectTagging(input, call) {
      const { Key: key, VersionId: versionId } = input;
      const bucket = await parts.open(input, call, readAction('s3:DeleteObjectTagging', versionId), key);
      const version = await objects.change({ bucket: bucket.name, key, versionId }, (one) => ({ ...one, tags: {} }));
      const { sequencer: _, size: _size, ...told } = noticeOf(key, version, bucket);
      await parts.changed(bucket, 'ObjectTagging:Delete', told, call);
      return versionMember(version.id, bucket);
    },

    async GetBucketAcl(input, call) {
      const { account, documents } = await parts.open(input, call, 's3:GetBucketAcl');
      return { Owner: { ID: ownerId(account) }, Grants: grantsOf(account, documents.acl) };
    },
    async PutBucketAcl(input, call) {
      const open = await parts.open(input, call, 's3:PutBucketAcl');
      const acl = cannedOf(input);
      checkChangedAcl(acl, open, { call, operation: 'PutBucketAcl' });
      await parts.change(open.name, (bucket) => ({ ...bucket, documents: { ...bucket.documents, acl } }));
      return {};
    },
    async GetObjectAcl(input, call) {
      const { Key: key, VersionId: versionId } = input;
      const bucket = await parts.open(input, call, readAction('s3:GetObjectAcl', versionId), key);
      const { acl } = await findReadable(parts, bucket, { key, versionId, call });
      return { Owner: { ID: ownerId(bucket.account) }, Grants: grantsOf(bucket.account, acl) };
    },
    async PutObjectAcl(input, call) {
      const { Key: key, VersionId: versionId } = input;
      const bucket = await parts.open(input, call, readAction('s3:PutObjectAcl', versionId), key);
      const acl = cannedOf(input);
      checkChangedAcl(acl, bucket, { call, operation: 'PutObjectAcl' });
      const version = await objects.change({ bucket: bucket.name, key, versionId }, (one) => ({ ...one, acl }));
      const { sequencer: _, size: _size, ...told } = noticeOf(key, version, bucket);
      await parts.changed(bucket, 'ObjectAcl:Put', told, call);
      return {};
    },
  } satisfies OperationsOf<'s3'>;
}

function cannedOf(input: { readonly ACL?: string | undefined; readonly AccessControlPolicy?: unknown }): string {
  refuseMembers(input, GRANTS);
  if (input.ACL !== undefined) return input.ACL;
  throw refused('NotImplemented', 'Earwitness serves canned access control lists only: give x-amz-acl.', {
    status: 501,
  });
}

function grantsOf(account: string, acl = 'private'): Grant[] {
  const owner: Grant = { Grantee: { Type: 'CanonicalUser', ID: ownerId(account) }, Permission: 'FULL_CONTROL' };
  const groups = (CANNED[acl] ?? []).map(
    ([URI, Permission]): Grant => ({ Grantee: { Type: 'Group', URI }, Permission }),
  );
  return [owner, ...groups];
}
