// On whose behalf a task is called: the execution's role, or the role in `Credentials`, which the execution's role has
// to be allowed to assume and which has to trust it.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { type Failed, failed, type TaskOwner } from './task.ts';

type Origin = Omit<Call, 'requestId'>;

/** The execution's role. One that does not exist stands for its account, as everywhere here. */
export function ownOrigin({ account, region, roleArn, traceHeader }: TaskOwner): Origin {
  return {
    account,
    region,
    principal: { kind: 'role', arn: roleArn },
    ...(traceHeader !== undefined && { traceId: traceHeader }),
  };
}

/** Source of the sentence: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/credentials). */
export async function originOf(platform: Platform, owner: TaskOwner, ask: TaskAsk): Promise<Origin | Failed> {
  const own = ownOrigin(owner);
  const { roleArn } = ask;
  if (roleArn === undefined) return own;
  const refused = failed(
    'States.TaskFailed',
    `The role ${owner.roleArn} is not authorized to assume the task state's role, ${roleArn}.`,
  );
  const { access, dispatch } = platform;
  const action = 'sts:AssumeRole';
  if (dispatch.service('iam')) {
    const verdict = await access.identity.ask({ roleArn: owner.roleArn, action, resources: [roleArn] }, own);
    if (verdict === 'implicitDeny' || verdict === 'explicitDeny') return refused;
  }
  const account = parseArn(roleArn)?.account ?? owner.account;
  if (!dispatch.service('sts')) return { ...own, account, principal: { kind: 'role', arn: roleArn } };
  try {
    const { AssumedRoleUser: user } = await dispatch.call(
      'sts',
      'AssumeRole',
      { RoleArn: roleArn, RoleSessionName: 'earwitness-states' },
      own,
    );
    const session = user?.Arn;
    return { ...own, account, principal: { kind: 'role', arn: roleArn, ...(session !== undefined && { session }) } };
  } catch (error) {
    if (error instanceof ServiceError) return refused;
    throw error;
  }
}
