// Roles, their tags, and the roles that services make for themselves.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { checkTrust } from '../document.ts';
import { describeListedRole, describeNewRole, describeRole, type Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';
import { serviceLinkedRole } from '../service-linked-role.ts';

/** Seconds. Source: IAM API reference, CreateRole. */
export const DEFAULT_SESSION_SECONDS = 3600;

export function roleOperations({ platform, identities }: Parts) {
  return {
    async CreateRole(input, call) {
      const { RoleName: name, Path: path = '/', AssumeRolePolicyDocument: trust, Tags: tags = [] } = input;
      const { Description: description, PermissionsBoundary: boundary } = input;
      if (identities.findHolder('role', name, call.account)) {
        throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`);
      }
      checkTrust(trust);
      const role: Holder = {
        kind: 'role',
        account: call.account,
        name,
        path,
        id: identities.makeId('AROA'),
        arn: identities.makeArn(call, 'role', `${path}${name}`),
        tags,
        inline: {},
        attached: [],
        createdAt: platform.clock.now(),
        trust,
        maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
        ...(description !== undefined && { description }),
        ...(boundary !== undefined && { boundary }),
      };
      await identities.saveHolder(role);
      const { RoleLastUsed: _, MaxSessionDuration: __, ...described } = describeRole(role);
      return { Role: described };
    },

    GetRole: ({ RoleName: name }, call) => ({ Role: describeRole(identities.holder('role', name, call)) }),

    ListRoles(input, call) {
      const { PathPrefix: prefix = '/' } = input;
      const roles = identities.listHolders('role', call).filter((role) => role.path.startsWith(prefix));
      const { page, rest } = takePage(roles, input);
      return { Roles: page.map(describeListedRole), ...rest };
    },

    async UpdateRole({ RoleName: name, Description: description, MaxSessionDuration: seconds }, call) {
      const role = openToWrite(identities, name, call);
      await identities.saveHolder({
        ...role,
        ...(description !== undefined && { description }),
        ...(seconds !== undefined && { maxSessionSeconds: seconds }),
      });
      return {};
    },

    async UpdateRoleDescription({ RoleName: name, Description: description }, call) {
      const role = { ...openToWrite(identities, name, call), description };
      await identities.saveHolder(role);
      return { Role: describeRole(role) };
    },

    async UpdateAssumeRolePolicy({ RoleName: name, PolicyDocument: trust }, call) {
      const role = openToWrite(identities, name, call);
      checkTrust(trust);
      await identities.saveHolder({ ...role, trust });
      return {};
    },

    async DeleteRole({ RoleName: name }, call) {
      const role = openToWrite(identities, name, call);
      if (role.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(role.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
      await identities.removeHolder(role);
      return {};
    },

    /** TagRole, UntagRole, ListRoleTags, and ListInstanceProfilesForRole (always none: there are no machines here). */
    async TagRole({ RoleName: name, Tags: added }, call) {
      const role = identities.holder('role', name, call);
      const kept = role.tags.filter((tag) => !added.some((one) => one.Key === tag.Key));
      await identities.saveHolder({ ...role, tags: [...kept, ...added] });
      return {};
    },

    async UntagRole({ RoleName: name, TagKeys: keys }, call) {
      const role = identities.holder('role', name, call);
      await identities.saveHolder({ ...role, tags: role.tags.filter((tag) => !keys.includes(tag.Key)) });
      return {};
    },

    ListRoleTags(input, call) {
      const { page, rest } = takePage(identities.holder('role', input.RoleName, call).tags, input);
      return { Tags: page, ...rest };
    },

    ListInstanceProfilesForRole({ RoleName: name }, call) {
      identities.holder('role', name, call);
      return { InstanceProfiles: [], IsTruncated: false };
    },

    /** The role that a service makes for itself. */
    async CreateServiceLinkedRole({ AWSServiceName: service, Description: description, CustomSuffix: suffix }, call) {
      const linked = serviceLinkedRole(service);
      if (suffix !== undefined && !linked.takesSuffix) {
        throw new ServiceError('InvalidInput', `Custom suffix is not allowed for ${service}`);
      }
      const name = suffix === undefined ? linked.name : `${linked.name}_${suffix}`;
      if (identities.findHolder('role', name, call.account)) {
        throw new ServiceError(
          'InvalidInput',
          `Service role name ${name} has been taken in this account, please try a different suffix.`,
        );
      }
      const path = `/aws-service-role/${service}/`;
      const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      const role: Holder = {
        kind: 'role',
        account: call.account,
        name,
        path,
        id: identities.makeId('AROA'),
        arn: identities.makeArn(call, 'role', `${path}${name}`),
        tags: [],
        inline: {},
        attached: linked.policy === undefined ? [] : [linked.policy],
        createdAt: platform.clock.now(),
        trust: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
        maxSessionSeconds: DEFAULT_SESSION_SECONDS,
        ...(description !== undefined && { description }),
      };
      await identities.saveHolder(role);
      return { Role: describeNewRole(role) };
    },
  } satisfies OperationsOf<'iam'>;
}

function conflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message);
}

/** A role that users may change. @throws NoSuchEntity, UnmodifiableEntity */
export function openToWrite(identities: Identities, name: string, call: { readonly account: string }): Holder {
  const role = identities.holder('role', name, call);
  if (!role.path.startsWith('/aws-service-role/')) return role;
  throw new ServiceError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}
