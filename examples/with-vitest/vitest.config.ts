import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The local cloud starts with the run, so that one test started from an editor has it too.
    globalSetup: 'earwitness/global-setup',
    // More than any wait takes, also on a busy machine: a failing wait is to tell its own story.
    testTimeout: 20_000,
  },
});
