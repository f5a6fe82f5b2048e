// Shards that are split and merged. Sources: Kinesis API reference, UpdateShardCount; botocore, kinesis, Shard.
import { expect, test } from 'vitest';
import { isOpen, openShards, reshard, type Shard } from './shard.ts';

const change = (shards: readonly Shard[], count: number) => reshard(shards, count, { ends: new Map(), at: 1 });
const rangesOf = (shards: readonly Shard[]) =>
  shards
    .filter(isOpen)
    .map(({ from, to }) => `${from}-${to}`)
    .toSorted();

test('whatever the number, the open shards share all hash keys, and each has two parents at most', () => {
  for (let before = 1; before <= 9; before++) {
    for (let after = 1; after <= 18; after++) {
      const all = change(openShards(before, { first: 0, at: 0 }), after);
      expect(rangesOf(all)).toEqual(rangesOf(openShards(after, { first: 0, at: 0 })));
      for (const [index, { number, parents = [] }] of all.entries()) {
        expect(number).toBe(index);
        expect(parents.length).toBeLessThanOrEqual(2);
        for (const parent of parents) expect(all[parent]?.closedAfter).toBeDefined();
      }
    }
  }
});

test('every old shard that a new one overlaps is among those before it', () => {
  const old = openShards(5, { first: 0, at: 0 });
  const all = change(old, 3);
  const before = (number: number): number[] =>
    (all[number]?.parents ?? []).flatMap((parent) => [parent, ...before(parent)]);
  const overlapped = all.filter(isOpen).map(({ number }) => before(number).filter((one) => one < 5));
  expect(overlapped.map((numbers) => [...new Set(numbers)].toSorted())).toEqual([
    [0, 1],
    [1, 2, 3],
    [3, 4],
  ]);
});

test('the same number of shards changes nothing', () => {
  const old = openShards(4, { first: 0, at: 0 });
  expect(change(old, 4)).toEqual(old);
});
