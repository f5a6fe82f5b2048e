// CloudFormation: AWS::ApiGateway::ApiKey (Ref: its id).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { replace } from './patch.ts';
import { changeTagsOf } from './tags.ts';

export const apiKeyResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::ApiKey',
  takenBy: ['CreateApiKey'],
  serves: ['CustomerId', 'Description', 'Enabled', 'Name', 'Tags', 'Value'],
  // Names need not differ: every key has an id of its own. Stages are opened by usage plans. Source: API Gateway API
  // reference, CreateApiKey, stageKeys: "DEPRECATED FOR USAGE PLANS".
  ignores: ['GenerateDistinctId', 'StageKeys'],
  gone: 'NotFoundException',
  async create(properties, { generateName, parse, run }) {
    const { id = '' } = await run('CreateApiKey', await parse('CreateApiKey', { Name: generateName(), ...properties }));
    return { physicalId: id, attributes: { APIKeyId: id } };
  },
  async update(made, properties, context) {
    const patchOperations = [
      replace('/enabled', String(properties['Enabled'] ?? false)),
      replace('/description', textProperty(properties, 'Description') ?? ''),
      replace('/customerId', textProperty(properties, 'CustomerId') ?? ''),
    ];
    await context.run('UpdateApiKey', { apiKey: made.physicalId, patchOperations });
    await changeTagsOf(`/apikeys/${made.physicalId}`, properties, context);
    return made;
  },
  delete: ({ physicalId: apiKey }, { run }) => run('DeleteApiKey', { apiKey }),
});
