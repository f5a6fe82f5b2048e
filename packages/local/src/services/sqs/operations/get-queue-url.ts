// GetQueueUrl: the URL of a queue by its name.
import type { GetQueueUrlRequest, GetQueueUrlResult } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import type { Queues } from '../queues.ts';
import { queueDoesNotExist } from '../refusals.ts';

export function getQueueUrl(queues: Queues): Operation<GetQueueUrlRequest, GetQueueUrlResult> {
  return ({ QueueName: name, QueueOwnerAWSAccountId: owner }, call) => {
    const queue = queues.find({ account: owner ?? call.account, region: call.region, name });
    if (!queue) throw queueDoesNotExist();
    return { QueueUrl: queues.url(queue.record) };
  };
}
