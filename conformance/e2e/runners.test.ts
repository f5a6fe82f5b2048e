// Each test runner's example project, run as its reader would: `npm test` in its folder. The versions that are not the workspace's
// own run the same example in a project beside it. Its process ends by itself: nothing keeps it, and nothing kills it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import { installBeside } from './install-beside.ts';
import { createProject } from './project.ts';
import { root, run } from './run.ts';

test.each([
  ['vitest', /Tests {2}3 passed/],
  ['jest', /Tests: {7}2 passed, 2 total/],
  ['node-test', /pass 1/],
  ['playwright', /1 passed/],
  ['mocha', /1 passing/],
])('examples/with-%s passes with the real runner, and its process ends', async (runner, summary) => {
  const { code, stdout, stderr } = await run('npm', ['test'], { cwd: `${root}examples/with-${runner}` });
  expect(`${stdout}${stderr}`).toMatch(summary);
  expect(code).toBe(0);
});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsVitest5 = major > 22 || (major === 22 && minor >= 12);
const jest29 = 'conformance/runners/jest-29/node_modules';

test.each([
  [
    'vitest',
    '3.2.7',
    { vitest: 'conformance/runners/vitest-3/node_modules/vitest' },
    ['vitest/vitest.mjs', 'run'],
    /v3\.2\.7.*Tests {2}3 passed/s,
  ],
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
  [
    'jest',
    '29.7.0',
    { jest: `${jest29}/jest`, '@jest/globals': `${jest29}/@jest/globals` },
    ['jest/bin/jest.js'],
    /Tests: {7}2 passed, 2 total/,
  ],
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

test.each([
  ['29', 'conformance/runners/jest-29/node_modules'],
  ['30', 'node_modules'],
])(
  'the kit can be required: examples/with-jest as CommonJS passes with jest %s, without a flag of Node',
  async (_version, from) => {
    using project = createProject({ jest: `${from}/jest`, '@jest/globals': `${from}/@jest/globals` }, 'with-jest');
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
    expect(`${stdout}${stderr}`).toMatch(/Tests: {7}2 passed, 2 total/);
    expect(code).toBe(0);
  },
);
