import { expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { identifyCaller } from './caller.ts';
import { KeyCheck, mintToken } from './key.ts';

const parts = { keys: new KeyCheck('s3cret'), platform: { clock: createClock({ frozenAt: 0 }) } };
const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: 0, tokenId: 'mara' });

test('without TLS no key is needed: forMomentoLocal sends an empty one, or none', () => {
  expect(identifyCaller(parts, { metadata: {}, secure: false })).toBe('');
  expect(identifyCaller(parts, { metadata: { authorization: '' }, secure: false })).toBe('');
});

test('a key that is sent is checked, with TLS and without', () => {
  for (const secure of [true, false]) {
    expect(identifyCaller(parts, { metadata: { authorization: key }, secure })).toBe('mara');
    expect(() => identifyCaller(parts, { metadata: { authorization: 'x.y.z' }, secure })).toThrow(
      'The API key is malformed',
    );
  }
});

test('over TLS there must be a key', () => {
  expect(() => identifyCaller(parts, { metadata: {}, secure: true })).toThrow('The request carries no API key.');
});
