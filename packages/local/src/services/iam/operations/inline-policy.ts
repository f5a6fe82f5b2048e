// Put, Get, Delete and List of the inline policies of roles and users.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { checkDocument, encodeDocument } from '../document.ts';
import type { Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';

export function putRolePolicy(identities: Identities): Operation<PutRolePolicyRequest> {
  return async (input, call) => put(identities, identities.holder('role', input.RoleName, call), input);
}

export function putUserPolicy(identities: Identities): Operation<PutUserPolicyRequest> {
  return async (input, call) => put(identities, identities.holder('user', input.UserName, call), input);
}

async function put(
  identities: Identities,
  holder: Holder,
  { PolicyName: name, PolicyDocument: document }: { readonly PolicyName: string; readonly PolicyDocument: string },
) {
  checkDocument(document);
  await identities.saveHolder({ ...holder, inline: { ...holder.inline, [name]: document } });
  return {};
}

export function getRolePolicy(identities: Identities): Operation<GetRolePolicyRequest, GetRolePolicyResponse> {
  return ({ RoleName, PolicyName }, call) => ({
    RoleName,
    PolicyName,
    PolicyDocument: encodeDocument(documentOf(identities.holder('role', RoleName, call), PolicyName)),
  });
}

export function getUserPolicy(identities: Identities): Operation<GetUserPolicyRequest, GetUserPolicyResponse> {
  return ({ UserName, PolicyName }, call) => ({
    UserName,
    PolicyName,
    PolicyDocument: encodeDocument(documentOf(identities.holder('user', UserName, call), PolicyName)),
  });
}

export function deleteRolePolicy(identities: Identities): Operation<DeleteRolePolicyRequest> {
  return async ({ RoleName, PolicyName }, call) =>
    remove(identities, identities.holder('role', RoleName, call), PolicyName);
}

export function deleteUserPolicy(identities: Identities): Operation<DeleteUserPolicyRequest> {
  return async ({ UserName, PolicyName }, call) =>
    remove(identities, identities.holder('user', UserName, call), PolicyName);
}

async function remove(identities: Identities, holder: Holder, name: string) {
  documentOf(holder, name);
  const { [name]: _, ...inline } = holder.inline;
  await identities.saveHolder({ ...holder, inline });
  return {};
}

export function listRolePolicies(identities: Identities): Operation<ListRolePoliciesRequest, ListRolePoliciesResponse> {
  return (input, call) => list(identities.holder('role', input.RoleName, call), input);
}

export function listUserPolicies(identities: Identities): Operation<ListUserPoliciesRequest, ListUserPoliciesResponse> {
  return (input, call) => list(identities.holder('user', input.UserName, call), input);
}

function list(holder: Holder, input: ListRolePoliciesRequest | ListUserPoliciesRequest) {
  const { page, rest } = takePage(Object.keys(holder.inline).sort(), input);
  return { PolicyNames: page, ...rest };
}

/** @throws NoSuchEntity */
function documentOf(holder: Holder, name: string): string {
  const document = ownEntry(holder.inline, name);
  if (document !== undefined) return document;
  throw new ServiceError('NoSuchEntity', `The ${holder.kind} policy with name ${name} cannot be found.`);
}
