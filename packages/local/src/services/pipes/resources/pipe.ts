// CloudFormation: AWS::Pipes::Pipe (Ref: the name). A pipe that cannot read its source fails the stack with its reason.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { textProperty } from '../../../resources/properties.ts';
import type { Made } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagsOf } from '../../../resources/tags.ts';

export const pipeResource = serviceResource('pipes', {
  type: 'AWS::Pipes::Pipe',
  serves: [
    ...['Description', 'DesiredState', 'Enrichment', 'EnrichmentParameters', 'KmsKeyIdentifier', 'LogConfiguration'],
    ...['Name', 'RoleArn', 'Source', 'SourceParameters', 'Tags', 'Target', 'TargetParameters'],
  ],
  gone: 'NotFoundException',
  async create(properties, context) {
    const Name = textProperty(properties, 'Name') ?? context.generateName({ maxLength: 64 });
    const { Tags: _, ...plain } = properties;
    const Tags = tagsOf(properties);
    const input = await context.parse('CreatePipe', plain);
    await context.run('CreatePipe', { ...input, Name, ...(Object.keys(Tags).length > 0 && { Tags }) });
    context.began({ physicalId: Name, attributes: {} });
    return describe(Name, context);
  },
  adopt: ({ Name = '' }, context) => describe(Name, context),
  async update({ physicalId: Name }, properties, context) {
    const { previous, parse, run } = context;
    const { Tags: _, Source: __, ...plain } = properties;
    // What the template no longer says goes back to nothing.
    const Enrichment = textProperty(properties, 'Enrichment') ?? '';
    await run('UpdatePipe', { DesiredState: 'RUNNING', ...(await parse('UpdatePipe', plain)), Name, Enrichment });
    const made = await describe(Name, context);
    const resourceArn = String(made.attributes['Arn']);
    await changeTags(previous, properties, {
      untag: (tagKeys) => run('UntagResource', { resourceArn, tagKeys }),
      tag: (tags) => run('TagResource', { resourceArn, tags }),
    });
    return made;
  },
  delete: ({ physicalId: Name }, { run }) => run('DeletePipe', { Name }),
});

/** @throws ServiceError with the reason, when the pipe has failed */
async function describe(Name: string, { run }: ResourceContext<'pipes'>): Promise<Made> {
  const pipe = await run('DescribePipe', { Name });
  const { Arn, CurrentState = '', CreationTime = 0, LastModifiedTime = 0, StateReason } = pipe;
  if (CurrentState.endsWith('FAILED')) throw new ServiceError('GeneralServiceException', StateReason ?? CurrentState);
  const times = { CreationTime: iso(CreationTime), LastModifiedTime: iso(LastModifiedTime) };
  return { physicalId: Name, attributes: { Arn: Arn ?? '', CurrentState, ...times } };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
