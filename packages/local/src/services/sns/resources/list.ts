// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { subscriptionResource } from './subscription.ts';
import { topicResource } from './topic.ts';
import { topicInlinePolicyResource, topicPolicyResource } from './topic-policy.ts';

export const SNS_RESOURCES: readonly ResourceType[] = [
  topicResource,
  subscriptionResource,
  topicPolicyResource,
  topicInlinePolicyResource,
];
