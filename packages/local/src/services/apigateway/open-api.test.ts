import { expect, test } from 'vitest';
import { importOpenApi } from './open-api.ts';

function resourcesOf(paths: object, more: object = {}): unknown {
  let ids = 0;
  const { resources } = importOpenApi({ paths, ...more }, 'root', () => `r${++ids}`);
  return Object.values(resources).map(({ id, parentId, path, methods }) => [id, parentId, path, Object.keys(methods)]);
}

test('a path makes the resources above it', () => {
  expect(resourcesOf({ '/a/b/': { get: {} }, '/a': { post: {} } })).toEqual([
    ['root', undefined, '/', []],
    ['r1', 'root', '/a', ['POST']],
    ['r2', 'r1', '/a/b', ['GET']],
  ]);
});

test('a path of many parts is no deeper for it', () => {
  const path = '/a'.repeat(20_000);
  expect(Object.keys(importOpenApi({ paths: { [path]: {} } }, 'root', String).resources)).toHaveLength(2);
  expect(resourcesOf({ [path]: {} })).toHaveLength(20_001);
});

test.each(['', 'orders', '*'])("a path that does not begin with a slash is refused: '%s'", (path) => {
  expect(() => resourcesOf({ [path]: { get: {} } })).toThrow(`Invalid path '${path}': a path begins with '/'.`);
});

// Source: API Gateway developer guide, "x-amazon-apigateway-auth object": values are case insensitive.
test.each([
  [{ type: 'aws_iam' }, 'AWS_IAM'],
  [{ type: 'AWS_IAM' }, 'AWS_IAM'],
  [{ type: 'none' }, 'NONE'],
  ['NONE', 'NONE'],
])('an operation with x-amazon-apigateway-auth %j is authorized by %s', (auth, expected) => {
  const paths = { '/': { get: { 'x-amazon-apigateway-auth': auth } } };
  expect(importOpenApi({ paths }, 'root', String).resources['root']?.methods['GET']?.authorizationType).toBe(expected);
});

test.each([[5], ['api_key'], [null], [[null, 'x']], [{ api_key: [] }]])(
  'security that is no list of requirements asks for nothing: %j',
  (security) => {
    expect(resourcesOf({ '/': { get: { security } } })).toEqual([['root', undefined, '/', ['GET']]]);
    expect(resourcesOf({ '/': { get: {} } }, { security })).toEqual([['root', undefined, '/', ['GET']]]);
  },
);

// Source: API Gateway developer guide, "x-amazon-apigateway-authorizer object"; documents as SAM writes them.
test('security definitions with an authorizer become authorizers, by which operations are authorized', () => {
  const scheme = (authorizer: object, name = 'X-Token') => ({
    ...{ type: 'apiKey', name, in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
    'x-amazon-apigateway-authorizer': authorizer,
  });
  const uri =
    'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations';
  const document = {
    securityDefinitions: {
      Token: scheme({ type: 'token', authorizerUri: uri, identityValidationExpression: '.+' }),
      Pool: scheme({ type: 'cognito_user_pools', providerARNs: ['arn:aws:cognito-idp:x'] }, 'Authorization'),
    },
    components: {
      securitySchemes: {
        Request: scheme({
          ...{ type: 'request', authorizerUri: uri, authorizerResultTtlInSeconds: 0 },
          ...{ identitySource: 'context.path', authorizerCredentials: 'arn:aws:iam::123456789012:role/r' },
        }),
        Iam: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      },
    },
    paths: {
      '/': {
        get: { security: [{ Token: [] }] },
        put: { security: [{ Pool: ['orders/read'] }] },
        post: { security: [{ Request: [] }] },
        patch: { security: [{ Iam: [] }] },
        head: { security: [{ Unknown: [] }] },
        options: { security: [{ NONE: [] }] },
      },
    },
  };
  let ids = 0;
  const { authorizers, resources } = importOpenApi(document, 'root', () => `a${++ids}`);
  const custom = { authType: 'custom', authorizerUri: uri };
  expect(authorizers).toEqual({
    a1: {
      ...{ ...custom, id: 'a1', name: 'Token', type: 'TOKEN', authorizerResultTtlInSeconds: 300 },
      identitySource: 'method.request.header.X-Token',
      identityValidationExpression: '.+',
    },
    a2: {
      ...{ id: 'a2', name: 'Pool', type: 'COGNITO_USER_POOLS', authType: 'cognito_user_pools' },
      ...{ identitySource: 'method.request.header.Authorization', authorizerResultTtlInSeconds: 300 },
      providerARNs: ['arn:aws:cognito-idp:x'],
    },
    a3: {
      ...{ ...custom, id: 'a3', name: 'Request', type: 'REQUEST', authorizerResultTtlInSeconds: 0 },
      identitySource: 'context.path',
      authorizerCredentials: 'arn:aws:iam::123456789012:role/r',
    },
  });
  const asked = Object.entries(resources['root']?.methods ?? {}).map(([name, method]) => {
    const { authorizationType, authorizerId, authorizationScopes } = method;
    return [name, authorizationType, authorizerId, authorizationScopes];
  });
  expect(asked).toEqual([
    ['GET', 'CUSTOM', 'a1', undefined],
    ['PUT', 'COGNITO_USER_POOLS', 'a2', ['orders/read']],
    ['POST', 'CUSTOM', 'a3', undefined],
    ['PATCH', 'AWS_IAM', undefined, undefined],
    ['HEAD', "the authorizer 'Unknown'", undefined, undefined],
    ['OPTIONS', 'NONE', undefined, undefined],
  ]);
});
