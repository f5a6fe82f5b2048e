// CloudFormation: AWS::ApiGateway::Stage (Ref: the name).
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { replace } from './patch.ts';

export const stageResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Stage',
  takenBy: ['CreateStage'],
  serves: ['RestApiId', 'StageName', 'DeploymentId', 'Description', 'TracingEnabled', 'Variables', 'Tags'],
  ignores: [
    ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'ClientCertificateId', 'DocumentationVersion'],
    'MethodSettings',
  ],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('CreateStage', properties);
    await run('CreateStage', input);
    return { physicalId: input.stageName, attributes: {} };
  },
  async update(made, properties, { parse, previous, run }) {
    const { restApiId, description = '', variables = {} } = await parse('CreateStage', properties);
    const deploymentId = textProperty(properties, 'DeploymentId');
    const { variables: before = {} } = await parse('CreateStage', previous);
    const dropped = Object.keys(before).filter((name) => !Object.hasOwn(variables, name));
    const patchOperations: PatchOperation[] = [
      ...(deploymentId === undefined ? [] : [replace('/deploymentId', deploymentId)]),
      replace('/description', description),
      ...dropped.map((name) => ({ op: 'remove', path: `/variables/${name}` }) as const),
      ...Object.entries(variables).map(([name, value]) => replace(`/variables/${name}`, value)),
    ];
    await run('UpdateStage', { restApiId, stageName: made.physicalId, patchOperations });
    return made;
  },
  delete: ({ physicalId: stageName }, { properties, run }) =>
    run('DeleteStage', { restApiId: String(properties['RestApiId']), stageName }),
});
