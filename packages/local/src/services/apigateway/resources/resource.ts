// CloudFormation: AWS::ApiGateway::Resource, a part of a path (Ref: its id).
import { serviceResource } from '../../../resources/service-resource.ts';

export const resourceResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Resource',
  serves: ['RestApiId', 'ParentId', 'PathPart'],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const { id = '' } = await run('CreateResource', await parse('CreateResource', properties));
    return { physicalId: id, attributes: { ResourceId: id } };
  },
  delete: ({ physicalId: resourceId }, { properties, run }) =>
    run('DeleteResource', { restApiId: String(properties['RestApiId']), resourceId }),
});
