// What `earwitness init` writes: a configuration, and a test for the runner that the project has.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployable } from './deployable.ts';
import { readTable } from './table.ts';
import { findInstalled } from './tools/tool.ts';

/** The text of earwitness.config.ts. */
export function configText({ file, how, stackName }: Deployable): string {
  const stacks =
    stackName === undefined
      ? `  // No stacks are named here: ${file} ${how}.\n`
      : `  stacks: {\n    '${stackName}': { template: '${file}' },\n  },\n`;
  return `import { defineConfig } from 'earwitness';

export default defineConfig({
${stacks}  // Tests hear the buses that the stacks make, and the default bus where they make none: an event that went elsewhere
  // is missed, as in the cloud.
  relay: true,
});
`;
}

export interface FirstTest {
  /** From the folder. */
  readonly file: string;
  readonly text: string;
  /** What it imports. */
  readonly packages: readonly string[];
  /** What runs it. */
  readonly command: string;
}

/** A test that hears an event, for vitest or jest when the project has it, else for Node's own runner. */
export function firstTest(folder: string): FirstTest {
  const isTypeScript = existsSync(join(folder, 'tsconfig.json'));
  if (findInstalled(folder, ['vitest']) !== undefined) {
    const file = `test/first.test.${isTypeScript ? 'ts' : 'mjs'}`;
    const text = `import { cloud } from 'earwitness';
import { expect, test } from 'earwitness/vitest';

${TEST}test('an event on the bus is heard', async ({ events }) => {
${SEND}  await expect(events).toReceive({ source: 'first.test', detail: { id } });
});
`;
    return { file, text, packages: ['earwitness'], command: `vitest run ${file}` };
  }
  if (findInstalled(folder, ['jest']) !== undefined) return jestTest(folder, isTypeScript);
  // Node 20 runs no TypeScript.
  const file = 'test/first.test.mjs';
  const text = `import test from 'node:test';
import { cloud } from 'earwitness';
import { subscribeIn } from 'earwitness/node';

${TEST}test('an event on the bus is heard', async (t) => {
  const events = await subscribeIn(t);
${SEND}  await events.waitForMessageMatching({ source: 'first.test', detail: { id } });
});
`;
  return { file, text, packages: ['earwitness'], command: `node --test ${file}` };
}

/** TypeScript where ts-jest compiles it: into the modules that `require` reads. */
function jestTest(folder: string, isTypeScript: boolean): FirstTest {
  const isCompiled = isTypeScript && findInstalled(folder, ['ts-jest']) !== undefined;
  const file = `test/first.test.${isCompiled ? 'ts' : 'js'}`;
  const manifest = join(folder, 'package.json');
  const isModule = !isCompiled && existsSync(manifest) && readTable(manifest)['type'] === 'module';
  const names = '{ cloud, subscribe }';
  const text = `${isModule || isCompiled ? `import ${names} from 'earwitness';` : `const ${names} = require('earwitness');`}

${TEST}test('an event on the bus is heard', async () => {
  const events = await subscribe();
${SEND}  await events.waitForMessageMatching({ source: 'first.test', detail: { id } });
  await events.unsubscribe();
});
`;
  const command = isModule ? 'node --experimental-vm-modules node_modules/jest/bin/jest.js' : 'jest';
  return { file, text, packages: ['earwitness'], command: `${command} ${file}` };
}

const TEST = `// Every output of a stack is a variable: ApiUrl is process.env.API_URL. Let your application act where this test
// sends an event, and await what it publishes.
`;

const SEND = `  const id = crypto.randomUUID();
  // Heard are the buses that the stacks make, and the default one where they make none.
  const { buses } = await cloud.state();
  const bus = buses.find(({ name }) => name !== 'default')?.name ?? 'default';
  await cloud.send({ bus, source: 'first.test', 'detail-type': 'FirstEvent', detail: { id } });
`;
