// CloudFormation: AWS::ApiGatewayV2::Route (Ref: its id).
import { examineRoute } from '../../../gateway/unserved/examine-route.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { deployAuthorizer } from '../authorizer.ts';

/** A route is looked at without its integration, which is a resource of its own. */
const NOTHING = { kind: 'failing', reason: '' } as const;

export const routeResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Route',
  takenBy: ['CreateRoute'],
  serves: ['ApiId', 'RouteKey', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'Target'],
  // Of WebSocket APIs only, but for the name. Source: CloudFormation template reference.
  ignores: [
    ...['ApiKeyRequired', 'ModelSelectionExpression', 'OperationName', 'RequestModels', 'RequestParameters'],
    'RouteResponseSelectionExpression',
  ],
  gone: 'NotFoundException',
  async examine(properties, { parse, standIns }) {
    const route = await parse('CreateRoute', properties);
    return examineRoute(['AuthorizationType'], () => {
      // What an authorizer of the API does, its own resource says.
      const authorizer = deployAuthorizer(route, { authorizers: undefined, standIns });
      return { method: '', path: '', integration: NOTHING, ...(authorizer && { authorizer }) };
    });
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
