// How a stack finds a resource type: by the service that makes it, or as one that stands in.
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { isUnlistedType } from '@earwitness/protocol/internal/stand-in/unlisted-type';
import type { Platform } from '../../platform.ts';
import type { ResourceType } from '../../resources/resource.ts';

/** The type of custom resources that do not name one of their own. */
export const CUSTOM_RESOURCE = 'AWS::CloudFormation::CustomResource';

/** Whether a resource is made by a function of the template's author. */
export function isCustomType(type: string): boolean {
  return type === CUSTOM_RESOURCE || type.startsWith('Custom::');
}

/**
 * Of a type that is made nowhere and that CloudFormation does not have, `undefined`; so of one that is to be refused.
 * @param schema what CloudFormation says of the type; `made`: a resource of the type is there
 */
export function resourceTypeOf(
  { dispatch, standIns }: Pick<Platform, 'dispatch' | 'standIns'>,
  type: string,
  schema: ResourceSchema | undefined | 'made',
): ResourceType | undefined {
  const served = dispatch.resourceType(isCustomType(type) ? CUSTOM_RESOURCE : type);
  if (served) return served.type === type ? served : { ...served, type };
  if (schema === 'made') return standIns.resourceType(type);
  return schema || isUnlistedType(type) ? standIns.resourceType(type, schema) : undefined;
}
