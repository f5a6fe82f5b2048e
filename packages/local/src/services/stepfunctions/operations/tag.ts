// Tags of state machines and activities.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { updateRow } from '../../../backbone/update.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import { activityKey } from '../activity.ts';
import { readArn } from '../arn.ts';
import type { Parts } from '../parts.ts';
import { checkTagCount, checkTagKeys, type Tags, tagList, tagsOf } from '../settings.ts';

interface Tagged {
  readonly tags: Tags;
  change(change: (tags: Tags) => Tags): Promise<unknown>;
}

export function tagOperations({ machines, activities, authorize }: Parts) {
  async function open(text: string, call: Call, action: string, requestTags?: Tags): Promise<Tagged> {
    const arn = readArn(text, 'stateMachine', 'activity', 'execution', 'express', 'mapRun');
    const found = find(text);
    const tags = found?.tags;
    await authorize(call, action, { resource: text, owner: arn.account, tags, requestTags });
    if (found) return found;
    const fields = { resourceName: text };
    throw new ServiceError('ResourceNotFound', `Resource not found: '${text}'`, { fields });
  }

  function find(text: string): Tagged | undefined {
    const arn = readArn(text, 'stateMachine', 'activity', 'execution', 'express', 'mapRun');
    if (arn.kind === 'activity') {
      const row = activities.get(activityKey(arn))?.value;
      if (!row) return undefined;
      const change = (next: (tags: Tags) => Tags) =>
        updateRow(activities, activityKey(arn), (now = row) => ({ ...now, tags: next(now.tags) }));
      return { tags: row.tags, change };
    }
    const row = arn.kind === 'stateMachine' && arn.rest === undefined && arn.label === undefined && machines.find(arn);
    if (!row) return undefined;
    return {
      tags: row.tags,
      change: (next) => machines.change(row, (now = row) => ({ ...now, tags: next(now.tags) })),
    };
  }

  return {
    async TagResource({ resourceArn, tags }, call) {
      const added = tagsOf(tags);
      const tagged = await open(resourceArn, call, 'TagResource', added);
      await tagged.change((now) => {
        const next = { ...now, ...added };
        checkTagCount(next, resourceArn);
        return next;
      });
      return {};
    },

    async UntagResource({ resourceArn, tagKeys }, call) {
      checkTagKeys(tagKeys);
      const tagged = await open(resourceArn, call, 'UntagResource');
      await tagged.change((now) => Object.fromEntries(Object.entries(now).filter(([key]) => !tagKeys.includes(key))));
      return {};
    },

    async ListTagsForResource({ resourceArn }, call) {
      const { tags } = await open(resourceArn, call, 'ListTagsForResource');
      return { tags: tagList(tags) };
    },
  } satisfies OperationsOf<'stepfunctions'>;
}
