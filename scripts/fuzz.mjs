// npm run fuzz [-- --seed n --inputs n --only n --door name]: builds the packages, bundles conformance/fuzz and runs it on the built
// packages, which is what people run. See conformance/fuzz/README.md.
import { execSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Where the bundles stand: within the project, so that packages are found. */
const COMPILED = '.fuzz';

execSync('node_modules/.bin/tsc -b', { stdio: 'inherit' });
rmSync(COMPILED, { recursive: true, force: true });
await build({
  entryPoints: ['conformance/fuzz/main.ts', 'conformance/fuzz/cloud.ts'],
  outdir: COMPILED,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  outExtension: { '.js': '.mjs' },
});
const { status } = spawnSync(process.execPath, [`${COMPILED}/main.mjs`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
rmSync(COMPILED, { recursive: true, force: true });
process.exit(status ?? 1);
