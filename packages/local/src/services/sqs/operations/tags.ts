// TagQueue, UntagQueue and ListQueueTags.
import type {
  ListQueueTagsRequest,
  ListQueueTagsResult,
  TagQueueRequest,
  UntagQueueRequest,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import type { Queues } from '../queues.ts';
import { invalidParameter } from '../refusals.ts';

/** Tags on one queue. Source: SQS developer guide, quotas. */
const MAX_TAGS = 50;

export function tagQueue(queues: Queues): Operation<TagQueueRequest> {
  return async ({ QueueUrl: url, Tags: added }, call) => {
    const { record } = await queues.open(url, call, 'TagQueue');
    const tags = { ...record.tags, ...added };
    if (Object.keys(tags).length > MAX_TAGS) throw invalidParameter(`Too many tags added for queue ${record.name}.`);
    await queues.save({ ...record, tags });
    return {};
  };
}

export function untagQueue(queues: Queues): Operation<UntagQueueRequest> {
  return async ({ QueueUrl: url, TagKeys: keys }, call) => {
    const { record } = await queues.open(url, call, 'UntagQueue');
    const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !keys.includes(key)));
    await queues.save({ ...record, tags });
    return {};
  };
}

export function listQueueTags(queues: Queues): Operation<ListQueueTagsRequest, ListQueueTagsResult> {
  return async ({ QueueUrl: url }, call) => {
    const { record } = await queues.open(url, call, 'ListQueueTags');
    return Object.keys(record.tags).length === 0 ? {} : { Tags: record.tags };
  };
}
