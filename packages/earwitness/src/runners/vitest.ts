// vitest 3.2 to 4.1: importing this file (in `setupFiles`, or in a test) gives `expect` the matchers and their types; `test` is
// vitest's own with a fixture `events`.
import { test as base, expect } from 'vitest';
import type { SubscribeOptions } from '../settings.ts';
import { subscribe } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';
import { matchers, type ReceiveMatchers } from './matchers.ts';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: interfaces merge only when their type parameters are the same, word for word
  interface Matchers<T = any> extends ReceiveMatchers {}
}

expect.extend(matchers);

/** What `test` adds to a test's context. */
export interface EarwitnessFixtures {
  /** Options of the subscription; set them with `test.override` or `test.extend`. */
  readonly subscribeOptions: SubscribeOptions;
  /** A subscription of this test's own, opened before it and closed after it. */
  readonly events: Subscription;
}

/**
 * vitest's `test` with the fixture `events`.
 * @example
 * test('an order is published', async ({ events }) => {
 *   await createOrder();
 *   await expect(events).toReceive({ 'detail-type': 'OrderCreated' });
 * });
 */
export const test = base.extend<EarwitnessFixtures>({
  subscribeOptions: {},
  events: async ({ subscribeOptions }, use) => {
    const events = await subscribe(subscribeOptions);
    await use(events);
    await events.unsubscribe();
  },
});

export { expect, matchers };
