// Items with Momento's own CacheClient, over plaintext HTTP/2.
import {
  CacheClient,
  CacheDictionaryFetch,
  CacheGet,
  CacheGetBatch,
  CacheGetWithHash,
  CacheIncrement,
  CacheItemGetTtl,
  CacheItemGetType,
  CacheKeysExist,
  CacheSet,
  CacheSetIfPresentAndHashEqual,
  CacheSetWithHash,
  CacheUpdateTtl,
  Configurations,
  CredentialProvider,
  ItemType,
} from '@gomomento/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClock, type MovableClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { mintToken } from '../key.ts';
import { createTopicsService } from '../service.ts';

const NOW = Date.UTC(2026, 0, 1);
const KEY = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW });

let local: Local;
let clock: MovableClock;
let caches: CacheClient;

beforeAll(async () => {
  clock = createClock({ frozenAt: NOW });
  local = await startLocalWith([createTopicsService({ secret: 's3cret', caches: ['shop'] })], { clock });
  const { hostname, port } = new URL(local.url);
  caches = await CacheClient.create({
    configuration: Configurations.Laptop.latest(),
    credentialProvider: CredentialProvider.forMomentoLocal({ hostname, port: Number(port) }),
    defaultTtlSeconds: 60,
  });
});
beforeEach(() => local.reset());
afterAll(async () => {
  caches.close();
  await local.close();
});

async function valueOfKey(key: string): Promise<string> {
  const got = await caches.get('shop', key);
  return got instanceof CacheGet.Hit ? got.valueString() : got.type;
}

test('an item is set, read, and gone when it is deleted or its time is over', async () => {
  expect(await valueOfKey('a')).toBe('Miss');
  expect(await caches.set('shop', 'a', 'x', { ttl: 10 })).toBeInstanceOf(CacheSet.Success);
  expect(await valueOfKey('a')).toBe('x');
  await clock.advance(4000);
  const ttl = await caches.itemGetTtl('shop', 'a');
  expect(ttl instanceof CacheItemGetTtl.Hit && ttl.remainingTtlMillis()).toBe(6000);
  const type = await caches.itemGetType('shop', 'a');
  expect(type instanceof CacheItemGetType.Hit && type.itemType()).toBe(ItemType.SCALAR);
  await clock.advance(6000);
  expect(await valueOfKey('a')).toBe('Miss');
  await caches.set('shop', 'b', 'y');
  await caches.delete('shop', 'b');
  expect(await valueOfKey('b')).toBe('Miss');
});

test('an unknown cache is NOT_FOUND; a flushed or deleted one is empty', async () => {
  const refused = await caches.set('nowhere', 'a', 'x');
  expect(refused instanceof CacheSet.Error && refused.errorCode()).toBe('NOT_FOUND_ERROR');
  await caches.set('shop', 'a', 'x');
  await caches.flushCache('shop');
  expect(await valueOfKey('a')).toBe('Miss');
  await caches.createCache('mine');
  await caches.set('mine', 'a', 'x');
  await caches.deleteCache('mine');
  await caches.createCache('mine');
  expect(await caches.get('mine', 'a')).toBeInstanceOf(CacheGet.Miss);
});

