import { type Subscription, subscribe } from 'earwitness';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventMap } from './events.ts';

let events: Subscription<EventMap>;

beforeAll(async () => {
  events = await subscribe<EventMap>();
});

afterAll(async () => {
  await events.unsubscribe();
});

test('creating an order publishes OrderCreated', async () => {
  const response = await fetch(process.env['API_URL'] as string, {
    method: 'POST',
    body: JSON.stringify({ name: 'test order' }),
  });
  const order = (await response.json()) as { id: string; name: string };
  expect(response.status).toBe(201);

  await events.waitForMessageMatching({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id: order.id, name: 'test order' },
  });
});
