// CloudFormation: AWS::ApiGatewayV2::Authorizer (Ref: its id).
import { isAsked } from '../../../gateway/authorizers/jwt.ts';
import { unverified } from '../../../gateway/unserved/examine-route.ts';
import { refusalsOf } from '../../../resources/finding.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { createAuthorizer, mustStandIn } from '../authorizer.ts';

export const authorizerResource = serviceResource('apigatewayv2', {
  type: 'AWS::ApiGatewayV2::Authorizer',
  takenBy: ['CreateAuthorizer'],
  serves: [
    ...['ApiId', 'AuthorizerCredentialsArn', 'AuthorizerPayloadFormatVersion', 'AuthorizerResultTtlInSeconds'],
    ...['AuthorizerType', 'AuthorizerUri', 'EnableSimpleResponses', 'IdentitySource', 'JwtConfiguration', 'Name'],
  ],
  // Source: API Gateway V2 API reference, Authorizer, identityValidationExpression: "This parameter is not used."
  ignores: ['IdentityValidationExpression'],
  gone: 'NotFoundException',
  async examine(properties, context) {
    const input = await inputOf(properties, context);
    const path = ['AuthorizerType'];
    // Whose API it is, is not known yet.
    const wrong = await refusalsOf(path, () => createAuthorizer('', input, true));
    const isVerified = isAsked(input.JwtConfiguration?.Issuer ?? '');
    if (wrong.length > 0 || input.AuthorizerType !== 'JWT' || isVerified) return wrong;
    const { logicalId, standIns } = context;
    const refused = await refusalsOf(path, () => mustStandIn(logicalId, 'JWT', standIns));
    return refused.length > 0 ? refused : [{ kind: 'stands in', path, ...unverified('JWT') }];
  },
  async create(properties, context) {
    const { AuthorizerId = '' } = await context.run('CreateAuthorizer', await inputOf(properties, context));
    return { physicalId: AuthorizerId, attributes: { AuthorizerId } };
  },
  async update(made, properties, context) {
    await context.run('UpdateAuthorizer', { ...(await inputOf(properties, context)), AuthorizerId: made.physicalId });
    return made;
  },
  delete: ({ physicalId: AuthorizerId }, { properties, run }) =>
    run('DeleteAuthorizer', { ApiId: String(properties['ApiId']), AuthorizerId }),
});

/** A template may leave out the identity sources, which the operation requires. */
function inputOf(properties: Properties, { parse }: Pick<ResourceContext<'apigatewayv2'>, 'parse'>) {
  return parse('CreateAuthorizer', { IdentitySource: [], ...properties });
}
