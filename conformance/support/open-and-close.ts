// A process of its own that opens a subscription over each transport, hears one message, closes it and has nothing more to do: it has
// to end by itself, while the services go on. The environment says where they are; nothing here ends the process.
import { createSqsTransport, type SubscribeOptions, subscribe } from 'earwitness';

const wires: readonly SubscribeOptions[] = [
  { transport: 'momento' },
  { transport: 'momento-http' },
  { transport: createSqsTransport({ queueUrl: `${process.env['QUEUE_URL']}` }) },
  { topicArns: [`${process.env['TOPIC_ARN']}`] },
  { transport: 'appsync-events', topic: 'default/e2e' },
];
for (const wire of wires) {
  const events = await subscribe({ ...wire, timeoutMs: 20_000 });
  console.log('open');
  await events.waitFor(1);
  await events.unsubscribe();
}
console.log('closed');
