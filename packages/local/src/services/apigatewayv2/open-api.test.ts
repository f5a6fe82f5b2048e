import { expect, test } from 'vitest';
import { importOpenApi } from './open-api.ts';

const securitySchemes = {
  Jwt: { type: 'oauth2', 'x-amazon-apigateway-authorizer': { type: 'jwt' } },
  Function: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authorizer': { type: 'request' },
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
  const routes = Object.values(importOpenApi(document, () => 'id').routes);
  expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual([expected]);
});
