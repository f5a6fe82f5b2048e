// Tags of a resource: templates list them as Key and Value, or write a map; operations take the one or the other.
import { plainText } from '@earwitness/protocol/internal/template/value';
import { isRecord } from './properties.ts';
import type { Properties } from './resource.ts';

export type Tags = Readonly<Record<string, string>>;

/** `Tags` of a template, by key. */
export function tagsOf({ Tags: tags }: Properties): Tags {
  return tagMap(tags ?? []);
}

/** Tags as templates write them, by key. */
export function tagMap(tags: unknown): Tags {
  const entries = Array.isArray(tags)
    ? tags.map(({ Key, Value }: { Key?: unknown; Value?: unknown }) => [Key, Value])
    : Object.entries(tags ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [plainText(key), plainText(value)]));
}

/** A list of tags, as templates write it. */
export function isTagList(value: unknown): value is readonly { readonly Key: unknown; readonly Value: unknown }[] {
  return Array.isArray(value) && value.every((tag) => isRecord(tag) && 'Key' in tag && 'Value' in tag);
}

/** Tags as most operations take them. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * Brings a resource's tags from what the template said before to what it says now. An operation with nothing to do is
 * not called.
 */
export async function changeTags(
  before: Properties,
  after: Properties,
  operations: {
    untag(keys: string[]): Promise<unknown>;
    tag(tags: Tags): Promise<unknown>;
  },
): Promise<void> {
  const [old, wanted] = [tagsOf(before), tagsOf(after)];
  const dropped = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.entries(wanted).filter(([key, value]) => !Object.hasOwn(old, key) || old[key] !== value);
  if (dropped.length > 0) await operations.untag(dropped);
  if (changed.length > 0) await operations.tag(Object.fromEntries(changed));
}
