// Managed policies.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Policy } from '@earwitness/protocol/internal/aws/models/iam.types';
import type { OperationsOf } from '../../../call.ts';
import { awsManagedArns, awsManagedName } from '../aws-managed.ts';
import { checkDocument } from '../document.ts';
import { type Identities, takePage } from '../identities.ts';
import { describePolicy, type ManagedPolicy } from '../managed-policy.ts';
import type { Parts } from '../parts.ts';

export function policyOperations({ platform, identities }: Parts) {
  return {
    async CreatePolicy(input, call) {
      const {
        PolicyName: name,
        Path: path = '/',
        PolicyDocument: document,
        Description: description,
        Tags: tags = [],
      } = input;
      const arn = identities.makeArn(call, 'policy', `${path}${name}`);
      if (identities.listPolicies(call).some((policy) => policy.name === name)) {
        throw new ServiceError(
          'EntityAlreadyExists',
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
        );
      }
      checkDocument(document);
      const now = platform.clock.now();
      const policy: ManagedPolicy = {
        account: call.account,
        name,
        path,
        id: identities.makeId('ANPA'),
        arn,
        tags,
        versions: { v1: { document, createdAt: now } },
        defaultVersion: 'v1',
        nextVersion: 2,
        createdAt: now,
        updatedAt: now,
        ...(description !== undefined && { description }),
      };
      await identities.savePolicy(policy);
      const { Description: _, Tags: _tags, ...described } = describePolicy(policy, 0);
      return { Policy: { ...described, ...(tags.length > 0 && { Tags: tags }) } };
    },

    GetPolicy: ({ PolicyArn: arn }) => ({ Policy: describe(identities, arn) }),

    ListPolicies(input, call) {
      const { Scope: scope = 'All', OnlyAttached: attached, PathPrefix: prefix = '/' } = input;
      const own = scope === 'AWS' ? [] : identities.listPolicies(call).map((policy) => policy.arn);
      const amazon = scope === 'Local' ? [] : awsManagedArns();
      const found = [...own, ...amazon]
        .map((arn) => describe(identities, arn))
        .filter(
          (policy) => policy.Path?.startsWith(prefix) && (attached !== true || (policy.AttachmentCount ?? 0) > 0),
        );
      const { page, rest } = takePage(found, input);
      return { Policies: page.map(({ Description: _, Tags: __, ...policy }) => policy), ...rest };
    },

    async DeletePolicy({ PolicyArn: arn }) {
      const policy = identities.policy(arn);
      if (identities.carriers(arn).length > 0) throw conflict('Cannot delete a policy attached to entities.');
      if (Object.keys(policy.versions).length > 1) {
        throw conflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      await identities.removePolicy(policy);
      return {};
    },
  } satisfies OperationsOf<'iam'>;
}

function describe(identities: Identities, arn: string): Policy {
  const attachments = identities.carriers(arn).length;
  const name = awsManagedName(arn);
  if (name === undefined) return describePolicy(identities.policy(arn), attachments);
  return {
    PolicyName: name.slice(name.lastIndexOf('/') + 1),
    Arn: arn,
    Path: `/${name.slice(0, name.lastIndexOf('/') + 1)}`,
    DefaultVersionId: 'v1',
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
  };
}

function conflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message);
}
