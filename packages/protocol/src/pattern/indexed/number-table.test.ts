import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberTable } from './number-table.ts';

/** Few enough to meet again, with the smallest and the largest, and such as differ only in their highest bits. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 0, max: 40 }).map((high) => high * 2 ** 46 + 1),
  fc.constantFrom(2 ** 26, 2 ** 26 + 1, 2 ** 32, 2 ** 52),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ set: key, item: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ delete: key }) },
);

describe('a table of numbers', () => {
  it('holds what a Map holds, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const [table, map] = [new NumberTable<number>(), new Map<number, number>()];
        for (const one of steps) {
          const changed = 'set' in one ? one.set : one.delete;
          for (const store of [table, map]) 'set' in one ? store.set(changed, one.item) : store.delete(changed);
          expect(table.get(changed)).toBe(map.get(changed));
          expect(table.size).toBe(map.size);
        }
        expect(table.items().sort()).toEqual([...map.values()].sort());
        for (const known of steps.map((one) => ('set' in one ? one.set : one.delete))) {
          expect(table.get(known)).toBe(map.get(known));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds each of 100,000 items, and none after all have gone', () => {
    const table = new NumberTable<number>();
    const keys = Array.from({ length: 100_000 }, (_, index) => (index % 300) * 2 ** 26 + index + 1);
    for (const one of keys) table.set(one, one);
    expect(keys.filter((one) => table.get(one) !== one)).toEqual([]);
    for (const one of keys) table.delete(one);
    expect(keys.filter((one) => table.get(one) !== undefined)).toEqual([]);
    expect(table.size).toBe(0);
  });

  it('answers without an end of its places when other keys come and go for ever', () => {
    const table = new NumberTable<string>();
    table.set(1, 'stays');
    for (let passing = 2; passing < 100_000; passing++) {
      table.set(passing, 'goes');
      table.delete(passing);
    }
    expect([table.get(1), table.get(2), table.items()]).toEqual(['stays', undefined, ['stays']]);
  });
});
