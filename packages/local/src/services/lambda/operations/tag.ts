// Tags of functions. Nothing here reads them but their owner.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ functions }: Parts) {
  return {
    async TagResource({ Resource, Tags }, call) {
      const { fn } = functions.find(Resource, call);
      await functions.save({ ...fn, tags: { ...fn.tags, ...Tags } });
      return {};
    },

    async UntagResource({ Resource, TagKeys }, call) {
      const { fn } = functions.find(Resource, call);
      const kept = Object.entries(fn.tags).filter(([key]) => !TagKeys.includes(key));
      await functions.save({ ...fn, tags: Object.fromEntries(kept) });
      return {};
    },

    ListTags: ({ Resource }, call) => ({ Tags: functions.find(Resource, call).fn.tags }),
  } satisfies OperationsOf<'lambda'>;
}
