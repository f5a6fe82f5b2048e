// What TypeScript knows of the kit in node:test, and of a project that has declared its events once. Never run.
import test from 'node:test';
import { type AnyEvents, type Subscription, subscribe } from 'earwitness';
import { subscribeIn } from 'earwitness/node';

declare module 'earwitness' {
  interface EventMap {
    OrderService: { OrderCreated: { id: string; total: number }; OrderShipped: { id: string; carrier: string } };
  }
}

test('the events of the project are known everywhere', async (t) => {
  const events: Subscription = await subscribeIn(t, { timeoutMs: 100 });
  const shipped = await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' }, { signal: t.signal });
  const carrier: string = shipped.detail.carrier;
  await events.waitForMessageMatching({ detail: { carrier } });
  // @ts-expect-error no such type
  await events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreatd' });
  // @ts-expect-error the total is a number
  await events.expectNone({ 'detail-type': 'OrderCreated', detail: { total: '1' } });
  // @ts-expect-error no such option
  await subscribeIn(t, { timeout: 100 });
  // @ts-expect-error not a test's context
  await subscribeIn({});
});

test('any events, where a map is declared', async () => {
  await using events = await subscribe<AnyEvents>();
  await events.waitForMessageMatching({ source: 'SomebodyElse', detail: { anything: 1 } });
});
