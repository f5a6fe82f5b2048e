// Items on two nodes of one cluster, whose views of a table are told of each other's writes in their own time.
import { expect, test } from 'vitest';
import { createSimulatedCluster } from '../../../backbone/simulated/cluster.ts';
import { tableOf } from '../../../backbone/table.ts';
import { createClock } from '../../../clock/clock.ts';
import { createJournal } from '../../../journal/journal.ts';
import { createItem, type Item, valueIn } from './item.ts';
import { Items } from './items.ts';

const ITEMS = tableOf<Item>('topics/items');
const place = { cache: 'shop', key: Buffer.from('n') };

async function open(maxBytes?: number) {
  const clock = createClock({ frozenAt: 0 });
  const cluster = createSimulatedCluster(clock, { seed: 1 });
  const join = async () => {
    const node = cluster.join();
    await node.open();
    return new Items({ clock, journal: createJournal(clock) }, node.table(ITEMS), maxBytes);
  };
  return { clock, settled: cluster.settled, a: await join(), b: await join() };
}

const textOf = (items: Items, where = place) => {
  const item = items.get(where);
  return item && valueIn(item).toString();
};

const write = (text: string) => () => createItem(place, Buffer.from(text), { ttlMs: 1000n, now: 0 });
const writeIfAbsent = (text: string) => (item: Item | undefined) => (item ? undefined : write(text)());
const increment = (item: Item | undefined) => write(String(Number(item ? valueIn(item) : 0) + 1))();

test('what one node writes, deletes or flushes, the other one sees', async () => {
  const { a, b, settled } = await open();
  await a.update(place, write('x'));
  await settled();
  expect(textOf(b)).toBe('x');
  await b.delete(place);
  await settled();
  expect(textOf(a)).toBeUndefined();
  await a.update(place, write('y'));
  await settled();
  await b.flush('shop');
  await settled();
  expect(textOf(a)).toBeUndefined();
});

test('of two conditional writes at once one is stored, and no increment is lost', async () => {
  const { a, b, settled } = await open();
  const stored = await Promise.all([a.update(place, writeIfAbsent('1')), b.update(place, writeIfAbsent('1'))]);
  expect(stored.filter((item) => item !== undefined)).toHaveLength(1);
  await Promise.all([a, b, a, b, a, b].map((items) => items.update(place, increment)));
  await settled();
  expect([textOf(a), textOf(b)]).toEqual(['7', '7']);
});

test('the bound is one for both: what one node writes may push out what the other one wrote', async () => {
  const { a, b, settled } = await open(120);
  const at = (key: string) => ({ cache: 'shop', key: Buffer.from(key) });
  for (const [items, key] of [
    [a, 'old'],
    [b, 'new'],
    [a, 'newest'],
  ] as const) {
    await items.update(at(key), write('x'.repeat(30)));
    await settled();
  }
  expect([textOf(b, at('old')), textOf(a, at('new'))?.length, textOf(b, at('newest'))?.length]).toEqual([
    undefined,
    30,
    30,
  ]);
});

test('an item that came in the place of one whose time is over stays, whoever has not heard of it yet', async () => {
  const { a, b, settled, clock } = await open();
  await a.update(place, write('old'));
  await settled();
  await clock.advance(1000);
  const written = () => createItem(place, Buffer.from('new'), { ttlMs: 1000n, now: clock.now() });
  const writing = b.update(place, written);
  // To this node nothing is there but what is over.
  expect(textOf(a)).toBeUndefined();
  await writing;
  await settled();
  expect([textOf(a), textOf(b)]).toEqual(['new', 'new']);
});
