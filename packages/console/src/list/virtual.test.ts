import { expect, test } from 'vitest';
import { windowOf } from './virtual.ts';

const list = { count: 10_000, rowPx: 30 };

test('of a long list those rows are drawn that can be seen, and ten around them', () => {
  expect(windowOf({ scrollTop: 30_000, heightPx: 600 }, list)).toEqual({ from: 990, to: 1030 });
});

test('at its ends the list has no rows beyond', () => {
  expect(windowOf({ scrollTop: 0, heightPx: 600 }, list)).toEqual({ from: 0, to: 30 });
  expect(windowOf({ scrollTop: 299_400, heightPx: 600 }, list)).toEqual({ from: 9970, to: 10_000 });
});

test('a list that has become shorter than where the reader is draws nothing, and an empty one too', () => {
  expect(windowOf({ scrollTop: 30_000, heightPx: 600 }, { count: 3, rowPx: 30 })).toEqual({ from: 3, to: 3 });
  expect(windowOf({ scrollTop: 0, heightPx: 600 }, { count: 0, rowPx: 30 })).toEqual({ from: 0, to: 0 });
});
