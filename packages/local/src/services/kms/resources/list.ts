// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { aliasResource, keyResource } from './key.ts';

export const KMS_RESOURCES: readonly ResourceType[] = [keyResource, aliasResource];
