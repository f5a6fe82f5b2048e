// Messages: sent, received, deleted, hidden for longer; each also in batches of ten.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { OperationsOf } from '../../../call.ts';
import { checkBatch, runBatch } from '../batch.ts';
import { checkFifoEntry, draftMessage } from '../draft.ts';
import { enqueue, sequenceNumberOf } from '../enqueue.ts';
import type { ReceivedSqsMessage } from '../message.ts';
import { attributesSizeBytes, fromStored, md5OfAttributes, selectAttributes } from '../message-attributes.ts';
import type { Parts } from '../parts.ts';
import { attributeNumber, isFifo, type Queue } from '../queue.ts';
import { changeVisibility, checkVisibilityTimeout, deleteReceived, makeReceipt } from '../receipt.ts';
import { receive } from '../receive.ts';
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
      const sent = await enqueue(platform, queue, draft, call);
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
      // A FIFO entry without its group or deduplication id fails the whole batch (recorded on AWS), so they are read
      // before any is sent.
      if (isFifo(queue.record)) for (const entry of entries) checkFifoEntry(queue.record, entry);
      return runBatch(entries, async (entry) => {
        const draft = draftMessage(queue.record, entry);
        const sent = await enqueue(platform, queue, draft, call);
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

      const received = await receive(parts, queue, {
        max,
        visibilityMs: visibility * 1000,
        waitMs: wait * 1000,
        retentionMs: attributeNumber(record, 'MessageRetentionPeriod') * 1000,
        signal: call.signal,
      });
      if (received.length === 0) return {};
      const names = { system: systemNames, own: input.MessageAttributeNames ?? [] };
      return { Messages: received.map((message) => describeMessage(queue, message, names)) };
    },

    async DeleteMessage({ QueueUrl: url, ReceiptHandle: receipt }, call) {
      const queue = await queues.open(url, call, 'DeleteMessage');
      await deleteReceived(queue, receipt);
      return {};
    },

    async DeleteMessageBatch({ QueueUrl: url, Entries: entries }, call) {
      const queue = await queues.open(url, call, 'DeleteMessage');
      checkBatch('DeleteMessage', entries);
      return runBatch(entries, async ({ Id, ReceiptHandle: receipt }) => {
        await deleteReceived(queue, receipt ?? '');
        return { Id };
      });
    },

    async ChangeMessageVisibility({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds }, call) {
      const queue = await queues.open(url, call, 'ChangeMessageVisibility');
      await changeVisibility(queue, receipt, seconds, platform.clock.now());
      return {};
    },

    async ChangeMessageVisibilityBatch({ QueueUrl: url, Entries: entries }, call) {
      const queue = await queues.open(url, call, 'ChangeMessageVisibility');
      checkBatch('ChangeMessageVisibility', entries);
      return runBatch(entries, async ({ Id, ReceiptHandle: receipt, VisibilityTimeout: seconds }) => {
        if (seconds === undefined) throw missingParameter('VisibilityTimeout');
        await changeVisibility(queue, receipt ?? '', seconds, platform.clock.now());
        return { Id };
      });
    },
  } satisfies OperationsOf<'sqs'>;
}

function describeMessage(
  queue: Queue,
  message: ReceivedSqsMessage,
  names: { readonly system: readonly string[]; readonly own: readonly string[] },
): Message {
  const { content } = message;
  const attributes = selectAttributes(fromStored(content.attributes), names.own);
  const md5 = md5OfAttributes(attributes);
  const system = Object.entries(systemAttributes(queue, message)).filter(
    ([name, value]) => value !== undefined && (names.system.includes('All') || names.system.includes(name)),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: makeReceipt(queue, message.receipt),
    MD5OfBody: content.md5OfBody,
    Body: content.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system.map(([name, value]) => [name, String(value)])) }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

function systemAttributes(
  queue: Queue,
  { content, ...message }: ReceivedSqsMessage,
): Readonly<Record<string, string | number | undefined>> {
  return {
    SenderId: content.senderId,
    SentTimestamp: message.sentAt,
    ApproximateReceiveCount: message.receiveCount,
    ApproximateFirstReceiveTimestamp: message.firstReceivedAt,
    SequenceNumber: sequenceNumberOf(queue, message.number),
    MessageDeduplicationId: content.deduplicationId,
    MessageGroupId: message.group,
    AWSTraceHeader: content.traceHeader,
    DeadLetterQueueSourceArn: content.deadLetterSource,
  };
}
