// What is true of the tables of many nodes beyond the contract: who joins late, who was away, what is removed when.
import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { RevisionConflict, type Table } from '../../table.ts';
import { updateRow } from '../../update.ts';
import { ServerAway } from '../server.ts';
import { type Fate, withFaults } from '../test-faults.ts';
import { SharedTables } from './tables.ts';

interface Value {
  readonly n: number;
  readonly text?: string;
}

function createCluster(seed = 1) {
  const clock = createClock({ frozenAt: 1000 });
  const store = new SimulatedStore();
  const wire = new Wire(clock, seed);
  const join = () => {
    const connection = connectSimulated(store, wire);
    const { server, faults } = withFaults(connection);
    const tables = new SharedTables(server, { clock });
    return { tables, faults, table: tables.table<Value>('test'), die: () => connection.die() };
  };
  const stored = (filter = '>') => store.stream('tables').read(filter);
  return { clock, store, join, stored, settled: () => wire.settled() };
}

async function open(seed = 1) {
  const cluster = createCluster(seed);
  const [here, there] = [cluster.join(), cluster.join()];
  await Promise.all([here.tables.open(), there.tables.open()]);
  return { ...cluster, here, there };
}

/** Rows as a watcher has heard of them. */
function watched(table: Table<Value>): Map<string, number> {
  const rows = new Map<string, number>();
  table.watch((key, row) => {
    if (row) rows.set(key, row.value.n);
    else rows.delete(key);
  });
  return rows;
}

const LARGE = 'x'.repeat(200_000);

test('who joins late has every row once it is open, and none that is gone', async () => {
  const { join, here } = await open();
  for (const key of ['a', 'b', 'c']) await here.table.put(key, { n: 1 });
  await here.table.delete('b');
  await here.table.put('a', { n: 2 });
  const late = join();
  await late.tables.open();
  expect(late.table.list()).toEqual(here.table.list());
  expect(late.table.list().map(({ key, value }) => [key, value.n])).toEqual([
    ['a', 2],
    ['c', 1],
  ]);
});

