// IAM: roles, users, policies, and the answer to "may it do that?". Groups, login profiles, providers and instance
// profiles are not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { accessKeyOperations } from './operations/access-key.ts';
import { attachedPolicyOperations } from './operations/attached-policy.ts';
import { inlinePolicyOperations } from './operations/inline-policy.ts';
import { permissionsBoundaryOperations } from './operations/permissions-boundary.ts';
import { policyOperations } from './operations/policy.ts';
import { policyVersionOperations } from './operations/policy-version.ts';
import { roleOperations } from './operations/role.ts';
import { simulationOperations } from './operations/simulation.ts';
import { tagOperations } from './operations/tag.ts';
import { userOperations } from './operations/user.ts';
import { createParts } from './parts.ts';
import { IAM_RESOURCES } from './resources/list.ts';

export function createIamService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'iam',
    operations: {
      ...accessKeyOperations(parts),
      ...attachedPolicyOperations(parts),
      ...inlinePolicyOperations(parts),
      ...permissionsBoundaryOperations(parts),
      ...policyOperations(parts),
      ...policyVersionOperations(parts),
      ...roleOperations(parts),
      ...simulationOperations(parts),
      ...tagOperations(parts),
      ...userOperations(parts),
    },
    resources: IAM_RESOURCES,
  };
}
