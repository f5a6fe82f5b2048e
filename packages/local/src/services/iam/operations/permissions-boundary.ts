// PutRolePermissionsBoundary, PutUserPermissionsBoundary and their deletions. A boundary is a managed policy that
// limits what the holder's own policies can allow.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Holder } from '../holder.ts';
import type { Parts } from '../parts.ts';
import { openToWrite } from './role.ts';

export function permissionsBoundaryOperations({ identities }: Parts) {
  const userOf = (name: string, call: Call) => identities.holder('user', name, call);
  const put = async (holder: Holder, boundary: string) => {
    await identities.saveHolder({ ...holder, boundary });
    return {};
  };
  const remove = async ({ boundary, ...holder }: Holder) => {
    // Source: IAM API reference, DeleteRolePermissionsBoundary, errors.
    if (boundary === undefined) {
      const message = `The permissions boundary of ${holder.kind} ${holder.name} cannot be found.`;
      throw new ServiceError('NoSuchEntity', message);
    }
    await identities.saveHolder(holder);
    return {};
  };
  return {
    PutRolePermissionsBoundary: ({ RoleName, PermissionsBoundary }, call) =>
      put(openToWrite(identities, RoleName, call), PermissionsBoundary),
    DeleteRolePermissionsBoundary: ({ RoleName }, call) => remove(openToWrite(identities, RoleName, call)),
    PutUserPermissionsBoundary: ({ UserName, PermissionsBoundary }, call) =>
      put(userOf(UserName, call), PermissionsBoundary),
    DeleteUserPermissionsBoundary: ({ UserName }, call) => remove(userOf(UserName, call)),
  } satisfies OperationsOf<'iam'>;
}
