// CloudFormation: AWS::ApiGatewayV2::Integration (Ref: its id).
import { examineRoute } from '../../../gateway/unserved/examine-route.ts';
import { orStandIn } from '../../../gateway/unserved/not-served.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { createIntegration } from '../deployment.ts';

export const integrationResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Integration',
  takenBy: ['CreateIntegration'],
  serves: [
    ...['ApiId', 'ConnectionId', 'ConnectionType', 'CredentialsArn', 'Description', 'IntegrationMethod'],
    ...['IntegrationSubtype', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'RequestParameters'],
    ...['ResponseParameters', 'TimeoutInMillis'],
  ],
  // Of WebSocket APIs and of private integrations only, which stand in. Source: CloudFormation template reference.
  ignores: [
    ...['ContentHandlingStrategy', 'PassthroughBehavior', 'RequestTemplates', 'TemplateSelectionExpression'],
    'TlsConfig',
  ],
  gone: 'NotFoundException',
  examine: async (properties, { logicalId, parse, standIns }) =>
    examineRoute([], async () => {
      const input = await parse('CreateIntegration', properties);
      const make = () => createIntegration(`of ${logicalId}`, input);
      return { method: '', path: '', integration: await orStandIn(make, standIns, 'AWS::ApiGatewayV2::Integration') };
    }),
  async create(properties, { parse, run }) {
    const { IntegrationId = '' } = await run('CreateIntegration', await parse('CreateIntegration', properties));
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },
  async update(made, properties, { parse, run }) {
    const input = await parse('UpdateIntegration', properties);
    await run('UpdateIntegration', { ...input, IntegrationId: made.physicalId });
    return made;
  },
  delete: ({ physicalId: IntegrationId }, { properties, run }) =>
    run('DeleteIntegration', { ApiId: String(properties['ApiId']), IntegrationId }),
});
