import { expect, test } from 'vitest';
import { createMemoryTable } from '../../../backbone/memory/table.ts';
import { createClock } from '../../../clock/clock.ts';
import { createJournal } from '../../../journal/journal.ts';
import { createItem, type Item } from './item.ts';
import { Items } from './items.ts';

const NOW = Date.UTC(2026, 0, 1);

function open(maxBytes?: number) {
  const clock = createClock({ frozenAt: NOW });
  const journal = createJournal(clock);
  const table = createMemoryTable<Item>('topics/items');
  const items = new Items({ clock, journal }, table, maxBytes);
  const place = (key: string, cache = 'shop') => ({ cache, key: Buffer.from(key) });
  const set = (key: string, value: string, { ttlMs = 60_000n, cache = 'shop' } = {}) =>
    items.update(place(key, cache), () => createItem(place(key), Buffer.from(value), { ttlMs, now: clock.now() }));
  const keysOf = () => table.list().map(({ key }) => key);
  return { clock, journal, items, place, set, keysOf };
}

test('an item is gone at the end of its time, by the clock, and so is its row once it was asked for', async () => {
  const { clock, items, place, set, keysOf } = open();
  await set('a', 'x', { ttlMs: 1000n });
  await clock.advance(999);
  expect(items.get(place('a'))).toBeDefined();
  await clock.advance(1);
  expect(items.get(place('a'))).toBeUndefined();
  expect(keysOf()).toEqual([]);
});

test('an update sees the item that is there, not one whose time is over, and may leave it', async () => {
  const { clock, items, place, set } = open();
  const seen: (string | undefined)[] = [];
  const look = () =>
    items.update(place('a'), (item) => {
      seen.push(item?.base64);
      return undefined;
    });
  expect(await look()).toBeUndefined();
  await set('a', 'x', { ttlMs: 1000n });
  await look();
  await clock.advance(1000);
  await look();
  expect(seen).toEqual([undefined, btoa('x'), undefined]);
});

test('when items take more than their bytes, those that were written first make room; the journal says so once', async () => {
  const { journal, set, keysOf } = open(100);
  const value = 'x'.repeat(30);
  for (const key of ['a', 'b', 'a', 'c', 'd']) await set(key, value);
  expect(keysOf()).toEqual(['shop/Yw', 'shop/ZA']);
  expect(journal.read()).toMatchObject([
    {
      kind: 'warning',
      about: 'items of caches',
      message:
        'They take more than 100 bytes. The items that were written longest ago make room, here and from now on.',
    },
  ]);
});

test('a flush empties one cache, whatever others are called', async () => {
  const { items, set, keysOf } = open();
  for (const cache of ['shop', 'shop/a', 'shop2', 'sho']) await set('a', 'x', { cache });
  await items.flush('shop');
  expect(keysOf()).toEqual(['sho/YQ', 'shop%2Fa/YQ', 'shop2/YQ']);
  await items.flush();
  expect(keysOf()).toEqual([]);
});

// Source: docs.momentohq.com/cache/limits: 24 hours; 5 MB, of key and value.
test.each([
  ['no time', 0n, 'INVALID_ARGUMENT_ERROR: The time to live is 0 ms; expected is 1 to 86400000 ms (24 hours).'],
  ['24 hours', 86_400_000n, undefined],
  [
    'a millisecond more',
    86_400_001n,
    'INVALID_ARGUMENT_ERROR: The time to live is 86400001 ms; expected is 1 to 86400000 ms (24 hours).',
  ],
])('an item lives from 1 ms to 24 hours: %s', (_what, ttlMs, refusal) => {
  const make = () => createItem({ cache: 'shop', key: Buffer.from('a') }, Buffer.from('x'), { ttlMs, now: NOW });
  if (refusal === undefined) expect(make().expiresAt).toBe(NOW + Number(ttlMs));
  else expect(make).toThrow(expect.objectContaining({ code: refusal.split(':')[0], message: refusal.split(': ')[1] }));
});

test('an item has 4883 KB at most, its key among them, and a key of one byte at least', () => {
  const make = (key: string, bytes: number) =>
    createItem({ cache: 'shop', key: Buffer.from(key) }, Buffer.alloc(bytes), { ttlMs: 1n, now: NOW });
  expect(make('key', 4883 * 1024 - 3).expiresAt).toBe(NOW + 1);
  expect(() => make('key', 4883 * 1024 - 2)).toThrow(
    'The item has 5000193 bytes, key and value; the item size limit is 5000192 bytes.',
  );
  expect(() => make('', 1)).toThrow('The key is empty.');
});
