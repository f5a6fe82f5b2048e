// Tags of topics: what may be one.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Tag } from '@earwitness/protocol/internal/aws/models/sns.types';
import { invalidParameter } from './refusals.ts';

/** Tags of one topic. Source: SNS developer guide, "Amazon SNS topic tagging". */
const MAX_TAGS = 50;

/** @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_duplicate_…). */
export function checkTags(tags: readonly Tag[]): void {
  const names = tags.map(({ Key }) => Key);
  if (new Set(names).size < names.length) throw invalidParameter('Duplicated keys are not allowed.');
  const reserved = names.find((name) => /^aws:/i.test(name));
  if (reserved !== undefined)
    throw invalidParameter(`Tags Reason: the key ${reserved} begins with aws:, which is reserved`);
}

/** @throws TagLimitExceeded */
export function checkTagCount(tags: Readonly<Record<string, string>>): void {
  const count = Object.keys(tags).length;
  if (count <= MAX_TAGS) return;
  throw new ServiceError('TagLimitExceeded', `A topic has at most ${MAX_TAGS} tags; it would have ${count}.`);
}
