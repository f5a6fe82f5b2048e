// Tags of streams, by both families of operations.
import type { Call, OperationsOf } from '../../../call.ts';
import { type Tags, tagList } from '../../../resources/tags.ts';
import type { Parts } from '../parts.ts';
import { type NamedStream, placeOfArn, streamArn } from '../stream.ts';
import { checkTags } from '../tags.ts';

/** Source: Kinesis API reference, ListTagsForStream, Limit. */
const TAGS_PER_PAGE = 50;

export function tagOperations({ streams }: Parts) {
  interface Change {
    readonly action: string;
    readonly of: (tags: Tags) => Tags;
  }

  async function change(named: NamedStream, call: Call, { action, of }: Change): Promise<Record<string, never>> {
    const stream = await streams.open(named, call, action);
    await streams.change(stream, (row) => ({ ...row, tags: checkTags(of(row.tags)) }));
    return {};
  }

  const byArn = (arn: string): NamedStream => ({ StreamARN: streamArn(placeOfArn(arn)) });
  const adding = (added: Tags) => (tags: Tags) => ({ ...tags, ...added });
  const removing = (names: readonly string[]) => (tags: Tags) =>
    Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)));

  return {
    AddTagsToStream: (input, call) => change(input, call, { action: 'AddTagsToStream', of: adding(input.Tags) }),

    RemoveTagsFromStream: (input, call) =>
      change(input, call, { action: 'RemoveTagsFromStream', of: removing(input.TagKeys) }),

    async ListTagsForStream(input, call) {
      const { tags } = await streams.open(input, call, 'ListTagsForStream');
      const after = input.ExclusiveStartTagKey;
      const all = tagList(tags).sort((a, b) => (a.Key < b.Key ? -1 : 1));
      const rest = all.filter(({ Key }) => after === undefined || Key > after);
      const Tags = rest.slice(0, input.Limit ?? TAGS_PER_PAGE);
      return { Tags, HasMoreTags: Tags.length < rest.length };
    },

    TagResource: ({ ResourceARN: arn, Tags: tags }, call) =>
      change(byArn(arn), call, { action: 'TagResource', of: adding(tags) }),

    UntagResource: ({ ResourceARN: arn, TagKeys: names }, call) =>
      change(byArn(arn), call, { action: 'UntagResource', of: removing(names) }),

    async ListTagsForResource({ ResourceARN: arn }, call) {
      return { Tags: tagList((await streams.open(byArn(arn), call, 'ListTagsForResource')).tags) };
    },
  } satisfies OperationsOf<'kinesis'>;
}
