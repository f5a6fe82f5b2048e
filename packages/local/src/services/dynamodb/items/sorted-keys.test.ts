import { expect, test } from 'vitest';
import { SortedKeys } from './sorted-keys.ts';

/** Numbers that look random and are the same in every run. */
function numbers(count: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 5000;
  });
}

test('keys come in order, backwards, and in ranges, however they were added and removed', () => {
  const keys = new SortedKeys();
  const known = new Set<string>();
  for (const [index, number] of numbers(9000).entries()) {
    const key = String(number).padStart(4, '0');
    if (index % 3 === 2) {
      keys.delete(key);
      known.delete(key);
    } else {
      keys.add(key);
      known.add(key);
    }
  }
  const sorted = [...known].sort();
  const all = { from: '', until: undefined };
  expect(keys.size).toBe(sorted.length);
  expect([...keys.read(all)]).toEqual(sorted);
  expect([...keys.read(all, false)]).toEqual(sorted.toReversed());
  for (const [from, until] of [
    ['1000', '2000'],
    ['0', '0001'],
    ['4999', '9'],
    ['2500', '2500'],
  ] as const) {
    const within = sorted.filter((key) => key >= from && key < until);
    expect([...keys.read({ from, until })]).toEqual(within);
    expect([...keys.read({ from, until }, false)]).toEqual(within.toReversed());
  }
});

test('where there are no keys, none are read', () => {
  expect([...new SortedKeys().read({ from: '', until: undefined }, false)]).toEqual([]);
});
