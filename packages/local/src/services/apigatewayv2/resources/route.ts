// CloudFormation: AWS::ApiGatewayV2::Route (Ref: its id).
import { refusalsOf } from '../../../resources/finding.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { checkAuthorization } from '../deployment.ts';

export const routeResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Route',
  serves: ['ApiId', 'RouteKey', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'Target'],
  ignores: ['ApiKeyRequired', 'ModelSelectionExpression', 'OperationName', 'RequestModels', 'RequestParameters'],
  gone: 'NotFoundException',
  examine: async (properties, { parse }) => {
    const route = await parse('CreateRoute', properties);
    return refusalsOf(['AuthorizationType'], () => checkAuthorization(route));
  },
  async create(properties, { parse, run }) {
    const { RouteId = '' } = await run('CreateRoute', await parse('CreateRoute', properties));
    return { physicalId: RouteId, attributes: { RouteId } };
  },
  async update(made, properties, { parse, run }) {
    await run('UpdateRoute', { ...(await parse('UpdateRoute', properties)), RouteId: made.physicalId });
    return made;
  },
  delete: ({ physicalId: RouteId }, { properties, run }) =>
    run('DeleteRoute', { ApiId: String(properties['ApiId']), RouteId }),
});
