import { expect, test, vi } from 'vitest';

/** The wall clock on faked timers: it takes the globals' functions when it is loaded. */
async function loadClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.resetModules();
  const { wallClock } = await import('./clock.ts');
  return wallClock;
}

const DAY_MS = 86_400_000;

// Node, and these timers with it, make 1 ms of a longer delay than 2^31-1 ms (24.8 days):
// https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
test('a delay longer than any timer runs when it is over, and not before', async () => {
  const clock = await loadClock();
  const ran: string[] = [];
  clock.after(2 ** 31 - 1, () => ran.push('the longest timer'));
  clock.after(60 * DAY_MS, () => ran.push('60 days'));
  clock.after(Number.POSITIVE_INFINITY, () => ran.push('never'));
  vi.advanceTimersByTime(2 ** 31 - 2);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(['the longest timer']);
  vi.advanceTimersByTime(60 * DAY_MS - 2 ** 31);
  expect(ran).toEqual(['the longest timer']);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(['the longest timer', '60 days']);
  vi.useRealTimers();
});

test('a long delay is called off in any of its timers', async () => {
  const clock = await loadClock();
  const ran: string[] = [];
  const callOff = clock.after(60 * DAY_MS, () => ran.push('60 days'));
  vi.advanceTimersByTime(30 * DAY_MS);
  callOff();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(ran).toEqual([]);
  vi.useRealTimers();
});
