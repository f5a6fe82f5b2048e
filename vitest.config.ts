import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run on the sources: the condition makes every package resolve to src/, so nothing has to be built first.
const conditions = ['@earwitness/source'];
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const setupFiles = ['./scripts/vitest-setup.ts'];
// A limit ends what hangs and says nothing of speed: a test that gets a tenth of a core still passes.
const limits = { testTimeout: 120_000, hookTimeout: 120_000 };
const wideLimits = { testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    // Vitest leaves one core free; of two that would be half, and many tests mostly wait.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // npm test: these three.
      { ...sources, test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], setupFiles, ...limits } },
      // The services once more, on two nodes that share a simulated backbone and take the calls in turn.
      {
        ...sources,
        test: {
          name: 'two-nodes',
          include: ['packages/local/src/services/**/*.test.ts'],
          env: { TWO_NODES_SEED: '1' },
          setupFiles,
          ...limits,
        },
      },
      // The same questions through real clients, over the wire, against a local cloud in the test's own process.
      { ...sources, test: { name: 'conformance', include: ['conformance/*.test.ts'], setupFiles, ...limits } },
      // npm run test:wide. What a person does: the built command line, the packed packages, the example projects with their own
      // runners, a browser, the AWS CLI. And what unit tests try at random, five times as often.
      {
        ...sources,
        test: {
          name: 'wide',
          include: ['conformance/e2e/*.test.ts', 'packages/protocol/src/pattern/properties.test.ts'],
          setupFiles,
          globalSetup: ['./scripts/vitest-build.ts'],
          env: { PATTERN_PAIRS: '20000' },
          ...wideLimits,
        },
      },
    ],
  },
});
