// Put, Get, Delete and List of the inline policies of roles and users.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  ListRolePoliciesRequest,
  ListUserPoliciesRequest,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { checkDocument, encodeDocument } from '../document.ts';
import type { Holder } from '../holder.ts';
import { type Identities, takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';

export function inlinePolicyOperations({ identities }: Parts) {
  return {
    PutRolePolicy: async (input, call) => put(identities, identities.holder('role', input.RoleName, call), input),

    PutUserPolicy: async (input, call) => put(identities, identities.holder('user', input.UserName, call), input),

    GetRolePolicy: ({ RoleName, PolicyName }, call) => ({
      RoleName,
      PolicyName,
      PolicyDocument: encodeDocument(documentOf(identities.holder('role', RoleName, call), PolicyName)),
    }),

    GetUserPolicy: ({ UserName, PolicyName }, call) => ({
      UserName,
      PolicyName,
      PolicyDocument: encodeDocument(documentOf(identities.holder('user', UserName, call), PolicyName)),
    }),

    DeleteRolePolicy: async ({ RoleName, PolicyName }, call) =>
      remove(identities, identities.holder('role', RoleName, call), PolicyName),

    DeleteUserPolicy: async ({ UserName, PolicyName }, call) =>
      remove(identities, identities.holder('user', UserName, call), PolicyName),

    ListRolePolicies: (input, call) => list(identities.holder('role', input.RoleName, call), input),

    ListUserPolicies: (input, call) => list(identities.holder('user', input.UserName, call), input),
  } satisfies OperationsOf<'iam'>;
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

async function remove(identities: Identities, holder: Holder, name: string) {
  documentOf(holder, name);
  const { [name]: _, ...inline } = holder.inline;
  await identities.saveHolder({ ...holder, inline });
  return {};
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
