// Tags of buses and rules: PutRule and UpdateEventBus leave them as they are.
import type { Made, Previous, Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import { changeTags, tagList } from '../../../resources/tags.ts';

export async function changeTagsOf(
  { attributes }: Made,
  properties: Properties,
  { previous, run }: ResourceContext<'events'> & Previous,
): Promise<void> {
  const { Arn: ResourceARN = '' } = attributes;
  await changeTags(previous, properties, {
    untag: (TagKeys) => run('UntagResource', { ResourceARN, TagKeys }),
    tag: (tags) => run('TagResource', { ResourceARN, Tags: tagList(tags) }),
  });
}
