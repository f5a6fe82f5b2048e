// CloudFormation: AWS::ApiGateway::Account, the settings of an account in a region. They stay when the resource goes.
import { textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { replace } from './patch.ts';

export const accountResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Account',
  serves: ['CloudWatchRoleArn'],
  async create(properties, context) {
    await setRole(properties, context);
    const id = context.generateName();
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, context) {
    await setRole(properties, context);
    return made;
  },
  delete: async () => {},
});

async function setRole(properties: Properties, { run }: ResourceContext<'apigateway'>): Promise<void> {
  const arn = textProperty(properties, 'CloudWatchRoleArn') ?? '';
  await run('UpdateAccount', { patchOperations: [replace('/cloudwatchRoleArn', arn)] });
}
