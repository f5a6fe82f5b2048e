// SendMessage and SendMessageBatch.
import type {
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { checkBatch, runBatch } from '../batch.ts';
import { enqueue } from '../enqueue.ts';
import { draftMessage } from '../message.ts';
import { attributesSizeBytes } from '../message-attributes.ts';
import { isFifo } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { refusal } from '../refusals.ts';

/** Bytes in one batch. Source: SQS developer guide, quotas (1 MiB since August 2025). */
const MAX_BATCH_BYTES = 1_048_576;

export function sendMessage(queues: Queues): Operation<SendMessageRequest, SendMessageResult> {
  return async ({ QueueUrl: url, ...input }, call) => {
    const queue = await queues.open(url, call, 'SendMessage');
    const draft = draftMessage(queue.record, input);
    const sent = enqueue(queues.platform, queue, draft, call);
    return {
      MessageId: sent.messageId,
      MD5OfMessageBody: sent.md5OfBody,
      ...(sent.md5OfAttributes !== undefined && { MD5OfMessageAttributes: sent.md5OfAttributes }),
      ...(draft.md5OfSystemAttributes !== undefined && { MD5OfMessageSystemAttributes: draft.md5OfSystemAttributes }),
      ...(sent.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
    };
  };
}

export function sendMessageBatch(queues: Queues): Operation<SendMessageBatchRequest, SendMessageBatchResult> {
  return async ({ QueueUrl: url, Entries: entries }, call) => {
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
      const sent = enqueue(queues.platform, queue, draft, call);
      return {
        Id: entry.Id,
        MessageId: sent.messageId,
        MD5OfMessageBody: sent.md5OfBody,
        ...(sent.md5OfAttributes !== undefined && { MD5OfMessageAttributes: sent.md5OfAttributes }),
        ...(draft.md5OfSystemAttributes !== undefined && { MD5OfMessageSystemAttributes: draft.md5OfSystemAttributes }),
        ...(sent.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
      };
    });
  };
}
