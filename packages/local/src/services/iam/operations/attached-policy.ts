// Attach, Detach and List of the managed policies of roles and users, and ListEntitiesForPolicy.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import type { Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';

export function attachRolePolicy(identities: Identities): Operation<AttachRolePolicyRequest> {
  return async ({ RoleName, PolicyArn }, call) =>
    attach(identities, identities.holder('role', RoleName, call), PolicyArn);
}

export function attachUserPolicy(identities: Identities): Operation<AttachUserPolicyRequest> {
  return async ({ UserName, PolicyArn }, call) =>
    attach(identities, identities.holder('user', UserName, call), PolicyArn);
}

async function attach(identities: Identities, holder: Holder, arn: string) {
  if (!identities.exists(arn)) {
    throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  }
  if (identities.document(arn) === undefined) {
    identities.platform.journal.record({
      kind: 'warning',
      about: holder.arn,
      message: `The document of ${arn} is not known here: attached to ${holder.arn}, it grants nothing.`,
    });
  }
  if (!holder.attached.includes(arn)) {
    await identities.saveHolder({ ...holder, attached: [...holder.attached, arn] });
  }
  return {};
}

export function detachRolePolicy(identities: Identities): Operation<DetachRolePolicyRequest> {
  return async ({ RoleName, PolicyArn }, call) =>
    detach(identities, identities.holder('role', RoleName, call), PolicyArn);
}

export function detachUserPolicy(identities: Identities): Operation<DetachUserPolicyRequest> {
  return async ({ UserName, PolicyArn }, call) =>
    detach(identities, identities.holder('user', UserName, call), PolicyArn);
}

async function detach(identities: Identities, holder: Holder, arn: string) {
  if (!holder.attached.includes(arn)) throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`);
  await identities.saveHolder({ ...holder, attached: holder.attached.filter((one) => one !== arn) });
  return {};
}

export function listAttachedRolePolicies(
  identities: Identities,
): Operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse> {
  return (input, call) => list(identities.holder('role', input.RoleName, call), input);
}

export function listAttachedUserPolicies(
  identities: Identities,
): Operation<ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse> {
  return (input, call) => list(identities.holder('user', input.UserName, call), input);
}

function list(holder: Holder, input: ListAttachedRolePoliciesRequest | ListAttachedUserPoliciesRequest) {
  const { page, rest } = takePage(holder.attached, input);
  return {
    AttachedPolicies: page.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn })),
    ...rest,
  };
}

export function listEntitiesForPolicy(
  identities: Identities,
): Operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse> {
  return (input) => {
    if (!identities.exists(input.PolicyArn)) identities.policy(input.PolicyArn);
    const { page, rest } = takePage(identities.carriers(input.PolicyArn), input);
    return {
      PolicyGroups: [],
      PolicyUsers: page.filter((one) => one.kind === 'user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: page.filter((one) => one.kind === 'role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  };
}
