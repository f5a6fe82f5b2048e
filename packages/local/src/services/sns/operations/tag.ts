// Tags of topics.
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { resourceNotFound } from '../refusals.ts';
import { checkTagCount, checkTags } from '../tags.ts';
import { parseTopicArn, type Topic } from '../topic.ts';

export function tagOperations({ topics }: Parts) {
  async function open(arn: string, call: Call, action: string): Promise<Topic> {
    const place = parseTopicArn(arn, { ...call, parameter: 'ResourceArn' });
    const topic = topics.find(place);
    await topics.authorize(topic ?? place, call, action);
    if (!topic) throw resourceNotFound();
    return topic;
  }

  return {
    async TagResource({ ResourceArn: arn, Tags: added }, call) {
      checkTags(added);
      await topics.change(await open(arn, call, 'TagResource'), (row) => {
        const tags = { ...row.tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) };
        checkTagCount(tags);
        return { ...row, tags };
      });
      return {};
    },

    async UntagResource({ ResourceArn: arn, TagKeys: names }, call) {
      await topics.change(await open(arn, call, 'UntagResource'), (row) => ({
        ...row,
        tags: Object.fromEntries(Object.entries(row.tags).filter(([name]) => !names.includes(name))),
      }));
      return {};
    },

    async ListTagsForResource({ ResourceArn: arn }, call) {
      const { tags } = await open(arn, call, 'ListTagsForResource');
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies OperationsOf<'sns'>;
}
