// Where and as whom a local cloud acts that was told nothing else.
import type { Call } from './call.ts';

export const DEFAULTS = {
  account: '000000000000',
  region: 'us-east-1',
  cache: 'earwitness',
  topic: 'events',
} as const;

/** A call with the account's own credentials. */
export function ownCall({ account, region }: Pick<Call, 'account' | 'region'>): Omit<Call, 'requestId'> {
  return { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } };
}
