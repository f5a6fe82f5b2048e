import { defineConfig } from 'vitest/config';

// Tests run on the sources: the condition makes every package resolve to src/, so nothing has to be built first.
const conditions = ['@earwitness/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'conformance/**/*.test.ts'],
    setupFiles: ['./scripts/vitest-setup.ts'],
    restoreMocks: true,
  },
});
