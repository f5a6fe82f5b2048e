import { cloud } from 'earwitness';
import { expect, test } from 'earwitness/vitest';

test('an order that is placed is published', async ({ events }) => {
  const order = await placeOrder('a book');

  await expect(events).toReceive({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id: order.id, name: expect.stringMatching(/book/) },
  });
});

test('nothing is refunded, and the order is published only once', async ({ events }) => {
  const { id } = await placeOrder('a lamp');

  await expect(events).toReceive({ 'detail-type': 'OrderCreated', detail: { id } });
  await expect(events).toReceiveTimes(1, { 'detail-type': 'OrderCreated', detail: { id } }, { timeoutMs: 500 });
  await expect(events).not.toReceive({ 'detail-type': 'OrderRefunded' }, { timeoutMs: 500 });
});

test('what another system publishes on the bus is heard, too', async ({ events }) => {
  const bus = process.env['EVENT_BUS_NAME'] as string;
  const { id } = await cloud.send({ source: 'Billing', 'detail-type': 'InvoicePaid', detail: { amount: 30 }, bus });

  await expect(events).toReceive({ id, source: 'Billing', detail: { amount: 30 } });
});

async function placeOrder(name: string): Promise<{ id: string }> {
  const response = await fetch(process.env['API_URL'] as string, { method: 'POST', body: JSON.stringify({ name }) });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string };
}
