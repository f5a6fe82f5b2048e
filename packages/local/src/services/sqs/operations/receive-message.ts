// ReceiveMessage: up to ten messages, at once or as soon as there is one (long poll).
import type {
  Message,
  ReceiveMessageRequest,
  ReceiveMessageResult,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { moveToDeadLetters } from '../enqueue.ts';
import type { StoredMessage } from '../message.ts';
import { md5OfAttributes, selectAttributes } from '../message-attributes.ts';
import { attributeNumber, type Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { checkVisibilityTimeout, makeReceipt } from '../receipt.ts';
import { redrivePolicyOf } from '../redrive.ts';
import { invalidAttributeName, invalidValue } from '../refusals.ts';

const SYSTEM_ATTRIBUTES = [
  'All',
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'SequenceNumber',
  'MessageDeduplicationId',
  'MessageGroupId',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
];

export function receiveMessage(queues: Queues): Operation<ReceiveMessageRequest, ReceiveMessageResult> {
  return async (input, call) => {
    const queue = await queues.open(input.QueueUrl, call, 'ReceiveMessage');
    const { record } = queue;
    const max = input.MaxNumberOfMessages ?? 1;
    if (max < 1 || max > 10) throw invalidValue('MaxNumberOfMessages', max, 'Must be between 1 and 10, if provided.');
    const wait = input.WaitTimeSeconds ?? attributeNumber(record, 'ReceiveMessageWaitTimeSeconds');
    if (wait < 0 || wait > 20) throw invalidValue('WaitTimeSeconds', wait, 'Must be >= 0 and <= 20, if provided.');
    const visibility = input.VisibilityTimeout ?? attributeNumber(record, 'VisibilityTimeout');
    checkVisibilityTimeout(visibility);
    const systemNames: readonly string[] = [
      ...(input.AttributeNames ?? []),
      ...(input.MessageSystemAttributeNames ?? []),
    ];
    for (const name of systemNames) if (!SYSTEM_ATTRIBUTES.includes(name)) throw invalidAttributeName(name);

    const received = await queue.messages.receive({
      max,
      visibilityMs: visibility * 1000,
      waitMs: wait * 1000,
      retentionMs: attributeNumber(record, 'MessageRetentionPeriod') * 1000,
      makeReceipt: (message) => makeReceipt(queue, message, queues.platform.ids.uuid()),
      divert: (message) => redrive(queues, queue, message),
      signal: call.signal,
    });
    if (received.length === 0) return {};
    return {
      Messages: received.map((message) => describeMessage(message, systemNames, input.MessageAttributeNames ?? [])),
    };
  };
}

// The move to a dead-letter queue happens when somebody would receive the message once more. A target that is gone changes
// nothing: the message is delivered again.
function redrive(queues: Queues, source: Queue, message: StoredMessage): boolean {
  const policy = redrivePolicyOf(source.record);
  if (!policy || message.receiveCount < policy.maxReceiveCount) return false;
  const target = queues.byArn(policy.deadLetterTargetArn);
  if (!target) return false;
  moveToDeadLetters(queues.platform, source, message, target);
  return true;
}

function describeMessage(message: StoredMessage, systemNames: readonly string[], names: readonly string[]): Message {
  const attributes = selectAttributes(message.attributes, names);
  const md5 = md5OfAttributes(attributes);
  const system = Object.entries(systemAttributes(message)).filter(
    ([name, value]) => value !== undefined && (systemNames.includes('All') || systemNames.includes(name)),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system.map(([name, value]) => [name, String(value)])) }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

function systemAttributes(message: StoredMessage): Readonly<Record<string, string | number | undefined>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: message.sentAt,
    ApproximateReceiveCount: message.receiveCount,
    ApproximateFirstReceiveTimestamp: message.firstReceivedAt,
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
}
