// Each test runner's example project, run as its reader would: `npm test` in its folder. The versions that are not the workspace's
// own run the same example in a project beside it. Its process ends by itself: nothing keeps it, and nothing kills it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import { installBeside } from './install-beside.ts';
import { createProject } from './project.ts';
import { root, run } from './run.ts';
import { jest29, jest30, vitest3 } from './runner-packages.ts';

test.each([
  ['vitest', /Tests {2}3 passed/],
  ['node-test', /pass 1/],
  ['playwright', /1 passed/],
  ['mocha', /1 passing/],
])('examples/with-%s passes with the real runner, and its process ends', async (runner, summary) => {
  const { code, stdout, stderr } = await run('npm', ['test'], { cwd: `${root}examples/with-${runner}` });
  expect(`${stdout}${stderr}`).toMatch(summary);
  expect(code).toBe(0);
});

const JEST_SUMMARY = /Tests: {7}2 passed, 2 total/;

// Where no jest is, it is not linked to the workspace: a copy stands beside it.
test.skipIf(!jest30)('examples/with-jest passes with the real runner, and its process ends', async () => {
  using project = createProject(jest30 ?? {}, 'with-jest');
  const { scripts } = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8'));
  const command = scripts.test.replace(/ jest$/, ' node node_modules/jest/bin/jest.js');
  const { code, stdout, stderr } = await run('sh', ['-c', command], { cwd: project.folder });
  expect(`${stdout}${stderr}`).toMatch(JEST_SUMMARY);
  expect(code).toBe(0);
});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsVitest5 = major > 22 || (major === 22 && minor >= 12);
test.each([
  ...(vitest3
    ? ([['vitest', '3.2.7', vitest3, ['vitest/vitest.mjs', 'run'], /v3\.2\.7.*Tests {2}3 passed/s]] as const)
    : []),
  ...(runsVitest5
    ? ([
        [
          'vitest',
          '5.1.1',
          { vitest: installBeside('vitest', '5.1.1') },
          ['vitest/vitest.mjs', 'run'],
          /v5\.1\.1.*Tests {2}3 passed/s,
        ],
      ] as const)
    : []),
  ...(jest29 ? ([['jest', '29.7.0', jest29, ['jest/bin/jest.js'], JEST_SUMMARY]] as const) : []),
] as const)('examples/with-%s passes with version %s', async (runner, _version, packages, [file, ...args], summary) => {
  using project = createProject(packages, `with-${runner}`);
  const modules = join(project.folder, 'node_modules');
  const command = [join(modules, 'earwitness/bin/earwitness.js'), 'exec', '--', process.execPath];
  const flags = runner === 'jest' ? ['--experimental-vm-modules'] : [];
  const { code, stdout, stderr } = await run(process.execPath, [...command, ...flags, join(modules, file), ...args], {
    cwd: project.folder,
  });
  expect(`${stdout}${stderr}`).toMatch(summary);
  expect(code).toBe(0);
});

test.each([...(jest29 ? ([['29', jest29]] as const) : []), ...(jest30 ? ([['30', jest30]] as const) : [])])(
  'the kit can be required: examples/with-jest as CommonJS passes with jest %s, without a flag of Node',
  async (_version, packages) => {
    using project = createProject(packages, 'with-jest');
    const file = join(project.folder, 'test/orders.test.js');
    const { code: commonJs } = await transform(readFileSync(file, 'utf8'), { format: 'cjs' });
    writeFileSync(file, commonJs);
    writeFileSync(
      join(project.folder, 'package.json'),
      '{ "jest": { "transform": {}, "testTimeout": 20000, "setupFilesAfterEnv": ["earwitness/jest"] } }',
    );
    const modules = join(project.folder, 'node_modules');
    const { code, stdout, stderr } = await run(
      process.execPath,
      [
        join(modules, 'earwitness/bin/earwitness.js'),
        'exec',
        '--',
        process.execPath,
        join(modules, 'jest/bin/jest.js'),
      ],
      { cwd: project.folder },
    );
    expect(`${stdout}${stderr}`).toMatch(JEST_SUMMARY);
    expect(code).toBe(0);
  },
);
