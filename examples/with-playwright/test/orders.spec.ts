import { expect, test } from 'earwitness/playwright';

test('an order that is placed is published', async ({ request, events }) => {
  const response = await request.post(process.env['API_URL'] as string, { data: { name: 'a book' } });
  const { id } = await response.json();

  await expect(events).toReceive({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id, name: 'a book' },
  });
});
