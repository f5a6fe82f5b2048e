import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterEach, expect, test } from 'vitest';
import { listed, neighboursOf } from './listed.ts';
import { memory } from './live.ts';

const call = { kind: 'call', service: 's3', operation: 'GetObject', account: '0', region: 'r', durationMs: 1 } as const;
const [first, second, third] = [1, 2, 3].map((seq) => {
  const row = memory.take({ ...call, requestId: `r-${seq}`, status: 404, seq, at: seq } as Fact);
  if (!row) throw new Error('no row');
  return row;
});

afterEach(() => {
  listed.value = [];
});

test('the neighbours of a row are those of the list as it was filtered', () => {
  if (!first || !third) throw new Error('no rows');
  listed.value = [first, third];
  expect(neighboursOf(third)).toEqual({ newer: undefined, older: first, isListed: true });
});

test('of a row that the list did not have, they are those of the memory', () => {
  if (!second) throw new Error('no row');
  expect(neighboursOf(second)).toEqual({ newer: third, older: first, isListed: false });
});
