// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { metadataResource } from './metadata.ts';

export const CLOUDFORMATION_RESOURCES: readonly ResourceType[] = [metadataResource];
