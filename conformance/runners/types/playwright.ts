// What TypeScript knows of the kit in Playwright. Never run.
import type { Subscription } from 'earwitness';
import { expect, test } from 'earwitness/playwright';
import type { schema } from './orders.ts';

test.use({ subscribeOptions: { timeoutMs: 100 } });

test('the fixture and the matchers', async ({ page, request, events }) => {
  await page.goto('/');
  await expect(page).toHaveTitle('Orders');
  await request.post('/orders');
  const held: Subscription = events;
  const promise: Promise<void> = expect(held).toReceive({ source: 'OrderService', detail: { id: /^01/ } });
  await promise;
  await expect(events).not.toReceive(/Refunded/, { timeoutMs: 10, strict: true });
  await expect(events).toReceiveTimes(2, { 'detail-type': 'OrderPaid' });
  await expect(events).toReceiveInOrder([{ 'detail-type': 'OrderCreated' }, { 'detail-type': 'OrderPaid' }]);
  await expect(events).toReceiveMatching({} as typeof schema);
  // @ts-expect-error nothing is expected
  await expect(events).toReceive();
  // @ts-expect-error a source is a text
  await expect(events).toReceive({ source: 1 });
  // @ts-expect-error no such option
  await expect(events).toReceive({ source: 'OrderService' }, { timeout: 10 });
  // @ts-expect-error a number, then what is expected
  await expect(events).toReceiveTimes({ source: 'OrderService' }, 2);
  // @ts-expect-error several steps
  await expect(events).toReceiveInOrder({ source: 'OrderService' });
  // @ts-expect-error not a subscription
  await expect('events').toReceive({ source: 'OrderService' });
  // @ts-expect-error no such option of subscribe()
  test.use({ subscribeOptions: { timeout: 100 } });
});
