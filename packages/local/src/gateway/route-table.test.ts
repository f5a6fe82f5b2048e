import { expect, test } from 'vitest';
import { RouteTable } from './route-table.ts';

function table(kind: 'rest' | 'http', ...keys: string[]) {
  const routes = keys.map((key) => {
    const [method = 'ANY', path = key] = key.split(' ');
    return { method, path, integration: { kind: 'mock' as const, status: 200, headers: {}, body: '' } };
  });
  const found = new RouteTable({ kind, routes });
  return (method: string, path: string) => {
    const match = found.find(method, path);
    return match && [`${match.route.method} ${match.route.path}`, match.parameters];
  };
}

// The example of the developer guide, "Routing API requests".
test('an HTTP API takes the best route that has the method, a greedy one only when no other fits, $default last', () => {
  const find = table(
    'http',
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  );
  expect(find('GET', '/pets/dog/1')).toEqual(['GET /pets/dog/1', {}]);
  expect(find('GET', '/pets/dog/2')).toEqual(['GET /pets/dog/{id}', { id: '2' }]);
  expect(find('GET', '/pets/cat/1')).toEqual(['GET /pets/{proxy+}', { proxy: 'cat/1' }]);
  expect(find('POST', '/test/5')).toEqual(['ANY /{proxy+}', { proxy: 'test/5' }]);
  expect(find('POST', '/pets/dog/1')).toEqual(['ANY /{proxy+}', { proxy: 'pets/dog/1' }]);
  expect(find('GET', '/')).toEqual(['$default $default', {}]);
});

test('a REST API chooses the resource first, and has no answer when that one lacks the method', () => {
  const find = table('rest', 'GET /a', 'ANY /{proxy+}', 'POST /a/{id}', 'ANY /a/{id}');
  expect(find('GET', '/a')).toEqual(['GET /a', {}]);
  expect(find('GET', '/a/')).toEqual(['GET /a', {}]);
  expect(find('POST', '/a')).toBeUndefined();
  expect(find('POST', '/a/x%20y')).toEqual(['POST /a/{id}', { id: 'x y' }]);
  expect(find('PUT', '/a/b')).toEqual(['ANY /a/{id}', { id: 'b' }]);
  expect(find('PUT', '/a/b/c')).toEqual(['ANY /{proxy+}', { proxy: 'a/b/c' }]);
  expect(find('GET', '/')).toBeUndefined();
});
