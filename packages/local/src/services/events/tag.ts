// Tags, which buses and rules can have.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Tag } from '@earwitness/protocol/internal/aws/models/events.types';

/**
 * A list of tags as a record.
 * @throws ServiceError `ValidationException` when a key is given twice.
 */
export function tagsOf(tags: readonly Tag[] = []): Record<string, string> {
  const record = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  if (Object.keys(record).length < tags.length) {
    throw new ServiceError('ValidationException', 'Invalid parameter: Duplicated keys are not allowed.');
  }
  return record;
}
