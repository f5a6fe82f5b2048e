import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { ManualClock } from '../test-session.test.ts';
import { pause } from './pause.ts';

test('a pause ends in time, or when its signal aborts, and leaves no listener there', async () => {
  const clock = new ManualClock();
  const closing = new AbortController();
  const { signal } = closing;
  const inTime = pause(200, { clock, signal });
  clock.advance(200);
  await inTime;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const early = pause(200, { clock, signal });
  closing.abort();
  await early;
  await pause(200, { clock, signal });
});
