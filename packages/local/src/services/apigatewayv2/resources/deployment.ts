// CloudFormation: AWS::ApiGatewayV2::Deployment (Ref: its id).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const deploymentResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Deployment',
  serves: ['ApiId', 'StageName', 'Description'],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const { DeploymentId = '' } = await run('CreateDeployment', await parse('CreateDeployment', properties));
    return { physicalId: DeploymentId, attributes: { DeploymentId } };
  },
  async update(made, properties, { previous, run }) {
    const key = { ApiId: String(properties['ApiId']), DeploymentId: made.physicalId };
    await run('UpdateDeployment', { ...key, Description: textProperty(properties, 'Description') ?? '' });
    const StageName = textProperty(properties, 'StageName');
    const moves = StageName !== undefined && StageName !== textProperty(previous, 'StageName');
    if (moves) await run('UpdateStage', { ...key, StageName });
    return made;
  },
  delete: ({ physicalId: DeploymentId }, { properties, run }) =>
    run('DeleteDeployment', { ApiId: String(properties['ApiId']), DeploymentId }),
});
