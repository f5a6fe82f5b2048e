import { defineConfig } from 'earwitness';

// The order service and its ear, as in ../order-service.
export default defineConfig({
  stacks: {
    orders: { template: '../order-service/template.yaml' },
    momento: {
      template: '../order-service/momento-destination.yaml',
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
