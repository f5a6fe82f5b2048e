// vitest 3.2, 4 and 5: importing this file (in `setupFiles`, or in a test) gives `expect` the matchers and their types;
// `test` is vitest's own with a fixture `events`. The types add a signature to `expect` instead of members to
// `Matchers`, whose type parameters vitest 5 changed: interfaces whose parameters differ do not merge.
import { type Assertion, test as base, expect, type TestAPI } from 'vitest';
import { wallClock } from '../hearing/clock.ts';
import { vitestTest } from '../hearing/running-test/running-test.ts';
import type { SubscribeOptions } from '../settings.ts';
import { subscribeIn } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';
import { matchers, type ReceiveMatchers } from './matchers.ts';

// biome-ignore lint/suspicious/noExplicitAny: the one argument that fits the first parameter of each version
type AnyAssertion = Assertion<any>;

/** What `expect(events)` offers: vitest's assertions and ours, both after `.not` too. */
export type EventAssertion<Events extends object> = AnyAssertion &
  ReceiveMatchers<Events> & { readonly not: AnyAssertion & ReceiveMatchers<Events> };

declare module 'vitest' {
  interface ExpectStatic {
    // biome-ignore lint/style/useShorthandFunctionType: an interface merges with the runner's, a type does not
    <Events extends object>(events: Subscription<Events>, message?: string): EventAssertion<Events>;
  }
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
 * import { expect, test } from 'earwitness/vitest';
 *
 * test('an order is published', async ({ events }) => {
 *   await createOrder();
 *   await expect(events).toReceive({ 'detail-type': 'OrderCreated' });
 * });
 */
export const test: TestAPI<EarwitnessFixtures> = base.extend<EarwitnessFixtures>({
  subscribeOptions: {},
  events: async ({ subscribeOptions, task }, use) => {
    // Vitest's limit of the test runs already, but where a hook asks for the fixture.
    const startedAt = vitestTest(task)?.timeoutMs === undefined ? {} : { startedAt: wallClock.now() };
    const events = await subscribeIn(subscribeOptions, () => ({ ...vitestTest(task), ...startedAt }));
    await use(events);
    await events.unsubscribe();
  },
});

export { expect, matchers, type ReceiveMatchers };
