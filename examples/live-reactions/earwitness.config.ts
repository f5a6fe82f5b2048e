import { defineConfig } from 'earwitness';

// Nothing of AWS: the pages need a topic alone.
export default defineConfig({ stacks: {} });
