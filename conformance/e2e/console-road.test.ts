// The road of an event as a person with a red test uses it: the page that the cloud serves, in Chromium. Every question
// is answered in at most three clicks from the address in the banner.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Local, startLocal } from '@earwitness/local';
import { subscribe } from 'earwitness';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { roadTemplate } from './road-shop.ts';

const CONSOLE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);

describe.skipIf(!hasChromium)('the road', () => {
  let browser: Browser;
  let local: Local;
  let partner: Server;
  /** What the partner answers next; then 200. */
  const answers: number[] = [];
  let outputs: Record<string, string>;
  let bus: EventBridgeClient;
  let page: Page;
  let clicks: number;

  beforeAll(async () => {
    browser = await launchChromium();
    partner = createServer((request, response) => {
      request.resume();
      response.writeHead(answers.shift() ?? 200).end();
    });
    await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve));
    local = await startLocal({ console: CONSOLE });
    for (const [name, value] of Object.entries(local.env)) vi.stubEnv(name, value);
    const { port } = partner.address() as AddressInfo;
    outputs = await local.deploy({ name: 'shop', template: roadTemplate(`http://127.0.0.1:${port}/ship`) });
    await local.relay();
    for (const [name, value] of Object.entries(await local.environment())) vi.stubEnv(name, value);
    bus = new EventBridgeClient({});
  });
  afterAll(async () => {
    bus?.destroy();
    await browser?.close();
    await local?.close();
    partner?.closeAllConnections();
    await new Promise((resolve) => partner.close(resolve));
    vi.unstubAllEnvs();
  });
  beforeEach(async () => {
    clicks = 0;
    answers.length = 0;
    await local.purge();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${local.url}/_earwitness`);
    return () => page.close();
  });

  const order = (body: object) =>
    fetch(outputs['ApiUrl'] ?? '', { method: 'POST', body: JSON.stringify({ orderId: 'o-1', ...body }) });
  const put = (eventBus: string, detail: object) =>
    bus.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: eventBus, Source: 'shop', DetailType: 'OrderCreated', Detail: JSON.stringify(detail) },
        ],
      }),
    );
  /** One click. */
  const click = async (target: ReturnType<Page['locator']>) => {
    clicks++;
    await target.click();
  };
  const openRow = (kind: string, text: string) =>
    click(
      page
        .locator('.rows a', { has: page.locator(`.kind.${kind}`) })
        .filter({ hasText: text })
        .first(),
    );
  /** The lines of the drawing, without what they took. */
  const road = async () =>
    await page
      .locator('.stop')
      .evaluateAll((stops) =>
        stops.map((stop) => ['.stage', '.label'].map((part) => stop.querySelector(part)?.textContent ?? '').join(' ')),
      );
  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();

  test('Did my request arrive, and what was it answered?', async () => {
    await order({ isPaid: true });
    await openRow('request', 'POST /orders');
    await sees('POST /orders → 201 Created');
    expect(clicks).toBe(1);
  });

  test('Did my function run, what did it write, and why did it fail?', async () => {
    await order({ isBroken: true });
    await openRow('request', 'POST /orders');
    await sees('CreateOrder threw: TypeError: no price for o-1');
    await sees('taking order o-1');
    await click(page.getByRole('button', { name: /function/ }));
    await page.locator('.line', { hasText: 'taking order o-1' }).waitFor();
    await page.getByText('Stack', { exact: true }).waitFor();
    expect(clicks).toBe(2);
  });

  test('Was my event published, and what is in it?', async () => {
    await order({ note: 'with milk' });
    await openRow('event', 'OrderCreated');
    await sees('"note": "with milk"');
    expect(clicks).toBe(1);
    expect((await road()).slice(0, 3)).toEqual([
      'request POST /orders → 201 Created',
      'function CreateOrder',
      'event OrderCreated on shop',
    ]);
  });

  test('Which rule dropped it, and at which field?', async () => {
    await order({ isPaid: false });
    await openRow('event', 'OrderCreated');
    await sees(/^paid wants detail.isPaid true, the event has false .*: 2 of 3 fields match$/);
    expect(clicks).toBe(1);
  });

  test('What did the target get, before and after the input transformer?', async () => {
    await order({ note: 'with milk' });
    await openRow('event', 'OrderCreated');
    await click(page.getByRole('button', { name: 'attempt delivered to Count' }));
    const payload = (title: string) =>
      page.locator('.beyond .payload', { hasText: title }).locator('pre').textContent();
    expect(JSON.parse((await payload('The event, before')) ?? '').detail).toEqual({
      orderId: 'o-1',
      note: 'with milk',
    });
    expect(JSON.parse((await payload('What the target got')) ?? '')).toEqual({ counted: 'o-1' });
    expect(clicks).toBe(2);
  });

  test('What did the partner answer, at each attempt, and when is the next?', async () => {
    answers.push(503, 503);
    await order({ isPaid: true });
    await openRow('event', 'OrderCreated');
    await sees('partner: answered 503 Service Unavailable');
    await sees('next attempt due at');
    await sees(/in .* by the cloud's clock/);
    // The first attempt is followed by one after a minute at most, that by one after two.
    await local.clock.advance(60_000);
    await page.locator('.stop', { hasText: 'answered 503' }).nth(1).waitFor();
    await local.clock.advance(120_000);
    await sees('partner: 200 OK');
    expect((await road()).filter((line) => line.includes('partner'))).toEqual([
      'attempt partner: answered 503 Service Unavailable',
      'attempt partner: answered 503 Service Unavailable',
      'attempt partner: 200 OK',
    ]);
    expect(clicks).toBe(1);
  });

  test('Did my test hear it: which topic, which subscription?', async () => {
    await using events = await subscribe({ transport: 'momento-http' });
    await order({});
    await events.waitForMessageMatching({ source: 'shop', detail: { orderId: 'o-1' } });
    await openRow('event', 'OrderCreated');
    await sees(/^by subscription/);
    await sees(/earwitness\/.* #/);
    expect(clicks).toBe(1);
  });

  test('Which permission was missing?', async () => {
    await order({ bus: 'default' });
    await openRow('request', 'POST /orders');
    await sees('denied: events:PutEvents');
    await sees(/is not authorized to perform: events:PutEvents on resource: .*event-bus\/default/);
    expect(clicks).toBe(1);
  });

  test('Which permissions let it through? They are told while a console is open', async () => {
    await order({ isPaid: true });
    await openRow('event', 'OrderCreated');
    await page.getByText('partner: 200 OK').waitFor();
    await click(page.getByText(/^\d+ allowed, /));
    const decisions = (await page.locator('.permissions li').allInnerTexts()).map((line) => line.replace(/^\S+ /, ''));
    expect(decisions.slice(0, 2)).toEqual([
      'CreateOrder may do events:PutEvents to shop: a policy of the role allows it',
      'PartnerRole may do events:InvokeApiDestination to partner: a policy of the role allows it',
    ]);
    expect(clicks).toBe(2);
  });

  test('In which state did my state machine fail?', async () => {
    const machines = new SFNClient({});
    await machines.send(new StartExecutionCommand({ stateMachineArn: outputs['Machine'], input: '{"country":"FR"}' }));
    machines.destroy();
    await openRow('execution', 'failed');
    await sees(/failed at Unknown/);
    await sees(/UnknownCountry: no rates for it/);
    expect(clicks).toBe(1);
  });

  test('j and k go through the rows as the list was filtered, Escape goes back to it, and the filter is still there', async () => {
    for (const orderId of ['o-1', 'o-2', 'o-3']) await put('shop', { orderId });
    await page.keyboard.press('/');
    await page.keyboard.type('o-1');
    await page.getByText('1 of 3 rows').waitFor();
    await page.locator('#filter').fill('OrderCreated');
    await page.getByText('3 rows', { exact: true }).waitFor();
    await page.locator('.rows a').first().focus();
    await page.keyboard.press('Enter');
    await sees('"orderId": "o-3"');
    await page.keyboard.press('j');
    await sees('"orderId": "o-2"');
    await page.keyboard.press('j');
    await sees('"orderId": "o-1"');
    await page.keyboard.press('k');
    await sees('"orderId": "o-2"');
    await page.keyboard.press('Escape');
    await page.getByText('3 rows', { exact: true }).waitFor();
    expect(await page.locator('#filter').inputValue()).toBe('OrderCreated');
  });

  test('a road is opened by keyboard, row by row', async () => {
    await order({});
    await openRow('event', 'OrderCreated');
    const opener = page.getByRole('button', { name: /^request/ });
    await opener.focus();
    await page.keyboard.press('Enter');
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    await page.getByText('In the journal').waitFor();
    await page.keyboard.press('Space');
    expect(await opener.getAttribute('aria-expanded')).toBe('false');
  });
});
