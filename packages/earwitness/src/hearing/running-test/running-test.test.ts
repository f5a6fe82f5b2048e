import { beforeEach, describe, expect, test } from 'vitest';
import { findRunningTest, type RunningTest } from './running-test.ts';

let inHook: RunningTest | undefined;
beforeEach(() => {
  inHook = findRunningTest();
});

describe('of vitest', () => {
  test('the test that runs is known by its title, file and time', { timeout: 54_321 }, ({ task, signal }) => {
    const running = findRunningTest();
    expect(running).toMatchObject({
      title: 'of vitest > the test that runs is known by its title, file and time',
      file: expect.stringMatching(/running-test\.test\.ts$/),
      beganAt: expect.any(Number),
      timeoutMs: 54_321,
      isConcurrent: false,
    });
    expect(running?.identity).toBe(task);
    expect(running?.signal).toBe(signal);
  });

  // A hook has its own time, `hookTimeout`: the test's would end its waits too early.
  test('in a hook the title is known, and no time', { timeout: 54_321 }, () => {
    expect(inHook).toMatchObject({ title: 'of vitest > in a hook the title is known, and no time' });
    expect(inHook?.timeoutMs).toBe(undefined);
  });
});

// Vitest's worker has the one that began last, and its title and time would be told of all.
describe.concurrent('tests side by side', () => {
  test.each(['one', 'another'])('which of them asks is unknown: %s', () => {
    expect(findRunningTest()).toEqual({ isConcurrent: true });
  });
});
