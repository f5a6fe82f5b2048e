// CloudFormation: AWS::Lambda::Permission (Ref: the statement's id).
import { serviceResource } from '../../../resources/service-resource.ts';

export const permissionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Permission',
  takenBy: ['AddPermission'],
  serves: [
    ...['Action', 'EventSourceToken', 'FunctionName', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'Principal'],
    ...['PrincipalOrgID', 'SourceAccount', 'SourceArn'],
  ],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, parse, run }) {
    const StatementId = generateName({ maxLength: 100 });
    await run('AddPermission', { ...(await parse('AddPermission', properties)), StatementId });
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },
  delete: ({ physicalId: StatementId }, { properties, run }) =>
    run('RemovePermission', { FunctionName: String(properties['FunctionName']), StatementId }),
});
