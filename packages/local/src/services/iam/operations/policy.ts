// CreatePolicy, GetPolicy, ListPolicies, DeletePolicy.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import { awsManagedArns, awsManagedName } from '../aws-managed.ts';
import { checkDocument } from '../document.ts';
import { type Identities, takePage } from '../identities.ts';
import { describePolicy, type ManagedPolicy } from '../managed-policy.ts';

export function createPolicy(identities: Identities): Operation<CreatePolicyRequest, CreatePolicyResponse> {
  return async (input, call) => {
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
    const now = identities.platform.clock.now();
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
    const { Description: _, ...described } = describePolicy(policy, 0);
    return { Policy: described };
  };
}

export function getPolicy(identities: Identities): Operation<GetPolicyRequest, GetPolicyResponse> {
  return ({ PolicyArn: arn }) => ({ Policy: describe(identities, arn) });
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

export function listPolicies(identities: Identities): Operation<ListPoliciesRequest, ListPoliciesResponse> {
  return (input, call) => {
    const { Scope: scope = 'All', OnlyAttached: attached, PathPrefix: prefix = '/' } = input;
    const own = scope === 'AWS' ? [] : identities.listPolicies(call).map((policy) => policy.arn);
    const amazon = scope === 'Local' ? [] : awsManagedArns();
    const found = [...own, ...amazon]
      .map((arn) => describe(identities, arn))
      .filter((policy) => policy.Path?.startsWith(prefix) && (attached !== true || (policy.AttachmentCount ?? 0) > 0));
    const { page, rest } = takePage(found, input);
    return { Policies: page.map(({ Description: _, Tags: __, ...policy }) => policy), ...rest };
  };
}

export function deletePolicy(identities: Identities): Operation<DeletePolicyRequest> {
  return async ({ PolicyArn: arn }) => {
    const policy = identities.policy(arn);
    if (identities.carriers(arn).length > 0) throw conflict('Cannot delete a policy attached to entities.');
    if (Object.keys(policy.versions).length > 1) {
      throw conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    await identities.removePolicy(policy);
    return {};
  };
}

function conflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message);
}
