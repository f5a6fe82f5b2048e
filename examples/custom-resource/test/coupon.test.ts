import { subscribe } from 'earwitness';
import { expect, test } from 'vitest';

test('an order carries the coupon that the custom resource has drawn', async () => {
  await using events = await subscribe();
  const response = await fetch(`${process.env['API_URL']}`, {
    method: 'POST',
    body: JSON.stringify({ name: 'test order' }),
  });
  expect(response.status).toBe(201);
  const { id } = (await response.json()) as { id: string };

  const { detail } = await events.waitForMessageMatching({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id, coupon: process.env['COUPON_CODE'] },
  });
  expect(detail).toMatchObject({ coupon: expect.stringMatching(/^SPRING-\d{4}$/) });
});
