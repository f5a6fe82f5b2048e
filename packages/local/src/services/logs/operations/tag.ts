// Tags of log groups, by ARN (TagResource, UntagResource, ListTagsForResource) and, as before, by name.
import type { OperationsOf } from '../../../call.ts';
import { groupKey, type LogGroup } from '../log-group.ts';
import type { LogStore } from '../log-store.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ store }: Parts) {
  return {
    TagResource: ({ resourceArn, tags }, call) =>
      add(store, store.group({ logGroupIdentifier: resourceArn }, call), tags),

    UntagResource: ({ resourceArn, tagKeys }, call) =>
      remove(store, store.group({ logGroupIdentifier: resourceArn }, call), tagKeys),

    ListTagsForResource: ({ resourceArn }, call) => ({
      tags: store.group({ logGroupIdentifier: resourceArn }, call).tags,
    }),

    TagLogGroup: ({ tags, ...input }, call) => add(store, store.group(input, call), tags),

    UntagLogGroup: ({ tags: keys, ...input }, call) => remove(store, store.group(input, call), keys),

    ListTagsLogGroup: (input, call) => ({ tags: store.group(input, call).tags }),
  } satisfies OperationsOf<'logs'>;
}

async function add(store: LogStore, group: LogGroup, tags: Readonly<Record<string, string>>) {
  await store.groups.put(groupKey(group), { ...group, tags: { ...group.tags, ...tags } });
  return {};
}

async function remove(store: LogStore, group: LogGroup, keys: readonly string[]) {
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
  await store.groups.put(groupKey(group), { ...group, tags });
  return {};
}
