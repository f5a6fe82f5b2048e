import { expect, test } from 'vitest';
import { importOpenApi } from './open-api.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';

function counter(): () => string {
  let last = 0;
  return () => String(++last);
}

const securitySchemes = {
  Jwt: { type: 'oauth2', 'x-amazon-apigateway-authorizer': { type: 'jwt' } },
  Function: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      authorizerUri: FUNCTION,
      authorizerPayloadFormatVersion: '2.0',
    },
  },
  Iam: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
};

// Sources: API Gateway developer guide, "x-amazon-apigateway-authorizer object" and "x-amazon-apigateway-authtype
// property"; API Gateway V2 API reference, Route, authorizationType.
test.each([
  ['Jwt', 'JWT'],
  ['Function', 'CUSTOM'],
  ['Iam', 'AWS_IAM'],
  ['Unknown', 'CUSTOM'],
  ['NONE', 'NONE'],
])('an operation that asks for the scheme %s is authorized by %s', (name, expected) => {
  const document = { paths: { '/': { get: { security: [{ [name]: [] }] } } }, components: { securitySchemes } };
  const { authorizers, routes } = importOpenApi(document, counter());
  expect(Object.values(routes).map(({ AuthorizationType }) => AuthorizationType)).toEqual([expected]);
  const [route] = Object.values(routes);
  const isDescribed = name === 'Jwt' || name === 'Function';
  expect(authorizers[route?.AuthorizerId ?? '']?.Name).toBe(isDescribed ? name : undefined);
});

test('security schemes with an authorizer become authorizers', () => {
  const request = {
    type: 'request',
    authorizerUri: FUNCTION,
    authorizerPayloadFormatVersion: 2.0,
    enableSimpleResponses: true,
    authorizerResultTtlInSeconds: 60,
    identitySource: '$request.header.X-Key, $context.routeKey',
    authorizerCredentials: 'arn:aws:iam::123456789012:role/r',
  };
  const jwt = {
    type: 'jwt',
    identitySource: ['$request.header.Authorization'],
    jwtConfiguration: { issuer: 'https://issuer.example', audience: ['a'] },
  };
  const schemes = Object.entries({ Request: request, Jwt: jwt }).map(([name, authorizer]) => [
    name,
    { 'x-amazon-apigateway-authorizer': authorizer },
  ]);
  const document = { components: { securitySchemes: Object.fromEntries(schemes) } };
  expect(Object.values(importOpenApi(document, counter()).authorizers)).toEqual([
    {
      AuthorizerId: '1',
      Name: 'Request',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: FUNCTION,
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.X-Key', '$context.routeKey'],
      AuthorizerCredentialsArn: 'arn:aws:iam::123456789012:role/r',
    },
    {
      AuthorizerId: '2',
      Name: 'Jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['a'] },
    },
  ]);
});
