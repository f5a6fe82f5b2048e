// What `init` writes for each kind of project. That it runs: conformance/e2e/start.test.ts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configText, firstTest } from './beginning.ts';
import { findDeployable } from './deployable.ts';

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'earwitness-init-'));
});
afterAll(() => rmSync(parent, { recursive: true }));

function folderOf(names: readonly string[], text = ''): string {
  const folder = join(mkdtempSync(join(parent, 'case-')), 'my_shop');
  for (const name of ['none', ...names]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name.startsWith('template') ? 'Resources: {}\n' : text);
  }
  return folder;
}

test.each<[string[], string | undefined]>([
  [['README.md'], undefined],
  [['template.yml', 'cdk.json'], "  stacks: {\n    'my-shop': { template: 'template.yml' },\n  },\n"],
  [
    ['template.yaml', 'samconfig.toml'],
    '  // No stacks are named here: template.yaml is deployed as samconfig.toml says.\n',
  ],
  [
    ['cdk.json', 'serverless.yml'],
    "  // No stacks are named here: cdk.json is synthesised by the project's own CDK.\n",
  ],
  [
    ['serverless.ts'],
    "  // No stacks are named here: serverless.ts is packaged by the project's own Serverless Framework.\n",
  ],
])('the configuration of a folder with %s', (names, stacks) => {
  const found = findDeployable(folderOf(names));
  expect(found && configText(found)).toBe(
    stacks &&
      `import { defineConfig } from 'earwitness';

export default defineConfig({
${stacks}  // Tests hear the buses that the stacks make, and the default bus where they make none: an event that went elsewhere
  // is missed, as in the cloud.
  relay: true,
});
`,
  );
});

test('the first test is for the runner that is installed', () => {
  const shown = (names: readonly string[], text?: string) => {
    const { file, text: source, command } = firstTest(folderOf(names, text));
    return [file, command, source.split('\n').slice(0, 3).join(' ').trim()];
  };
  expect([
    shown(['node_modules/vitest/package.json', 'node_modules/jest/package.json']),
    shown(['node_modules/vitest/package.json', 'tsconfig.json']),
    shown(['node_modules/jest/package.json']),
    shown(['node_modules/jest/package.json', 'package.json'], '{ "type": "module" }'),
    shown(['node_modules/jest/package.json', 'node_modules/ts-jest/package.json', 'tsconfig.json']),
    shown(['tsconfig.json']),
  ]).toMatchInlineSnapshot(`
    [
      [
        "test/first.test.mjs",
        "vitest run test/first.test.mjs",
        "import { cloud } from 'earwitness'; import { expect, test } from 'earwitness/vitest';",
      ],
      [
        "test/first.test.ts",
        "vitest run test/first.test.ts",
        "import { cloud } from 'earwitness'; import { expect, test } from 'earwitness/vitest';",
      ],
      [
        "test/first.test.js",
        "jest test/first.test.js",
        "const { cloud, subscribe } = require('earwitness');  // Every output of a stack is a variable: ApiUrl is process.env.API_URL. Let your application act where this test",
      ],
      [
        "test/first.test.js",
        "node --experimental-vm-modules node_modules/jest/bin/jest.js test/first.test.js",
        "import { cloud, subscribe } from 'earwitness';  // Every output of a stack is a variable: ApiUrl is process.env.API_URL. Let your application act where this test",
      ],
      [
        "test/first.test.ts",
        "jest test/first.test.ts",
        "import { cloud, subscribe } from 'earwitness';  // Every output of a stack is a variable: ApiUrl is process.env.API_URL. Let your application act where this test",
      ],
      [
        "test/first.test.mjs",
        "node --test test/first.test.mjs",
        "import test from 'node:test'; import { cloud } from 'earwitness'; import { subscribeIn } from 'earwitness/node';",
      ],
    ]
  `);
});
