// CloudFormation: AWS::Lambda::Alias (Ref: the alias's ARN).
import { serviceResource } from '../../../resources/service-resource.ts';

export const aliasResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Alias',
  takenBy: ['CreateAlias'],
  serves: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
  ignores: ['ProvisionedConcurrencyConfig'],
  gone: 'ResourceNotFoundException',
  async create(properties, { parse, run }) {
    const { AliasArn = '' } = await run('CreateAlias', await parse('CreateAlias', properties));
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  async update(made, properties, { parse, run }) {
    await run('UpdateAlias', await parse('UpdateAlias', properties));
    return made;
  },
  delete: async (_made, { parse, properties, run }) => run('DeleteAlias', await parse('DeleteAlias', properties)),
});
