// A test that fails before `unsubscribe()` leaves its subscription open. No runner is kept by it: each ends by itself, with exit code 1.
// What still waits is kept, until it is met or its time is over. Asked of the runners themselves, over both of Momento's transports.
import { startLocal } from '@earwitness/local';
import { beforeAll, describe, expect, test } from 'vitest';
import { startAppSync } from '../support/appsync-server.ts';
import { runFile } from './project.ts';
import { isInstalled, jest30 } from './runner-packages.ts';

/** Far more than any runner here takes; what still runs then would run for ever. */
const limitMs = 60_000;

const body = `const events = await subscribe();
  throw new Error('too early');
  await events.unsubscribe();`;

const runners = [
  {
    runner: 'vitest',
    packages: { vitest: 'node_modules/vitest' },
    file: 'orders.test.js',
    source: `import { subscribe } from 'earwitness';
import { test } from 'vitest';
test('an order', async () => {
  ${body}
});`,
    command: ['vitest/vitest.mjs', 'run'],
  },
  {
    runner: 'jest --runInBand',
    packages: jest30,
    file: 'orders.test.js',
    source: `import { test } from '@jest/globals';
import { subscribe } from 'earwitness';
test('an order', async () => {
  ${body}
});`,
    command: ['jest/bin/jest.js', '--runInBand'],
  },
  {
    runner: 'Playwright',
    packages: { '@playwright/test': 'node_modules/@playwright/test', playwright: 'node_modules/playwright' },
    file: 'orders.spec.js',
    source: `import { test } from '@playwright/test';
import { subscribe } from 'earwitness';
test('an order', async () => {
  ${body}
});`,
    command: ['@playwright/test/cli.js', 'test', '--reporter=line'],
  },
  {
    runner: 'mocha',
    packages: { mocha: 'node_modules/mocha' },
    file: 'test/orders.test.js',
    source: `import { subscribe } from 'earwitness';
it('an order', async () => {
  ${body}
}).timeout(20_000);`,
    command: ['mocha/bin/mocha.js'],
  },
  {
    runner: 'node --test',
    packages: {},
    file: 'orders.test.js',
    source: `import test from 'node:test';
import { subscribe } from 'earwitness';
test('an order', async () => {
  ${body}
});`,
    command: ['--test'],
  },
];

let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  const local = await startLocal();
  env = await local.environment();
  return () => local.close();
});

const inCloud = (transport: string) => ({ env: { ...env, EARWITNESS_TRANSPORT: transport }, limitMs });

describe.each(['momento', 'momento-http'])('over %s', (transport) => {
  test.each(runners.filter(isInstalled))(
    '$runner ends after a test that failed before unsubscribe()',
    async ({ source, ...runner }) => {
      const { code, stdout, stderr } = await runFile(runner, source, inCloud(transport));
      expect(`${stdout}${stderr}`).toContain('too early');
      expect(code).toBe(1);
    },
  );

  // Longer than the 5 s in which a timer of gRPC keeps the process: that of the deadline the SDK gives a new subscription.
  test('a wait keeps a process to its end, and an open subscription alone does not', async () => {
    const source = `import { subscribe } from 'earwitness';
const events = await subscribe();
const error = await events.waitForMessageMatching({ source: 'Orders' }, { timeoutMs: 8000 }).catch((error) => error);
console.log(error.name);`;
    const script = { packages: {}, file: 'script.mjs', command: [] };
    expect(await runFile(script, source, inCloud(transport))).toEqual({
      code: 0,
      stdout: 'EventNotReceivedError\n',
      stderr: '',
    });
  });
});

/** Linked beside what every project has. */
const packages = {
  '@aws-sdk/client-eventbridge': 'node_modules/@aws-sdk/client-eventbridge',
  '@aws-sdk/client-sqs': 'node_modules/@aws-sdk/client-sqs',
  ws: 'node_modules/ws',
};

test.each([
  ['AppSync Events', "{ transport: 'appsync-events', topic: 'default/e2e' }"],
  ['a bus by its queue', "{ buses: ['default'] }"],
])('over %s a wait keeps a process to its end, and an open subscription alone does not', async (_route, options) => {
  await using appSync = await startAppSync();
  env = { ...env, APPSYNC_EVENTS_ENDPOINT: appSync.endpoint, APPSYNC_EVENTS_API_KEY: appSync.apiKey };
  const source = `import { subscribe } from 'earwitness';
const events = await subscribe(${options});
const error = await events.waitForMessageMatching({ source: 'Orders' }, { timeoutMs: 700 }).catch((error) => error);
console.log(error.name);`;
  const { code, stdout } = await runFile({ packages, file: 'script.mjs', command: [] }, source, inCloud('momento'));
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'EventNotReceivedError\n' });
});
