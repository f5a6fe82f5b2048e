// Tags of secrets.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ secrets }: Parts) {
  return {
    async TagResource({ SecretId: id, Tags: added }, call) {
      const secret = await secrets.openToWrite(id, call, 'TagResource', { requestTags: added });
      if (added.some((tag) => tag.Key?.startsWith('aws:'))) {
        throw new ServiceError('InvalidParameterException', 'Tag keys that begin with aws: are reserved.');
      }
      await secrets.change(secret, (now) => ({
        ...now,
        tags: [...(now.tags ?? []).filter((tag) => !added.some((one) => one.Key === tag.Key)), ...added],
      }));
      return {};
    },

    async UntagResource({ SecretId: id, TagKeys: keys }, call) {
      await secrets.change(await secrets.openToWrite(id, call, 'UntagResource'), ({ tags, ...secret }) => ({
        ...secret,
        ...(tags && { tags: tags.filter((tag) => !keys.includes(tag.Key ?? '')) }),
      }));
      return {};
    },
  } satisfies OperationsOf<'secretsmanager'>;
}
