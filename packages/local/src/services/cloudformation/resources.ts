// The resource types of CloudFormation's own: those that make nothing. Custom resources, wait conditions and nested stacks are not
// served, and refused by name.
import type { ResourceType } from '../../resources/resource.ts';

/** What `cdk synth` adds to every stack: a note about the constructs in use. */
const cdkMetadata: ResourceType = {
  type: 'AWS::CDK::Metadata',
  properties: { Analytics: 'optional' },
  create: async (_properties, { generateName }) => ({ physicalId: generateName(), attributes: {} }),
  update: async (made) => made,
  delete: async () => {},
};

export const cloudFormationResources: readonly ResourceType[] = [cdkMetadata];
