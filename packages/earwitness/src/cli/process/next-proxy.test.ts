import { expect, test } from 'vitest';
import { nextProxyOf } from './next-proxy.ts';

test.each([
  ['none', {}, undefined],
  ['grpc_proxy', { grpc_proxy: 'http://p:1' }, { url: 'http://p:1', except: [] }],
  ['the first of three', { http_proxy: 'http://c:1', https_proxy: 'http://b:1' }, { url: 'http://b:1', except: [] }],
  ['one with exceptions', { grpc_proxy: 'http://p:1', no_proxy: 'a,.b' }, { url: 'http://p:1', except: ['a', '.b'] }],
  [
    'one with exceptions of its own',
    { grpc_proxy: 'http://p:1', no_proxy: 'a', no_grpc_proxy: 'c' },
    { url: 'http://p:1', except: ['c'] },
  ],
  ['one with TLS, which gRPC clients do not take', { https_proxy: 'https://p:1' }, undefined],
  ['one in capitals, which they do not read', { HTTPS_PROXY: 'http://p:1' }, undefined],
  [
    'another local cloud',
    { grpc_proxy: 'http://127.0.0.1:4566', EARWITNESS_URL: 'http://127.0.0.1:4566/_earwitness' },
    undefined,
  ],
  [
    'another local cloud before a proxy',
    {
      grpc_proxy: 'http://127.0.0.1:4566',
      http_proxy: 'http://p:1',
      EARWITNESS_URL: 'http://127.0.0.1:4566/_earwitness',
    },
    { url: 'http://p:1', except: [] },
  ],
] as const)('the proxy of an environment: %s', (_what, environment, expected) => {
  expect(nextProxyOf(environment)).toEqual(expected);
});
