// CloudFormation: AWS::Lambda::Version (Ref: the version's ARN).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const versionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Version',
  serves: ['FunctionName', 'Description', 'CodeSha256'],
  ignores: ['RuntimePolicy', 'ProvisionedConcurrencyConfig'],
  gone: 'ResourceNotFoundException',
  async create(properties, { run }) {
    const FunctionName = String(properties['FunctionName']);
    const Description = textProperty(properties, 'Description');
    const { FunctionArn = '', Version = '' } = await run('PublishVersion', { FunctionName, Description });
    return { physicalId: FunctionArn, attributes: { Version, FunctionArn } };
  },
  delete: ({ physicalId: FunctionName }, { run }) => run('DeleteFunction', { FunctionName }),
});
