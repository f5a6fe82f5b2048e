// npm run check: everything that can be said of the tree without running it. Ends with the first failure's output and code 1.
import { spawnSync } from 'node:child_process';

const bin = (command) => `node_modules/.bin/${command}`;

const SIZES = 'sizes';

const steps = [
  ['lock file (every platform named)', process.execPath, ['scripts/complete-lockfile.mjs', '--check']],
  ['biome (format and lint)', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['tsc (packages)', bin('tsc'), ['-b']],
  ['bundles of the test kit', process.execPath, ['scripts/bundle-kit.mjs']],
  ['bundle of the local cloud', process.execPath, ['scripts/bundle-local.mjs']],
  ['the console', process.execPath, ['scripts/bundle-console.mjs']],
  ['bundles of the command line', process.execPath, ['scripts/bundle-cli.mjs']],
  ['tsc (tests, benches)', bin('tsc'), ['-p', 'tsconfig.tests.json']],
  ['tsc (examples)', bin('tsc'), ['-p', 'tsconfig.examples.json']],
  [
    'dependency-cruiser (who may import whom)',
    bin('depcruise'),
    ['packages', '--config', '.dependency-cruiser.cjs', '--cache', 'node_modules/.cache/dependency-cruiser'],
  ],
  ['house (what STYLE.md says and a machine can check)', process.execPath, ['scripts/house.mjs']],
  ['knip (what nobody uses)', bin('knip'), ['--no-config-hints']],
  ...['protocol', 'local', 'earwitness'].map((name) => [
    `publint (${name})`,
    bin('publint'),
    ['--strict', '--pack', 'false', `packages/${name}`],
  ]),
  ['resource schemas (npm run schemas)', process.execPath, ['scripts/generate-resource-schemas.mjs', '--check']],
  ['bootstraps (npm run bootstraps)', process.execPath, ['scripts/generate-bootstraps.mjs', '--check']],
  ['API reference (npm run docs)', process.execPath, ['scripts/api-reference.mjs', '--check']],
  ['fidelity page (npm run conformance -- --docs)', process.execPath, ['scripts/conformance.mjs', '--docs', '--check']],
  [SIZES, process.execPath, ['scripts/sizes.mjs']],
];

let failed = 0;
for (const [title, command, args] of steps) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${title}  ${seconds} s`);
  if (title === SIZES && status === 0) console.log(`  ${stdout.trim()}`);
  if (status !== 0) {
    failed++;
    console.log(`${stdout}${stderr}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
