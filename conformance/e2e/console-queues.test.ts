// The console's queues, and what a reader can do, in Chromium: dead letters are looked into, moved back and purged; a
// partner is broken and mended; events are sent again. Whatever is asked is answered in at most three clicks.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { countClicks, cutOff, placeOrder, type Shop, startShop } from './console-shop.ts';

const DEAD = 'arn:aws:sqs:us-east-1:000000000000:shop-dead';
const MAIL = 'arn:aws:sqs:us-east-1:000000000000:shop-mail-jobs';
const BILLING = 'arn:aws:sqs:us-east-1:000000000000:shop-billing.fifo';

describe.skipIf(!hasChromium)('queues, and what a reader can do', () => {
  let partner: Server;
  /** What the partner took. */
  let taken: string[];
  let partnerStatus: number;
  let shop: Shop;
  let browser: Browser;
  let page: Page;
  let clicks: () => Promise<number>;
  beforeAll(async () => {
    partner = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (partnerStatus < 300) taken.push(body);
      response.writeHead(partnerStatus).end();
    });
    await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve));
    const { port } = partner.address() as AddressInfo;
    browser = await launchChromium();
    shop = await startShop(`http://127.0.0.1:${port}/ship`);
  });
  afterAll(async () => {
    await browser.close();
    await shop.local.close();
    partner.close();
    partner.closeAllConnections();
  });
  beforeEach(async () => {
    taken = [];
    partnerStatus = 200;
    await admin('reset', { keepStacks: true });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    clicks = await countClicks(page);
    await page.goto(`${shop.local.url}/_earwitness`);
    return () => page.close();
  });

  async function admin(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${shop.local.url}/_earwitness/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  }
  async function lieIn(queue: string): Promise<QueuedMessages['messages']> {
    const response = await fetch(`${shop.local.url}/_earwitness/queues/messages?queue=${queue}`);
    return ((await response.json()) as QueuedMessages).messages;
  }
  async function send(queue: string, body: string): Promise<void> {
    const name = queue.split(':').at(-1);
    const credential = 'Credential=000000000000/20260101/us-east-1/sqs/aws4_request';
    await fetch(shop.local.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ QueueUrl: `${shop.local.url}/000000000000/${name}`, MessageBody: body }),
    });
  }
  const goTo = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByText(name).click();
  const queue = (name: string) => page.getByRole('navigation', { name: 'Queues' }).getByRole('link', { name });
  const form = (name: string) => page.getByRole('form', { name });
  const factsOf = <Kind extends 'event.accepted' | 'delivery.attempted'>(kind: Kind) =>
    shop.local.journal.read().filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  /** An event that the partner does not take, until it is a dead letter. */
  const leaveDeadLetter = async (id: string) => {
    partnerStatus = 400;
    await placeOrder(shop, { id, price: 10, partner: true });
    await expect.poll(() => lieIn(DEAD)).toHaveLength(1);
  };
  /** A message that its function gives back, until its queue gives it up. */
  const leaveBounced = async () => {
    await send(MAIL, '{"to":"ada@example.com","why":"bounce"}');
    await expect
      .poll(
        async () => {
          await admin('clock/advance', { ms: 31_000 });
          return await lieIn(DEAD);
        },
        { interval: 200, timeout: 20_000 },
      )
      .toHaveLength(1);
  };

  test('What is in the dead-letter queue, and why? Two clicks, and looking receives nothing', async () => {
    await leaveDeadLetter('o-1');
    await goTo('Queues');
    await queue('shop-dead').click();
    await page.getByText('SDK_CLIENT_ERROR', { exact: false }).first().waitFor();
    expect(await clicks()).toBe(2);
    const message = page.locator('.message');
    expect(await message.locator('p.bad').textContent()).toMatch(
      /^SDK_CLIENT_ERROR: .*answered HTTP 400\. \(rule shop-to-partner, to shop-partner\)$/,
    );
    expect(await message.locator('pre').textContent()).toContain('"id": "o-1"');
    expect(await lieIn(DEAD)).toMatchObject([{ state: 'visible', receiveCount: 0 }]);
    await message.getByRole('link', { name: 'Its road' }).click();
    await page.getByRole('heading', { name: 'OrderPlaced' }).waitFor();
    expect(await clicks()).toBe(3);
  });

  test('a message that its function gave back tells what the function said, and where it came from', async () => {
    await leaveBounced();
    await goTo('Queues');
    await queue('shop-dead').click();
    const reason = page.locator('.message p.bad');
    await reason.waitFor();
    await expect
      .poll(() => reason.textContent())
      .toBe('shop-mail gave back 1 of 1 message to shop-mail-jobs; moved here from shop-mail-jobs');
    await page.getByText('received 2×', { exact: false }).waitFor();
  });

  test('dead letters are moved back to where they came from', async () => {
    await leaveBounced();
    await goTo('Queues');
    await queue('shop-dead').click();
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByText('1 message went back to where they came from.').waitFor();
    await page.getByText('Nothing lies in it.').waitFor();
    expect(await lieIn(DEAD)).toEqual([]);
  });

  test('purge asks before, and Escape and No leave everything as it was', async () => {
    await leaveDeadLetter('o-2');
    await page.goto(`${shop.local.url}/_earwitness#/queues/${encodeURIComponent(DEAD)}`);
    const purge = page.getByRole('button', { name: 'Purge' });
    await purge.click();
    await page.getByText('All that lies in shop-dead is deleted: 1 message.', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await purge.click();
    await page.getByRole('button', { name: 'No' }).click();
    expect(await lieIn(DEAD)).toHaveLength(1);
    expect(new URL(page.url()).hash).toBe(`#/queues/${encodeURIComponent(DEAD)}`);
    await purge.click();
    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByText('Purged.').waitFor();
    await page.getByText('Nothing lies in it.').waitFor();
    expect(await lieIn(DEAD)).toEqual([]);
  });

  test('what comes into a queue while one looks is there, and bodies are text', async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    await goTo('Queues');
    await queue('shop-dead').click();
    await page.getByText('Nothing lies in it.').waitFor();
    await send(DEAD, hostile);
    await page.locator('.message', { hasText: hostile }).waitFor();
    expect(await page.title()).toBe('Earwitness');
  });

  test('a queue is reached by keys alone', async () => {
    await page.keyboard.press('3');
    await queue('shop-dead').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'shop-billing.fifo' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/queues');
  });

  test('What happens when the partner is away, and when it is back? Break it, mend it, move the clock on', async () => {
    await goTo('Do');
    const broken = form('Break a destination');
    await broken.getByLabel('Destination').selectOption('api destination shop-partner');
    await broken.getByLabel('Status').fill('503');
    await broken.getByRole('button', { name: 'Break it' }).click();
    await broken.getByText('api destination shop-partner answers 503.').waitFor();
    expect(await clicks()).toBe(2);
    await placeOrder(shop, { id: 'o-3', price: 10, partner: true });
    const attempts = () => factsOf('delivery.attempted').filter(({ rule }) => rule === 'shop-to-partner');
    await expect.poll(() => attempts().map(({ outcome }) => outcome)).toEqual(['retry']);
    expect(taken).toEqual([]);
    await broken.getByRole('button', { name: 'Mend' }).click();
    await broken.getByText('api destination shop-partner is as it was.').waitFor();
    expect(await clicks()).toBe(3);
    const clock = form('Advance the clock');
    await clock.getByLabel('By').fill('10');
    await clock.getByLabel('Unit').selectOption('minutes');
    await clock.getByRole('button', { name: 'Advance' }).click();
    await clock.getByText('The clock was moved on by 10 min.', { exact: false }).waitFor();
    await expect.poll(() => taken.map((body) => JSON.parse(body).detail.id)).toEqual(['o-3']);
  });

  test('a partner is slow, or refuses, so many times as it is told', async () => {
    await page.goto(`${shop.local.url}/_earwitness#/do`);
    const broken = form('Break a destination');
    await broken.getByLabel('Destination').selectOption('api destination shop-partner');
    await broken.getByLabel('What happens').selectOption('refused');
    await broken.getByLabel('How often').fill('2');
    await broken.getByRole('button', { name: 'Break it' }).click();
    const standing = page.getByRole('list', { name: 'What is broken' });
    expect(await standing.textContent()).toContain('api destination shop-partner refuses connections, 2 more times');
    await broken.getByLabel('What happens').selectOption('slow');
    await broken.getByLabel('Milliseconds').fill('1500');
    await broken.getByRole('button', { name: 'Break it' }).click();
    await broken.getByText('api destination shop-partner takes 1500 ms.').waitFor();
    await broken.getByRole('button', { name: 'Mend' }).click();
    await standing.waitFor({ state: 'detached' });
  });

  test('a dead letter is edited and sent again, and numbers keep their digits', async () => {
    await leaveDeadLetter('o-4');
    partnerStatus = 200;
    await page.goto(`${shop.local.url}/_earwitness#/queues/${encodeURIComponent(DEAD)}`);
    await page.getByRole('link', { name: 'Edit and send again' }).click();
    const again = form('Edit and send again');
    expect(await again.getByLabel('Detail type').inputValue()).toBe('OrderPlaced');
    expect(await again.getByLabel('Detail', { exact: true }).inputValue()).toContain('"id": "o-4"');
    await again
      .getByLabel('Detail', { exact: true })
      .fill('{ "id": "o-5", "partner": true, "price": 10, "n": 12345678901234567890.10 }');
    await again.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => taken).toEqual([expect.stringContaining('"n":12345678901234567890.10')]);
    await again.getByRole('link', { name: 'its road' }).click();
    await page.getByRole('heading', { name: 'OrderPlaced' }).waitFor();
    expect(await clicks()).toBe(3);
  });

  test('an event of any source is sent, and what is no JSON is said before it goes', async () => {
    await goTo('Do');
    const card = form('Send an event');
    await card.getByLabel('Bus').selectOption('shop-orders');
    await card.getByLabel('Source').fill('aws.s3');
    await card.getByLabel('Detail type').fill('Object Created');
    await card.getByLabel('Detail', { exact: true }).fill('{"a":');
    await card.getByRole('button', { name: 'Send' }).click();
    await card.getByText('It is no JSON:', { exact: false }).waitFor();
    await card.getByLabel('Detail', { exact: true }).fill('{"a":1}');
    await card.getByRole('button', { name: 'Send' }).click();
    await card.getByRole('link', { name: 'its road' }).waitFor();
    expect(factsOf('event.accepted')).toMatchObject([{ bus: 'shop-orders', source: 'aws.s3' }]);
  });

  test('a function is invoked: what it returned, and what it threw', async () => {
    await goTo('Do');
    const card = form('Invoke a function');
    await card.getByLabel('Function').selectOption('shop-charge');
    await card.getByLabel('Payload').fill('{"price":7}');
    await card.getByRole('button', { name: 'Invoke' }).click();
    await card.getByText('It returned.').waitFor();
    expect(await card.locator('pre').textContent()).toContain('"charged": 7');
    await card.getByLabel('Payload').fill('{"price":7000}');
    await card.getByRole('button', { name: 'Invoke' }).click();
    await card.getByText('It threw.').waitFor();
    expect(await card.locator('pre').textContent()).toContain('card declined: limit is 1000');
  });

  test('a message is sent to a queue that the reader looks into', async () => {
    await page.goto(`${shop.local.url}/_earwitness#/queues/${encodeURIComponent(DEAD)}`);
    await page.getByRole('link', { name: 'Send a message' }).click();
    const card = form('Send a message');
    expect(await card.getByLabel('Queue').inputValue()).toBe(DEAD);
    await card.getByLabel('Body').fill('hello');
    await card.getByRole('button', { name: 'Send' }).click();
    await card.getByRole('link', { name: 'Look into the queue' }).waitFor();
    expect(await lieIn(DEAD)).toMatchObject([{ body: 'hello' }]);
    await card.getByLabel('Queue').selectOption(BILLING);
    await card.getByLabel('Group').waitFor();
  });

  test('what came in is forgotten after a question, and stacks stay', async () => {
    await leaveDeadLetter('o-6');
    await goTo('Do');
    await page.getByRole('button', { name: 'Forget what came in' }).click();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('Messages, events and the journal are gone; what was made stays.').waitFor();
    expect(await lieIn(DEAD)).toEqual([]);
    await goTo('Live');
    await page.getByText('Nothing has come in yet.', { exact: false }).waitFor();
  });

  test('what the cloud refuses is said in its own words', async () => {
    await page.goto(`${shop.local.url}/_earwitness#/queues/${encodeURIComponent(`${DEAD}-gone`)}`);
    await page.getByText(`There is no queue ${DEAD}-gone.`, { exact: false }).waitFor();
    await page.goto(`${shop.local.url}/_earwitness#/do/made-up`);
    await page.getByText('This page does not know the event made-up', { exact: false }).waitFor();
  });

  test.each([
    [1280, 'dark'],
    [1280, 'light'],
    [390, 'dark'],
    [390, 'light'],
  ] as const)('at %i px, %s, nothing of the queues and of what can be done is cut off', async (width, colorScheme) => {
    await leaveDeadLetter('o-7');
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    const pages = [
      ['#/queues', 'of queue shop-mail-jobs'],
      [`#/queues/${encodeURIComponent(DEAD)}`, 'SDK_CLIENT_ERROR: Unable'],
      ['#/do', 'Start over'],
    ] as const;
    for (const [hash, told] of pages) {
      await page.goto(`${shop.local.url}/_earwitness${hash}`);
      await page.getByText(told).last().waitFor();
      expect(await cutOff(page)).toEqual([]);
    }
  });
});
