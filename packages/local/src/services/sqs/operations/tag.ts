// Tags of queues.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { invalidParameter } from '../refusals.ts';

/** Tags on one queue. Source: SQS developer guide, quotas. */
const MAX_TAGS = 50;

export function tagOperations({ queues }: Parts) {
  return {
    async TagQueue({ QueueUrl: url, Tags: added }, call) {
      await queues.change(await queues.open(url, call, 'TagQueue'), (record) => {
        const tags = { ...record.tags, ...added };
        if (Object.keys(tags).length > MAX_TAGS)
          throw invalidParameter(`Too many tags added for queue ${record.name}.`);
        return { ...record, tags };
      });
      return {};
    },

    async UntagQueue({ QueueUrl: url, TagKeys: keys }, call) {
      await queues.change(await queues.open(url, call, 'UntagQueue'), (record) => ({
        ...record,
        tags: Object.fromEntries(Object.entries(record.tags).filter(([key]) => !keys.includes(key))),
      }));
      return {};
    },

    async ListQueueTags({ QueueUrl: url }, call) {
      const { record } = await queues.open(url, call, 'ListQueueTags');
      return Object.keys(record.tags).length === 0 ? {} : { Tags: record.tags };
    },
  } satisfies OperationsOf<'sqs'>;
}
