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
