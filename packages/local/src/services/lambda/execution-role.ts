// On whose behalf Lambda acts for a function (polls its queue, sends its dead letters): its execution role, which needs the
// permissions that it needs in the cloud. A role that does not exist here (an ARN made up for a test) stands for the account.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, Ground } from '../../service.ts';
import type { Found } from './function.ts';

export type Origin = Omit<Call, 'requestId'>;

export async function actForFunction({ dispatch }: Ground, { fn, version }: Found): Promise<Origin> {
  const { account, region } = fn;
  const { role } = version.settings;
  const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  const origin = { account, region, principal };
  if (!dispatch.service('iam')) return origin;
  const RoleName = parseArn(role)?.resource.split('/').at(-1) ?? role;
  try {
    await dispatch.call('iam', 'GetRole', { RoleName }, origin);
    return { account, region, principal: { kind: 'role', arn: role } };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'NoSuchEntity') return origin;
    throw error;
  }
}
