// CloudFormation: AWS::CloudFormation::Macro (Ref: its name). Templates that are deployed after it may use it.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Properties, ResourceType } from '../../../resources/resource.ts';
import { MACROS, macroKey } from '../blueprint/macro.ts';
import type { Parts } from '../parts.ts';

export function macroResource({ platform }: Parts): ResourceType {
  const macros = platform.backbone.table(MACROS);
  return {
    type: 'AWS::CloudFormation::Macro',
    serves: ['FunctionName', 'Name'],
    ignores: ['Description', 'LogGroupName', 'LogRoleARN'],
    async create(properties, { call }) {
      const [name, functionName] = [textOf(properties, 'Name'), textOf(properties, 'FunctionName')];
      const key = macroKey(name, call);
      if (macros.get(key)) throw new ServiceError('ValidationError', `${name} already exists`);
      await macros.put(key, { name, functionName });
      return { physicalId: name, attributes: {} };
    },
    async update(made, properties, { call }) {
      const functionName = textOf(properties, 'FunctionName');
      await macros.put(macroKey(made.physicalId, call), { name: made.physicalId, functionName });
      return made;
    },
    async delete({ physicalId }, { call }) {
      await macros.delete(macroKey(physicalId, call));
    },
  };
}

function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ServiceError('ValidationError', `Value of property ${name} must be of type String`);
}
