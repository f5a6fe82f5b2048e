// Playwright: `test` with a fixture `events`, `expect` with the matchers. A page's click and the event it causes in one
// test.
import { test as base, expect as baseExpect } from '@playwright/test';
import type { SubscribeOptions } from '../settings.ts';
import { subscribe } from '../subscribe.ts';
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
  events: async ({ subscribeOptions }, use) => {
    const events = await subscribe(subscribeOptions);
    await use(events);
    await events.unsubscribe();
  },
});

/** Playwright's `expect` with the matchers. */
export const expect = baseExpect.extend(matchers);
