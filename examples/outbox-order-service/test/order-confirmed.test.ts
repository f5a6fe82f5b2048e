import { subscribe } from 'earwitness';
import { expect, test } from 'vitest';

test('an order that is placed is confirmed, with what its row says', async () => {
  await using events = await subscribe();
  const response = await fetch(`${process.env['API_URL']}/orders`, {
    method: 'POST',
    body: JSON.stringify({ customer: 'Ann', total: 12.5 }),
  });
  expect(response.status).toBe(201);
  const { id } = (await response.json()) as { id: string };

  await events.waitForMessageMatching(
    { source: 'OrderFlow', 'detail-type': 'OrderConfirmed', detail: { id, customer: 'Ann', total: 12.5 } },
    { timeoutMs: 20_000 },
  );
});
