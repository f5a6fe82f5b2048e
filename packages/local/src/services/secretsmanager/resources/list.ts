// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { resourcePolicyResource } from './resource-policy.ts';
import { secretResource } from './secret.ts';

export const SECRETS_MANAGER_RESOURCES: readonly ResourceType[] = [secretResource, resourcePolicyResource];
