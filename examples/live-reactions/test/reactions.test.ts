// Two people: one sits before the stage, one holds a phone. What the phone sends is on the stage, and the test hears it, too.
import { existsSync } from 'node:fs';
import { type OtherMessages, type Subscription, subscribe } from 'earwitness';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Pages, serve } from '../src/server.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

/** What is on the topic: no events of EventBridge. */
type Reaction = OtherMessages<{ kind: string }>;

let pages: Pages;
let browser: Browser;
let reactions: Subscription<Reaction>;

beforeAll(async () => {
  pages = await serve(0);
  reactions = await subscribe<Reaction>();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await reactions?.unsubscribe();
  pages?.server.close();
});

/** A browser of one's own for each. */
async function open(path: string, viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.goto(`${pages.url}${path}`);
  return page;
}

test('what a phone sends floats up on the stage', async () => {
  const stage = await open('/stage', { width: 1280, height: 800 });
  await stage.getByText('Live', { exact: true }).waitFor();
  const phone = await open('/', { width: 390, height: 844 });

  await phone.getByRole('button', { name: 'heart' }).click();
  await phone.getByRole('button', { name: 'heart' }).click();
  await phone.getByRole('button', { name: 'star' }).click();

  await phone.getByText('Sent 3').waitFor();
  await stage.locator('#counts [data-kind=heart] output').filter({ hasText: '2' }).waitFor();
  await stage.locator('#sky .star').waitFor({ state: 'attached' });
  expect(await stage.locator('#counts output').allTextContents()).toEqual(['2', '1', '0', '0', '0', '0']);
  await reactions.waitForMessageMatching({ kind: 'star' });
});

test('nobody can take the other part: a phone cannot listen, the stage cannot send', async () => {
  const ticketOf = async (role: string) =>
    (await (await fetch(`${pages.url}/token/${role}`, { method: 'POST' })).json()) as Record<string, string>;
  const [phone, stage] = [await ticketOf('phone'), await ticketOf('stage')];
  const http = process.env['MOMENTO_HTTP_ENDPOINT'];
  const at = (ticket: Record<string, string>) => `${http}/topics/${ticket['cache']}/${ticket['topic']}`;
  const headers = (ticket: Record<string, string>) => ({ authorization: ticket['token'] as string });

  const heard = await fetch(at(phone), { headers: headers(phone) });
  const sent = await fetch(at(stage), { method: 'POST', body: '{"kind":"heart"}', headers: headers(stage) });

  expect([heard.status, sent.status]).toEqual([403, 403]);
});
