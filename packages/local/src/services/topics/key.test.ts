import { readKey } from '@earwitness/protocol/internal/momento/key';
import { expect, test } from 'vitest';
import { KeyCheck, mintToken } from './key.ts';

const NOW = Date.UTC(2026, 0, 1);
const minted = mintToken({ endpoint: '127.0.0.1:8443', secret: 's3cret', now: NOW });
const keys = new KeyCheck('s3cret');

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test('a key names its endpoints bare and never claims to be a v2 key', () => {
  expect(claimsOf(minted)).toEqual({ c: '127.0.0.1:8443', cp: '127.0.0.1:8443', iat: NOW / 1000 });
});

test.each([
  ['the key as it is', minted],
  ['the key after Bearer', `Bearer ${minted}`],
  ["the console's wrapper", Buffer.from(JSON.stringify({ endpoint: 'x', api_key: minted })).toString('base64')],
])('%s is good', (_form, sent) => {
  expect(keys.check(sent, NOW)).toEqual({ tokenId: '', permissions: 'account' });
});

test.each(['legacy', 'v1', 'v2'] as const)('a key of the form %s is good, whole and as its client sends it', (form) => {
  const key = mintToken({ endpoint: 'localhost:8443', secret: 's3cret', now: NOW, form });
  expect(readKey(key)?.form).toBe(form);
  expect(keys.check(key, NOW).permissions).toBe('account');
  expect(keys.check(readKey(key)?.jwt ?? '', NOW).permissions).toBe('account');
});

test("the publisher's id is the key's token id", () => {
  const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, tokenId: 'mara' });
  expect(keys.check(key, NOW).tokenId).toBe('mara');
});

const foreign =
  'The API key was minted by another local cloud, or by an earlier start of this one. ' +
  'eval "$(npx earwitness env)" sets a new MOMENTO_API_KEY, and npx earwitness token prints one.';
const malformed =
  'The API key is malformed: it is neither a JWT nor base64 of {"endpoint","api_key"}. Take MOMENTO_API_KEY from the environment of the local cloud.';
const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${minted.split('.')[1]}.`;
test.each([
  ['nothing', '', 'The request carries no API key.'],
  ['blanks', '  ', 'The request carries no API key.'],
  ['a word', 'secret', malformed],
  ['a key with another signature', mintToken({ endpoint: 'x:1', secret: 'another', now: NOW }), foreign],
  ['a key without a signature', unsigned, foreign],
  ['a key with more parts', `${minted}.${minted}`, malformed],
  ['a wrapper around nothing', Buffer.from('{"api_key":7}').toString('base64'), malformed],
])('%s is refused', (_what, sent, message) => {
  expect(() => keys.check(sent, NOW)).toThrow(expect.objectContaining({ code: 'AUTHENTICATION_ERROR', message }));
});

test('a key is good until its second of expiry, also when it was good before', () => {
  const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, expiresInSeconds: 60 });
  expect(keys.check(key, NOW + 59_999).expiresAt).toBe(NOW + 60_000);
  expect(() => keys.check(key, NOW + 60_000)).toThrow('The API key expired at 2026-01-01T00:01:00.000Z.');
});

test('what a key may do stands in it, so that it is good after a restart', () => {
  const permissions = [{ kind: 'topic', role: 'read', cache: 'shop' }] as const;
  const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, permissions });
  expect(new KeyCheck('s3cret').check(key, NOW)).toEqual({ tokenId: '', permissions });
});
