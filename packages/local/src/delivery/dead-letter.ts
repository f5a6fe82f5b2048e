// Where an event goes that its target did not take: to the target's dead-letter queue, if it has one and its policy
// lets EventBridge in. Otherwise the event is gone, and the journal is the only place that says so.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { MessageAttributeValue } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { DeliveryRef, Failure as FailureFact } from '@earwitness/protocol/internal/journal/fact';
import { isUnavailable } from '../backbone/unavailable.ts';
import type { Platform } from '../platform.ts';
import type { Delivery, Failure } from './destination.ts';
import type { ExhaustedCondition } from './retry.ts';

/** Gives a delivery up: dead letter, or dropped. `exhausted` is left out when no retry would have helped. */
export async function giveUp(
  platform: Platform,
  delivery: Delivery,
  { input, failure, exhausted }: { input: string; failure: Failure; exhausted?: ExhaustedCondition },
): Promise<void> {
  const { attempts, target } = delivery;
  const queueArn = target.DeadLetterConfig?.Arn;
  const told = failureFact(failure);
  const drop = (why: string) => {
    const message = `${told.message} ${why}`;
    platform.journal.record({ kind: 'delivery.dropped', ...refOf(delivery), ...told, message, attempts });
  };
  if (queueArn === undefined) {
    drop('The target has no dead-letter queue, so the event is gone.');
    return;
  }
  try {
    const takenAs = await sendDeadLetter(platform, delivery, {
      queueArn,
      input,
      attributes: attributesOf(delivery, failure, exhausted),
    });
    platform.journal.record({
      kind: 'delivery.dead-lettered',
      ...refOf(delivery),
      queueArn,
      ...told,
      attempts,
      ...(takenAs !== undefined && { takenAs }),
    });
  } catch (error) {
    // It is given up again, when the backbone is there.
    if (isUnavailable(error)) throw error;
    drop(explainRefusal(error, queueArn, delivery.ruleArn));
  }
}

/** A failure as the journal tells it: AWS's code and sentence, and what we know beyond it. */
export function failureFact(failure: Failure): FailureFact {
  const { code, cause } = failure;
  return { code, message: sentenceOf(failure), ...(cause !== undefined && { cause }) };
}

function sentenceOf({ message, hint, attemptsInDoubt = [] }: Failure): string {
  const sentences = [message];
  if (hint !== undefined) sentences.push(hint);
  if (attemptsInDoubt.length > 0) {
    const which =
      attemptsInDoubt.length === 1 ? `Attempt ${attemptsInDoubt} was` : `Attempts ${listOf(attemptsInDoubt)} were`;
    sentences.push(`${which} sent in full and not answered, so the target may have taken the event.`);
  }
  return sentences.join(' ');
}

/** `1, 2 and 4` */
function listOf(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

/** Names a delivery in the journal. */
export function refOf({ deliveryId, eventId, bus, rule, target }: Delivery): DeliveryRef {
  return { deliveryId, eventId, bus, rule, targetId: target.Id, targetArn: target.Arn };
}

/** Returns the id of the message. */
async function sendDeadLetter(
  platform: Platform,
  { account, region, ruleArn, traceHeader }: Delivery,
  letter: { queueArn: string; input: string; attributes: Readonly<Record<string, MessageAttributeValue>> },
): Promise<string | undefined> {
  const arn = parseArn(letter.queueArn);
  if (arn?.service !== 'sqs') {
    throw new ServiceError('InvalidAddress', `The dead-letter target ${letter.queueArn} is no queue.`);
  }
  const { MessageId } = await platform.dispatch.call(
    'sqs',
    'SendMessage',
    {
      QueueUrl: `${platform.address.http}/${arn.account}/${arn.resource}`,
      MessageBody: letter.input,
      MessageAttributes: letter.attributes,
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
      }),
    },
    {
      account,
      region: arn.region || region,
      principal: { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn },
    },
  );
  return MessageId;
}

/** RETRY_ATTEMPTS and its condition are there only when retries ran out. Source: native captures, September 2026. */
function attributesOf(
  { ruleArn, target, attempts }: Delivery,
  { code, message }: Failure,
  exhausted: ExhaustedCondition | undefined,
): Readonly<Record<string, MessageAttributeValue>> {
  const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
  return {
    RULE_ARN: text(ruleArn),
    TARGET_ARN: text(target.Arn),
    ERROR_CODE: text(code),
    ERROR_MESSAGE: text(message),
    ...(exhausted && {
      EXHAUSTED_RETRY_CONDITION: text(exhausted),
      RETRY_ATTEMPTS: text(String(Math.max(attempts - 1, 0))),
    }),
  };
}

/** Why the queue did not take the dead letter; on AWS nothing says so but a metric (InvocationsFailedToBeSentToDlq). */
function explainRefusal(error: unknown, queueArn: string, ruleArn: string): string {
  if (error instanceof ServiceError && error.code.startsWith('AccessDenied')) {
    return (
      `It could not be dead-lettered either: the policy of queue ${queueArn} does not allow events.amazonaws.com to call ` +
      `sqs:SendMessage for rule ${ruleArn}, so the event is gone, as it would be on AWS. Add an AWS::SQS::QueuePolicy with ` +
      `Effect Allow, Principal {"Service": "events.amazonaws.com"}, Action sqs:SendMessage, Resource the queue's ARN.`
    );
  }
  const why = error instanceof ServiceError ? `${error.code}: ${error.message}` : String(error);
  return `It could not be dead-lettered either: queue ${queueArn} answered ${why} The event is gone.`;
}
