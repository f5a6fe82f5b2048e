import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { subscribe } from 'earwitness';

let events;

beforeAll(async () => {
  events = await subscribe();
});

afterAll(() => events.unsubscribe());

test('an order that is placed is published', async () => {
  const response = await fetch(process.env.API_URL, { method: 'POST', body: JSON.stringify({ name: 'a book' }) });
  const { id } = await response.json();

  await expect(events).toReceive({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id, name: expect.stringContaining('book') },
  });
});

test('nothing is refunded', async () => {
  await expect(events).not.toReceive({ 'detail-type': 'OrderRefunded' }, { timeoutMs: 500 });
});
