// What a template and its parameters come to, before anything is made: transforms done, conditions decided, every
// resource's type and properties checked, and the order of creation.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { missingCapabilities, type RequiredCapabilities } from '@earwitness/protocol/internal/template/capabilities';
import type { Template } from '@earwitness/protocol/internal/template/declaration';
import type { Placement } from '@earwitness/protocol/internal/template/intrinsics/pseudo';
import type { GivenParameter, ParameterValue } from '@earwitness/protocol/internal/template/parameter';
import type { Scope } from '@earwitness/protocol/internal/template/resolve';
import type { ValueMap } from '@earwitness/protocol/internal/template/value';
import type { Call } from '../../../call.ts';
import type { ResourceType } from '../../../resources/resource.ts';
import type { StackParameter } from '../stack.ts';

export interface Blueprint {
  readonly templateBody: string;
  /** After transforms, as JSON. */
  readonly processedBody: string;
  readonly template: Template;
  readonly parameters: readonly StackParameter[];
  /** Decides conditions; knows parameters and pseudo parameters, and no resources. */
  readonly scope: Scope;
  readonly resources: Readonly<Record<string, PlannedResource>>;
  /** Logical ids in the order of creation. */
  readonly waves: readonly (readonly string[])[];
  readonly required: RequiredCapabilities;
  /** Whether macros made something of the template: `Transform`, or `Fn::Transform` anywhere. */
  readonly isExpanded: boolean;
}

export interface PlannedResource {
  readonly logicalId: string;
  readonly type: ResourceType;
  /** What CloudFormation says of the type; nothing of the CDK's own `AWS::CDK::Metadata`. */
  readonly schema: ResourceSchema | undefined;
  /** Conditions are decided; other functions are still inside. */
  readonly properties: ValueMap;
  readonly needs: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly metadata?: string;
  readonly line?: number;
  /** Of properties whose text was read from a file: the file, as the template names it. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface BlueprintOrder {
  readonly templateBody: string;
  readonly given: readonly GivenParameter[];
  readonly previous?: readonly ParameterValue[];
  readonly placement: Placement;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Entries of the parameter store that are to be there by then. */
  readonly stored?: Readonly<Record<string, string>>;
  readonly call: Call;
}

/**
 * Holds what a blueprint asks for against what was acknowledged. Macros need it where no change set shows what they
 * made.
 * @throws ServiceError `InsufficientCapabilitiesException`
 */
export function checkCapabilities(
  { required, isExpanded }: Blueprint,
  acknowledged: readonly string[] = [],
  options: { readonly reviewed: boolean } = { reviewed: false },
): void {
  const asked = [...required.capabilities, ...(isExpanded && !options.reviewed ? ['CAPABILITY_AUTO_EXPAND'] : [])];
  const missing = missingCapabilities(asked, acknowledged);
  if (missing.length === 0) return;
  throw new ServiceError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
