// What TypeScript knows of the kit in vitest. Never run: checked against the types of vitest 3.2, 4 and 5.
import { type Subscription, subscribe } from 'earwitness';
import { type EventAssertion, expect, test } from 'earwitness/vitest';
import { test as ownTest, expect as vitestExpect } from 'vitest';
import type { Orders, schema } from './orders.ts';

test('the fixture and the matchers', async ({ events }) => {
  const held: Subscription = events;
  const promise: Promise<void> = expect(events).toReceive({
    source: 'OrderService',
    detail: { id: expect.any(String) },
  });
  await promise;
  await expect(held).not.toReceive(/Refunded/, { timeoutMs: 10, strict: true });
  await expect(events).toReceiveTimes(2, { 'detail-type': 'OrderPaid' });
  await expect(events).toReceiveInOrder([{ 'detail-type': 'OrderCreated' }, (event) => event.detail['total'] === 1]);
  await expect(events).toReceiveMatching({} as typeof schema);
  expect(events).toBeDefined();
  expect(events.messages()).toHaveLength(1);
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
  // @ts-expect-error not a subscription
  await expect('events').toReceive({ source: 'OrderService' });
});

test.extend({ subscribeOptions: { topic: 'orders', timeoutMs: 100 } })('options of the fixture', async ({ events }) => {
  await expect(events).toReceive({ source: 'OrderService' });
});

ownTest('the matchers of vitest’s own expect know the map of a subscription', async ({ expect: local }) => {
  await using events = await subscribe<Orders>();
  await vitestExpect(events).toReceive({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id: /^01/ },
  });
  await local(events).not.toReceive({ 'detail-type': 'OrderShipped', detail: { carrier: 'post' } });
  // @ts-expect-error no such source
  await vitestExpect(events).toReceive({ source: 'OrderServise' });
  // @ts-expect-error no such type
  await local(events).not.toReceive({ source: 'OrderService', 'detail-type': 'OrderCreatd' });
  // @ts-expect-error the carrier is a text
  await vitestExpect(events).toReceiveTimes(1, { 'detail-type': 'OrderShipped', detail: { carrier: 1 } });
  const assertion: EventAssertion<Orders> = vitestExpect(events);
  await assertion.toReceiveInOrder([{ 'detail-type': 'OrderCreated' }, { 'detail-type': 'OrderShipped' }]);
});
