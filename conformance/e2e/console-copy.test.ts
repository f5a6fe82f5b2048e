// "Copy as test": what the console's button copies is run by Vitest as it stands, but for the line that says where the
// test does what publishes the event.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { createProject } from './project.ts';
import { run } from './run.ts';

const CONSOLE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);
const TEMPLATE = 'Resources: { Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } } }';

const packages = {
  vitest: 'node_modules/vitest',
  '@aws-sdk/client-eventbridge': 'node_modules/@aws-sdk/client-eventbridge',
  '@aws-sdk/client-sqs': 'node_modules/@aws-sdk/client-sqs',
};

/** Far more than a run takes; what still runs then would run for ever. */
const limitMs = 120_000;

interface Entry {
  readonly bus: string;
  readonly type: string;
  readonly detail: string;
}

const hostile = JSON.stringify({
  ['it\'s `+process.exit(3)+` \\ "']: 'x',
  orderId: '\'); process.exit(3); (\'\u2028\u202e\n<img src=x onerror="document.title=1">',
  __proto: { class: 1 },
});

const CASES: readonly (Entry & {
  readonly name: string;
  readonly others: readonly string[];
  readonly passes: boolean;
})[] = [
  {
    ...{ name: 'an event of a bus that a topic hears', bus: 'shop', type: 'OrderCreated', passes: true },
    ...{ detail: '{"id":"o-2","name":"tea"}', others: ['{"id":"o-1","name":"tea"}'] },
  },
  {
    ...{ name: 'an event of a bus that no topic hears', bus: 'default', type: 'OrderCreated', passes: true },
    ...{ detail: '{"size":2,"name":"tea"}', others: ['{"size":1,"name":"tea"}'] },
  },
  {
    ...{ name: 'a hostile event', bus: 'shop', type: "it's `+process.exit(3)+` */ \u202e", passes: true },
    ...{ detail: hostile, others: [] },
  },
  {
    ...{ name: 'an event that is another one than was put', bus: 'shop', type: 'OrderShipped', passes: false },
    ...{ detail: '{"id":"o-2"}', others: ['{"id":"o-1"}'] },
  },
];

describe.skipIf(!hasChromium)('copy as test', () => {
  let browser: Browser;
  let local: Local;
  let env: Record<string, string>;
  let bus: EventBridgeClient;

  beforeAll(async () => {
    browser = await launchChromium();
    local = await startLocal({ console: CONSOLE });
    await local.deploy({ name: 'shop', template: TEMPLATE });
    await local.relay();
    env = await local.environment();
    bus = new EventBridgeClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    });
  });
  afterAll(async () => {
    bus?.destroy();
    await browser?.close();
    await local?.close();
  });

  const put = async ({ bus: EventBusName, type: DetailType, detail: Detail }: Entry) => {
    const { Entries = [] } = await bus.send(
      new PutEventsCommand({ Entries: [{ EventBusName, Source: 'shop', DetailType, Detail }] }),
    );
    return Entries[0]?.EventId ?? '';
  };

  /** What a click on the button leaves in the clipboard. */
  const copied = async (eventId: string, heard: string) => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${local.url}/_earwitness#/event/${eventId}`);
    await page.locator('.stop[data-stage=event]').waitFor();
    // What it listens to depends on what is connected, which is asked for.
    await page.locator('pre', { hasText: `await using events = await subscribe(${heard})` }).waitFor();
    await page.getByRole('button', { name: 'Copy as test' }).click();
    await page.getByText('Copied.').waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await page.title()).toBe('Earwitness');
    await context.close();
    return text;
  };

  test('the text runs: it hears the event that it was copied from, and no other', async () => {
    using project = createProject(packages);
    for (const [index, { name, others, passes, ...entry }] of CASES.entries()) {
      for (const detail of others) await put({ ...entry, detail });
      const text = await copied(await put(entry), entry.bus === 'shop' ? '' : `{ buses: ['${entry.bus}'] }`);
      const published = passes ? entry : { ...entry, detail: others[0] ?? '' };
      const line = / {2}\/\/ Here the test does what publishes it.*\n/;
      expect(text, name).toMatch(line);
      const publishing = `  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [${JSON.stringify({
    EventBusName: published.bus,
    Source: 'shop',
    DetailType: published.type,
    Detail: published.detail,
  })}] }));\n`;
      writeFileSync(
        join(project.folder, `case-${index}.test.ts`),
        text.replace(line, () => publishing),
      );
    }
    const { stdout } = await run(
      process.execPath,
      [join(project.folder, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json'],
      { cwd: project.folder, env: { ...env, EARWITNESS_TIMEOUT_MS: '8000' }, limitMs },
    );
    const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
      readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
    };
    const outcomes = CASES.map(({ name }, index) => {
      const result = testResults.find((one) => one.name.endsWith(`case-${index}.test.ts`));
      return `${name}: ${result?.status}`;
    });
    expect(outcomes).toEqual(CASES.map(({ name, passes }) => `${name}: ${passes ? 'passed' : 'failed'}`));
  });
});