test('names of tables and keys may be anything', async () => {
  const { here, there } = await open();
  const keys = ['', '.', '*', '>', 'ü/ ', 'a'.repeat(5000), `${'a'.repeat(5000)}b`];
  for (const [n, key] of keys.entries()) await here.table.put(key, { n });
  await there.tables.caughtUp();
  expect(keys.map((key) => there.table.get(key)?.value.n)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('who has caught up has every write that was acknowledged before, and all who wait ask once', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { here, there } = await open(seed);
    const before = there.faults.asked.get('lastSequence') ?? 0;
    for (let n = 1; n <= 10; n++) {
      await here.table.put('a', { n });
      await Promise.all(Array.from({ length: 20 }, () => there.tables.caughtUp()));
      expect(there.table.get('a')?.value.n).toBe(n);
    }
    expect((there.faults.asked.get('lastSequence') ?? 0) - before).toBe(10);
  }
});

test('a row that is gone can be made again as a new one, by either node, now and later', async () => {
  const { clock, here, there } = await open();
  for (const table of [here.table, there.table, here.table]) {
    await table.put('a', { n: 1 }, { ifRevision: 0 });
    await expect(table.put('a', { n: 2 }, { ifRevision: 0 })).rejects.toThrow(RevisionConflict);
    await table.delete('a');
    await clock.advance(300_000);
  }
  await there.table.put('a', { n: 3 }, { ifRevision: 0 });
});

test('that a row is gone leaves the stream after a while, but not while it is the newest message', async () => {
  const { clock, here, stored } = await open();
  await here.table.put('a', { n: 1 });
  await here.table.delete('a');
  await clock.advance(1_000_000);
  expect(stored()).toHaveLength(1);
  await here.tables.caughtUp();
  await here.table.put('b', { n: 1 });
  await clock.advance(1_000_000);
  expect(stored()).toHaveLength(1);
  expect(here.table.list().map(({ key }) => key)).toEqual(['b']);
});

test('what a node that died left as gone, the next one removes', async () => {
  const { clock, join, here, stored } = await open();
  await here.table.put('a', { n: 1 });
  await here.table.delete('a');
  await here.table.put('b', { n: 1 });
  here.die();
  await clock.advance(1_000_000);
  expect(stored()).toHaveLength(2);
  await join().tables.open();
  await clock.advance(1_000_000);
  expect(stored()).toHaveLength(1);
});

test('a node that was away for so long that it missed what is gone reads everything anew, and its watchers hear', async () => {
  const { clock, here, there } = await open();
  for (const key of ['gone', 'changed', 'same']) await here.table.put(key, { n: 1 });
  await there.tables.caughtUp();
  const heard: unknown[] = [];
  there.table.watch((key, row) => heard.push([key, row?.value.n]));
  there.faults.pause();
  await here.table.delete('gone');
  await here.table.put('changed', { n: 2 });
  await here.table.put('new', { n: 1 });
  await clock.advance(200_000);
  await there.faults.goOn();
  await there.tables.caughtUp();
  expect(there.table.list()).toEqual(here.table.list());
  expect(heard).toEqual(
    expect.arrayContaining([
      ['gone', undefined],
      ['changed', 2],
      ['new', 1],
    ]),
  );
  expect(heard).toHaveLength(3);
});

test('a node that was away shortly goes on where it was', async () => {
  const { clock, here, there } = await open();
  await here.table.put('a', { n: 1 });
  there.faults.pause();
  await here.table.delete('a');
  await clock.advance(30_000);
  await there.faults.goOn();
  const follows = there.faults.asked.get('follow');
  await there.tables.caughtUp();
  expect(there.table.list()).toEqual([]);
  expect(there.faults.asked.get('follow')).toBe(follows);
});

test('a node that nobody asked for long, and that heard everything, reads nothing anew', async () => {
  const { clock, here, there } = await open();
  await here.table.put('a', { n: 1 });
  await here.table.delete('a');
  await clock.advance(1_000_000);
  await here.table.put('a', { n: 2 });
  const follows = there.faults.asked.get('follow');
  await there.tables.caughtUp();
  expect(there.table.get('a')?.value.n).toBe(2);
  expect(there.faults.asked.get('follow')).toBe(follows);
});

test('writes and other nodes go on while a node reads everything anew', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { here, there, settled } = await open(seed);
    const rows = watched(there.table);
    const write = async () => {
      for (let n = 1; n <= 30; n++) await (n % 3 ? here.table : there.table).put(`k${n % 7}`, { n });
      await here.table.delete('k3');
    };
    const reload = async () => {
      for (let n = 0; n < 5; n++) await there.tables.reload();
    };
    await Promise.all([write(), reload()]);
    await settled();
    expect(there.table.list()).toEqual(here.table.list());
    expect([...rows].sort()).toEqual(here.table.list().map(({ key, value }) => [key, value.n]));
  }
});

test('after a clear, new rows can be made at once, while the old ones are still being removed', async () => {
  const { here, there, stored } = await open();
  const first = await here.table.put('a', { n: 1 });
  await here.table.put('b', { n: 1 });
  const purged = createGate();
  here.faults.fate = async (method): Promise<Fate> => {
    if (method === 'purge') await purged.promise;
    return 'answered';
  };
  const clearing = here.tables.clear();
  await there.tables.caughtUp();
  while (there.table.list().length > 0) await there.tables.caughtUp();
  expect(stored('tables.*.*')).toHaveLength(2);
  const again = await there.table.put('a', { n: 2 }, { ifRevision: 0 });
  // The server takes this one, because the old row is still there; the nodes do not.
  await expect(there.table.put('b', { n: 2 }, { ifRevision: first.revision + 1 })).rejects.toThrow(RevisionConflict);
  await expect(there.table.put('a', { n: 3 }, { ifRevision: first.revision })).rejects.toThrow(RevisionConflict);
  purged.resolve();
  await clearing;
  await here.tables.caughtUp();
  expect([here.table.list(), there.table.list()]).toEqual([[again], [again]]);
});

test('a clear that its node dies in is brought to an end by the next that joins', async () => {
  const { here, join, stored, settled } = await open();
  await here.table.put('a', { n: 1 });
  here.faults.fate = (method) => (method === 'purge' ? 'question lost' : 'answered');
  await expect(here.tables.clear()).rejects.toThrow(ServerAway);
  here.die();
  expect(stored('tables.*.*')).toHaveLength(1);
  const late = join();
  await late.tables.open();
  await settled();
  expect([late.table.list(), stored('tables.*.*')]).toEqual([[], []]);
});

