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
${stacks}  // Tests hear the buses that the stacks make, and the default bus, where the first test puts its event. Say
  // \`relay: true\` when it is gone: an event that went to the default bus by mistake is then missed, as in the cloud.
  relay: ['default'],
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

const SDK = '@aws-sdk/client-eventbridge';

/** A test that hears an event, for vitest or jest when the project has it, else for Node's own runner. */
export function firstTest(folder: string): FirstTest {
  if (findInstalled(folder, ['vitest']) !== undefined) {
    const file = 'test/first.test.mjs';
    const text = `${imports('expect, test', 'earwitness/vitest')}
${TEST}test('an event on the bus is heard', async ({ events }) => {
${PUT}  await expect(events).toReceive({ source: 'first.test', detail: { id } });
});
`;
    return { file, text, packages: ['earwitness', SDK], command: `vitest run ${file}` };
  }
  if (findInstalled(folder, ['jest']) !== undefined) {
    const file = 'test/first.test.js';
    const isModule =
      existsSync(join(folder, 'package.json')) && readTable(join(folder, 'package.json'))['type'] === 'module';
    const named: [string, string] = ['subscribe', 'earwitness'];
    const text = `${isModule ? imports(...named) : requires(...named)}
${TEST}test('an event on the bus is heard', async () => {
  const events = await subscribe();
${PUT}  await events.waitForMessageMatching({ source: 'first.test', detail: { id } });
  await events.unsubscribe();
});
`;
    const command = isModule ? 'node --experimental-vm-modules node_modules/jest/bin/jest.js' : 'jest';
    return { file, text, packages: ['earwitness', SDK], command: `${command} ${file}` };
  }
  const file = 'test/first.test.mjs';
  const text = `import test from 'node:test';
${imports('subscribeIn', 'earwitness/node')}
${TEST}test('an event on the bus is heard', async (t) => {
  const events = await subscribeIn(t);
${PUT}  await events.waitForMessageMatching({ source: 'first.test', detail: { id } });
});
`;
  return { file, text, packages: ['earwitness', SDK], command: `node --test ${file}` };
}

function imports(names: string, door: string): string {
  return `import { EventBridgeClient, PutEventsCommand } from '${SDK}';\nimport { ${names} } from '${door}';\n`;
}

function requires(names: string, door: string): string {
  return `const { EventBridgeClient, PutEventsCommand } = require('${SDK}');\nconst { ${names} } = require('${door}');\n`;
}

const TEST = `// Every output of a stack is a variable: ApiUrl is process.env.API_URL. Let your application act where this test
// puts an event, and await what it publishes.
`;

const PUT = `  const id = crypto.randomUUID();
  const entry = { Source: 'first.test', DetailType: 'FirstEvent', Detail: JSON.stringify({ id }) };
  await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [entry] }));
`;
