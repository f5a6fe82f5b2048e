// Versions of managed policies.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { awsManagedDocument, awsManagedName } from '../aws-managed.ts';
import { checkDocument, encodeDocument } from '../document.ts';
import { takePage } from '../identities.ts';
import { describeVersion, describeWholeVersion, type ManagedPolicy } from '../managed-policy.ts';
import type { Parts } from '../parts.ts';

/** Versions of one policy. Source: IAM user guide, quotas. */
const MAX_VERSIONS = 5;

export function policyVersionOperations({ platform, identities }: Parts) {
  return {
    async CreatePolicyVersion({ PolicyArn: arn, PolicyDocument: document, SetAsDefault: makeDefault }) {
      const policy = identities.policy(arn);
      checkDocument(document);
      if (Object.keys(policy.versions).length >= MAX_VERSIONS) {
        throw new ServiceError(
          'LimitExceeded',
          `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const id = `v${policy.nextVersion}`;
      const now = platform.clock.now();
      const changed = {
        ...policy,
        versions: { ...policy.versions, [id]: { document, createdAt: now } },
        defaultVersion: makeDefault === true ? id : policy.defaultVersion,
        nextVersion: policy.nextVersion + 1,
        updatedAt: now,
      };
      await identities.savePolicy(changed);
      return { PolicyVersion: describeVersion(changed, id) };
    },

    GetPolicyVersion({ PolicyArn: arn, VersionId: id }) {
      if (awsManagedName(arn) === undefined) {
        const policy = identities.policy(arn);
        checkVersion(policy, id);
        return { PolicyVersion: describeWholeVersion(policy, id) };
      }
      const document = awsManagedDocument(arn);
      if (document === undefined) {
        throw new ServiceError(
          'NoSuchEntity',
          `Earwitness does not know the document of the AWS managed policy ${arn}.`,
        );
      }
      return { PolicyVersion: { VersionId: id, IsDefaultVersion: true, Document: encodeDocument(document) } };
    },

    ListPolicyVersions(input) {
      if (awsManagedName(input.PolicyArn) !== undefined) {
        return { Versions: [{ VersionId: 'v1', IsDefaultVersion: true }], IsTruncated: false };
      }
      const policy = identities.policy(input.PolicyArn);
      const newestFirst = Object.keys(policy.versions).sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
      const { page, rest } = takePage(newestFirst, input);
      return { Versions: page.map((id) => describeVersion(policy, id)), ...rest };
    },

    async SetDefaultPolicyVersion({ PolicyArn: arn, VersionId: id }) {
      const policy = identities.policy(arn);
      checkVersion(policy, id);
      await identities.savePolicy({ ...policy, defaultVersion: id, updatedAt: platform.clock.now() });
      return {};
    },

    async DeletePolicyVersion({ PolicyArn: arn, VersionId: id }) {
      const policy = identities.policy(arn);
      checkVersion(policy, id);
      if (id === policy.defaultVersion) {
        throw new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.');
      }
      const { [id]: _, ...versions } = policy.versions;
      await identities.savePolicy({ ...policy, versions });
      return {};
    },
  } satisfies OperationsOf<'iam'>;
}

function checkVersion(policy: ManagedPolicy, id: string): void {
  if (ownEntry(policy.versions, id)) return;
  throw new ServiceError('NoSuchEntity', `Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
}