// Source: docs.momentohq.com, cache API reference, conditional sets, read 2026-11-29.
test('a conditional set stores when the item is what it has to be', async () => {
  const outcomes: Record<string, string[]> = {};
  const conditions: Record<string, () => Promise<{ readonly type: string }>> = {
    'not exists': () => caches.setIfNotExists('shop', 'k', 'new'),
    absent: () => caches.setIfAbsent('shop', 'k', 'new'),
    present: () => caches.setIfPresent('shop', 'k', 'new'),
    'equal to a': () => caches.setIfEqual('shop', 'k', 'new', 'a'),
    'not equal to a': () => caches.setIfNotEqual('shop', 'k', 'new', 'a'),
    'present, not equal to a': () => caches.setIfPresentAndNotEqual('shop', 'k', 'new', 'a'),
    'absent or equal to a': () => caches.setIfAbsentOrEqual('shop', 'k', 'new', 'a'),
  };
  for (const [name, set] of Object.entries(conditions)) {
    const stored: string[] = [];
    for (const before of [undefined, 'a', 'b']) {
      await caches.delete('shop', 'k');
      if (before !== undefined) await caches.set('shop', 'k', before);
      const { type } = await set();
      const isNew = (await valueOfKey('k')) === 'new';
      if (type === 'Stored' && isNew) stored.push(before ?? 'nothing');
      else expect([type, isNew]).toEqual(['NotStored', false]);
    }
    outcomes[name] = stored;
  }
  expect(outcomes).toEqual({
    'not exists': ['nothing'],
    absent: ['nothing'],
    present: ['a', 'b'],
    'equal to a': ['a'],
    'not equal to a': ['nothing', 'b'],
    'present, not equal to a': ['b'],
    'absent or equal to a': ['nothing', 'a'],
  });
});

test('a hash that was told is the one that conditions are held against', async () => {
  const set = await caches.setWithHash('shop', 'k', 'a');
  if (!(set instanceof CacheSetWithHash.Stored)) throw set;
  const got = await caches.getWithHash('shop', 'k');
  expect(got instanceof CacheGetWithHash.Hit && got.hashString()).toBe(set.hashString());
  const next = await caches.setIfPresentAndHashEqual('shop', 'k', 'b', set.hashUint8Array());
  expect(next).toBeInstanceOf(CacheSetIfPresentAndHashEqual.Stored);
  const late = await caches.setIfPresentAndHashEqual('shop', 'k', 'c', set.hashUint8Array());
  expect(late).toBeInstanceOf(CacheSetIfPresentAndHashEqual.NotStored);
  expect(await valueOfKey('k')).toBe('b');
});

test('batches answer in the order of their keys', async () => {
  await caches.setBatch(
    'shop',
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  ); // prettier-ignore
  const got = await caches.getBatch('shop', ['b', 'none', 'a']);
  expect(got instanceof CacheGetBatch.Success && got.results().map((one) => one.value())).toEqual([
    '2',
    undefined,
    '1',
  ]);
  const exist = await caches.keysExist('shop', ['b', 'none', 'a']);
  expect(exist instanceof CacheKeysExist.Success && exist.exists()).toEqual([true, false, true]);
});

test('an increment is of base 10 text of 64 bits, begins at 0, and sets the time to live anew', async () => {
  const by = async (amount: number, ttl?: number) => {
    const made = await caches.increment('shop', 'n', amount, { ...(ttl !== undefined && { ttl }) });
    return made instanceof CacheIncrement.Success
      ? made.value()
      : made instanceof CacheIncrement.Error && made.errorCode();
  };
  expect([await by(5, 10), await by(-7, 1)]).toEqual([5, -2]);
  expect(await valueOfKey('n')).toBe('-2');
  await clock.advance(1000);
  expect(await by(1)).toBe(1);
  await caches.set('shop', 'n', 'many');
  expect(await by(1)).toBe('FAILED_PRECONDITION_ERROR');
  await caches.set('shop', 'n', '9223372036854775807');
  expect(await by(1)).toBe('FAILED_PRECONDITION_ERROR');
});

test('a time to live is overwritten, increased or decreased, of what is there', async () => {
  await caches.set('shop', 'a', 'x', { ttl: 10 });
  const types = [
    await caches.increaseTtl('shop', 'a', 5000),
    await caches.increaseTtl('shop', 'a', 20000),
    await caches.decreaseTtl('shop', 'a', 30000),
    await caches.decreaseTtl('shop', 'a', 7000),
    await caches.updateTtl('shop', 'a', 8000),
    await caches.updateTtl('shop', 'none', 8000),
  ].map(({ type }) => type);
  expect(types).toEqual(['NotSet', 'Set', 'NotSet', 'Set', 'Set', 'Miss']);
  const ttl = await caches.itemGetTtl('shop', 'a');
  expect(ttl instanceof CacheItemGetTtl.Hit && ttl.remainingTtlMillis()).toBe(8000);
  expect(await caches.updateTtl('shop', 'none', 8000)).toBeInstanceOf(CacheUpdateTtl.Miss);
});

