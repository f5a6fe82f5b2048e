import { describe, expect, test } from 'vitest';
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

// Sources: ministackorg/ministack pull request 1423, measured on API Gateway in eu-central-1: a node without methods,
// with OPTIONS only or with another verb falls through to /{proxy+}; floci-io/floci pull request 3399: to a sibling
// that is a parameter, too; LocalStack, recorded on AWS: test_proxy_routing_with_hardcoded_resource_sibling.
describe('a REST API takes the best resource that has the method', () => {
  test.each([
    ['GET', '/orders/special', ['GET /orders/special', {}]],
    ['POST', '/orders/1', ['POST /orders/{id}', { id: '1' }]],
    // Another verb, on a parameter and on a fixed path.
    ['GET', '/orders/1', ['ANY /{proxy+}', { proxy: 'orders/1' }]],
    ['DELETE', '/orders/special', ['ANY /{proxy+}', { proxy: 'orders/special' }]],
    ['POST', '/jobs/1/run', ['ANY /{proxy+}', { proxy: 'jobs/1/run' }]],
    // A sibling that is a parameter comes before the greedy one.
    ['POST', '/orders/special', ['POST /orders/{id}', { id: 'special' }]],
    // Nodes without methods, and with OPTIONS only.
    ['GET', '/orders', ['ANY /{proxy+}', { proxy: 'orders' }]],
    ['GET', '/jobs/1/stop', ['ANY /{proxy+}', { proxy: 'jobs/1/stop' }]],
    ['GET', '/cors', ['ANY /{proxy+}', { proxy: 'cors' }]],
    ['OPTIONS', '/cors', ['OPTIONS /cors', {}]],
  ])('%s %s', (method, path, expected) => {
    const find = table(
      'rest',
      ...['GET /orders/special', 'POST /orders/{id}', 'GET /jobs/{id}/run', 'OPTIONS /cors', 'ANY /{proxy+}'],
    );
    expect(find(method, path)).toEqual(expected);
  });

  test('and the method itself before ANY', () => {
    const find = table('rest', 'GET /a', 'ANY /{proxy+}', 'POST /a/{id}', 'ANY /a/{id}');
    expect(find('POST', '/a/b')).toEqual(['POST /a/{id}', { id: 'b' }]);
    expect(find('PUT', '/a/b')).toEqual(['ANY /a/{id}', { id: 'b' }]);
    expect(find('PUT', '/a/b/c')).toEqual(['ANY /{proxy+}', { proxy: 'a/b/c' }]);
  });

  test('and has no answer when none has it', () => {
    const find = table('rest', 'GET /a', 'GET /{proxy+}');
    expect([find('POST', '/a'), find('POST', '/b'), find('GET', '/')]).toEqual([undefined, undefined, undefined]);
  });
});

// Recorded on AWS: LocalStack apigateway_lambda test_lambda_aws_proxy_integration (with a greedy parameter).
test('a REST API leaves path parameters encoded, an HTTP API decodes them', () => {
  const path = '/x/test%2Balias@a/test+alias@a%2Fb%20c';
  const rest = table('rest', 'ANY /x/{proxy+}', 'ANY /y/{id}');
  expect(rest('GET', path)).toEqual(['ANY /x/{proxy+}', { proxy: 'test%2Balias@a/test+alias@a%2Fb%20c' }]);
  expect(rest('GET', '/y/a%20b')).toEqual(['ANY /y/{id}', { id: 'a%20b' }]);
  const http = table('http', 'ANY /x/{proxy+}', 'ANY /y/{id}');
  expect(http('GET', path)).toEqual(['ANY /x/{proxy+}', { proxy: 'test+alias@a/test+alias@a/b c' }]);
  expect(http('GET', '/y/a%20b')).toEqual(['ANY /y/{id}', { id: 'a b' }]);
});

// Recorded on AWS: the same test.
test('a REST API passes over slashes at the beginning and at the end, not between', () => {
  const find = table('rest', 'GET /a', 'ANY /{proxy+}');
  expect(find('GET', '//a')).toEqual(['GET /a', {}]);
  expect(find('GET', '/a/')).toEqual(['GET /a', {}]);
  expect(find('GET', '//b/')).toEqual(['ANY /{proxy+}', { proxy: 'b' }]);
  expect(find('GET', '/b//c')).toEqual(['ANY /{proxy+}', { proxy: 'b//c' }]);
});
