import { defineConfig } from '@playwright/test';

// The local cloud starts with the run, so that one test started from an editor has it too.
export default defineConfig({ testDir: 'test', reporter: 'list', globalSetup: 'earwitness/global-setup' });
