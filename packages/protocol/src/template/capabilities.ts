// Capabilities that a stack's author must acknowledge: IAM resources, named ones, and macros.
import type { ResourceDeclaration } from './declaration.ts';

const IAM_NAMES: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': undefined,
};

export type Capability = 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND';

export interface RequiredCapabilities {
  readonly capabilities: readonly Capability[];
  /** Resource types that ask for them, sorted. */
  readonly types: readonly string[];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (Capabilities) */
export function requiredCapabilities(resources: Readonly<Record<string, ResourceDeclaration>>): RequiredCapabilities {
  const asking = Object.values(resources).filter(({ type }) => Object.hasOwn(IAM_NAMES, type));
  const named = asking.some(({ type, properties }) => Object.hasOwn(properties, IAM_NAMES[type] ?? ''));
  const types = [...new Set(asking.map(({ type }) => type))].sort();
  if (types.length === 0) return { capabilities: [], types };
  return { capabilities: [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'], types };
}

/** Capabilities that were not acknowledged. CAPABILITY_NAMED_IAM includes CAPABILITY_IAM. */
export function missingCapabilities(required: readonly string[], acknowledged: readonly string[]): string[] {
  return required.filter(
    (capability) =>
      !acknowledged.includes(capability) &&
      !(capability === 'CAPABILITY_IAM' && acknowledged.includes('CAPABILITY_NAMED_IAM')),
  );
}
