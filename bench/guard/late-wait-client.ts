// Hears many messages, then waits for as many of them as it is told, one after the other.
import { percentile } from '../measure.ts';

const MESSAGES = 50_000;

const { MemoryTopic, subscribe } = await import(process.argv[2] ?? '');
const topic = new MemoryTopic();
const events = await subscribe({ transport: topic, keep: MESSAGES });
const idOf = (n: number) => `01HF3QZ2Z${n}`;
for (let n = 0; n < MESSAGES; n++) {
  topic.publish(
    JSON.stringify({
      version: '0',
      id: `6f1c0b5e-0000-4000-8000-${String(n).padStart(12, '0')}`,
      source: 'OrderService',
      'detail-type': 'OrderCreated',
      account: '123456789012',
      time: '2026-11-22T14:02:07Z',
      region: 'eu-west-1',
      resources: [],
      detail: { id: idOf(n), name: 'test order', total: 42, customer: { id: 'c-1', city: 'Wien' } },
    }),
  );
}

let next = 0;
process.on('message', async (waits) => {
  const times: number[] = [];
  for (let n = 0; n < Number(waits); n++) {
    next = (next + 7919) % MESSAGES;
    const began = performance.now();
    await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id: idOf(next) } });
    times.push((performance.now() - began) * 1000);
  }
  process.send?.({ p50: percentile(times, 0.5) });
});
process.send?.({});
