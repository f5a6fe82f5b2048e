// CloudFormation: AWS::Lambda::Url (Ref: the function's ARN).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const urlResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Url',
  takenBy: ['CreateFunctionUrlConfig'],
  serves: ['TargetFunctionArn', 'Qualifier', 'AuthType', 'Cors', 'InvokeMode'],
  gone: 'ResourceNotFoundException',
  async create(properties, { parse, run }) {
    const FunctionName = String(properties['TargetFunctionArn']);
    const input = { ...(await parse('CreateFunctionUrlConfig', properties)), FunctionName };
    const { FunctionArn, FunctionUrl } = await run('CreateFunctionUrlConfig', input);
    return { physicalId: FunctionArn, attributes: { FunctionArn, FunctionUrl } };
  },
  async update(made, properties, { parse, run }) {
    const FunctionName = String(properties['TargetFunctionArn']);
    const input = {
      Cors: {},
      InvokeMode: 'BUFFERED' as const,
      ...(await parse('UpdateFunctionUrlConfig', properties)),
      FunctionName,
    };
    await run('UpdateFunctionUrlConfig', input);
    return made;
  },
  delete: (_made, { properties, run }) =>
    run('DeleteFunctionUrlConfig', {
      FunctionName: String(properties['TargetFunctionArn']),
      Qualifier: textProperty(properties, 'Qualifier'),
    }),
});
