import { defineConfig } from 'vitest/config';
const conditions = ['@earwitness/source'];
export default defineConfig({ root: '/work/trees/nats', resolve: { conditions }, ssr: { resolve: { conditions } }, test: { include: ['conformance/e2e/*.test.ts'], testTimeout: 400000, hookTimeout: 60000 } });
