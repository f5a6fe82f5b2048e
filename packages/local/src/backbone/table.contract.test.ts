// One contract for every backbone's table.
import { describe, expect, test } from 'vitest';
import { createMemoryTable } from './memory/table.ts';
import type { Table } from './table.ts';

const implementations: Record<string, () => Table<{ n: number }>> = {
  memory: () => createMemoryTable('test'),
};

describe.each(Object.entries(implementations))('table: %s', (_name, create) => {
  test('what was put is read back, listed in key order, and gone after delete', async () => {
    const table = create();
    await table.put('b', { n: 2 });
    await table.put('a', { n: 1 });
    expect(table.get('a')?.value).toEqual({ n: 1 });
    expect(table.list().map((row) => row.key)).toEqual(['a', 'b']);
    expect(table.list('b').map((row) => row.value.n)).toEqual([2]);
    expect(await table.delete('a')).toBe(true);
    expect(await table.delete('a')).toBe(false);
    expect(table.get('a')).toBeUndefined();
  });

  test('a put that names an old revision is refused', async () => {
    const table = create();
    const first = await table.put('a', { n: 1 }, { ifRevision: 0 });
    await table.put('a', { n: 2 }, { ifRevision: first.revision });
    await expect(table.put('a', { n: 3 }, { ifRevision: first.revision })).rejects.toThrow(
      'was changed by another writer',
    );
    expect(table.get('a')?.value.n).toBe(2);
  });

  test('a watcher hears each write once, and no more after it left', async () => {
    const table = create();
    const heard: unknown[] = [];
    const leave = table.watch((key, row) => heard.push([key, row?.value.n]));
    await table.put('a', { n: 1 });
    await table.delete('a');
    leave();
    await table.put('a', { n: 2 });
    expect(heard).toEqual([
      ['a', 1],
      ['a', undefined],
    ]);
  });
});
