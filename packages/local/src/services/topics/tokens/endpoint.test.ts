import { expect, test } from 'vitest';
import { endpointOf } from './methods.ts';

const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
const over = (authority: string, secure = true) =>
  endpointOf({ metadata: { ':authority': authority }, secure }, address);

// Source: @gomomento/sdk-core, internal/utils/auth.js: cache., control. and token. are put in front; sdk-web puts web.
// before.
test('a new key leads to where its request came, without what clients put in front', () => {
  expect(
    ['token.shop.test:8443', 'control.shop.test', 'web.control.shop.test', 'localhost:4567'].map((one) => over(one)),
  ).toEqual(['shop.test:8443', 'shop.test', 'shop.test', 'localhost:4567']);
});

test('asked without TLS, it leads to the TLS port by a name', () => {
  expect(over('127.0.0.1:4566', false)).toBe('localhost:4567');
  expect(endpointOf({ metadata: { host: 'token.a.test:1' }, secure: true }, address)).toBe('a.test:1');
});
