// How a stack finds a resource type: by the service that makes it, or as one that stands in.
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { isUnlistedType } from '@earwitness/protocol/internal/stand-in/unlisted-type';
import type { Platform } from '../../platform.ts';
import type { ResourceType } from '../../resources/resource.ts';

/**
 * Of a type that is made nowhere and that CloudFormation does not have, `undefined`; so of one that is to be refused.
 * @param schema what CloudFormation says of the type; `made`: a resource of the type is there
 */
export function resourceTypeOf(
  { dispatch, standIns }: Pick<Platform, 'dispatch' | 'standIns'>,
  type: string,
  schema: ResourceSchema | undefined | 'made',
): ResourceType | undefined {
  const served = dispatch.resourceType(type);
  if (served) return served;
  if (schema === 'made') return standIns.resourceType(type);
  return schema || isUnlistedType(type) ? standIns.resourceType(type, schema) : undefined;
}
