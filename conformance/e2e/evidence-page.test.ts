// The evidence of a run as its reader sees it: written by the test kit beside a local cloud, opened in Chromium from the disk, without
// a network.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import { deadLetters, MemoryTopic, subscribe } from 'earwitness';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
if (!CHROMIUM)
  console.log('The evidence pages are not looked at: no Chromium is installed (apt-get install chromium).');

const example = new URL('../../examples/order-service/', import.meta.url).pathname;
const transport = 'momento-http';

let folder: string;
let local: Local;
let apiUrl: string;
let bus: EventBridgeClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earwitness-report-'));
  local = await startLocal();
  for (const [name, value] of Object.entries(local.env)) vi.stubEnv(name, value);
  bus = new EventBridgeClient({});
  const template = readFileSync(`${example}template.yaml`, 'utf8');
  const { ApiUrl = '' } = await local.deploy({ name: 'orders', template, directory: example });
  apiUrl = ApiUrl;
  await deployEar('ear', 'orders-bus', local.env.MOMENTO_API_KEY);
});

afterAll(async () => {
  bus.destroy();
  await local.close();
  await rm(folder, { recursive: true });
});

function deployEar(name: string, busName: string, token: string): Promise<Record<string, string>> {
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME } = local.env;
  const parameters = {
    EventBusName: busName,
    MomentoEndpoint: MOMENTO_HTTP_ENDPOINT,
    MomentoAuthToken: token,
    CacheName: CACHE_NAME,
    TopicName: TOPIC_NAME,
  };
  // One attempt: what fails is a dead letter at once.
  const template = readFileSync(`${example}momento-destination.yaml`, 'utf8').replace('Attempts: 3', 'Attempts: 0');
  return local.deploy({ name, template, parameters });
}

const placeOrder = async (name: string) => {
  const response = await fetch(apiUrl, { method: 'POST', body: JSON.stringify({ name }) });
  const { id } = (await response.json()) as { id: string };
  return id;
};

/** Runs `work` with evidence on; the path of the page that it left. */
async function report(name: string, work: () => Promise<unknown>): Promise<string> {
  const into = join(folder, name);
  if (existsSync(into)) rmSync(into, { recursive: true });
  vi.stubEnv('EARWITNESS_REPORT', into);
  await work();
  vi.stubEnv('EARWITNESS_REPORT', '');
  const html = readdirSync(into).find((file) => file.endsWith('.html'));
  return join(into, String(html));
}

const reports = {
  passing: () =>
    report('passing', async () => {
      await using events = await subscribe({ transport, timeoutMs: 20_000 });
      const id = await placeOrder('a book');
      await events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreated', detail: { id } });
    }),
  oneFieldOff: () =>
    report('one-field-off', async () => {
      await using events = await subscribe({ transport, timeoutMs: 100 });
      const id = await placeOrder('A book');
      await events.waitForMessageMatching({ detail: { id } }, { timeoutMs: 20_000 });
      await events
        .waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id, name: 'a book' } })
        .catch(() => {});
    }),
  deadLetter: () =>
    report('dead-letter', async () => {
      await local.deploy({
        name: 'lost',
        template: 'Resources:\n  Bus: { Type: AWS::Events::EventBus, Properties: { Name: lost } }\n',
      });
      const { DeadLetterQueueUrl = '' } = await deployEar('lost-ear', 'lost', 'not-a-key');
      await using events = await subscribe({ transport, timeoutMs: 80, deadLetterQueue: DeadLetterQueueUrl });
      const entry = { EventBusName: 'lost', Source: 'OrderService', DetailType: 'OrderLost', Detail: '{"id":"1"}' };
      await bus.send(new PutEventsCommand({ Entries: [entry] }));
      await using letters = await deadLetters(DeadLetterQueueUrl);
      await letters.waitFor({ event: { detail: { id: '1' } } }, { timeoutMs: 20_000 });
      await events.waitForMessageMatching({ 'detail-type': 'OrderLost' }).catch(() => {});
    }),
  many: () =>
    report('many', async () => {
      await using events = await subscribe({ transport, timeoutMs: 20_000 });
      for (let batch = 0; batch < 20; batch++) {
        const Entries = Array.from({ length: 10 }, (_, n) => ({
          EventBusName: 'orders-bus',
          Source: n % 3 === 0 ? 'Billing' : 'OrderService',
          DetailType: n % 3 === 0 ? 'Paid' : 'OrderCreated',
          Detail: JSON.stringify({ batch, n, note: 'x'.repeat(n * 20) }),
        }));
        await bus.send(new PutEventsCommand({ Entries }));
      }
      await events.waitFor(200, { source: /./ });
      await events.waitFor(80, { 'detail-type': 'Paid' });
    }),
  tenTests: () =>
    report('ten-tests', async () => {
      for (let n = 0; n < 10; n++) {
        const topic = new MemoryTopic();
        await using events = await subscribe({ transport: topic, timeoutMs: 30 });
        topic.publish({ 'detail-type': 'Tick', detail: { n } });
        await events.waitForMessageMatching({ detail: { n } });
        if (n === 6) await events.waitForMessageMatching({ detail: { n: 60 } }).catch(() => {});
      }
    }),
};

