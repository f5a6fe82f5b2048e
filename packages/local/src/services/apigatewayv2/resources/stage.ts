// CloudFormation: AWS::ApiGatewayV2::Stage (Ref: the name).
import { serviceResource } from '../../../resources/service-resource.ts';

export const stageResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Stage',
  takenBy: ['CreateStage'],
  serves: ['ApiId', 'StageName', 'AutoDeploy', 'DeploymentId', 'Description', 'StageVariables'],
  ignores: [
    ...['AccessLogSettings', 'AccessPolicyId', 'ClientCertificateId', 'DefaultRouteSettings', 'RouteSettings'],
    'Tags',
  ],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('CreateStage', properties);
    await run('CreateStage', input);
    return { physicalId: input.StageName, attributes: {} };
  },
  async update(made, properties, { parse, run }) {
    await run('UpdateStage', await parse('UpdateStage', properties));
    return made;
  },
  delete: ({ physicalId: StageName }, { properties, run }) =>
    run('DeleteStage', { ApiId: String(properties['ApiId']), StageName }),
});
