import assert from 'node:assert/strict';
import test from 'node:test';
import { subscribeIn } from 'earwitness/node';

test('an order that is placed is published', async (t) => {
  const events = await subscribeIn(t);

  const response = await fetch(process.env.API_URL, { method: 'POST', body: JSON.stringify({ name: 'a book' }) });
  const { id } = await response.json();

  const created = await events.waitForMessageMatching({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id },
  });
  assert.equal(created.detail.name, 'a book');
});
