// CloudFormation: AWS::SSM::Parameter (Ref: the name). CloudFormation makes no SecureString.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PutParameterRequest } from '@earwitness/protocol/internal/aws/models/ssm.types';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList, tagsOf } from '../../../resources/tags.ts';

export const parameterResource = serviceResource('ssm', {
  type: 'AWS::SSM::Parameter',
  takenBy: ['PutParameter'],
  asTaken: ({ Tags: _, ...properties }) => properties,
  serves: ['Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType', 'Tags'],
  gone: 'ParameterNotFound',
  create(properties, context) {
    const Name = textProperty(properties, 'Name') ?? generateName(context);
    return put({ Name, Overwrite: false, Tags: tagList(tagsOf(properties)) }, properties, context);
  },
  async adopt({ Name = '' }, { run }) {
    const { Parameter: parameter = {} } = await run('GetParameter', { Name });
    // A name may bear a version.
    return {
      physicalId: parameter.Name ?? Name,
      attributes: { Type: parameter.Type ?? '', Value: parameter.Value ?? '' },
    };
  },
  async update({ physicalId: Name }, properties, context) {
    const made = await put({ Name, Overwrite: true }, properties, context);
    const resource = { ResourceType: 'Parameter', ResourceId: Name } as const;
    await changeTags(context.previous, properties, {
      untag: (TagKeys) => context.run('RemoveTagsFromResource', { ...resource, TagKeys }),
      tag: (tags) => context.run('AddTagsToResource', { ...resource, Tags: tagList(tags) }),
    });
    return made;
  },
  delete: ({ physicalId: Name }, { run }) => run('DeleteParameter', { Name }),
});

/** Source: recorded on AWS (LocalStack cloudformation resource_providers/ssm/test_parameter): `CFN-<logicalId>-…`. */
function generateName(place: ResourceContext<'ssm'>): string {
  return place.generateName().replace(place.stackName, 'CFN');
}

async function put(
  key: Pick<PutParameterRequest, 'Name' | 'Overwrite' | 'Tags'>,
  { Tags: _, ...properties }: Properties,
  { parse, run }: ResourceContext<'ssm'>,
): Promise<Made> {
  const input = await parse('PutParameter', properties);
  const { Type = '', Value } = input;
  if (Type !== 'String' && Type !== 'StringList') {
    throw new ServiceError(
      'ValidationException',
      `CloudFormation makes parameters of type String or StringList, not ${Type}.`,
    );
  }
  await run('PutParameter', { Tier: 'Standard', ...input, ...key });
  return { physicalId: key.Name, attributes: { Type, Value } };
}
