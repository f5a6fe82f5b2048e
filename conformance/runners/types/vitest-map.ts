// A project in vitest that has declared its events once: fixture and matchers know them. Never run.
import type {} from 'earwitness';
import { expect, test } from 'earwitness/vitest';

declare module 'earwitness' {
  interface EventMap {
    OrderService: { OrderCreated: { id: string; total: number }; OrderShipped: { id: string; carrier: string } };
  }
}

test('the fixture knows the events of the project', async ({ events }) => {
  const shipped = await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' });
  await expect(events).toReceive({ source: 'OrderService', detail: { carrier: shipped.detail.carrier } });
  // @ts-expect-error no such type
  await expect(events).toReceive({ source: 'OrderService', 'detail-type': 'OrderCreatd' });
  // @ts-expect-error no such source
  await events.expectNone({ source: 'OrderServise' });
});
