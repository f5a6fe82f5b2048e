// CloudFormation: AWS::Scheduler::ScheduleGroup (Ref: the name).
import { textProperty } from '../../../resources/properties.ts';
import type { Made } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList, tagsOf } from '../../../resources/tags.ts';

export const scheduleGroupResource = serviceResource('scheduler', {
  type: 'AWS::Scheduler::ScheduleGroup',
  takenBy: ['CreateScheduleGroup'],
  serves: ['Name', 'Tags'],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, run }) {
    const Name = textProperty(properties, 'Name') ?? generateName({ maxLength: 64 });
    await run('CreateScheduleGroup', { Name, Tags: tagList(tagsOf(properties)) });
    return describe(Name, run);
  },
  adopt: ({ Name = '' }, { run }) => describe(Name, run),
  async update(made, properties, { previous, run }) {
    const ResourceArn = String(made.attributes['Arn']);
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { ResourceArn, TagKeys }),
      tag: (tags) => run('TagResource', { ResourceArn, Tags: tagList(tags) }),
    });
    return made;
  },
  delete: ({ physicalId: Name }, { run }) => run('DeleteScheduleGroup', { Name }),
});

async function describe(Name: string, run: ResourceContext<'scheduler'>['run']): Promise<Made> {
  const group = await run('GetScheduleGroup', { Name });
  const { Arn = '', CreationDate = 0, LastModificationDate = 0, State = 'ACTIVE' } = group;
  const times = { CreationDate: iso(CreationDate), LastModificationDate: iso(LastModificationDate) };
  return { physicalId: Name, attributes: { Arn, State, ...times } };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