describe.skipIf(!CHROMIUM)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Opens a page from the disk, without a network; what it asked for and complained of is kept. */
  async function open(file: string, { width = 1280, colorScheme = 'light' as 'light' | 'dark' } = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) troubles.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return { page, troubles };
  }

  /** Lane, words and place across of every mark, in the order of the page; without what is random. */
  const marksOn = (page: Page) =>
    page.locator('svg g[data-lane]').evaluateAll((groups) =>
      groups.map((group) => ({
        lane: group.getAttribute('data-lane'),
        label: (group.querySelector('title')?.textContent ?? '').split('\n')[0]?.replace(/-[A-Z0-9]{12}\b|#\d+$/g, ''),
        x: group.querySelector('circle')?.getBoundingClientRect().x ?? Number.NaN,
      })),
    );

  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');

  test('a met wait: the whole road, each stretch in its lane, from left to right', async () => {
    const { page, troubles } = await open(await reports.passing());
    expect(await page.locator('.lanes li').allTextContents()).toEqual([
      'request',
      'function',
      'bus',
      'rule',
      'attempts',
      'topic',
      'test',
    ]);
    const marks = await marksOn(page);
    expect(marks.map(({ lane, label }) => [lane, label])).toEqual([
      ['request', 'POST / → 201'],
      ['function', 'orders-CreateOrderFunction'],
      ['bus', 'OrderCreated on orders-bus'],
      ['rule', 'ear-RelayRule'],
      ['attempts', '204'],
      ['topic', 'earwitness/events '],
      ['test', 'subscribed'],
      ...[
        ['test', 'heard OrderCreated'],
        ['test', '✓ OrderCreated from OrderService'],
      ].sort(byPlace(marks)),
    ]);
    const road = marks.filter(({ lane }) => lane !== 'test').map(({ x }) => x);
    expect(road).toEqual([...road].sort((one, other) => one - other));
    expect(await page.locator('.threads line').count()).toBe(6);
    expect(await page.locator('.verdict').textContent()).toBe('✓ 1 wait, met');
    expect(troubles).toEqual([]);
  });

  const byPlace =
    (marks: readonly { readonly label: string | undefined; readonly x: number }[]) =>
    (one: string[], other: string[]) =>
      marks.findIndex(({ label }) => label === one[1]) - marks.findIndex(({ label }) => label === other[1]);

  test('a wait that was not met: its verdict and its whole page are there without a click', async () => {
    const { page, troubles } = await open(await reports.oneFieldOff());
    expect(await page.locator('.verdict').textContent()).toBe('✗ 1 of 2 waits not met');
    const headline = 'no event matched within 100 ms: 1 received, the closest differs in 1 of 3 fields';
    expect(await page.locator('.headline').textContent()).toBe(headline);
    for (const words of ['- detail.name  "a book"   expected', '+ detail.name  "A book"   received', 'Checked for you'])
      expect(await page.getByText(words).isVisible()).toBe(true);
    expect((await marksOn(page)).filter(({ label }) => label?.startsWith('✗'))).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('an event that became a dead letter: the road ends in red where it ended', async () => {
    const { page } = await open(await reports.deadLetter());
    expect(
      await page.locator('svg g.bad').evaluateAll((all) => all.map((one) => one.getAttribute('data-lane'))),
    ).toEqual(['attempts', 'attempts', 'topic', 'test']);
    expect(await page.locator('svg text', { hasText: 'dead letter: SDK_CLIENT_ERROR' }).isVisible()).toBe(true);
    expect(await page.locator('.headline').textContent()).toBe('no event arrived within 80 ms');
  });

  test('200 events: all are there, none is drawn outside, and the page is still quick to read', async () => {
    const { page, troubles } = await open(await reports.many(), { width: 1000 });
    // A busy road may deliver an event twice.
    expect(await page.locator('svg g[data-lane=topic]').count()).toBeGreaterThanOrEqual(200);
    expect(await page.locator('summary b', { hasText: /^Paid$/ }).count()).toBeGreaterThanOrEqual(80);
    const box = await page.locator('svg').evaluate((svg) => {
      const own = svg.getBoundingClientRect();
      const marks = [...svg.querySelectorAll('circle')].map((dot) => dot.getBoundingClientRect());
      return marks.filter(
        ({ left, right, bottom }) => left < own.left - 5 || right > own.right + 5 || bottom > own.bottom,
      );
    });
    expect(box).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test('narrow and wide, light and dark: nothing is cut off, and the colours change', async () => {
    const file = await reports.oneFieldOff();
    for (const width of [320, 400, 1600]) expect(await overflow((await open(file, { width })).page)).toBe(0);
    const background = async (colorScheme: 'light' | 'dark') =>
      (await open(file, { colorScheme })).page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect([await background('light'), await background('dark')]).toEqual(['rgb(255, 255, 255)', 'rgb(21, 24, 27)']);
  });

  test('every payload is reached by keyboard, and by a click on its mark', async () => {
    const { page } = await open(await reports.passing());
    const payload = page.getByText('"name": "a book"').first();
    expect(await payload.isVisible()).toBe(false);
    const focused = () => page.evaluate<string>('document.activeElement?.textContent');
    for (let presses = 0; presses < 8 && !(await focused()).startsWith('OrderCreated OrderService'); presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await payload.isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await payload.isVisible()).toBe(false);
    await page.getByText('heard OrderCreated', { exact: true }).click();
    expect(await payload.isVisible()).toBe(true);
  });

  test('many subscriptions: those in which all is well are folded', async () => {
    const { page } = await open(await reports.tenTests());
    expect(await page.locator('.verdict').textContent()).toBe('✗ 1 of 11 waits not met');
    expect(await page.locator('section > details').count()).toBe(10);
    expect(await page.locator('section > details[open]').count()).toBe(1);
  });
});
