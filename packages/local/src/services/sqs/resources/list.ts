// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { queueResource } from './queue.ts';
import { queuePolicyResource } from './queue-policy.ts';

export const SQS_RESOURCES: readonly ResourceType[] = [queueResource, queuePolicyResource];
