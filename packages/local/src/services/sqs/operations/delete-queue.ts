// DeleteQueue and PurgeQueue: the end of a queue, and of its messages alone.
import type { DeleteQueueRequest, PurgeQueueRequest } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import type { Queues } from '../queues.ts';

export function deleteQueue(queues: Queues): Operation<DeleteQueueRequest> {
  return async ({ QueueUrl: url }, call) => {
    await queues.delete(await queues.open(url, call, 'DeleteQueue'));
    return {};
  };
}

export function purgeQueue(queues: Queues): Operation<PurgeQueueRequest> {
  return async ({ QueueUrl: url }, call) => {
    const { messages } = await queues.open(url, call, 'PurgeQueue');
    messages.clear();
    return {};
  };
}
