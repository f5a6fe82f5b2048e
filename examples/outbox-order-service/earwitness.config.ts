import { defineConfig } from 'earwitness';

export default defineConfig({
  stacks: {
    orders: {
      template: 'template.yaml',
      parameters: ({ env }) => ({
        MomentoEndpoint: env.MOMENTO_HTTP_ENDPOINT,
        MomentoAuthToken: env.MOMENTO_API_KEY,
        CacheName: env.CACHE_NAME,
        TopicName: env.TOPIC_NAME,
      }),
    },
  },
});
