import { defineConfig } from 'earwitness';

export default defineConfig({
  contracts: { lock: 'events.lock.json', types: 'test/events.ts' },
  stacks: {
    orders: { template: 'template.yaml' },
    momento: {
      template: 'momento-destination.yaml',
      parameters: ({ env, outputs }) => ({
        EventBusName: outputs.orders.EventBusName,
        MomentoEndpoint: env.MOMENTO_HTTP_ENDPOINT,
        MomentoAuthToken: env.MOMENTO_API_KEY,
        CacheName: env.CACHE_NAME,
        TopicName: env.TOPIC_NAME,
      }),
    },
  },
});
