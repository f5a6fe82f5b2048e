// Bundles the local cloud as a library over what tsc wrote: `import '@earwitness/local'` reads one file in place of seven hundred. What is
// read when it is first needed (a service's models, a YAML reader) stays in chunks of its own.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleDoors } from './one-chunk.mjs';

const folder = fileURLToPath(new URL('../packages/local', import.meta.url));
const { exports: doors, dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

await bundleDoors(folder, {
  doors: { index: doors['.']['@earwitness/source'] },
  chunk: 'local',
  // Values of the protocol are bundled; its types are imported.
  external: Object.keys(dependencies).filter((name) => name !== '@earwitness/protocol'),
});
