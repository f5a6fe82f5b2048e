// Tags of log groups, by ARN (TagResource, UntagResource, ListTagsForResource) and, as before, by name.
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@earwitness/protocol/internal/aws/models/logs.types';
import type { Operation } from '../../../call.ts';
import { groupKey, type LogGroup } from '../log-group.ts';
import type { LogStore } from '../log-store.ts';

async function add(store: LogStore, group: LogGroup, tags: Readonly<Record<string, string>>) {
  await store.groups.put(groupKey(group), { ...group, tags: { ...group.tags, ...tags } });
  return {};
}

async function remove(store: LogStore, group: LogGroup, keys: readonly string[]) {
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
  await store.groups.put(groupKey(group), { ...group, tags });
  return {};
}

export function tagResource(store: LogStore): Operation<TagResourceRequest> {
  return ({ resourceArn, tags }, call) => add(store, store.group({ logGroupIdentifier: resourceArn }, call), tags);
}

export function untagResource(store: LogStore): Operation<UntagResourceRequest> {
  return ({ resourceArn, tagKeys }, call) =>
    remove(store, store.group({ logGroupIdentifier: resourceArn }, call), tagKeys);
}

export function listTagsForResource(
  store: LogStore,
): Operation<ListTagsForResourceRequest, ListTagsForResourceResponse> {
  return ({ resourceArn }, call) => ({ tags: store.group({ logGroupIdentifier: resourceArn }, call).tags });
}

export function tagLogGroup(store: LogStore): Operation<TagLogGroupRequest> {
  return ({ tags, ...input }, call) => add(store, store.group(input, call), tags);
}

export function untagLogGroup(store: LogStore): Operation<UntagLogGroupRequest> {
  return ({ tags: keys, ...input }, call) => remove(store, store.group(input, call), keys);
}

export function listTagsLogGroup(store: LogStore): Operation<ListTagsLogGroupRequest, ListTagsLogGroupResponse> {
  return (input, call) => ({ tags: store.group(input, call).tags });
}
