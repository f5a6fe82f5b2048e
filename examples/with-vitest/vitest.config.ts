import { defineConfig } from 'vitest/config';

// The local cloud starts with the run, so that one test started from an editor has it too.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], globalSetup: 'earwitness/global-setup' } });
