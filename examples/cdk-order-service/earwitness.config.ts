import { defineConfig } from 'earwitness';

// What is deployed is found: cdk.json is here.
export default defineConfig({
  contracts: { lock: 'events.lock.json', types: 'test/events.ts' },
});
