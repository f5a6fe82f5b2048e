// CloudFormation: AWS::Events::Archive (Ref: its name).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const archiveResource = serviceResource('events', {
  type: 'AWS::Events::Archive',
  takenBy: ['CreateArchive'],
  serves: ['ArchiveName', 'SourceArn', 'Description', 'EventPattern', 'RetentionDays', 'KmsKeyIdentifier'],
  documents: ['EventPattern'],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, parse, run }) {
    const ArchiveName = textProperty(properties, 'ArchiveName') ?? generateName({ maxLength: 48 });
    const EventSourceArn = String(properties['SourceArn']);
    const input = { ...(await parse('CreateArchive', properties)), ArchiveName, EventSourceArn };
    const { ArchiveArn = '' } = await run('CreateArchive', input);
    return { physicalId: ArchiveName, attributes: { Arn: ArchiveArn } };
  },
  async update(made, properties, { parse, run }) {
    await run('UpdateArchive', { ...(await parse('UpdateArchive', properties)), ArchiveName: made.physicalId });
    return made;
  },
  delete: ({ physicalId: ArchiveName }, { run }) => run('DeleteArchive', { ArchiveName }),
});
