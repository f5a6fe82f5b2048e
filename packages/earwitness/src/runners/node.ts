// node:test: a subscription that lives as long as its test. No matchers: node:assert has no way to add any, and the
// verbs reject with the same pages.
import type { TestContext } from 'node:test';
import type { KnownEvents } from '../event.ts';
import type { SubscribeOptions } from '../settings.ts';
import { subscribeIn as subscribeInTest } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';

/**
 * Opens a subscription that is closed after the test; the test's own signal ends the opening.
 * @example
 * import test from 'node:test';
 * import { subscribeIn } from 'earwitness/node';
 *
 * test('an order is published', async (t) => {
 *   const events = await subscribeIn(t);
 *   await createOrder();
 *   await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }, { signal: t.signal });
 * });
 */
export async function subscribeIn<Events extends object = KnownEvents>(
  test: Pick<TestContext, 'after' | 'name' | 'signal'>,
  options: SubscribeOptions = {},
): Promise<Subscription<Events>> {
  const { name: title, signal } = test;
  const running = { title, signal, isOver: () => signal.aborted };
  const events = await subscribeInTest<Events>({ signal, ...options }, () => running);
  test.after(() => events.unsubscribe());
  return events;
}
