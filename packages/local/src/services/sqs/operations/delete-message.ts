// DeleteMessage and DeleteMessageBatch.
import type {
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { checkBatch, runBatch } from '../batch.ts';
import type { Queues } from '../queues.ts';
import { deleteReceived } from '../receipt.ts';

export function deleteMessage(queues: Queues): Operation<DeleteMessageRequest> {
  return async ({ QueueUrl: url, ReceiptHandle: receipt }, call) => {
    const queue = await queues.open(url, call, 'DeleteMessage');
    deleteReceived(queue, receipt, queues.platform.clock.now());
    return {};
  };
}

export function deleteMessageBatch(queues: Queues): Operation<DeleteMessageBatchRequest, DeleteMessageBatchResult> {
  return async ({ QueueUrl: url, Entries: entries }, call) => {
    const queue = await queues.open(url, call, 'DeleteMessage');
    checkBatch('DeleteMessage', entries);
    return runBatch(entries, ({ Id, ReceiptHandle: receipt }) => {
      deleteReceived(queue, receipt ?? '', queues.platform.clock.now());
      return { Id };
    });
  };
}
