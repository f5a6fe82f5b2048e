// GetCallerIdentity: who am I?
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Call, OperationsOf } from '../../../call.ts';
import { callerName } from '../../../permissions/authorize.ts';
import type { Platform } from '../../../platform.ts';
import type { Parts } from '../parts.ts';
import { findRole, idOfMissingRole } from '../session.ts';

export function callerIdentityOperations({ platform }: Parts) {
  return {
    GetCallerIdentity: async (_input, call) => ({
      UserId: await userId(platform, call),
      Account: call.account,
      Arn: callerName(call.principal),
    }),
  } satisfies OperationsOf<'sts'>;
}

async function userId(platform: Platform, call: Call): Promise<string> {
  const { account } = call;
  const { resource = '' } = parseArn(callerName(call.principal)) ?? {};
  const [kind, ...rest] = resource.split('/');
  const name = kind === 'assumed-role' ? rest[0] : rest.at(-1);
  if (name === undefined) return account;
  if (kind === 'user') {
    const { User: user } = await platform.dispatch.call('iam', 'GetUser', { UserName: name }, call);
    return user.UserId;
  }
  const role = await findRole(platform, { account, name }, call);
  const id = role?.RoleId ?? idOfMissingRole(account, name);
  return kind === 'assumed-role' ? `${id}:${rest[1]}` : id;
}
