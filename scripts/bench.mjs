// npm run bench [-- name … --option …]: builds the packages, then runs bench/<name>.bench.ts one after the other, each in a process of
// its own, with the options, and on the built packages, which is what people run. Figures are medians with their spread; ratios are
// taken within one run, because machines are noisy.
import { execSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

/** Benches that run only when they are named: they need more than this tree, or many minutes. */
const ON_REQUEST = ['guard', 'load'];

const files = readdirSync('bench', { recursive: true }).filter((file) => file.endsWith('.ts'));
const all = files.filter((file) => file.endsWith('.bench.ts')).map((file) => file.slice(0, -'.bench.ts'.length));
const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith('-'));
const wanted = firstOption === -1 ? given : given.slice(0, firstOption);
const options = given.slice(wanted.length);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench '${unknown.join("', '")}'. There are: ${all.join(', ')}`);
  process.exit(2);
}

/** Compiled benches; as deep as bench/, so that paths relative to a file hold in both. The guard's base trees are beside them. */
const COMPILED = '.bench';

execSync('npm run --silent build', { stdio: 'inherit' });
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
for (const name of wanted.length > 0 ? wanted : all.filter((name) => !ON_REQUEST.includes(name))) {
  console.log(`\n## ${name}\n`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', `${COMPILED}/${name}.bench.mjs`, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
