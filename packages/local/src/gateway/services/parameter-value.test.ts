// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters have values of that form
// Source: API Gateway developer guide, "Transform API requests and responses for HTTP APIs" (the table of values) and
// "Customize HTTP API access logs" (context variables).
import { expect, test } from 'vitest';
import { parameterValue } from './parameter-value.ts';

const matched = {
  stage: {
    ...{ account: '123456789012', region: 'eu-west-1', apiId: 'a1b2c3', stage: 'prod', deploymentId: 'd' },
    ...{ kind: 'http' as const, routes: [], binaryMediaTypes: [], variables: { colour: 'red' } },
  },
  match: {
    route: { method: 'POST', path: '/orders/{shop}', integration: { kind: 'failing' as const, reason: '' } },
    parameters: { shop: 'berne' },
  },
  request: {
    ...{
      method: 'POST',
      path: '/orders/berne',
      query: 'x=1&x=2&y=%C3%B6',
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
    },
    ...{ requestId: '0a1b2c3d-0000-4000-8000-000000000000', traceId: 'Root=1', at: Date.UTC(2026, 10, 22, 12) },
    headers: [
      ['X-Type', 'a'],
      ['x-type', 'b'],
      ['User-Agent', 'test'],
    ] as const,
    body: Buffer.from(
      JSON.stringify({ order: { id: 7, tags: ['new', { deep: true }] }, 'a b': 'c', text: 'as it is' }),
    ),
  },
};

test.each([
  ['shop', 'shop'],
  ['$5', '$5'],
  ['$request.header.X-TYPE', 'a,b'],
  ['$request.querystring.x', '1,2'],
  ['$request.querystring.y', 'ö'],
  ['$request.body', matched.request.body.toString()],
  ['$request.body.order', '{"id":7,"tags":["new",{"deep":true}]}'],
  ['$request.body.order.id', '7'],
  ['$request.body.order.tags[0]', 'new'],
  ['$request.body.order.tags[1].deep', 'true'],
  ["$request.body['a b']", 'c'],
  ['$request.body.text', 'as it is'],
  ['$request.path', '/orders/berne'],
  ['$request.path.shop', 'berne'],
  ['$stageVariables.colour', 'red'],
  ['$context.requestTime', '22/Nov/2026:12:00:00 +0000'],
  ['$context.requestTimeEpoch', String(Date.UTC(2026, 10, 22, 12))],
  ['$context.routeKey', 'POST /orders/{shop}'],
  ['$context.path', '/prod/orders/berne'],
  ['$context.domainName', 'a1b2c3.execute-api.eu-west-1.amazonaws.com'],
  ['$context.identity.userAgent', 'test'],
  ['${request.path.shop} in ${stageVariables.colour}', 'berne in red'],
  ['{"Method":"${context.httpMethod}"}', '{"Method":"POST"}'],
])('%s is %s', (expression, value) => {
  expect(parameterValue(expression, matched)).toBe(value);
});

test.each([
  '$request.header.x-none',
  '$request.querystring.none',
  '$request.body.order.none',
  '$request.body.order.tags[2]',
  '$request.body.order.tags.length',
  '$request.body..id',
  '$request.body.order.tags[?(@.deep)]',
  '$request.path.none',
  '$stageVariables.none',
  '$context.authorizer.claims.sub',
  // Names that every object has.
  '$request.body.constructor',
  '$request.path.constructor',
  '$stageVariables.constructor',
  '$context.constructor',
  'a ${request.body.none} b',
])('%s is not there', (expression) => {
  expect(parameterValue(expression, matched)).toBeUndefined();
});

// Sources: as above, `$context.authorizer.property` and `$context.authorizer.claims.property`; REST: "API Gateway
// mapping template and access logging variable reference".
test.each([
  ['$context.authorizer.principalId', 'kim'],
  ['$context.authorizer.roles', '["a"]'],
  ['$context.authorizer.claims.sub', 'kim'],
  ['$context.authorizer.claims.none', undefined],
  ['$context.authorizer.none', undefined],
  ['$context.authorizer.constructor', undefined],
])('of what an authorizer handed on, %s is %s', (expression, value) => {
  const flat = { principalId: 'kim', roles: ['a'], claims: { sub: 'kim' } };
  const request = { ...matched.request, authorized: { flat, nested: { lambda: flat } } };
  expect(parameterValue(expression, { ...matched, request })).toBe(value);
});

// Source: as above, the note on the request body: it is cut at 100 KB before the expression is applied.
test('a body over 100 KB has no members, and is there as a whole', () => {
  const text = JSON.stringify({ order: 'x'.repeat(100 * 1024) });
  const large = { ...matched, request: { ...matched.request, body: Buffer.from(text) } };
  expect([parameterValue('$request.body.order', large), parameterValue('$request.body', large)]).toEqual([
    undefined,
    text,
  ]);
});
