// Who did it, as IAM numbers them and records say it: an account, `AIDA…`, or `AROA…:session`.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';

/** `undefined` when a service did it, or somebody without credentials. */
export async function userIdOf({ dispatch }: Pick<Platform, 'dispatch'>, call: Call): Promise<string | undefined> {
  const { account, principal } = call;
  if (principal.kind === 'service' || !/^\d{12}$/.test(account)) return undefined;
  const arn = principal.kind === 'role' ? (principal.session ?? principal.arn) : principal.arn;
  if (parseArn(arn)?.resource === 'root' || !dispatch.service('sts')) return account;
  try {
    const { UserId } = await dispatch.call('sts', 'GetCallerIdentity', {}, call);
    return UserId;
  } catch (error) {
    // A user that is gone meanwhile.
    if (error instanceof ServiceError) return account;
    throw error;
  }
}
