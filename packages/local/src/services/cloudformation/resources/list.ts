// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import type { Parts } from '../parts.ts';
import { customResource } from './custom-resource.ts';
import { macroResource } from './macro.ts';
import { metadataResource } from './metadata.ts';
import { nestedStackResource } from './nested-stack.ts';

export function cloudFormationResources(parts: Parts): readonly ResourceType[] {
  return [metadataResource, nestedStackResource(parts), customResource(parts), macroResource(parts)];
}
