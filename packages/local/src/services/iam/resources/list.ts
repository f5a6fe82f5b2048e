// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { policyResource, rolePolicyResource } from './inline-policy.ts';
import { managedPolicyResource } from './managed-policy.ts';
import { roleResource } from './role.ts';

export const IAM_RESOURCES: readonly ResourceType[] = [
  roleResource,
  policyResource,
  rolePolicyResource,
  managedPolicyResource,
];
