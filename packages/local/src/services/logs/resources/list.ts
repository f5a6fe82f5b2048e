// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { logGroupResource } from './log-group.ts';
import { logStreamResource } from './log-stream.ts';
import { resourcePolicyResource } from './resource-policy.ts';

export const LOGS_RESOURCES: readonly ResourceType[] = [logGroupResource, logStreamResource, resourcePolicyResource];
