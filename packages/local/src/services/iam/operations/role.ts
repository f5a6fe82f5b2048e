// CreateRole, GetRole, ListRoles, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
  UpdateRoleResponse,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import { checkTrust } from '../document.ts';
import { describeRole, describeRoleBriefly, type Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';

/** Seconds. Source: IAM API reference, CreateRole. */
const DEFAULT_SESSION_SECONDS = 3600;

export function createRole(identities: Identities): Operation<CreateRoleRequest, CreateRoleResponse> {
  return async (input, call) => {
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
      createdAt: identities.platform.clock.now(),
      trust,
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(description !== undefined && { description }),
      ...(boundary !== undefined && { boundary }),
    };
    await identities.saveHolder(role);
    const { RoleLastUsed: _, ...described } = describeRole(role);
    return { Role: described };
  };
}

export function getRole(identities: Identities): Operation<GetRoleRequest, GetRoleResponse> {
  return ({ RoleName: name }, call) => ({ Role: describeRole(identities.holder('role', name, call)) });
}

export function listRoles(identities: Identities): Operation<ListRolesRequest, ListRolesResponse> {
  return (input, call) => {
    const { PathPrefix: prefix = '/' } = input;
    const roles = identities.listHolders('role', call).filter((role) => role.path.startsWith(prefix));
    const { page, rest } = takePage(roles, input);
    return { Roles: page.map(describeRoleBriefly), ...rest };
  };
}

export function updateRole(identities: Identities): Operation<UpdateRoleRequest, UpdateRoleResponse> {
  return async ({ RoleName: name, Description: description, MaxSessionDuration: seconds }, call) => {
    const role = openToWrite(identities, name, call);
    await identities.saveHolder({
      ...role,
      ...(description !== undefined && { description }),
      ...(seconds !== undefined && { maxSessionSeconds: seconds }),
    });
    return {};
  };
}

export function updateRoleDescription(
  identities: Identities,
): Operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse> {
  return async ({ RoleName: name, Description: description }, call) => {
    const role = { ...openToWrite(identities, name, call), description };
    await identities.saveHolder(role);
    return { Role: describeRole(role) };
  };
}

export function updateAssumeRolePolicy(identities: Identities): Operation<UpdateAssumeRolePolicyRequest> {
  return async ({ RoleName: name, PolicyDocument: trust }, call) => {
    const role = openToWrite(identities, name, call);
    checkTrust(trust);
    await identities.saveHolder({ ...role, trust });
    return {};
  };
}

export function deleteRole(identities: Identities): Operation<DeleteRoleRequest> {
  return async ({ RoleName: name }, call) => {
    const role = openToWrite(identities, name, call);
    if (role.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
    if (Object.keys(role.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
    await identities.removeHolder(role);
    return {};
  };
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
