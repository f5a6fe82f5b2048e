// An assertion that nobody awaits passes whatever happens, in every runner. With the kit it fails its test when the subscription is
// closed, and the failure names its line. Asked of the runners themselves.
import { expect, test } from 'vitest';
import { runFile } from './project.ts';
import { isInstalled, jest30 } from './runner-packages.ts';

const opened = 'subscribe({ transport: new MemoryTopic() })';

const runners = [
  {
    runner: 'vitest',
    packages: { vitest: 'node_modules/vitest' },
    file: 'orders.test.js',
    source: `import { MemoryTopic } from 'earwitness';
import { expect, test as base } from 'earwitness/vitest';
const test = base.extend({ subscribeOptions: { transport: new MemoryTopic() } });
test('an order', async ({ events }) => {
  expect(events).toReceive({ source: 'Orders' });
});`,
    command: ['vitest/vitest.mjs', 'run'],
    failed: /Tests {2}1 failed/,
  },
  {
    runner: 'jest',
    packages: jest30,
    file: 'orders.test.js',
    source: `import { expect, test } from '@jest/globals';
import { MemoryTopic, subscribe } from 'earwitness';
import 'earwitness/jest';
test('an order', async () => {
  const events = await ${opened};
  expect(events).toReceive({ source: 'Orders' });
  await events.unsubscribe();
});`,
    command: ['jest/bin/jest.js'],
    failed: /Tests: {7}1 failed, 1 total/,
  },
  {
    runner: 'Playwright',
    packages: { '@playwright/test': 'node_modules/@playwright/test', playwright: 'node_modules/playwright' },
    file: 'orders.spec.js',
    source: `import { MemoryTopic } from 'earwitness';
import { expect, test } from 'earwitness/playwright';
test.use({ subscribeOptions: { transport: new MemoryTopic() } });
test('an order', async ({ events }) => {
  expect(events).toReceive({ source: 'Orders' });
});`,
    command: ['@playwright/test/cli.js', 'test', '--reporter=line'],
    failed: /1 failed/,
  },
  {
    runner: 'mocha with chai',
    packages: { mocha: 'node_modules/mocha', chai: 'node_modules/chai' },
    file: 'test/orders.test.js',
    source: `import { expect, use } from 'chai';
import { MemoryTopic, subscribe } from 'earwitness';
import { earwitness } from 'earwitness/chai';
use(earwitness);
it('an order', async () => {
  const events = await ${opened};
  expect(events).to.receive({ source: 'Orders' });
  await events.unsubscribe();
});`,
    command: ['mocha/bin/mocha.js'],
    failed: /1 failing/,
  },
  {
    runner: 'node:test',
    packages: {},
    file: 'orders.test.js',
    source: `import test from 'node:test';
import { MemoryTopic } from 'earwitness';
import { subscribeIn } from 'earwitness/node';
test('an order', async (t) => {
  const events = await subscribeIn(t, { transport: new MemoryTopic() });
  events.waitForMessageMatching({ source: 'Orders' });
});`,
    command: ['--test'],
    failed: /fail 1/,
  },
];

test.each(runners.filter(isInstalled))(
  '$runner: a forgotten await fails the test, and its line is named',
  async ({ source, failed, ...runner }) => {
    const line = source.split('\n').findIndex((text) => /source: 'Orders'/.test(text)) + 1;
    const { code, stdout, stderr } = await runFile(runner, source);
    const said = `${stdout}${stderr}`;
    expect(said).toMatch(failed);
    expect(said).toContain('1 wait was started but never awaited: write "await" before it, or its outcome is lost.');
    expect(said).toMatch(new RegExp(`an event from Orders {3}orders\\.(test|spec)\\.js:${line}\\n`));
    expect(code).not.toBe(0);
  },
);

// What a test does that begins to wait, acts for a while, and looks at the wait then. It has failed long before.
const LATE = `const placed = events.waitForMessageMatching({ source: 'Orders' }, { timeoutMs: 50 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const name = await placed.then(() => 'none', (error) => error.name);
  if (name !== 'EventNotReceivedError') throw new Error(name);`;

test.each(runners.filter(isInstalled))(
  '$runner: a wait that failed while the test still acted is no unhandled rejection',
  async ({ source, ...runner }) => {
    const late = source.replace(/^ +[^\n]*source: 'Orders'.*$/m, `  ${LATE}`);
    const { code, stdout, stderr } = await runFile(runner, late);
    expect(`${stdout}${stderr}`).not.toMatch(/unhandled/i);
    expect(code).toBe(0);
  },
);

test('a failed wait that nobody awaits, on a subscription that is never closed, is told when the process ends', async () => {
  const source = `import { MemoryTopic, subscribe } from 'earwitness';
const events = await subscribe({ transport: new MemoryTopic() });
events.waitForMessageMatching({ source: 'Orders' }, { timeoutMs: 10 });`;
  const { code, stderr } = await runFile({ packages: {}, file: 'script.mjs', command: [] }, source);
  expect(stderr).toContain('earwitness: a wait failed and was never awaited: no event arrived within 10 ms');
  expect(code).toBe(1);
});
