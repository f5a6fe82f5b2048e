// CloudFormation: AWS::ApiGateway::Deployment (Ref: its id), with the stage that it may make.
import { isRecord, textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const deploymentResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Deployment',
  serves: ['RestApiId', 'StageName', 'StageDescription'],
  ignores: ['Description'],
  gone: 'NotFoundException',
  async create({ StageDescription: described, ...properties }, { parse, run }) {
    const stage = isRecord(described) ? described : {};
    const input = await parse('CreateDeployment', { ...properties, Variables: stage['Variables'] });
    const stageDescription = textProperty(stage, 'Description');
    const { id = '' } = await run('CreateDeployment', { ...input, stageDescription });
    return { physicalId: id, attributes: { DeploymentId: id } };
  },
  update: async (made) => made,
  async delete({ physicalId: deploymentId }, { properties, run }) {
    const restApiId = String(properties['RestApiId']);
    // The stage that the deployment made goes with it, unless a later deployment has it by now.
    const { item: stages = [] } = await run('GetStages', { restApiId, deploymentId });
    for (const { stageName = '' } of stages) {
      if (stageName === properties['StageName']) await run('DeleteStage', { restApiId, stageName });
    }
    await run('DeleteDeployment', { restApiId, deploymentId });
  },
});
