// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { globalTableResource, tableResource } from './table.ts';

export const DYNAMODB_RESOURCES: readonly ResourceType[] = [tableResource, globalTableResource];
