import { expect, test } from 'vitest';
import { type Action, findConflict, isAllowed, type Permission, parsePermissions } from './permissions.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read: Action = { kind: 'read items', cache: 'shop', key: bytes('pet-cat') };
const write: Action = { ...read, kind: 'write items' };
const compare: Action = { ...read, kind: 'compare items' };
const publish: Action = { kind: 'publish', cache: 'shop', topic: 'orders' };
const subscribe: Action = { ...publish, kind: 'subscribe' };
const manage: Action = { kind: 'manage caches' };
const makeKeys: Action = { kind: 'make keys' };
const all = { read, write, compare, publish, subscribe, manage, makeKeys };

function allowed(...permissions: Permission[]): string[] {
  return Object.entries(all).flatMap(([name, action]) => (isAllowed(permissions, action) ? [name] : []));
}

// Source: client-protos, permissionmessages.proto: roles, and "Doesn't allow conditional write APIs".
test('a role allows what it says, of items and topics alone', () => {
  expect(allowed({ kind: 'cache', role: 'read-write' })).toEqual(['read', 'write', 'compare']);
  expect(allowed({ kind: 'cache', role: 'read' })).toEqual(['read']);
  expect(allowed({ kind: 'cache', role: 'write' })).toEqual(['write']);
  expect(allowed({ kind: 'cache', role: 'none' })).toEqual([]);
  expect(allowed({ kind: 'topic', role: 'read-write' })).toEqual(['publish', 'subscribe']);
  expect(allowed({ kind: 'topic', role: 'read' })).toEqual(['subscribe']);
  expect(allowed({ kind: 'topic', role: 'write' })).toEqual(['publish']);
  expect(allowed({ kind: 'function' })).toEqual([]);
  expect(allowed()).toEqual([]);
});

test('a permission reaches the cache, key, topic or prefix that it names', () => {
  const cache = { kind: 'cache', role: 'read' } as const;
  const topic = { kind: 'topic', role: 'read' } as const;
  expect(allowed({ ...cache, cache: 'shop' })).toEqual(['read']);
  expect(allowed({ ...cache, cache: 'sho' })).toEqual([]);
  expect(allowed({ ...cache, item: { key: btoa('pet-cat') } })).toEqual(['read']);
  expect(allowed({ ...cache, item: { key: btoa('pet') } })).toEqual([]);
  expect(allowed({ ...cache, item: { keyPrefix: btoa('pet') } })).toEqual(['read']);
  expect(allowed({ ...cache, item: { keyPrefix: btoa('pet-cat-2') } })).toEqual([]);
  expect(allowed({ ...topic, topic: { name: 'orders' } })).toEqual(['subscribe']);
  expect(allowed({ ...topic, topic: { name: 'order' } })).toEqual([]);
  expect(allowed({ ...topic, topic: { namePrefix: 'ord' } })).toEqual(['subscribe']);
  expect(allowed({ ...topic, topic: { namePrefix: 'orders-' } })).toEqual([]);
});

// Source: client-sdk-javascript, auth-client tests.
test('a super user does everything but make super users; the account does that, too', () => {
  const makeSuperUsers: Action = { kind: 'make super users' };
  expect(Object.values(all).every((action) => isAllowed('super user', action))).toBe(true);
  expect(isAllowed('super user', makeSuperUsers)).toBe(false);
  expect(isAllowed('account', makeSuperUsers)).toBe(true);
});

test('two statements about the same things are a conflict, whatever their roles', () => {
  const first: Permission = { kind: 'cache', role: 'read', cache: 'shop' };
  const second: Permission = { kind: 'cache', role: 'write', cache: 'shop' };
  expect(findConflict([first, second])).toBe(second);
  expect(findConflict([first, { kind: 'cache', role: 'read' }, { kind: 'topic', role: 'read', cache: 'shop' }])).toBe(
    undefined,
  );
});

test('permissions are the same after they stood in a key', () => {
  const permissions: Permission[] = [
    { kind: 'cache', role: 'read', cache: 'shop', item: { keyPrefix: btoa('pet') } },
    { kind: 'cache', role: 'none', item: { key: '' } },
    { kind: 'topic', role: 'write', topic: { namePrefix: '' } },
    { kind: 'topic', role: 'read-write', cache: 'shop', topic: { name: 'orders' } },
    { kind: 'function' },
  ];
  expect(parsePermissions(JSON.parse(JSON.stringify(permissions)))).toEqual(permissions);
  expect(parsePermissions('super user')).toBe('super user');
});

test.each([
  [undefined],
  ['root'],
  [{}],
  [[null]],
  [[{ kind: 'cache' }]],
  [[{ kind: 'disk', role: 'read' }]],
  [[{ kind: 'topic', role: 'read', topic: {} }]],
])('%j is no list of permissions', (value) => {
  expect(() => parsePermissions(value)).toThrow(TypeError);
});
