// What keeps a process alive is asked of Node: https://nodejs.org/api/process.html#processgetactiveresourcesinfo
import { expect, test } from 'vitest';
import { openTestSession } from '../test-session.test.ts';
import { wallClock } from './clock.ts';
import { keepProcessAlive } from './keep-process-alive.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a timer keeps the process alive until it is called off; one in the background never does', () => {
  const before = timers();
  const callOff = wallClock.after(100_000, () => undefined);
  const callOffOther = wallClock.after(100_000, () => undefined, { background: true });
  expect(timers()).toBe(before + 1);
  callOff();
  callOffOther();
  expect(timers()).toBe(before);
});

test.each(['fulfilled', 'rejected'] as const)('work keeps the process alive until it is %s', async (how) => {
  const before = timers();
  let end = () => {};
  const work = new Promise<void>((resolve, reject) => {
    end = how === 'fulfilled' ? resolve : () => reject(new Error('no'));
  });
  const kept = keepProcessAlive(work);
  expect(timers()).toBe(before + 1);
  end();
  expect(await Promise.allSettled([kept])).toMatchObject([{ status: how }]);
  expect(timers()).toBe(before);
});

test('a loop over a subscription keeps the process alive while it waits for the next message', async () => {
  const { events, topic } = await openTestSession();
  const before = timers();
  const loop = events[Symbol.asyncIterator]();
  const next = loop.next();
  await Promise.resolve();
  expect(timers()).toBe(before + 1);
  topic.publish({ n: 1 });
  expect(await next).toEqual({ done: false, value: { n: 1 } });
  expect(timers()).toBe(before);
});
