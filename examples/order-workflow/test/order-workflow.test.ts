import { randomUUID } from 'node:crypto';
import { cloud, execution, subscribe } from 'earwitness';
import { afterEach, describe, expect, test } from 'vitest';

const newItem = () => `chair-${randomUUID()}`;
const reservations = cloud.items(process.env['RESERVATIONS_TABLE'] ?? '');

/** The API starts the workflow itself and answers with the execution's ARN, which ends in the order's id. */
async function placeOrder(order: { item: string; total: number }) {
  const response = await fetch(`${process.env['API_URL']}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  expect(response.status).toBe(200);
  const { executionArn } = (await response.json()) as { executionArn: string };
  return { executionArn, id: executionArn.split(':').at(-1) };
}

test('an order is reserved, paid and shipped, and its customer hears of it', async () => {
  await using events = await subscribe();
  const item = newItem();
  const { executionArn, id } = await placeOrder({ item, total: 12.5 });

  await events.waitForMessageMatching(
    {
      source: 'OrderWorkflow',
      'detail-type': 'OrderPlaced',
      detail: { id, order: { item }, parcel: `parcel-of-${id}` },
    },
    { timeoutMs: 20_000 },
  );
  const { path } = await execution(executionArn);
  expect(path).toEqual(['Reserve', 'Pay', 'Ship', 'OrderPlaced']);
  expect(await reservations.get({ id: item })).toEqual({ id: item, orderId: id });
});

// No test can have a payment provider say no, or nothing: here the test answers in its place.
describe.skipIf(!process.env['EARWITNESS_URL'])('the payment provider', () => {
  afterEach(() => cloud.mockTasks('OrderWorkflow', {}));

  test('declines: the reservation is taken away again, and the customer hears that the order failed', async () => {
    await cloud.mockTasks('OrderWorkflow', { Pay: { Throw: { Error: 'PaymentDeclined', Cause: 'No money.' } } });
    await using events = await subscribe();
    const item = newItem();
    const { executionArn, id } = await placeOrder({ item, total: 12.5 });

    await events.waitForMessageMatching({
      'detail-type': 'OrderFailed',
      detail: { id, order: { item }, reason: 'PaymentDeclined' },
    });
    const { path, error, cause } = await execution(executionArn, { status: 'FAILED' });
    expect(path).toEqual(['Reserve', 'Pay', 'Release', 'OrderFailed', 'Failed']);
    expect({ error, cause }).toEqual({ error: 'PaymentDeclined', cause: 'No money.' });
    expect(await reservations.get({ id: item })).toBeUndefined();
  });

  test('is away: it is asked again after one minute and after two more, and the order is shipped', async () => {
    const away = { Throw: { Error: 'PaymentUnavailable', Cause: '503' } };
    await cloud.mockTasks('OrderWorkflow', { Pay: [away, away, { Return: { Payload: { payment: 'p-1' } } }] });
    await using events = await subscribe();
    const { executionArn, id } = await placeOrder({ item: newItem(), total: 12.5 });

    await cloud.advance(3 * 60_000);
    await events.waitForMessageMatching({ 'detail-type': 'OrderPlaced', detail: { id } });
    const { path } = await execution(executionArn);
    expect(path).toEqual(['Reserve', 'Pay', 'Ship', 'OrderPlaced']);
  });
});
