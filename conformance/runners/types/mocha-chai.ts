// What TypeScript knows of the kit in mocha with chai. Never run.
import { expect, use } from 'chai';
import { subscribe } from 'earwitness';
import { earwitness } from 'earwitness/chai';
import type { Orders, schema } from './orders.ts';

use(earwitness);

it('the assertions', async () => {
  await using events = await subscribe();
  const promise: Promise<void> = expect(events).to.receive({ source: 'OrderService', detail: { id: /^01/ } });
  await promise;
  await expect(events).to.not.receive(/Refunded/, { timeoutMs: 10, strict: true });
  await expect(events).not.to.receive({ source: 'OrderService' });
  await expect(events).to.receiveTimes(2, { 'detail-type': 'OrderPaid' });
  await expect(events).to.receiveInOrder([{ 'detail-type': 'OrderCreated' }, { 'detail-type': 'OrderPaid' }]);
  await expect(events).to.receiveMatching({} as typeof schema);
  expect(events).to.be.an('object');
  expect([1]).to.have.length(1);
  // @ts-expect-error nothing is expected
  await expect(events).to.receive();
  // @ts-expect-error a source is a text
  await expect(events).to.receive({ source: 1 });
  // @ts-expect-error no such option
  await expect(events).to.receive({ source: 'OrderService' }, { timeout: 10 });
  // @ts-expect-error a number, then what is expected
  await expect(events).to.receiveTimes({ source: 'OrderService' }, 2);
  // @ts-expect-error not a subscription
  await expect('events').to.receive({ source: 'OrderService' });
});

it('the map of a subscription', async () => {
  await using events = await subscribe<Orders>();
  await expect(events).to.receive({ 'detail-type': 'OrderShipped', detail: { carrier: 'post' } });
  // @ts-expect-error no such source
  await expect(events).to.not.receive({ source: 'OrderServise' });
});
