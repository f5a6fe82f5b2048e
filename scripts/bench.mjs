// npm run bench [-- name …]: builds the packages, then runs bench/<name>.bench.ts one after the other, each in a process of its own and
// on the built packages, which is what people run. Figures are medians with their spread; ratios are taken within one run, because
// machines are noisy.
import { execSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const files = readdirSync('bench').filter((file) => file.endsWith('.ts'));
const all = files.filter((file) => file.endsWith('.bench.ts')).map((file) => file.slice(0, -'.bench.ts'.length));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench '${unknown.join("', '")}'. There are: ${all.join(', ')}`);
  process.exit(2);
}

/** Compiled benches; as deep as bench/, so that paths relative to a file hold in both. */
const COMPILED = '.bench';

execSync('npm run --silent build', { stdio: 'inherit' });
rmSync(COMPILED, { recursive: true, force: true });
await build({
  entryPoints: files.map((file) => `bench/${file}`),
  outdir: COMPILED,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
});

let failed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n## ${name}\n`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', `${COMPILED}/${name}.bench.mjs`], {
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
rmSync(COMPILED, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
