import { expect, use } from 'chai';
import { subscribe } from 'earwitness';
import { earwitness } from 'earwitness/chai';

use(earwitness);

describe('orders', () => {
  let events;

  before(async () => {
    events = await subscribe();
  });

  after(() => events.unsubscribe());

  it('publishes an order that is placed', async () => {
    const response = await fetch(process.env.API_URL, { method: 'POST', body: JSON.stringify({ name: 'a book' }) });
    const { id } = await response.json();

    await expect(events).to.receive({
      source: 'OrderService',
      'detail-type': 'OrderCreated',
      detail: { id, name: 'a book' },
    });
  });
});
