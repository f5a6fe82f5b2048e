// CloudFormation: AWS::SSM::Parameter (Ref: the name). CloudFormation makes no SecureString.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { fineIf } from '../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('ParameterNotFound');

export const parameterResource: ResourceType = {
  type: 'AWS::SSM::Parameter',
  properties: {
    Name: 'replaces',
    Type: 'required',
    Value: 'required',
    Description: 'optional',
    AllowedPattern: 'optional',
    Tier: 'optional',
    DataType: 'optional',
  },
  ignored: ['Tags'],
  create(properties, context) {
    return put(String(properties['Name'] ?? context.generateName()), properties, context, false);
  },
  update(made, properties, context) {
    return put(made.physicalId, properties, context, true);
  },
  async delete(made, context) {
    await fineIfGone(context.dispatch.call('ssm', 'DeleteParameter', { Name: made.physicalId }, context.call));
  },
};

async function put(name: string, properties: Properties, context: ResourceContext, overwrite: boolean): Promise<Made> {
  const {
    Type: type,
    Value: value,
    Description: description,
    AllowedPattern: pattern,
    DataType: dataType,
  } = properties;
  if (type !== 'String' && type !== 'StringList') {
    throw new ServiceError(
      'ValidationException',
      `CloudFormation makes parameters of type String or StringList, not ${String(type)}.`,
    );
  }
  await context.dispatch.call(
    'ssm',
    'PutParameter',
    {
      Name: name,
      Type: type,
      Value: String(value),
      Overwrite: overwrite,
      Tier: parseTier(properties['Tier']),
      ...(description !== undefined && { Description: String(description) }),
      ...(pattern !== undefined && { AllowedPattern: String(pattern) }),
      ...(dataType !== undefined && { DataType: String(dataType) }),
    },
    context.call,
  );
  return { physicalId: name, attributes: { Type: type, Value: String(value) } };
}

function parseTier(value: unknown): 'Standard' | 'Advanced' | 'Intelligent-Tiering' {
  return value === 'Advanced' || value === 'Intelligent-Tiering' ? value : 'Standard';
}
