// npm run check: everything that can be said of the tree without running it. Ends with the first failure's output and code 1.
import { spawnSync } from 'node:child_process';

const steps = [
  ['biome (format and lint)', 'biome', ['check', '--error-on-warnings', '.']],
  ['tsc (packages)', 'tsc', ['-b']],
  ['tsc (tests, examples)', 'tsc', ['-p', 'tsconfig.tests.json']],
  ['dependency-cruiser (who may import whom)', 'depcruise', ['packages', '--config', '.dependency-cruiser.cjs']],
];

let failed = 0;
for (const [title, command, args] of steps) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${command}`, args, { encoding: 'utf8' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${title}  ${seconds} s`);
  if (status !== 0) {
    failed++;
    console.log(`${stdout}${stderr}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
