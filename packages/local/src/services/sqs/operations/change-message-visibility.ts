// ChangeMessageVisibility and ChangeMessageVisibilityBatch.
import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { checkBatch, runBatch } from '../batch.ts';
import type { Queues } from '../queues.ts';
import { changeVisibility } from '../receipt.ts';
import { missingParameter } from '../refusals.ts';

export function changeMessageVisibility(queues: Queues): Operation<ChangeMessageVisibilityRequest> {
  return async ({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds }, call) => {
    const queue = await queues.open(url, call, 'ChangeMessageVisibility');
    changeVisibility(queue, receipt, seconds, queues.platform.clock.now());
    return {};
  };
}

export function changeMessageVisibilityBatch(
  queues: Queues,
): Operation<ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult> {
  return async ({ QueueUrl: url, Entries: entries }, call) => {
    const queue = await queues.open(url, call, 'ChangeMessageVisibility');
    checkBatch('ChangeMessageVisibility', entries);
    return runBatch(entries, ({ Id, ReceiptHandle: receipt, VisibilityTimeout: seconds }) => {
      if (seconds === undefined) throw missingParameter('VisibilityTimeout');
      changeVisibility(queue, receipt ?? '', seconds, queues.platform.clock.now());
      return { Id };
    });
  };
}
