// What makes a page of the console tell less than the truth, or show what others wrote: a connection that broke, a
// journal that dropped facts, a cloud that was restarted, a payload of a megabyte, names that want to be more than text.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, type LocalOptions, startLocal } from '@earwitness/local';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';

const CONSOLE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);

const RULE = 'Resources: { Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [nobody] } } } }';

describe.skipIf(!hasChromium)('bad days', () => {
  let browser: Browser;
  let page: Page;
  let local: Local;
  let bus: EventBridgeClient;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    bus?.destroy();
    await page?.close();
    await local?.close();
  });

  const start = async (options: LocalOptions = {}) => {
    local = await startLocal({ console: CONSOLE, ...options });
    bus = new EventBridgeClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  };
  const open = (hash = '') => page.goto(`${local.url}/_earwitness${hash}`);
  const put = async (detail: object | string, type = 'OrderCreated', source = 'shop') => {
    const Detail = typeof detail === 'string' ? detail : JSON.stringify(detail);
    const { Entries = [] } = await bus.send(
      new PutEventsCommand({ Entries: [{ Source: source, DetailType: type, Detail }] }),
    );
    return Entries[0]?.EventId ?? '';
  };
  const badDay = (text: string) => page.getByRole('alert').filter({ hasText: text });

  test('a browser that slept says so, and has what came meanwhile, once, when it is awake', async () => {
    await start();
    const id = await put({ n: 1 });
    await open(`#/event/${id}`);
    await page.locator('.stop[data-stage=event]').waitFor();
    await page.route('**/_earwitness/journal/**', (route) => route.abort());
    local.breakConnections();
    await badDay('The local cloud does not answer').waitFor();
    await page.locator('.stop[data-stage=event]').waitFor();
    for (let n = 2; n <= 4; n++) await put({ n });
    await page.unroute('**/_earwitness/journal/**');
    await page.getByText('live', { exact: true }).waitFor();
    await badDay('The local cloud does not answer').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByText('4 rows', { exact: true }).waitFor();
  });

  test('what the journal dropped before the page came is counted on every page, and told of an event that is gone', async () => {
    await start({ journalMaxBytes: 100_000 });
    const first = await put({ n: 0 });
    for (let n = 0; n < 60; n++) await put({ n, note: 'x'.repeat(4000) });
    await open();
    await badDay('facts before this page could read them: some roads have holes').waitFor();
    await open(`#/event/${first}`);
    await page.getByText(`Nothing is known of ${first}`).waitFor();
    await page.getByText(/^The journal dropped \d+ facts before this page could read them\.$/).waitFor();
  });

  test('a fact that lacks a member is passed over and counted, and what comes after it is shown', async () => {
    await start();
    const fact = {
      at: 1_767_225_600_000,
      kind: 'event.accepted',
      bus: 'default',
      source: 's',
      sizeBytes: 2,
      event: '{}',
    };
    const lines = [
      { ...fact, seq: 1, eventId: 'e-1', detailType: 'Before' },
      { at: fact.at, seq: 2, kind: 'message.redriven' },
      { ...fact, seq: 3, eventId: 'e-3', detailType: 'Never', at: 1e300 },
      { ...fact, seq: 4, eventId: 'e-4', detailType: 'After' },
    ];
    let streams = 0;
    await page.route('**/_earwitness/journal/stream**', (route) => {
      streams++;
      if (streams > 1) return new Promise<void>(() => undefined);
      return route.fulfill({ body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{]\n` });
    });
    // Asked before the next stream: whether it is the same cloud. These facts are none of it.
    await page.route('**/_earwitness/journal?**', () => new Promise<void>(() => undefined));
    await open();
    await page.getByText('After', { exact: true }).waitFor();
    await page.getByText('2 rows', { exact: true }).waitFor();
    await page.getByText('3 lines of the journal cannot be read and were passed over.').waitFor();
  });

  test('a cloud that was started anew is told of, and what was known stays until the reader goes', async () => {
    await start();
    const id = await put({ n: 1 });
    await open(`#/event/${id}`);
    await page.getByText('"n": 1').waitFor();
    const port = Number(new URL(local.url).port);
    await local.close();
    local = await startLocal({ console: CONSOLE, port });
    await page.getByText('The local cloud has forgotten it', { exact: false }).waitFor();
    await page.getByText('"n": 1').waitFor();
    await put({ n: 2 });
    await page.keyboard.press('Escape');
    await page.getByText('1 rows', { exact: true }).waitFor();
  });

  test('a payload of a megabyte is opened bit by bit', async () => {
    await start();
    const lines = Array.from({ length: 9000 }, (_, n) => ({ n, sku: `tea-${n}`, note: 'with milk '.repeat(7) }));
    const id = await put({ lines, long: 'y'.repeat(50_000) });
    await open();
    await page.getByText('OrderCreated').first().click();
    await page.locator('.payload h3', { hasText: 'MB' }).waitFor();
    expect(page.url()).toContain(id);
    const textLength = async () => ((await page.locator('main').textContent()) ?? '').length;
    const size = async () => [await page.locator('*').count(), await textLength()];
    const [elements = 0, chars = 0] = await size();
    expect([elements < 300, chars < 5000]).toEqual([true, true]);
    await page.locator('.tree summary', { hasText: '"detail"' }).click();
    await page.locator('.tree summary', { hasText: '"lines"' }).click();
    await page.getByRole('button', { name: '8900 more' }).click();
    await page.locator('.tree summary').filter({ hasText: 'n, sku, note' }).nth(150).click();
    await page.getByText('"tea-150"').waitFor();
    await page.getByRole('button', { name: '46.0 kB more' }).click();
    expect((await size())[0]).toBeLessThan(2000);
  });

  test('names, keys and values are text, whoever wrote them', async () => {
    await start();
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const turned = '\u202egpj.exe\u2066\u0000\u001b[31m';
    await local.deploy({ name: 'rules', template: RULE });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    const detail = JSON.stringify({ [evil]: evil, [turned]: turned, __proto__: 1 }).replace(
      '{',
      '{"__proto__":{"a":1},',
    );
    const id = await put(detail, evil, `${evil}${turned.slice(0, 9)}`);
    await open(`#/event/${id}`);
    await page.getByText('wants source "nobody"', { exact: false }).waitFor();
    for (const opener of await page.locator('.opener').all()) await opener.click();
    for (const details of await page.locator('.beyond details').all()) await details.locator('summary').first().click();
    await page.locator('.beyond pre').first().waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Earwitness');
    expect(requests.filter((path) => !path.startsWith('/_earwitness'))).toEqual([]);
    // What turns lines around and what cannot be seen is shown, not obeyed.
    const text = (await page.locator('main').textContent()) ?? '';
    const unseen = ['\u202e', '\u2066', '\u0000', '\u001b'];
    expect(unseen.filter((sign) => text.includes(sign))).toEqual([]);
    expect(text).toContain(evil);
    expect(text).toContain('\\u202egpj.exe');
    await page.getByRole('link', { name: /^List/ }).click();
    await page.getByText('1 rows').waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  test('an event that is nested a thousand levels deep is a tree', async () => {
    await start();
    const id = await put(`{"a":${'['.repeat(900)}${']'.repeat(900)}}`);
    await open(`#/event/${id}`);
    await page.locator('.tree summary', { hasText: '"detail"' }).click();
    await page.locator('.tree summary', { hasText: '"a"' }).click();
    expect(((await page.locator('main').textContent()) ?? '').length).toBeLessThan(8000);
  });
});
