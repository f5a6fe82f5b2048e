// Posts as many orders to API_URL as it is told, and awaits the event of each with the given test kit: POST → API Gateway → function →
// PutEvents → rule → API destination → topic → subscription.
import { percentile } from '../measure.ts';

const { subscribe } = await import(process.argv[2] ?? '');
const events = await subscribe();

async function order(): Promise<number> {
  const began = performance.now();
  const response = await fetch(process.env['API_URL'] ?? '', {
    method: 'POST',
    body: JSON.stringify({ name: 'test order' }),
  });
  const { id } = JSON.parse(await response.text());
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id } });
  return performance.now() - began;
}

process.on('message', async (orders) => {
  const times: number[] = [];
  for (let n = 0; n < Number(orders); n++) times.push(await order());
  process.send?.({ p50: percentile(times, 0.5), p99: percentile(times, 0.99) });
});
process.send?.({});
