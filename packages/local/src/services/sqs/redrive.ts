// Redrive policies: where a message goes that was received too often, and which queues may send theirs here.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { QueueAttributes } from './attributes.ts';
import type { QueueRecord } from './queue.ts';
import { isFifo, queueArn } from './queue.ts';
import { invalidValue } from './refusals.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The policy in a queue's attributes, which were checked when they were set. */
export function redrivePolicyOf(record: QueueRecord): RedrivePolicy | undefined {
  const text = record.attributes['RedrivePolicy'];
  return text === undefined ? undefined : parseRedrivePolicy(text);
}

/**
 * Checks the redrive policies among attributes that are about to be set, and brings them into canonical form.
 * @throws InvalidParameterValueException with AWS's sentence.
 */
export function checkRedrive(
  source: Pick<QueueRecord, 'account' | 'region' | 'name'>,
  attributes: QueueAttributes,
  findQueue: (arn: string) => QueueRecord | undefined,
): QueueAttributes {
  const { RedrivePolicy: text, RedriveAllowPolicy: allowText } = attributes;
  return {
    ...attributes,
    ...(text && { RedrivePolicy: checkPolicy(source, text, findQueue) }),
    ...(allowText && { RedriveAllowPolicy: checkAllowPolicy(allowText) }),
  };
}

function checkPolicy(
  source: Pick<QueueRecord, 'account' | 'region' | 'name'>,
  text: string,
  findQueue: (arn: string) => QueueRecord | undefined,
): string {
  const policy = parseRedrivePolicy(text);
  const refuse = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const target = findQueue(policy.deadLetterTargetArn);
  if (!target || target.account !== source.account || target.region !== source.region) {
    throw refuse('Dead letter target does not exist.');
  }
  if (isFifo(target) !== isFifo(source)) {
    throw refuse('Dead-letter queue must be same type of queue as the source.');
  }
  if (!isAllowed(target, queueArn(source))) {
    throw refuse(
      `Queue ${policy.deadLetterTargetArn} does not allow this queue to use it as its dead-letter queue (RedriveAllowPolicy).`,
    );
  }
  return JSON.stringify(policy);
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const policy = parseObject(text);
  if (!policy) throw refuse('Redrive policy is not a valid JSON map.');
  for (const name of ['maxReceiveCount', 'deadLetterTargetArn']) {
    if (policy[name] === undefined) throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== 'string' || parseArn(deadLetterTargetArn)?.service !== 'sqs') {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

function checkAllowPolicy(text: string): string {
  const refuse = (reason: string) => invalidValue('RedriveAllowPolicy', text, reason);
  const policy = parseObject(text);
  if (!policy) throw refuse("Amazon SQS can't parse the RedriveAllowPolicy: it is not a valid JSON map.");
  const { redrivePermission, sourceQueueArns } = policy;
  const known = ['allowAll', 'denyAll', 'byQueue'];
  if (typeof redrivePermission !== 'string' || !known.includes(redrivePermission)) {
    throw refuse(`redrivePermission must be one of ${known.join(', ')}.`);
  }
  const count = Array.isArray(sourceQueueArns) ? sourceQueueArns.length : 0;
  if (redrivePermission === 'byQueue' ? count < 1 || count > 10 : sourceQueueArns !== undefined) {
    throw refuse('sourceQueueArns must name 1 to 10 queues with redrivePermission byQueue, and be left out otherwise.');
  }
  return text;
}

function isAllowed(target: QueueRecord, sourceArn: string): boolean {
  const policy = parseObject(target.attributes['RedriveAllowPolicy'] ?? '{}') ?? {};
  const { redrivePermission, sourceQueueArns } = policy;
  if (redrivePermission === 'denyAll') return false;
  return redrivePermission !== 'byQueue' || (Array.isArray(sourceQueueArns) && sourceQueueArns.includes(sourceArn));
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
