// Messages: sent, received, deleted, hidden for longer; each also in batches of ten.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { OperationsOf } from '../../../call.ts';
import { checkBatch, runBatch } from '../batch.ts';
import { enqueue, moveToDeadLetters } from '../enqueue.ts';
import { draftMessage, type StoredMessage } from '../message.ts';
import { attributesSizeBytes, md5OfAttributes, selectAttributes } from '../message-attributes.ts';
import type { Parts } from '../parts.ts';
import { attributeNumber, isFifo, type Queue } from '../queue.ts';
import { changeVisibility, checkVisibilityTimeout, deleteReceived, makeReceipt } from '../receipt.ts';
import { redrivePolicyOf } from '../redrive.ts';
import { invalidAttributeName, invalidValue, missingParameter, refusal } from '../refusals.ts';

/** Bytes in one batch. Source: SQS developer guide, quotas (1 MiB since August 2025). */
const MAX_BATCH_BYTES = 1_048_576;

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

export function messageOperations(parts: Parts) {
  const { platform, queues } = parts;
  return {
    async SendMessage({ QueueUrl: url, ...input }, call) {
      const queue = await queues.open(url, call, 'SendMessage');
      const draft = draftMessage(queue.record, input);
      const sent = enqueue(platform, queue, draft, call);
      return {
        MessageId: sent.messageId,
        MD5OfMessageBody: sent.md5OfBody,
        ...(sent.md5OfAttributes !== undefined && { MD5OfMessageAttributes: sent.md5OfAttributes }),
        ...(draft.md5OfSystemAttributes !== undefined && { MD5OfMessageSystemAttributes: draft.md5OfSystemAttributes }),
        ...(sent.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
      };
    },

    async SendMessageBatch({ QueueUrl: url, Entries: entries }, call) {
      const queue = await queues.open(url, call, 'SendMessage');
      checkBatch('SendMessage', entries);
      const size = entries.reduce(
        (sum, entry) =>
          sum + Buffer.byteLength(entry.MessageBody ?? '') + attributesSizeBytes(entry.MessageAttributes ?? {}),
        0,
      );
      if (size > MAX_BATCH_BYTES) {
        throw refusal(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${size} bytes.`,
        );
      }
      // A FIFO entry without its group or deduplication id fails the whole batch (recorded on AWS), so they are read before any is sent.
      if (isFifo(queue.record)) for (const entry of entries) draftMessage(queue.record, entry);
      return runBatch(entries, (entry) => {
        const draft = draftMessage(queue.record, entry);
        const sent = enqueue(platform, queue, draft, call);
        return {
          Id: entry.Id,
          MessageId: sent.messageId,
          MD5OfMessageBody: sent.md5OfBody,
          ...(sent.md5OfAttributes !== undefined && { MD5OfMessageAttributes: sent.md5OfAttributes }),
          ...(draft.md5OfSystemAttributes !== undefined && {
            MD5OfMessageSystemAttributes: draft.md5OfSystemAttributes,
          }),
          ...(sent.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
        };
      });
    },

    /** Up to ten messages, at once or as soon as there is one (long poll). */
    async ReceiveMessage(input, call) {
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
        makeReceipt: (message) => makeReceipt(queue, message, platform.ids.uuid()),
        divert: (message) => redrive(parts, queue, message),
        signal: call.signal,
      });
      if (received.length === 0) return {};
      return {
        Messages: received.map((message) => describeMessage(message, systemNames, input.MessageAttributeNames ?? [])),
      };
    },

    async DeleteMessage({ QueueUrl: url, ReceiptHandle: receipt }, call) {
      const queue = await queues.open(url, call, 'DeleteMessage');
      deleteReceived(queue, receipt, platform.clock.now());
      return {};
    },

    async DeleteMessageBatch({ QueueUrl: url, Entries: entries }, call) {
      const queue = await queues.open(url, call, 'DeleteMessage');
      checkBatch('DeleteMessage', entries);
      return runBatch(entries, ({ Id, ReceiptHandle: receipt }) => {
        deleteReceived(queue, receipt ?? '', platform.clock.now());
        return { Id };
      });
    },

    async ChangeMessageVisibility({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds }, call) {
      const queue = await queues.open(url, call, 'ChangeMessageVisibility');
      changeVisibility(queue, receipt, seconds, platform.clock.now());
      return {};
    },

    async ChangeMessageVisibilityBatch({ QueueUrl: url, Entries: entries }, call) {
      const queue = await queues.open(url, call, 'ChangeMessageVisibility');
      checkBatch('ChangeMessageVisibility', entries);
      return runBatch(entries, ({ Id, ReceiptHandle: receipt, VisibilityTimeout: seconds }) => {
        if (seconds === undefined) throw missingParameter('VisibilityTimeout');
        changeVisibility(queue, receipt ?? '', seconds, platform.clock.now());
        return { Id };
      });
    },
  } satisfies OperationsOf<'sqs'>;
}

// The move to a dead-letter queue happens when somebody would receive the message once more. A target that is gone changes
// nothing: the message is delivered again.
function redrive({ platform, queues }: Parts, source: Queue, message: StoredMessage): boolean {
  const policy = redrivePolicyOf(source.record);
  if (!policy || message.receiveCount < policy.maxReceiveCount) return false;
  const target = queues.byArn(policy.deadLetterTargetArn);
  if (!target) return false;
  moveToDeadLetters(platform, source, message, target);
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