test('collections are refused by name', async () => {
  const fetched = await caches.dictionaryFetch('shop', 'd');
  expect(fetched instanceof CacheDictionaryFetch.Error && fetched.message()).toContain(
    'Earwitness does not serve the method /cache_client.Scs/DictionaryFetch.',
  );
});

function ask(query: string, init: RequestInit = {}, cache = 'shop'): Promise<Response> {
  return fetch(`${local.url}/cache/${cache}?${query}`, { headers: { authorization: KEY }, ...init });
}

const toldBy = async (answer: Response) => [answer.status, answer.statusText, await answer.text()];

test('over HTTP an item is put, read with its bytes, and deleted', async () => {
  const body = new Uint8Array([0, 255]);
  expect(await toldBy(await ask('key=a&ttl_seconds=10', { method: 'PUT', body }))).toEqual([204, 'No Content', '']);
  const got = await ask(`key_base64=${Buffer.from('a').toString('base64url')}`);
  expect([got.status, got.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  expect(new Uint8Array(await got.arrayBuffer())).toEqual(body);
  await clock.advance(10_000);
  expect((await ask('key=a')).status).toBe(404);
  await ask('key=a&ttl_seconds=10', { method: 'PUT', body });
  expect((await ask('key=a', { method: 'DELETE' })).status).toBe(204);
  expect(await toldBy(await ask('key=a', { method: 'DELETE' }))).toEqual([204, 'No Content', '']);
  expect((await ask('key=a')).status).toBe(404);
});

test.each([
  ['key=none', 'GET', 'shop', 404, 'Key Not Found'],
  ['key=a', 'GET', 'nowhere', 404, "Cache Not Found: The cache 'nowhere' does not exist."],
  ['key=a', 'DELETE', 'nowhere', 404, "Cache Not Found: The cache 'nowhere' does not exist."],
  ['', 'GET', 'shop', 400, 'The query names no key, or two; expected is key or key_base64.'],
  ['key=a&key_base64=YQ', 'GET', 'shop', 400, 'The query names no key, or two; expected is key or key_base64.'],
  ['key_base64=%2F%2F', 'GET', 'shop', 400, 'key_base64 is not base64 as URLs have it (letters, digits, - and _).'],
  ['key=a', 'PUT', 'shop', 400, 'ttl_seconds is missing or no whole number of seconds.'],
  ['key=a&ttl_seconds=1.5', 'PUT', 'shop', 400, 'ttl_seconds is missing or no whole number of seconds.'],
  ['key=a', 'GET', '%E0', 400, 'The path /cache/%E0 is not URL-encoded as it should be.'],
  ['key=a', 'POST', 'shop', 405, 'An item takes GET, PUT and DELETE.'],
])('%s with %s of %s is refused', async (query, method, cache, status, message) => {
  const answer = await ask(query, { method }, cache);
  expect([answer.status, await answer.json()]).toMatchObject([status, { message }]);
});

test('over HTTP a key is needed, and may do what it says', async () => {
  expect((await ask('key=a', { headers: {} })).status).toBe(401);
  const permissions = [{ kind: 'cache', role: 'read', item: { keyPrefix: btoa('pet') } }] as const;
  const authorization = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, permissions });
  const asReader = { headers: { authorization } };
  expect((await ask('key=pet-cat', asReader)).status).toBe(404);
  const refused = await ask('key=cow', asReader);
  const message = "Insufficient permissions: the API key may not read this item of cache 'shop'.";
  expect([refused.status, await refused.json()]).toEqual([403, { code: 'PERMISSION_ERROR', message }]);
  expect((await ask('key=pet-cat&ttl_seconds=1', { ...asReader, method: 'PUT', body: 'x' })).status).toBe(403);
});
