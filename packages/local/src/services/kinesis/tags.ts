// Tags of streams.
import type { Tags } from '../../resources/tags.ts';
import { invalid } from './stream.ts';

/** Source: Kinesis API reference, AddTagsToStream. */
const MAX_TAGS = 50;

/** @throws InvalidArgumentException */
export function checkTags(tags: Tags): Tags {
  const count = Object.keys(tags).length;
  if (count > MAX_TAGS) throw invalid(`A stream has at most ${MAX_TAGS} tags; this makes ${count}.`);
  return tags;
}
