// CloudFormation: AWS::ApiGateway::Authorizer (Ref: its id).
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { unverified } from '../../../gateway/unserved/examine-route.ts';
import { refusalsOf } from '../../../resources/finding.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { createAuthorizer, mustStandIn } from '../authorizer.ts';
import { replace } from './patch.ts';

/** Properties that are one text each, and where they are patched. */
const TEXTS = [
  ['AuthorizerCredentials', '/authorizerCredentials'],
  ['AuthorizerResultTtlInSeconds', '/authorizerResultTtlInSeconds'],
  ['AuthorizerUri', '/authorizerUri'],
  ['IdentitySource', '/identitySource'],
  ['IdentityValidationExpression', '/identityValidationExpression'],
  ['Name', '/name'],
  ['Type', '/type'],
] as const;

export const authorizerResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::Authorizer',
  takenBy: ['CreateAuthorizer'],
  serves: ['RestApiId', 'ProviderARNs', ...TEXTS.map(([name]) => name)],
  // Of OpenAPI documents only. Source: API Gateway API reference, CreateAuthorizer, authType.
  ignores: ['AuthType'],
  gone: 'NotFoundException',
  async examine(properties, { logicalId, parse, standIns }) {
    const input = await parse('CreateAuthorizer', properties);
    const path = ['Type'];
    const wrong = await refusalsOf(path, () => createAuthorizer('', input));
    if (wrong.length > 0 || input.type !== 'COGNITO_USER_POOLS') return wrong;
    const refused = await refusalsOf(path, () => mustStandIn(logicalId, input.type, standIns));
    return refused.length > 0 ? refused : [{ kind: 'stands in', path, ...unverified(input.type) }];
  },
  async create(properties, { parse, run }) {
    const { id = '' } = await run('CreateAuthorizer', await parse('CreateAuthorizer', properties));
    return { physicalId: id, attributes: { AuthorizerId: id } };
  },
  async update(made, properties, { previous, run }) {
    const pools = textsProperty(properties, 'ProviderARNs');
    const before = textsProperty(previous, 'ProviderARNs');
    const patchOperations: PatchOperation[] = [
      ...TEXTS.flatMap(([name, path]) => {
        const value = textProperty(properties, name);
        if (value !== undefined) return [replace(path, value)];
        return textProperty(previous, name) === undefined ? [] : [{ op: 'remove', path } as const];
      }),
      ...before.filter((arn) => !pools.includes(arn)).map((value) => patchPool('remove', value)),
      ...pools.filter((arn) => !before.includes(arn)).map((value) => patchPool('add', value)),
    ];
    const restApiId = String(properties['RestApiId']);
    await run('UpdateAuthorizer', { restApiId, authorizerId: made.physicalId, patchOperations });
    return made;
  },
  delete: ({ physicalId: authorizerId }, { properties, run }) =>
    run('DeleteAuthorizer', { restApiId: String(properties['RestApiId']), authorizerId }),
});

function patchPool(op: 'add' | 'remove', value: string): PatchOperation {
  return { op, path: '/providerARNs', value };
}
