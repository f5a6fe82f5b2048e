// CloudFormation: AWS::ApiGateway::GatewayResponse (Ref: an id of its own).
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const gatewayResponseResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::GatewayResponse',
  takenBy: ['PutGatewayResponse'],
  serves: ['RestApiId', 'ResponseType', 'StatusCode', 'ResponseParameters', 'ResponseTemplates'],
  gone: 'NotFoundException',
  async create(properties, context) {
    await put(properties, context);
    const id = context.generateName();
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, context) {
    await put(properties, context);
    return made;
  },
  async delete(_made, { properties, parse, run }) {
    const { restApiId, responseType } = await parse('PutGatewayResponse', properties);
    await run('DeleteGatewayResponse', { restApiId, responseType });
  },
});

async function put(properties: Properties, { parse, run }: ResourceContext<'apigateway'>): Promise<void> {
  await run('PutGatewayResponse', await parse('PutGatewayResponse', properties));
}
