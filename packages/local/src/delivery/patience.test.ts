import { expect, test } from 'vitest';
import { Patience } from './patience.ts';

test('a target that hangs is waited for half as long each time, one that answers in full again', () => {
  const patience = new Patience();
  const waits = [1, 2, 3, 4, 5].map(() => {
    const waitMs = patience.for('hangs');
    patience.learn('hangs', { waitMs, timedOut: true });
    return waitMs;
  });
  expect(waits).toEqual([250, 125, 62.5, 31.25, 25]);
  expect(patience.for('another')).toBe(250);
  patience.learn('hangs', { waitMs: 25, timedOut: false });
  expect(patience.for('hangs')).toBe(250);
});

test('attempts that hang at the same time count as one', () => {
  const patience = new Patience();
  for (const waitMs of [1, 2, 3].map(() => patience.for('hangs'))) patience.learn('hangs', { waitMs, timedOut: true });
  expect(patience.for('hangs')).toBe(125);
});
