import { expect, test } from 'vitest';
import { claimsOfForm, describeForeignKey, type KeyForm, readKey, writeKey } from './key.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwtOf = (claims: unknown) => `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmVk`;
const keyOf = (form: KeyForm, more: object = {}) =>
  writeKey(form, jwtOf({ ...claimsOfForm(form, 'localhost:8443'), ...more }), 'localhost:8443');

// Source: @gomomento/sdk-core 1.118.1, internal/utils/auth.js (decodeAuthToken, isV2ApiKey).
test('a legacy key is the JWT, with its endpoints as they are in the claims c and cp', () => {
  expect(readKey(keyOf('legacy', { iat: 1 }))).toEqual({
    form: 'legacy',
    jwt: jwtOf({ c: 'localhost:8443', cp: 'localhost:8443', iat: 1 }),
    claims: { c: 'localhost:8443', cp: 'localhost:8443', iat: 1 },
    endpoint: 'localhost:8443',
  });
});

test('a v1 key is base64 of a JSON object with the endpoint and a JWT that does not name it', () => {
  const key = keyOf('v1', { iat: 1 });
  expect(JSON.parse(Buffer.from(key, 'base64').toString())).toEqual({
    endpoint: 'localhost:8443',
    api_key: jwtOf({ iat: 1 }),
  });
  // The SDK takes a text for base64 only when encoding it again gives the same text.
  expect(Buffer.from(key, 'base64').toString('base64')).toBe(key);
  expect(readKey(key)).toEqual({
    form: 'v1',
    jwt: jwtOf({ iat: 1 }),
    claims: { iat: 1 },
    endpoint: 'localhost:8443',
  });
});

test('a v2 key is a JWT of type g that names no endpoint', () => {
  expect(readKey(keyOf('v2', { iat: 1 }))).toEqual({
    form: 'v2',
    jwt: jwtOf({ t: 'g', iat: 1 }),
    claims: { t: 'g', iat: 1 },
  });
});

test.each([
  ['nothing', ''],
  ['a word', 'secret'],
  ['two parts', 'a.b'],
  ['four parts', `${jwtOf({})}.x`],
  ['a payload that is not JSON', 'x.bm8.y'],
  ['a payload that is a list', `x.${encode([])}.y`],
  ['a payload that is not UTF-8', 'x._w.y'],
  ['a wrapper without an endpoint', encode({ api_key: jwtOf({}) })],
  ['a wrapper with an empty endpoint', encode({ endpoint: '', api_key: jwtOf({}) })],
  ['a wrapper around a number', encode({ endpoint: 'x', api_key: 7 })],
  ['a wrapper around nothing', encode({ endpoint: 'x', api_key: '' })],
])('%s is not a key', (_what, text) => {
  expect(readKey(text)).toBeUndefined();
});

test.each([
  ['no key at all', 'secret', 'The API key is malformed'],
  [
    'a key of the real cloud',
    jwtOf({ c: 'cache.cell-1.prod.a.momentohq.com' }),
    "The API key is one of Momento's own cloud",
  ],
  [
    'a legacy key',
    keyOf('legacy'),
    'The API key was minted by another local cloud, or by an earlier start of this one.',
  ],
  ['a v1 key', keyOf('v1'), 'The API key was minted by another local cloud, or by an earlier start of this one.'],
  ['a v2 key', keyOf('v2'), 'The API key was minted by another local cloud, or by an earlier start of this one.'],
])('%s is described without being shown', (_what, text, beginning) => {
  const sentence = describeForeignKey(text);
  expect(sentence.slice(0, beginning.length)).toBe(beginning);
  expect(sentence).not.toContain(text);
});
