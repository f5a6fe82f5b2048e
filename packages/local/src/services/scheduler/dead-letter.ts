// Where an invocation goes that its target did not take: to the schedule's dead-letter queue, written to as the
// schedule's role. Otherwise it is gone, and the journal is the only place that says so.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { MessageAttributeValue } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { isUnavailable } from '../../backbone/unavailable.ts';
import type { Failure } from '../../delivery/destination.ts';
import type { ExhaustedCondition } from '../../delivery/retry.ts';
import { findRoleRefusal } from '../../permissions/role.ts';
import type { Platform } from '../../platform.ts';
import { isoTime } from './context.ts';
import type { Origin } from './request.ts';
import { type Schedule, scheduleArn, sourceArnOf } from './schedule.ts';

export interface DeadInvocation {
  readonly schedule: Schedule;
  /** Epoch ms. */
  readonly scheduledAt: number;
  readonly executionId: string;
  readonly attempts: number;
  /** The request to the target. */
  readonly text: string;
  readonly failure: Failure;
  /** Left out when no retry would have helped. */
  readonly exhausted: ExhaustedCondition | undefined;
}

/** Bytes of a message. Source: SQS quotas, August 2025. */
const MESSAGE_MAX_BYTES = 1_048_576;
/** Ours: room for the attributes, whose sentences have no limit of their own. */
const ATTRIBUTES_BYTES = 16_384;

/** Gives an invocation up: dead letter, or gone. */
export async function giveUp(platform: Platform, dead: DeadInvocation, origin: Origin): Promise<void> {
  const { schedule, failure, attempts, scheduledAt } = dead;
  const { target } = schedule;
  const queueArn = target.DeadLetterConfig?.Arn;
  const { code, message, hint } = failure;
  const about = { scheduleArn: scheduleArn(schedule), targetArn: target.Arn, scheduledAt, attempts, code };
  const sentence = hint === undefined ? message : `${message} ${hint}`;
  const lose = (why: string) =>
    platform.journal.record({ kind: 'schedule.failed', ...about, message: `${sentence} ${why}` });
  if (queueArn === undefined) {
    lose('The schedule has no dead-letter queue.');
    return;
  }
  try {
    const takenAs = await send(platform, dead, { queueArn, origin });
    const taken = takenAs !== undefined && { takenAs };
    platform.journal.record({ kind: 'schedule.failed', ...about, message: sentence, queueArn, ...taken });
  } catch (error) {
    // It is given up again, when the backbone is there.
    if (isUnavailable(error)) throw error;
    const why = error instanceof ServiceError ? `${error.code}: ${error.message}` : String(error);
    lose(`It could not be dead-lettered either: ${why}`);
  }
}

/** Returns the id of the message. @throws ServiceError */
async function send(
  platform: Platform,
  dead: DeadInvocation,
  { queueArn, origin }: { readonly queueArn: string; readonly origin: Origin },
): Promise<string | undefined> {
  const { schedule } = dead;
  const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
  const refused = await findRoleRefusal(
    platform,
    {
      ...schedule,
      service: 'scheduler.amazonaws.com',
      title: 'EventBridge Scheduler',
      sourceArn: sourceArnOf(schedule),
    },
    { roleArn: schedule.target.RoleArn, action: 'sqs:SendMessage', resource: queueArn },
  );
  if (refused) throw new ServiceError('AccessDenied', `${refused.message} ${refused.hint ?? ''}`);
  const bytes = Buffer.from(dead.text);
  const room = MESSAGE_MAX_BYTES - ATTRIBUTES_BYTES;
  const isTruncated = bytes.length > room;
  const asked = {
    QueueUrl: `${platform.address.http}/${account}/${resource}`,
    MessageBody: isTruncated ? new TextDecoder().decode(bytes.subarray(0, room)).replace(/\uFFFD+$/, '') : dead.text,
    MessageAttributes: attributesOf(dead, isTruncated),
  };
  return (await platform.dispatch.call('sqs', 'SendMessage', asked, { ...origin, region })).MessageId;
}

/** Source: Scheduler user guide, "Configuring a dead-letter queue". */
function attributesOf(
  { schedule, scheduledAt, executionId, attempts, failure, exhausted }: DeadInvocation,
  isTruncated: boolean,
): Readonly<Record<string, MessageAttributeValue>> {
  const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
  return {
    ERROR_CODE: text(failure.code),
    ERROR_MESSAGE: text(failure.message.slice(0, ATTRIBUTES_BYTES / 4)),
    EXECUTION_ID: text(executionId),
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
    IS_PAYLOAD_TRUNCATED: text(String(isTruncated)),
    RETRY_ATTEMPTS: text(String(Math.max(attempts - 1, 0))),
    SCHEDULED_TIME: text(isoTime(scheduledAt)),
    SCHEDULE_ARN: text(scheduleArn(schedule)),
    TARGET_ARN: text(schedule.target.Arn),
  };
}
