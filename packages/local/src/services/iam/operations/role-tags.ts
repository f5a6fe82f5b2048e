// TagRole, UntagRole, ListRoleTags, and ListInstanceProfilesForRole (always none: there are no machines here).
import type {
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagRoleRequest,
  UntagRoleRequest,
} from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operation } from '../../../call.ts';
import { type Identities, takePage } from '../identities.ts';

export function tagRole(identities: Identities): Operation<TagRoleRequest> {
  return async ({ RoleName: name, Tags: added }, call) => {
    const role = identities.holder('role', name, call);
    const kept = role.tags.filter((tag) => !added.some((one) => one.Key === tag.Key));
    await identities.saveHolder({ ...role, tags: [...kept, ...added] });
    return {};
  };
}

export function untagRole(identities: Identities): Operation<UntagRoleRequest> {
  return async ({ RoleName: name, TagKeys: keys }, call) => {
    const role = identities.holder('role', name, call);
    await identities.saveHolder({ ...role, tags: role.tags.filter((tag) => !keys.includes(tag.Key)) });
    return {};
  };
}

export function listRoleTags(identities: Identities): Operation<ListRoleTagsRequest, ListRoleTagsResponse> {
  return (input, call) => {
    const { page, rest } = takePage(identities.holder('role', input.RoleName, call).tags, input);
    return { Tags: page, ...rest };
  };
}

export function listInstanceProfilesForRole(
  identities: Identities,
): Operation<ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse> {
  return ({ RoleName: name }, call) => {
    identities.holder('role', name, call);
    return { InstanceProfiles: [], IsTruncated: false };
  };
}