test('a stream that somebody else has emptied does not keep a node from opening', async () => {
  const { store, here, join } = await open();
  await here.table.put('a', { n: 1 });
  store.stream('tables').purge({});
  const late = join();
  await late.tables.open();
  await Promise.all([here, late].map(({ tables }) => tables.caughtUp()));
  await late.table.put('a', { n: 2 }, { ifRevision: 0 });
  await here.tables.caughtUp();
  expect([here.table.list(), late.table.list()]).toEqual([late.table.list(), [late.table.get('a')]]);
});

test('a value larger than a message stands in pieces, which go when it is replaced or removed', async () => {
  const { clock, store, here, there, settled } = await open();
  const pieces = () => store.stream('pieces').read('>').length;
  const row = await here.table.put('a', { n: 1, text: LARGE });
  await settled();
  expect(there.table.get('a')).toEqual(row);
  expect(pieces()).toBe(5);
  await there.table.put('a', { n: 2, text: `${LARGE}!` }, { ifRevision: row.revision });
  await here.table.put('b', { n: 1, text: LARGE });
  await clock.advance(120_000);
  expect(pieces()).toBe(10);
  await here.table.put('a', { n: 3 });
  await there.table.delete('b');
  await clock.advance(120_000);
  expect(pieces()).toBe(0);
  expect(here.table.list().map(({ value }) => value)).toEqual([{ n: 3 }]);
});

test('rows behind a large one are told after it, and puts of one node to one key stay in their order', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { here, there, settled } = await open(seed);
    const heard: number[] = [];
    there.table.watch((_key, { value } = { key: '', value: { n: 0 }, revision: 0 }) => heard.push(value.n));
    await Promise.all([here.table.put('a', { n: 1, text: LARGE }), here.table.put('a', { n: 2 })]);
    await here.table.put('b', { n: 3, text: LARGE });
    await here.table.put('c', { n: 4 });
    await settled();
    expect(there.table.get('a')?.value.n).toBe(2);
    expect(heard.filter((n) => n > 1)).toEqual([2, 3, 4]);
  }
});

test('of large values that two nodes write at once, the pieces of the refused one go', async () => {
  const { clock, store, here, there } = await open();
  await Promise.allSettled([here, there].map(({ table }, n) => table.put('a', { n, text: LARGE }, { ifRevision: 0 })));
  await clock.advance(120_000);
  expect(store.stream('pieces').read('>')).toHaveLength(5);
  await here.tables.caughtUp();
  expect(here.table.get('a')?.value.text).toBe(LARGE);
});

test('pieces that a node which died has left are removed after an hour or two, and no others', async () => {
  const { clock, store, here, there } = await open();
  await here.table.put('kept', { n: 1, text: LARGE });
  here.faults.fate = (method, subject) =>
    method === 'publish' && subject.startsWith('tables.') ? 'question lost' : 'answered';
  await expect(here.table.put('lost', { n: 1, text: LARGE })).rejects.toThrow(ServerAway);
  here.die();
  const late = there.table.put('late', { n: 1, text: LARGE });
  await clock.advance(30 * 60_000);
  await late;
  expect(store.stream('pieces').read('>')).toHaveLength(15);
  await clock.advance(3 * 3_600_000);
  expect(store.stream('pieces').read('>')).toHaveLength(10);
  expect(there.table.list().map(({ key, value }) => [key, value.text === LARGE])).toEqual([
    ['kept', true],
    ['late', true],
  ]);
});

test('a server that is away is said, and what was asked is done whole or not at all', async () => {
  const { here, there } = await open();
  here.faults.fate = () => 'question lost';
  await expect(here.table.put('a', { n: 1 })).rejects.toThrow(ServerAway);
  await expect(here.table.delete('a')).rejects.toThrow(ServerAway);
  await expect(here.tables.caughtUp()).rejects.toThrow(ServerAway);
  here.faults.fate = () => 'answer lost';
  await expect(here.table.put('b', { n: 1 })).rejects.toThrow(ServerAway);
  here.faults.fate = () => 'answered';
  await Promise.all([here, there].map(({ tables }) => tables.caughtUp()));
  expect([here.table.list(), there.table.list()]).toEqual([[there.table.get('b')], [there.table.get('b')]]);
});

