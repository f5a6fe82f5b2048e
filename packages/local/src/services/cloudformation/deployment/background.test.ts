import { expect, test } from 'vitest';
import { createPromise } from '../../../backbone/shared/promise.ts';
import { createClock } from '../../../clock/clock.ts';
import { createJournal } from '../../../journal/journal.ts';
import { createBackground } from './background.ts';

test('the end of one run on a stack is not taken for that of the next', async () => {
  const clock = createClock({ frozenAt: 0 });
  const background = createBackground({ clock, journal: createJournal(clock) });
  const second = createPromise<void>();
  background.start('orders', async () => {});
  // Before the first one's end is noted.
  background.start('orders', () => second.promise);
  await new Promise((resolve) => setImmediate(resolve));
  const order: string[] = [];
  const rested = background.rest('orders', 3000).then(() => order.push('at rest'));
  await new Promise((resolve) => setImmediate(resolve));
  order.push('ended');
  second.resolve();
  await rested;
  expect(order).toEqual(['ended', 'at rest']);
});
