// Sessions: temporary credentials, and what they stand for. The key is written down where the door for AWS requests
// finds it.
import { createHash } from 'node:crypto';
import type { Credentials } from '@earwitness/protocol/internal/aws/models/sts.types';
import type { Call, Principal } from '../../call.ts';
import { openCredentials } from '../../permissions/credentials.ts';
import type { Platform } from '../../platform.ts';

/**
 * Makes temporary credentials for a principal.
 * @param seconds how long they are good for
 */
export async function openSession(
  { backbone, clock, ids }: Platform,
  owner: { readonly account: string; readonly principal: Principal },
  seconds: number,
): Promise<Credentials> {
  const now = clock.now();
  const expiresAt = now + seconds * 1000;
  const key = `ASIA${ids.word(16).toUpperCase()}`;
  await openCredentials(backbone).put(key, { ...owner, createdAt: now, expiresAt });
  return { AccessKeyId: key, SecretAccessKey: ids.word(40), SessionToken: ids.word(356), Expiration: expiresAt };
}

/** An id for a role that does not exist (README, difference 1): always the same for the same role. */
export function idOfMissingRole(account: string, name: string): string {
  const digest = createHash('sha256').update(`${account}/${name}`).digest('hex');
  return `AROA${digest.slice(0, 17).toUpperCase()}`;
}

/** A role as IAM knows it; `undefined` when it does not. */
export async function findRole(
  { dispatch }: Platform,
  { account, name }: { account: string; name: string },
  call: Call,
) {
  const answer = await dispatch
    .call('iam', 'GetRole', { RoleName: name }, { ...call, account })
    .catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'NoSuchEntity') return undefined;
      throw error;
    });
  return answer?.Role;
}
