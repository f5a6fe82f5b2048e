// The console's map as a person uses it: an application of every kind of resource, in Chromium. Whatever is asked is
// answered in at most three clicks from the address in the banner.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import {
  CONSOLE_PAGE,
  CONSOLE_REPORTS,
  countClicks,
  cutOff,
  placeOrder,
  type Shop,
  startShop,
} from './console-shop.ts';

const HOSTILE = '<img src=x onerror="document.title=1">';
/** A state machine whose state has such a name. */
const HOSTILE_TEMPLATE = JSON.stringify({
  Resources: {
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'hostile',
        RoleArn: 'arn:aws:iam::000000000000:role/made-up',
        Definition: { StartAt: HOSTILE, States: { [HOSTILE]: { Type: 'Succeed' } } },
      },
    },
  },
});

describe.skipIf(!hasChromium)('the map', () => {
  let shop: Shop;
  let browser: Browser;
  let page: Page;
  let clicks: () => Promise<number>;
  beforeAll(async () => {
    browser = await launchChromium();
    shop = await startShop();
  });
  afterAll(async () => {
    await browser.close();
    await shop.local.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    clicks = await countClicks(page);
    await page.goto(`${shop.local.url}/_earwitness`);
    return () => page.close();
  });

  const goTo = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByText(name).click();
  const box = (label: RegExp) => page.locator('.drawing').getByRole('link', { name: label });
  const names = async () => (await page.locator('.box b').allTextContents()).sort();
  const entered = async () => (await page.locator('.state.entered b').allTextContents()).sort();
  const titles = (state: string) =>
    page
      .locator('.drawing .count')
      .evaluateAll(
        (all, wanted) => all.map((one) => one.getAttribute('title') ?? '').filter((title) => title.startsWith(wanted)),
        state,
      );

  test('What is connected with what, and what only stands in? One click draws it', async () => {
    await goTo('Map');
    await box(/^shop-orders bus/).waitFor();
    expect(await clicks()).toBe(1);
    const kinds = (await page.locator('.box i').allTextContents()).map((text) => text.replace(', stands in', ''));
    expect([...new Set(kinds)].sort()).toEqual([
      'API',
      'Momento topic',
      'SNS topic',
      'bucket',
      'bus',
      'destination',
      'function',
      'pipe',
      'queue',
      'rule',
      'schedule',
      'stand-in',
      'state machine',
      'stream',
      'table',
    ]);
    await box(/^AuditJobs stand-in.*stands in: AWS::Batch::JobQueue is not served/).click();
    await page.getByText('It stands in: AWS::Batch::JobQueue is not served.').waitFor();
    expect(await clicks()).toBe(2);
  });

  test('arrows count what goes along them while one looks, also which function put it on which bus', async () => {
    await goTo('Map');
    await box(/^shop-orders bus/).waitFor();
    await placeOrder(shop, { id: 'o-1', price: 10 });
    await page.locator('[title^="shop-place-order → shop-orders (seen, not declared): "]').waitFor();
    await page.locator('[title^="shop-fulfil → shop-charge (Charge): "]').waitFor();
    expect(await titles('shop-orders → PlacedRule')).toEqual([
      expect.stringMatching(/^shop-orders → PlacedRule: \d+$/),
    ]);
    await box(/^shop-place-order function \d+ time/).waitFor();
  });

  test('In which state did my state machine fail? The map, the machine, the execution: three clicks', async () => {
    await placeOrder(shop, { id: 'o-2', price: 5000 });
    await goTo('Map');
    await box(/^shop-fulfil state machine .*failed/).click();
    await page.locator('.executions li', { hasText: 'failed in Charge' }).first().getByRole('link').click();
    await page.locator('.failure', { hasText: 'Charge Error: card declined: limit is 1000 (not caught)' }).waitFor();
    expect(await entered()).toEqual(['Charge', 'Remember']);
    expect(await clicks()).toBe(3);
    await page.getByRole('link', { name: 'Its road' }).click();
    await page.getByRole('link', { name: 'Its way through the states' }).click();
    await expect.poll(entered).toEqual(['Charge', 'Remember']);
  });

  test('the way of an execution is told from the ways it did not go', async () => {
    await placeOrder(shop, { id: 'o-3', price: 10, gift: true });
    await goTo('Map');
    await box(/^shop-fulfil state machine/).click();
    await page.locator('.executions li', { hasText: 'succeeded' }).first().getByRole('link').click();
    await expect
      .poll(entered)
      .toEqual(['Charge', 'Is it a gift?', 'Remember', 'Ship', 'Tell', 'Wrap', 'Wrap and ship', 'Write a card']);
    const other = page.locator('.state.not-entered');
    expect((await other.locator('b').allTextContents()).sort()).toEqual(['Refund', 'Refunded']);
    expect(await other.first().locator('.unseen').textContent()).toContain('not entered, leads to Refunded');
    await page.getByRole('link', { name: 'All executions' }).click();
    await expect.poll(entered).toEqual([]);
  });

  test('arrow keys go along the arrows, Enter looks at a resource, Escape goes back', async () => {
    await page.keyboard.press('2');
    await box(/^shop API/).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    expect(await focused()).toMatch(/^shop-orders bus/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'bus shop-orders' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('#/map');
    await page.keyboard.press('/');
    await page.keyboard.type('nightly');
    await expect.poll(names).toEqual(['shop-nightly', 'shop-report']);
  });

  test('a stack that is deployed meanwhile comes onto the map, and can be shown alone', async () => {
    await goTo('Map');
    await box(/^shop-orders bus/).waitFor();
    await shop.local.deploy({ name: 'reports', template: CONSOLE_REPORTS });
    await box(/^reports-queue queue/).waitFor();
    await page.getByLabel('Stack', { exact: true }).selectOption('reports');
    await expect.poll(names).toEqual(['Rule', 'reports', 'reports-queue']);
    await page.getByLabel('Show', { exact: true }).selectOption('buses');
    await expect.poll(names).toEqual(['reports', 'reports-queue']);
    await page.getByLabel('Stack', { exact: true }).selectOption('*');
    await page.getByLabel('Show', { exact: true }).selectOption('stacks');
    await box(/^shop stack \d+ resources/).click();
    await box(/^shop-orders bus/).waitFor();
  });

  test('the whole of it is on the page: no box lies on another, and none is beyond the edge', async () => {
    await goTo('Map');
    await box(/^shop-orders bus/).waitFor();
    const rectangles = await page
      .locator('.box')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    expect(rectangles.length).toBeGreaterThan(30);
    for (const [index, one] of rectangles.entries()) {
      const touching = rectangles.filter(
        (other, place) =>
          place !== index &&
          [one.left < other.right, other.left < one.right, one.top < other.bottom, other.top < one.bottom].every(
            Boolean,
          ),
      );
      expect(touching).toEqual([]);
      expect(one.right).toBeLessThanOrEqual(1280);
    }
  });

  test.each([
    [1280, 'dark'],
    [1280, 'light'],
    [390, 'dark'],
    [390, 'light'],
  ] as const)('at %i px, %s, nothing of the map is cut off', async (width, colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${shop.local.url}/_earwitness#/map`);
    await page.getByRole('link', { name: 'shop-fulfil' }).first().waitFor();
    expect(await cutOff(page)).toEqual([]);
    await page.getByRole('link', { name: 'shop-fulfil' }).first().click();
    await page.getByRole('complementary').waitFor();
    expect(await cutOff(page)).toEqual([]);
  });

  test('a narrow page has the map as a list, and a wide one when it is asked for it', async () => {
    await goTo('Map');
    await page.getByRole('button', { name: 'As a list' }).click();
    const line = page.locator('.step', { hasText: 'shop-placed' }).or(page.locator('.step', { hasText: 'PlacedRule' }));
    await line.getByRole('link', { name: 'shop-fulfil' }).first().waitFor();
  });

  test('names are text, whoever chose them', async () => {
    await shop.local.deploy({ name: 'hostile', template: HOSTILE_TEMPLATE });
    await goTo('Map');
    await box(/^hostile state machine/).click();
    await page.locator('.state', { hasText: HOSTILE }).waitFor();
    expect(await page.title()).toBe('Earwitness');
  });

  test('a page without a cloud says so, wherever the reader goes', async () => {
    await page.goto(`${CONSOLE_PAGE.href}#/map`);
    const why = page.getByText('This is a saved journal: there is no cloud that could tell more, or do anything.');
    await why.waitFor();
    for (const name of ['Queues', 'Do']) {
      await goTo(name);
      await why.waitFor();
    }
  });
});
