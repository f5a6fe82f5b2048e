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
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { SHOP_TEMPLATE } from './evidence-shop.ts';

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

/** Resolves when the journal has had facts of these kinds, of a function those that name it. */
async function allFacts(kinds: readonly string[]): Promise<void> {
  const stream = await fetch(`${local.env.EARWITNESS_URL}/journal/stream?after=0`);
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    const has = (kind = '', name = '') =>
      text.split('\n').some((line) => line.includes(`"${kind}"`) && line.includes(name));
    if (kinds.every((kind) => has(...kind.split(' ')))) return;
  }
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
  shop: () =>
    report('shop', async () => {
      const { ApiUrl: orders = '' } = await local.deploy({ name: 'shop', template: SHOP_TEMPLATE });
      await deployEar('shop-ear', 'shop-bus', local.env.MOMENTO_API_KEY);
      await using events = await subscribe({ transport, timeoutMs: 100 });
      await fetch(orders, { method: 'POST', body: '{"id":"1"}' });
      await events.waitForMessageMatching({ 'detail-type': 'PaymentTaken' }, { timeoutMs: 60_000 });
      await allFacts(['batch.returned', 'delivery.dropped', 'function.finished TakePayment']);
      await events.waitForMessageMatching({ 'detail-type': 'StockReserved' }).catch(() => {});
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

/** The elements of a page that scroll sideways, or cut something off. */
const SCROLLING = `[...document.querySelectorAll('body *')].filter((one) =>
  one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== 'visible').map(({ outerHTML }) => outerHTML)`;

/** How many words of the drawing have a bar, a dot or a line of the axis within them. */
const CROSSINGS = `(() => {
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 0 && height > 0);
  const lines = boxes('.time i, .axis i, .axis s');
  return boxes('.words span, .words b, .words pre').filter((word) => lines.some((line) =>
    line.left < word.right && line.right > word.left && line.top < word.bottom && line.bottom > word.top)).length;
})()`;

describe.skipIf(!hasChromium)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
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

  /** Stage, words and place across of every row, in the order of the page; without what is random. */
  const rowsOn = (page: Page) =>
    page.locator('.row').evaluateAll((rows) =>
      rows.map((row) => ({
        stage: row.getAttribute('data-stage'),
        label: (row.querySelector('.words span')?.textContent ?? '').replace(/#\d+$/, ''),
        x: row.querySelector('.time i')?.getBoundingClientRect().x ?? Number.NaN,
      })),
    );

  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');

  test('a met wait: the whole road, each stretch under the one before it, from left to right', async () => {
    const { page, troubles } = await open(await reports.passing());
    const rows = await rowsOn(page);
    const words = rows.map(({ stage, label }) => `${stage}: ${label}`);
    expect(words.slice(0, 1)).toEqual(['test: subscribed']);
    // A wait may begin while its event is still on the way.
    const [road, tests] = [words.slice(1).filter((row) => !row.startsWith('test: ✓')), words.slice(1)];
    expect(road).toEqual([
      'request: POST / → 201 Created',
      'function: CreateOrderFunction',
      'event: OrderCreated on orders-bus',
      'rule: RelayRule',
      'attempt: Destination: 204 No Content',
      'topic: earwitness/events ',
      'test: heard OrderCreated',
    ]);
    expect(tests.filter((row) => !road.includes(row))).toEqual(['test: ✓ OrderCreated from OrderService']);
    const places = rows.filter(({ stage }) => stage !== 'test').map(({ x }) => x);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(await page.locator('.verdict').textContent()).toBe('✓ 1 wait, met');
    expect(troubles).toEqual([]);
  });

  /** The rows that are drawn under a row, by where they lie on the page: further in, or straight below. */
  const outlineOn = (page: Page) =>
    page.locator('.row').evaluateAll((rows) =>
      rows.map((row) => {
        const depth = row.closest('.journeys')?.contains(row) ? row.getBoundingClientRect().x : Number.NaN;
        const words = row.querySelector('.words span')?.textContent?.replace(/#\d+$/, '');
        const tone = row.classList.contains('bad') ? ' (bad)' : '';
        return { depth, words: `${row.getAttribute('data-stage')}: ${words}${tone}` };
      }),
    );

  test('a run in which much fails: each consumer under its delivery, red where it failed, names as in the template', async () => {
    const { page, troubles } = await open(await reports.shop());
    const outline = await outlineOn(page);
    const [first = 0] = outline.map(({ depth }) => depth);
    const lines = outline.map(({ depth, words }) => `${depth > first ? '  ' : ''}${words}`);
    const chain = (from: string) => {
      const begin = lines.indexOf(from);
      const end = lines.findIndex(
        (line, index) => index > begin && (line.startsWith('  rule') || !line.startsWith('  ')),
      );
      return lines.slice(begin, end);
    };
    expect(lines.slice(1, 4)).toEqual([
      'request: POST /orders → 202 Accepted',
      'function: PlaceOrder',
      'event: OrderPlaced on shop-bus',
    ]);
    expect(chain('  rule: StockRule')).toEqual([
      '  rule: StockRule',
      '  attempt: delivered to StockQueue',
      '  consumer: ReserveStock gave back 1 of 1 message to StockQueue (bad)',
    ]);
    expect(chain('  rule: ShippingRule')).toEqual([
      '  rule: ShippingRule',
      '  attempt: Shipping: connection refused (bad)',
      '  attempt: dropped: connection refused (bad)',
    ]);
    expect(chain('  rule: TakePaymentPlaced')).toEqual([
      '  rule: TakePaymentPlaced',
      '  attempt: delivered to TakePayment',
      '  consumer: TakePayment',
      '  event: PaymentTaken on shop-bus',
    ]);
    expect(await page.locator('.row pre').allTextContents()).toContain('last output:\n  out of stock: 1');
    expect(troubles).toEqual([]);
  });

  test('a wait that was not met: its verdict and its whole page are there without a click', async () => {
    const { page, troubles } = await open(await reports.oneFieldOff());
    expect(await page.locator('.verdict').textContent()).toBe('✗ 1 of 2 waits not met');
    const headline = 'no event matched within 100 ms: 1 received, the closest differs in 1 of 3 fields';
    expect(await page.locator('.headline').textContent()).toBe(headline);
    for (const words of ['- detail.name  "a book"   expected', '+ detail.name  "A book"   received', 'Checked for you'])
      expect(await page.getByText(words).isVisible()).toBe(true);
    expect((await rowsOn(page)).filter(({ label }) => label.startsWith('✗'))).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('an event that became a dead letter: the road ends in red where it ended', async () => {
    const { page } = await open(await reports.deadLetter());
    const bad = await page.locator('.row.bad').evaluateAll((all) => all.map((one) => one.getAttribute('data-stage')));
    expect(bad).toEqual(['attempt', 'topic', 'attempt', 'test']);
    expect(await page.locator('.row', { hasText: 'dead letter: answered 401 Unauthorized' }).isVisible()).toBe(true);
    expect(await page.locator('.headline').textContent()).toBe(
      'no event arrived within 80 ms: the topic refused OrderLost from OrderService',
    );
  });

  test('200 events: all are there, none is drawn outside, and the page is still quick to read', async () => {
    const { page, troubles } = await open(await reports.many(), { width: 1000 });
    // A busy road may deliver an event twice.
    expect(await page.locator('.row[data-stage=topic]').count()).toBeGreaterThanOrEqual(200);
    expect(await page.locator('summary b', { hasText: /^Paid$/ }).count()).toBeGreaterThanOrEqual(80);
    expect(await page.locator('.row[data-stage=event]:visible').count()).toBe(40);
    await page.locator('.more > summary').click();
    expect(await page.locator('.row[data-stage=event]:visible').count()).toBe(200);
    const outside = await page.locator('.road').evaluate((road) => {
      const own = road.getBoundingClientRect();
      const all = [...road.querySelectorAll('.time i')].map((one) => one.getBoundingClientRect());
      return all.filter(({ left, right, bottom }) => left < own.left || right > own.right + 5 || bottom > own.bottom);
    });
    expect(outside).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test('narrow and wide, light and dark: nothing is cut off or scrolls, and the colours change', async () => {
    const file = await reports.shop();
    for (const width of [320, 390, 1280, 1600]) {
      const { page } = await open(file, { width });
      expect(await overflow(page)).toBe(0);
      expect(await page.evaluate<string[]>(SCROLLING)).toEqual([]);
      // Neither bars nor the lines of the axis run through words.
      expect(await page.evaluate<number>(CROSSINGS)).toBe(0);
    }
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