test('who waits on a node that is closed is told', async () => {
  const { here } = await open();
  here.faults.pause();
  const put = here.table.put('a', { n: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  await here.tables.close();
  await expect(put).rejects.toThrow(ServerAway);
  await expect(here.table.put('a', { n: 1 })).rejects.toThrow(ServerAway);
});

// The decision's row of tables: any node writes, fenced by the revision, seen by every call that comes in after it.
test('counters count every change once, whatever gets lost and whoever dies', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { join, here, there, settled } = await open(seed);
    const random = createRandom(seed);
    const nodes = [here, there, join()];
    await nodes[2]?.tables.open();
    const rows = nodes.map(({ table }) => watched(table));
    for (const { faults } of nodes) {
      faults.fate = () => {
        const chance = random();
        return chance < 0.02 ? 'question lost' : chance < 0.04 ? 'answer lost' : 'answered';
      };
    }
    let counted = 0;
    let unknown = 0;
    const hasDeletions = seed % 2 === 0;
    const count = async (node: (typeof nodes)[number]) => {
      for (let n = 0; n < 15; n++) {
        const key = `k${Math.floor(random() * 3)}`;
        try {
          if (hasDeletions && random() < 0.2) {
            const before = node.table.get(key);
            const isGone = before && (await node.table.delete(key, { ifRevision: before.revision }));
            if (isGone) counted -= before.value.n;
          } else {
            const row = await updateRow(node.table, key, (value) => ({ n: (value?.n ?? 0) + 1 }));
            expect(node.table.get(key)?.revision).toBeGreaterThanOrEqual(row.revision);
            counted++;
          }
        } catch (error) {
          if (error instanceof RevisionConflict) continue;
          expect(error).toBeInstanceOf(ServerAway);
          unknown++;
        }
      }
    };
    // What the third one is at when it dies is not known.
    unknown++;
    void count(nodes[2] ?? here).then(() => unknown--);
    await Promise.all([count(here), count(there)]);
    nodes[2]?.die();
    for (const { faults } of nodes) faults.fate = () => 'answered';
    await settled();
    await Promise.all([here.tables.caughtUp(), there.tables.caughtUp()]);
    expect(here.table.list()).toEqual(there.table.list());
    const late = join();
    await late.tables.open();
    expect(late.table.list()).toEqual(here.table.list());
    const values = here.table.list().map(({ key, value }) => [key, value.n]);
    expect([...(rows[0] ?? [])].sort()).toEqual(values);
    expect([...(rows[1] ?? [])].sort()).toEqual(values);
    const sum = values.reduce((before, [, n]) => before + Number(n), 0);
    // What is not known may count or not; a deletion that is not known may have taken what was counted.
    if (unknown === 0) expect(sum).toBe(counted);
    else if (!hasDeletions) expect(Math.min(Math.max(sum, counted), counted + unknown)).toBe(sum);
  }
});

function createGate(): { readonly promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

/** Numbers from 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

test('when the sequences of the stream went back, as after the death of a leader, rows can be changed and removed', async () => {
  const { store, here, there, settled } = await open();
  for (let n = 1; n <= 10; n++) await here.table.put('a', { n });
  await here.table.put('b', { n: 1 });
  await here.table.delete('b');
  await there.tables.caughtUp();
  const heard = watched(there.table);
  store.stream('tables').goBack();
  await updateRow(there.table, 'a', (value) => ({ n: (value?.n ?? 0) + 1 }));
  await here.tables.caughtUp();
  expect(here.table.list().map(({ key, value }) => [key, value.n])).toEqual([['a', 11]]);
  await updateRow(here.table, 'a', (value) => ({ n: (value?.n ?? 0) + 1 }));
  await settled();
  expect(heard).toEqual(new Map([['a', 12]]));
  expect(await there.table.delete('a', { ifRevision: there.table.get('a')?.revision ?? 0 })).toBe(true);
});

test('when another server leads the stream, watchers hear of what changed, and of nothing else', async () => {
  const { store, here, there } = await open();
  for (const key of ['a', 'b', 'c']) await here.table.put(key, { n: 1 });
  await there.tables.caughtUp();
  const heard: string[] = [];
  there.table.watch((key, row) => heard.push(`${key} ${row?.value.n}`));
  store.stream('tables').goBack();
  await here.tables.caughtUp();
  await here.table.put('b', { n: 2 });
  await here.table.delete('c');
  await there.tables.caughtUp();
  expect(heard).toEqual(['b 2', 'c undefined']);
});
