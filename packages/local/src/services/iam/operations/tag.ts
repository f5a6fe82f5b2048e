// Tags of users and of managed policies; a role's are in role.ts.
import type { Tag } from '@earwitness/protocol/internal/aws/models/iam.types';
import type { OperationsOf } from '../../../call.ts';
import { takePage } from '../identities.ts';
import type { Parts } from '../parts.ts';

export function tagOperations({ identities }: Parts) {
  return {
    async TagUser({ UserName: name, Tags: added }, call) {
      const user = identities.holder('user', name, call);
      await identities.saveHolder({ ...user, tags: addTags(user.tags, added) });
      return {};
    },

    async UntagUser({ UserName: name, TagKeys: keys }, call) {
      const user = identities.holder('user', name, call);
      await identities.saveHolder({ ...user, tags: user.tags.filter((tag) => !keys.includes(tag.Key)) });
      return {};
    },

    ListUserTags(input, call) {
      const { page, rest } = takePage(identities.holder('user', input.UserName, call).tags, input);
      return { Tags: page, ...rest };
    },

    async TagPolicy({ PolicyArn: arn, Tags: added }) {
      const policy = identities.policy(arn);
      await identities.savePolicy({ ...policy, tags: addTags(policy.tags, added) });
      return {};
    },

    async UntagPolicy({ PolicyArn: arn, TagKeys: keys }) {
      const policy = identities.policy(arn);
      await identities.savePolicy({ ...policy, tags: policy.tags.filter((tag) => !keys.includes(tag.Key)) });
      return {};
    },

    ListPolicyTags(input) {
      const { page, rest } = takePage(identities.policy(input.PolicyArn).tags, input);
      return { Tags: page, ...rest };
    },
  } satisfies OperationsOf<'iam'>;
}

function addTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  return [...tags.filter((tag) => !added.some((one) => one.Key === tag.Key)), ...added];
}
