// A test that takes longer than its runner allows: the page of what it waited for is there all the same, and says whose limit it
// was. And a page shows the lines of the test once: the runner's own, where it has some. Asked of the runners themselves.
import { expect, test } from 'vitest';
import { runFile } from './project.ts';
import { isInstalled, jest30, vitest3 } from './runner-packages.ts';

const WAIT = `waitForMessageMatching({ source: 'Orders' }, { timeoutMs: 60_000 })`;
const vitest4 = { vitest: 'node_modules/vitest' };
const vitest = (packages: typeof vitest3, source: string) => ({
  packages,
  file: 'orders.test.js',
  command: ['vitest/vitest.mjs', 'run'],
  source,
});

const fixture = (test: string) => `import { MemoryTopic } from 'earwitness';
import { test as base } from 'earwitness/vitest';
${test}
test('an order is published', { timeout: 1000 }, async ({ events }) => {
  await events.${WAIT};
});`;
const options = '{ subscribeOptions: { transport: new MemoryTopic() } }';
const LIMIT = /ended before its 60 s were over, by its test's own limit of 1 s:/;

/** As from a shell: a page asks the environment which runner shows the lines of a test itself. */
const NO_RUNNER = { VITEST: undefined, JEST_WORKER_ID: undefined, TEST_WORKER_INDEX: undefined };

const runners = [
  {
    runner: 'vitest 4',
    limit: LIMIT,
    ...vitest(vitest4, fixture(`const test = base.extend(${options});`)),
  },
  {
    runner: 'vitest 3.2',
    limit: LIMIT,
    // There, what a fixture was made of stays when it is extended.
    ...vitest(vitest3, fixture(`const test = base; test.scoped(${options});`)),
  },
  {
    runner: 'vitest without the fixture',
    limit: LIMIT,
    ...vitest(
      vitest4,
      `import { MemoryTopic, subscribe } from 'earwitness';
import { test } from 'vitest';
test('an order is published', { timeout: 1000 }, async () => {
  const events = await subscribe({ transport: new MemoryTopic() });
  await events.${WAIT};
});`,
    ),
  },
  {
    runner: 'jest',
    limit: LIMIT,
    packages: jest30,
    file: 'orders.test.js',
    command: ['jest/bin/jest.js'],
    source: `import { test } from '@jest/globals';
import { MemoryTopic, subscribe } from 'earwitness';
test('an order is published', async () => {
  const events = await subscribe({ transport: new MemoryTopic() });
  await events.${WAIT};
}, 1000);`,
  },
  {
    runner: 'Playwright',
    limit: LIMIT,
    packages: { '@playwright/test': 'node_modules/@playwright/test', playwright: 'node_modules/playwright' },
    file: 'orders.spec.js',
    command: ['@playwright/test/cli.js', 'test', '--reporter=line'],
    source: `import { MemoryTopic } from 'earwitness';
import { test } from 'earwitness/playwright';
test.use({ subscribeOptions: { transport: new MemoryTopic() } });
test('an order is published', async ({ events }) => {
  test.setTimeout(1000);
  await events.${WAIT};
});`,
  },
  {
    runner: 'node:test',
    // It tells no test its limit.
    limit: /ended before its 60 s were over, by the end of its test:/,
    packages: {},
    file: 'orders.test.js',
    command: ['--test'],
    source: `import test from 'node:test';
import { MemoryTopic } from 'earwitness';
import { subscribeIn } from 'earwitness/node';
test('an order is published', { timeout: 1000 }, async (t) => {
  const events = await subscribeIn(t, { transport: new MemoryTopic() });
  await events.${WAIT};
});`,
  },
];

test.each(runners.filter(isInstalled))(
  '$runner: the limit of the test leaves room for the page',
  async ({ source, limit, ...runner }) => {
    const { code, stdout, stderr } = await runFile(runner, source, { env: NO_RUNNER });
    const said = `${stdout}${stderr}`;
    expect(said).toMatch(/no event arrived within [\d.]+ m?s/);
    expect(said).toMatch(limit);
    const line = source.split('\n').findIndex((text) => text.includes(WAIT)) + 1;
    expect(said).toMatch(new RegExp(`Test {7}an order is published {3}orders\\.(test|spec)\\.js:${line}\n`));
    // The line that waits, in one frame: each runner marks it in its own way.
    const framed = said.split('\n').filter((text) => /^[#> ]*\d+ ?\| +await events\./.test(text));
    expect(framed).toHaveLength(1);
    expect(code).not.toBe(0);
  },
);
