// Tags of buckets and objects. Sources: S3 user guide, "Categorizing your objects using tags"; sentences recorded on
// AWS (LocalStack, tests/aws/services/s3/test_s3_api).
import { refused } from '../refusals.ts';

type Tags = Readonly<Record<string, string>>;
type TagSet = readonly { readonly Key: string; readonly Value: string }[];

const OBJECT_MAX_TAGS = 10;
const BUCKET_MAX_TAGS = 50;
const KEY_MAX_LENGTH = 128;
const VALUE_MAX_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws ServiceError `InvalidTag`, `BadRequest` */
export function tagsOfSet(set: TagSet, of: { readonly on: 'bucket' | 'object'; readonly isAws?: boolean }): Tags {
  const most = of.on === 'object' ? OBJECT_MAX_TAGS : BUCKET_MAX_TAGS;
  if (set.length > most)
    throw refused('BadRequest', `${of.on === 'object' ? 'Object' : 'Bucket'} tags cannot be greater than ${most}`);
  const tags = new Map<string, string>();
  for (const { Key, Value } of set) {
    if (tags.has(Key)) throw refused('InvalidTag', 'Cannot provide multiple Tags with the same key', { TagKey: Key });
    if (!of.isAws && Key.startsWith('aws:')) {
      throw refused('InvalidTag', 'System tags cannot be added/updated by requester');
    }
    if (Key === '' || Key.length > KEY_MAX_LENGTH || !ALLOWED.test(Key)) {
      throw refused('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: Key });
    }
    if (Value.length > VALUE_MAX_LENGTH || !ALLOWED.test(Value)) {
      throw refused('InvalidTag', 'The TagValue you have provided is invalid', { TagKey: Key, TagValue: Value });
    }
    tags.set(Key, Value);
  }
  return Object.fromEntries(tags);
}

/** Those that services of AWS give: CloudFormation's marks. */
export function awsTagsOf(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith('aws:')));
}

/** Tags of the header `x-amz-tagging`: `team=blue&stage=dev`. */
export function tagsOfHeader(header = ''): Tags {
  const pairs = [...new URLSearchParams(header)];
  return tagsOfSet(
    pairs.map(([Key, Value]) => ({ Key, Value })),
    { on: 'object' },
  );
}

export function tagSetOf(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
