// Tags of parameters. Other kinds of resources of Systems Manager are not served.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parameter } from '../parameter.ts';
import type { Parts } from '../parts.ts';

/** Source: Systems Manager API reference, AddTagsToResource. */
const MAX_TAGS = 50;

interface Tagged {
  readonly ResourceType: string;
  readonly ResourceId: string;
}

export function tagOperations({ parameters }: Parts) {
  function find({ ResourceType: type, ResourceId: id }: Tagged, call: Call): Parameter {
    if (type !== 'Parameter') {
      throw new ServiceError(
        'InvalidResourceType',
        `Earwitness has no resources of the type ${type}, only parameters.`,
      );
    }
    const parameter = parameters.find(id, call);
    if (parameter) return parameter;
    throw new ServiceError('InvalidResourceId', `The resource ID "${id}" is not valid. Verify the ID and try again.`);
  }
  return {
    async AddTagsToResource({ Tags: added, ...resource }, call) {
      const parameter = find(resource, call);
      const kept = parameter.tags.filter(({ Key }) => !added.some((one) => one.Key === Key));
      const tags = [...kept, ...added];
      if (tags.length > MAX_TAGS) {
        throw new ServiceError(
          'TooManyTagsError',
          `A parameter has at most ${MAX_TAGS} tags; this would make ${tags.length}.`,
        );
      }
      await parameters.save({ ...parameter, tags });
      return {};
    },

    async RemoveTagsFromResource({ TagKeys: keys, ...resource }, call) {
      const parameter = find(resource, call);
      await parameters.save({ ...parameter, tags: parameter.tags.filter(({ Key }) => !keys.includes(Key)) });
      return {};
    },

    ListTagsForResource: (resource, call) => ({ TagList: find(resource, call).tags }),
  } satisfies OperationsOf<'ssm'>;
}
