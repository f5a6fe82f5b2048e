// TagResource and UntagResource.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  TagResourceRequest,
  UntagResourceRequest,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import type { Secrets } from '../secrets.ts';

export function tagResource(secrets: Secrets): Operation<TagResourceRequest> {
  return async ({ SecretId: id, Tags: added }, call) => {
    const secret = await secrets.openToWrite(id, call, 'TagResource');
    if (added.some((tag) => tag.Key?.startsWith('aws:'))) {
      throw new ServiceError('InvalidParameterException', 'Tag keys that begin with aws: are reserved.');
    }
    const kept = secret.tags.filter((tag) => !added.some((one) => one.Key === tag.Key));
    await secrets.save({ ...secret, tags: [...kept, ...added] });
    return {};
  };
}

export function untagResource(secrets: Secrets): Operation<UntagResourceRequest> {
  return async ({ SecretId: id, TagKeys: keys }, call) => {
    const secret = await secrets.openToWrite(id, call, 'UntagResource');
    await secrets.save({ ...secret, tags: secret.tags.filter((tag) => !keys.includes(tag.Key ?? '')) });
    return {};
  };
}
