import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createIds } from './ids.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size;
}

test('a UUID takes the memory of its 36 characters, not that of the pieces it was joined of', () => {
  const ids = createIds();
  const kept = Array.from({ length: 20_000 }, () => '');
  for (let n = 0; n < 100; n++) kept[n] = ids.uuid();
  const before = heapBytes();
  for (let n = 0; n < kept.length; n++) kept[n] = ids.uuid();
  expect((heapBytes() - before) / kept.length).toBeLessThan(100);
  expect(new Set(kept).size).toBe(kept.length);
});
