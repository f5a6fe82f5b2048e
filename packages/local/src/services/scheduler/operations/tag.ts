// Tags, which groups alone have: the model refuses the ARN of a schedule.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Call, OperationsOf } from '../../../call.ts';
import type { GroupPlace } from '../group.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../schedule.ts';

/** Source: API reference, TagResource. */
const MAX_TAGS = 50;

export function tagOperations({ schedules }: Parts) {
  async function open(arn: string, call: Call, action: string): Promise<GroupPlace> {
    await schedules.authorize(call, action, arn);
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    const place = { account, region, name: resource.replace(/^schedule-group\//, '') };
    schedules.group(place);
    return place;
  }
  return {
    async TagResource({ ResourceArn: arn, Tags: added }, call) {
      await schedules.changeGroup(await open(arn, call, 'TagResource'), (group) => {
        const kept = group.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key));
        const tags = [...kept, ...added];
        if (tags.length > MAX_TAGS)
          throw invalid(`A schedule group has at most ${MAX_TAGS} tags; this makes ${tags.length}.`);
        return { ...group, tags };
      });
      return {};
    },

    async UntagResource({ ResourceArn: arn, TagKeys: keys }, call) {
      await schedules.changeGroup(await open(arn, call, 'UntagResource'), (group) => ({
        ...group,
        tags: group.tags.filter(({ Key }) => !keys.includes(Key)),
      }));
      return {};
    },

    async ListTagsForResource({ ResourceArn: arn }, call) {
      return { Tags: schedules.group(await open(arn, call, 'ListTagsForResource')).tags };
    },
  } satisfies OperationsOf<'scheduler'>;
}
