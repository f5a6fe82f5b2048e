// Playwright: `test` with a fixture `events`, `expect` with the matchers. A page's click and the event it causes in one
// test.
import { test as base, expect as baseExpect, type TestInfo } from '@playwright/test';
import { wallClock } from '../hearing/clock.ts';
import { type RunningTest, tellRunningTest } from '../hearing/running-test/running-test.ts';
import type { SubscribeOptions } from '../settings.ts';
import { subscribeIn } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';
import { matchers } from './matchers.ts';

/** What `test` adds. */
export interface EarwitnessFixtures {
  /** Options of the subscription; set them with `test.use({ subscribeOptions: … })`. */
  readonly subscribeOptions: SubscribeOptions;
  /** A subscription of this test's own, opened before it and closed after it. */
  readonly events: Subscription;
}

/**
 * Playwright's `test` with the fixture `events`.
 * @example
 * import { expect, test } from 'earwitness/playwright';
 *
 * test('buying publishes an order', async ({ page, events }) => {
 *   await page.getByRole('button', { name: 'Buy' }).click();
 *   await expect(events).toReceive({ 'detail-type': 'OrderCreated' });
 * });
 */
export const test = base.extend<EarwitnessFixtures>({
  subscribeOptions: [{}, { option: true }],
  events: async ({ subscribeOptions }, use, info) => {
    // Playwright's limit of the test runs already, since before the fixtures that were made first.
    const startedAt = wallClock.now();
    const events = await subscribeIn(subscribeOptions, () => ({ ...testOf(info), startedAt }));
    await use(events);
    await events.unsubscribe();
  },
});

tellRunningTest(() => {
  try {
    return testOf(base.info());
  } catch {
    // Outside of a test.
    return undefined;
  }
});

function testOf(info: TestInfo): RunningTest {
  const { file, titlePath, timeout } = info;
  return {
    // The first is the file.
    title: titlePath.slice(1).join(' > '),
    file,
    // Each worker is a process that runs one test at a time.
    isConcurrent: false,
    isOver: () => info.status === 'timedOut',
    // Playwright shows what the test throws after its time as well.
    print: () => undefined,
    ...(timeout > 0 && { timeoutMs: timeout }),
  };
}

/** Playwright's `expect` with the matchers. */
export const expect = baseExpect.extend(matchers);
