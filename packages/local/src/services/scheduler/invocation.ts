// One attempt to call a schedule's target as its role: what came of it, as a value.
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Failure } from '../../delivery/destination.ts';
import { findRoleRefusal } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import type { Origin, TargetRequest } from './request.ts';
import { type Schedule, sourceArnOf } from './schedule.ts';

export type Outcome =
  | { readonly kind: 'delivered'; readonly takenAs?: string }
  /** Worth another try. */
  | (Failure & { readonly kind: 'retry' })
  /** No further try would help. */
  | (Failure & { readonly kind: 'dropped' });

/** On whose behalf the target is called. */
export function originOf({ account, region, target }: Schedule): Origin {
  return { account, region, principal: { kind: 'role', arn: target.RoleArn } };
}

export async function invoke(platform: Platform, schedule: Schedule, request: TargetRequest): Promise<Outcome> {
  const use = { service: 'scheduler.amazonaws.com', title: 'EventBridge Scheduler', sourceArn: sourceArnOf(schedule) };
  const { permission } = request;
  const roleArn = schedule.target.RoleArn;
  if (permission) {
    const refused = await findRoleRefusal(platform, { ...schedule, ...use }, { ...permission, roleArn });
    if (refused) return refused;
  }
  try {
    const takenAs = await request.send(originOf(schedule));
    return { kind: 'delivered', ...(takenAs !== undefined && { takenAs }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      return { kind: 'retry', code: 'InternalFailure', message: platform.journal.fault('a schedule', error) };
    }
    const status = error.status ?? 400;
    const isPassing = /throttl|toomanyrequests|requestlimit/i.test(error.code) || (status >= 500 && status !== 501);
    return { kind: isPassing ? 'retry' : 'dropped', code: queryErrorCode(error), message: error.message };
  }
}
