import type { Action } from '@earwitness/protocol/internal/momento/permissions';
import { expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { authorize, identifyCaller } from './caller.ts';
import { KeyCheck, mintToken } from './key.ts';

const parts = { keys: new KeyCheck('s3cret'), platform: { clock: createClock({ frozenAt: 0 }) } };
const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: 0, tokenId: 'mara' });

const anybody = { tokenId: '', permissions: 'account' };

test('without TLS no key is needed: forMomentoLocal sends an empty one, or none', () => {
  expect(identifyCaller(parts, { metadata: {}, secure: false })).toEqual(anybody);
  expect(identifyCaller(parts, { metadata: { authorization: '' }, secure: false })).toEqual(anybody);
});

test('a key that is sent is checked, with TLS and without', () => {
  for (const secure of [true, false]) {
    expect(identifyCaller(parts, { metadata: { authorization: key }, secure })).toEqual({
      tokenId: 'mara',
      permissions: 'account',
    });
    expect(() => identifyCaller(parts, { metadata: { authorization: 'x.y.z' }, secure })).toThrow('is malformed');
  }
});

test('over TLS there must be a key', () => {
  expect(() => identifyCaller(parts, { metadata: {}, secure: true })).toThrow('The request carries no API key.');
});

test('what a key may not do is refused with what that is', () => {
  const caller = { tokenId: '', permissions: [{ kind: 'cache', role: 'read' }] } as const;
  const refusalOf = (action: Action) => {
    try {
      authorize(caller, action);
      return 'allowed';
    } catch (error) {
      return String(error);
    }
  };
  const item = { cache: 'shop', key: new Uint8Array() };
  const topic = { cache: 'shop', topic: 'orders' };
  expect(
    [
      { kind: 'make super users' } as const,
      { kind: 'make keys' } as const,
      { kind: 'manage caches' } as const,
      { kind: 'read items', ...item } as const,
      { kind: 'write items', ...item } as const,
      { kind: 'compare items', ...item } as const,
      { kind: 'publish', ...topic } as const,
      { kind: 'subscribe', ...topic } as const,
    ].map(refusalOf),
  ).toMatchInlineSnapshot(`
    [
      "ServiceError: Insufficient permissions: the API key may not make a key of a super user.",
      "ServiceError: Insufficient permissions: the API key may not make keys or tokens; only a key of a super user may.",
      "ServiceError: Insufficient permissions: the API key may not create, list, flush or delete caches, nor manage webhooks.",
      "allowed",
      "ServiceError: Insufficient permissions: the API key may not write this item of cache 'shop'.",
      "ServiceError: Insufficient permissions: the API key may not read and write this item of cache 'shop', as a conditional write does.",
      "ServiceError: Insufficient permissions: the API key may not publish to topic 'orders' of cache 'shop'.",
      "ServiceError: Insufficient permissions: the API key may not subscribe to topic 'orders' of cache 'shop'.",
    ]
  `);
});
