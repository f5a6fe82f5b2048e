// A resource type that makes nothing. Wait conditions stand in.
import { serviceResource } from '../../../resources/service-resource.ts';

/** What `cdk synth` adds to every stack: a note about the constructs in use (before CDK 1.93, their modules). */
export const metadataResource = serviceResource('cloudformation', {
  type: 'AWS::CDK::Metadata',
  serves: ['Analytics', 'Modules'],
  create: async (_properties, { generateName }) => ({ physicalId: generateName(), attributes: {} }),
  update: async (made) => made,
  delete: async () => {},
});
