import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run on the sources: the condition makes every package resolve to src/, so nothing has to be built first.
const conditions = ['@earwitness/source'];
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // Vitest leaves one core free; of two that would be half, and the end-to-end tests mostly wait.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...sources,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          setupFiles: ['./scripts/vitest-setup.ts'],
        },
      },
      {
        // The same questions through real clients, over the wire, against a local cloud in the test's own process.
        ...sources,
        test: {
          name: 'conformance',
          include: ['conformance/*.test.ts'],
          setupFiles: ['./scripts/vitest-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // What a person does: the built command line, the packed packages, the example projects with their own runners.
        ...sources,
        test: {
          name: 'e2e',
          include: ['conformance/e2e/*.test.ts'],
          setupFiles: ['./scripts/vitest-setup.ts'],
          globalSetup: ['./scripts/vitest-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
