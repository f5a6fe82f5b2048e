// CloudFormation: AWS::SSM::Parameter (Ref: the name). CloudFormation makes no SecureString.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const parameterResource = serviceResource('ssm', {
  type: 'AWS::SSM::Parameter',
  takenBy: ['PutParameter'],
  serves: ['Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType'],
  ignores: ['Tags'],
  gone: 'ParameterNotFound',
  create: (properties, context) =>
    put({ Name: textProperty(properties, 'Name') ?? context.generateName(), Overwrite: false }, properties, context),
  async adopt({ Name = '' }, { run }) {
    const { Parameter: parameter = {} } = await run('GetParameter', { Name });
    // A name may bear a version.
    return {
      physicalId: parameter.Name ?? Name,
      attributes: { Type: parameter.Type ?? '', Value: parameter.Value ?? '' },
    };
  },
  update: ({ physicalId: Name }, properties, context) => put({ Name, Overwrite: true }, properties, context),
  delete: ({ physicalId: Name }, { run }) => run('DeleteParameter', { Name }),
});

async function put(
  key: { readonly Name: string; readonly Overwrite: boolean },
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
