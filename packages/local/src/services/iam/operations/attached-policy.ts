// Managed policies of roles and users: attached, detached, listed; and what a policy is attached to.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  ListAttachedRolePoliciesRequest,
  ListAttachedUserPoliciesRequest,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { OperationsOf } from '../../../call.ts';
import type { Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';

export function attachedPolicyOperations(parts: Parts) {
  const { identities } = parts;
  return {
    AttachRolePolicy: async ({ RoleName, PolicyArn }, call) =>
      attach(parts, identities.holder('role', RoleName, call), PolicyArn),

    AttachUserPolicy: async ({ UserName, PolicyArn }, call) =>
      attach(parts, identities.holder('user', UserName, call), PolicyArn),

    DetachRolePolicy: async ({ RoleName, PolicyArn }, call) =>
      detach(identities, identities.holder('role', RoleName, call), PolicyArn),

    DetachUserPolicy: async ({ UserName, PolicyArn }, call) =>
      detach(identities, identities.holder('user', UserName, call), PolicyArn),

    ListAttachedRolePolicies: (input, call) => list(identities.holder('role', input.RoleName, call), input),

    ListAttachedUserPolicies: (input, call) => list(identities.holder('user', input.UserName, call), input),

    ListEntitiesForPolicy(input) {
      if (!identities.exists(input.PolicyArn)) identities.policy(input.PolicyArn);
      const { page, rest } = takePage(identities.carriers(input.PolicyArn), input);
      return {
        PolicyGroups: [],
        PolicyUsers: page.filter((one) => one.kind === 'user').map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyRoles: page.filter((one) => one.kind === 'role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        ...rest,
      };
    },
  } satisfies OperationsOf<'iam'>;
}

async function attach({ platform, identities }: Parts, holder: Holder, arn: string) {
  checkArn(arn);
  if (!identities.exists(arn)) {
    throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  }
  if (identities.document(arn) === undefined) {
    platform.journal.record({
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

/** Recorded on AWS: LocalStack, test_role_attach_policy, test_user_attach_policy, 2025. @throws ValidationError */
function checkArn(arn: string): void {
  if (parseArn(arn) === undefined) throw new ServiceError('ValidationError', 'Invalid ARN:  Could not be parsed!');
}

async function detach(identities: Identities, holder: Holder, arn: string) {
  checkArn(arn);
  if (!holder.attached.includes(arn)) throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`);
  await identities.saveHolder({ ...holder, attached: holder.attached.filter((one) => one !== arn) });
  return {};
}

function list(holder: Holder, input: ListAttachedRolePoliciesRequest | ListAttachedUserPoliciesRequest) {
  const { page, rest } = takePage(holder.attached, input);
  return {
    AttachedPolicies: page.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn })),
    ...rest,
  };
}
