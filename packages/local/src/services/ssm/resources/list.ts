// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { parameterResource } from './parameter.ts';

export const SSM_RESOURCES: readonly ResourceType[] = [parameterResource];
