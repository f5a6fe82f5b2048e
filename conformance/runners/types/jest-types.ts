import 'earwitness/jest';
import { subscribe } from 'earwitness';
import type { Orders, schema } from './orders.ts';

test('the matchers', async () => {
  await using events = await subscribe();
  const promise: Promise<void> = expect(events).toReceive({
    source: 'OrderService',
    detail: { id: expect.any(String) },
  });
  await promise;
  await expect(events).not.toReceive(/Refunded/, { timeoutMs: 10, strict: true });
  await expect(events).toReceiveTimes(2, { 'detail-type': 'OrderPaid' });
  await expect(events).toReceiveInOrder([{ 'detail-type': 'OrderCreated' }, { 'detail-type': 'OrderPaid' }]);
  await expect(events).toReceiveMatching({} as typeof schema);
  expect(events).toBeDefined();
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
  // @ts-expect-error no schema
  await expect(events).toReceiveMatching('OrderCreated');
});

test('the map of a subscription', async () => {
  await using events = await subscribe<Orders>();
  await expect(events).toReceive({ source: 'OrderService', 'detail-type': 'OrderCreated', detail: { id: /^01/ } });
  await expect(events).not.toReceive({ 'detail-type': 'OrderShipped', detail: { carrier: 'post' } });
  // @ts-expect-error no such source
  await expect(events).toReceive({ source: 'OrderServise' });
  // @ts-expect-error the carrier is a text
  await expect(events).not.toReceive({ 'detail-type': 'OrderShipped', detail: { carrier: 1 } });
});
