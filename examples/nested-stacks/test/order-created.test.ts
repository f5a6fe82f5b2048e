import { subscribe } from 'earwitness';
import { expect, test } from 'vitest';

test('creating an order publishes OrderCreated', async () => {
  await using events = await subscribe();
  const response = await fetch(`${process.env['API_URL']}`, {
    method: 'POST',
    body: JSON.stringify({ name: 'test order' }),
  });
  expect(response.status).toBe(201);
  const { id } = (await response.json()) as { id: string };

  await events.waitForMessageMatching({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id, name: 'test order' },
  });
});
