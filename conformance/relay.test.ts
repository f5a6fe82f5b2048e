// Buses that no stack relays: `local.relay()` makes them heard.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { startLocal } from '@earwitness/local';
import { subscribe } from 'earwitness';
import { expect, test } from 'vitest';

test('relay() makes every event of every bus heard on the topic', async () => {
  await using local = await startLocal();
  await local.deploy({
    name: 'orders',
    template: 'Resources: { Bus: { Type: AWS::Events::EventBus, Properties: { Name: orders } } }',
  });
  expect(await local.relay()).toEqual(['default', 'orders']);
  const {
    MOMENTO_API_KEY: apiKey,
    MOMENTO_HTTP_ENDPOINT: httpEndpoint,
    CACHE_NAME: cache,
    TOPIC_NAME: topic,
  } = local.env;
  await using events = await subscribe({
    transport: 'momento-http',
    apiKey,
    httpEndpoint,
    cache,
    topic,
    timeoutMs: 10_000,
  });
  const client = new EventBridgeClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const entry = (EventBusName: string) => ({ EventBusName, Source: 'shop', DetailType: EventBusName, Detail: '{}' });
  await client.send(new PutEventsCommand({ Entries: [entry('default'), entry('orders')] }));
  await Promise.all([
    events.waitForMessageMatching({ 'detail-type': 'default' }),
    events.waitForMessageMatching({ 'detail-type': 'orders' }),
  ]);
  expect(await local.environment()).toMatchObject({
    DEAD_LETTER_QUEUE_URL: expect.stringContaining('earwitness-relay'),
  });
  client.destroy();
});
