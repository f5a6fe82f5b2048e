// CloudFormation: AWS::Events::Archive (Ref: its name).
import { fineIf, parseInput } from '../../../resources/properties.ts';
import type { Properties, ResourceType } from '../../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const archiveResource: ResourceType = {
  type: 'AWS::Events::Archive',
  properties: {
    ArchiveName: 'replaces',
    SourceArn: 'required-replaces',
    Description: 'optional',
    EventPattern: 'optional',
    RetentionDays: 'optional',
    KmsKeyIdentifier: 'optional',
  },
  async create(properties, context) {
    const ArchiveName = String(properties['ArchiveName'] ?? context.generateName({ maxLength: 48 }));
    const { ArchiveArn = '' } = await context.dispatch.call(
      'events',
      'CreateArchive',
      { ...(await settingsOf(properties)), ArchiveName, EventSourceArn: String(properties['SourceArn']) },
      context.call,
    );
    return { physicalId: ArchiveName, attributes: { Arn: ArchiveArn } };
  },
  async update(made, properties, context) {
    const input = { ...(await settingsOf(properties)), ArchiveName: made.physicalId };
    await context.dispatch.call('events', 'UpdateArchive', input, context.call);
    return made;
  },
  async delete({ physicalId: ArchiveName }, { call, dispatch }) {
    await fineIfGone(dispatch.call('events', 'DeleteArchive', { ArchiveName }, call));
  },
};

async function settingsOf({ EventPattern: pattern, ArchiveName: _, ...plain }: Properties) {
  const settings = await parseInput('events', 'CreateArchive', plain);
  if (pattern === undefined) return settings;
  return { ...settings, EventPattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern) };
}
