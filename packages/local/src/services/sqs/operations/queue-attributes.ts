// GetQueueAttributes and SetQueueAttributes.
import type {
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  SetQueueAttributesRequest,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { describeAttributes, mergeAttributes, parseAttributes } from '../attributes.ts';
import { isFifo } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { checkRedrive } from '../redrive.ts';

export function getQueueAttributes(queues: Queues): Operation<GetQueueAttributesRequest, GetQueueAttributesResult> {
  return async ({ QueueUrl: url, AttributeNames: names = [] }, call) => {
    const queue = await queues.open(url, call, 'GetQueueAttributes');
    const attributes = describeAttributes(queue, names);
    return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
  };
}

export function setQueueAttributes(queues: Queues): Operation<SetQueueAttributesRequest> {
  return async ({ QueueUrl: url, Attributes: given }, call) => {
    const { record } = await queues.open(url, call, 'SetQueueAttributes');
    const parsed = parseAttributes(given, { fifo: isFifo(record) });
    const changes = checkRedrive(record, parsed, (arn) => queues.byArn(arn)?.record);
    const attributes = mergeAttributes(record.attributes, changes);
    await queues.save({ ...record, attributes, modifiedAt: queues.platform.clock.now() });
    return {};
  };
}
