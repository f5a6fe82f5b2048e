import { expect, test } from 'vitest';
import { Newest } from './newest.ts';

test('at least the newest entries are kept, and at most twice as many', () => {
  const newest = new Newest<number, string>(10);
  for (let n = 1; n <= 35; n++) newest.set(n, `value ${n}`);
  const kept = Array.from({ length: 35 }, (_, index) => newest.get(index + 1));
  expect(kept.slice(-10)).toEqual(Array.from({ length: 10 }, (_, index) => `value ${26 + index}`));
  expect(kept.filter((value) => value !== undefined).length).toBeLessThanOrEqual(20);
});
