// One contract for every backbone's table.
import { describe, expect, test } from 'vitest';
import { RevisionConflict, tableOf } from './table.ts';
import { backbones } from './under-test.ts';
import { MAX_TRIES, updateRow } from './update.ts';

const NUMBERS = tableOf<{ readonly n: number }>('test/numbers');

describe.each(backbones)('table: %s', (_name, create) => {
  const open = () => {
    const { here, there, settled } = create();
    return { table: here.table(NUMBERS), other: there.table(NUMBERS), settled };
  };

  test('what was put is read back, listed in key order, and gone after delete', async () => {
    const { table } = open();
    await table.put('b', { n: 2 });
    await table.put('a', { n: 1 });
    expect(table.get('a')?.value).toEqual({ n: 1 });
    expect(table.list().map((row) => row.key)).toEqual(['a', 'b']);
    expect(table.list('b').map((row) => row.value.n)).toEqual([2]);
    expect(await table.delete('a')).toBe(true);
    expect(await table.delete('a')).toBe(false);
    expect(table.get('a')).toBeUndefined();
  });

  test('what one node wrote, the other reads, with the same revision', async () => {
    const { table, other, settled } = open();
    const row = await table.put('a', { n: 1 });
    await settled();
    expect(other.list()).toEqual([row]);
    await other.delete('a');
    await settled();
    expect(table.list()).toEqual([]);
  });

  test('a put that names an old revision is refused', async () => {
    const { table } = open();
    const first = await table.put('a', { n: 1 }, { ifRevision: 0 });
    await table.put('a', { n: 2 }, { ifRevision: first.revision });
    await expect(table.put('a', { n: 3 }, { ifRevision: first.revision })).rejects.toThrow(
      new RevisionConflict('test/numbers', 'a'),
    );
    expect(table.get('a')?.value.n).toBe(2);
  });

  test('a delete that names an old revision is refused, and one that names the newest is not', async () => {
    const { table } = open();
    const first = await table.put('a', { n: 1 });
    const second = await table.put('a', { n: 2 });
    await expect(table.delete('a', { ifRevision: first.revision })).rejects.toThrow(
      new RevisionConflict('test/numbers', 'a'),
    );
    expect(table.get('a')?.value.n).toBe(2);
    expect(await table.delete('a', { ifRevision: second.revision })).toBe(true);
    await expect(table.delete('a', { ifRevision: second.revision })).rejects.toThrow(RevisionConflict);
  });

  test('of two nodes that write a row of one revision at once, one is refused and then sees what the other wrote', async () => {
    const { table, other } = open();
    const outcomes = await Promise.allSettled([
      table.put('a', { n: 1 }, { ifRevision: 0 }),
      other.put('a', { n: 2 }, { ifRevision: 0 }),
    ]);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(won).toHaveLength(1);
    expect([table.get('a'), other.get('a')]).toEqual([won[0], won[0]]);
  });

  test('no change is lost when two nodes change one row again and again', async () => {
    const { table, other, settled } = open();
    const count = async (node: typeof table) => {
      for (let n = 0; n < 20; n++) await updateRow(node, 'a', (value) => ({ n: (value?.n ?? 0) + 1 }));
    };
    await Promise.all([count(table), count(other)]);
    await settled();
    expect([table.get('a')?.value, other.get('a')?.value]).toEqual([{ n: 40 }, { n: 40 }]);
  });

  test('a change that always comes too late is given up with RevisionConflict', async () => {
    const { table } = open();
    let tries = 0;
    const change = updateRow(table, 'a', () => {
      tries++;
      void table.put('a', { n: tries });
      return { n: 0 };
    });
    await expect(change).rejects.toThrow(new RevisionConflict('test/numbers', 'a'));
    expect(tries).toBe(MAX_TRIES);
  });

  test('a watcher hears each write once, in order, whichever node wrote, and no more after it left', async () => {
    const { table, other, settled } = open();
    const heard: unknown[] = [];
    const leave = table.watch((key, row) => heard.push([key, row?.value.n]));
    await table.put('a', { n: 1 });
    await other.put('b', { n: 2 });
    await settled();
    await table.delete('a');
    leave();
    await table.put('a', { n: 3 });
    await settled();
    expect(heard).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', undefined],
    ]);
  });

  test('a watcher that throws keeps no other from a change, and no writer from its answer; its fault is told', async () => {
    const { here, there, faults, settled } = create();
    const [table, other] = [here.table(NUMBERS), there.table(NUMBERS)];
    const heard: string[] = [];
    other.watch((key) => {
      throw new Error(`not this one: ${key}`);
    });
    other.watch((key) => heard.push(key));
    await table.put('a', { n: 1 });
    await other.put('b', { n: 1 });
    await settled();
    expect(heard).toEqual(['a', 'b']);
    expect(faults).toEqual(
      ['a', 'b'].map((key) => `a listener of table '${NUMBERS.name}': Error: not this one: ${key}`),
    );
  });

  test('a watcher with a prefix hears only of keys that start with it', async () => {
    const { table, other, settled } = open();
    const heard: string[] = [];
    other.watch((key) => heard.push(key), { prefix: 'a/' });
    for (const key of ['a/1', 'b/1', 'a', 'a/2']) await table.put(key, { n: 1 });
    await table.delete('b/1');
    await table.delete('a/1');
    await settled();
    expect(heard).toEqual(['a/1', 'a/2', 'a/1']);
  });
});
