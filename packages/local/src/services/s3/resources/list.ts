// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { bucketResource } from './bucket.ts';
import { bucketPolicyResource } from './bucket-policy.ts';

export const S3_RESOURCES: readonly ResourceType[] = [bucketResource, bucketPolicyResource];
