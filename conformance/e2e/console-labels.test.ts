// Every page of the console as axe-core judges it (labels, roles, contrast, landmarks), on a wide screen and on a narrow one,
// light and dark; and that nothing has to be scrolled sideways.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Local, startLocal } from '@earwitness/local';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { roadTemplate } from './road-shop.ts';

const CONSOLE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Port 9, which nobody listens on. Source: IANA, discard. */
const PARTNER = 'http://127.0.0.1:9/ship';

const SCREENS = [
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 390, height: 800, colorScheme: 'dark' },
] as const;

describe.skipIf(!hasChromium)('every page', () => {
  let browser: Browser;
  let local: Local;
  let hashes: Record<string, string>;

  beforeAll(async () => {
    browser = await launchChromium();
    local = await startLocal({ console: CONSOLE });
    const { ApiUrl = '', Machine } = await local.deploy({ name: 'shop', template: roadTemplate(PARTNER) });
    const order = (body: object) =>
      fetch(ApiUrl, { method: 'POST', body: JSON.stringify({ orderId: 'o-1', ...body }) });
    await order({ isPaid: true });
    await order({ isBroken: true });
    await order({ bus: 'default' });
    const machines = new SFNClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    });
    const { executionArn = '' } = await machines.send(
      new StartExecutionCommand({ stateMachineArn: Machine, input: '{"country":"FR"}' }),
    );
    machines.destroy();
    const facts = local.journal.read();
    const event = facts.find((fact): fact is FactOf<'event.accepted'> => fact.kind === 'event.accepted');
    const requests = facts.flatMap((fact) => (fact.kind === 'request.received' ? [fact.requestId] : []));
    hashes = {
      list: '#/',
      map: '#/map',
      queues: '#/queues',
      do: '#/do',
      'a node of the map': `#/map/${encodeURIComponent(Machine ?? '')}`,
      'an event to send again': `#/do/${event?.eventId}`,
      event: `#/event/${event?.eventId}`,
      'a request that failed': `#/request/${requests[1]}`,
      'a request that was denied': `#/request/${requests[2]}`,
      execution: `#/request/${encodeURIComponent(executionArn)}`,
      'what is gone': '#/event/nothing',
    };
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  /** Everything that opens is open. */
  const openAll = async (page: Page) => {
    for (const opener of await page.locator('.opener').all()) await opener.click();
    for (const details of await page.locator('main details:not([open]) > summary').all()) {
      if (await details.isVisible()) await details.click();
    }
  };

  test.each(SCREENS)('has labels, contrast and landmarks, at $width px, $colorScheme', async (screen) => {
    const { colorScheme, ...viewport } = screen;
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    const problems: string[] = [];
    for (const [name, hash] of Object.entries(hashes)) {
      await page.goto('about:blank');
      await page.goto(`${local.url}/_earwitness${hash}`);
      await page.getByText('live', { exact: true }).waitFor();
      await page
        .locator(name === 'list' ? '.rows a' : 'main')
        .first()
        .waitFor();
      if (hash.startsWith('#/event') || hash.startsWith('#/request')) {
        await page.locator('.stop, h1').first().waitFor();
        await openAll(page);
      }
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      for (const { id, nodes } of violations) {
        problems.push(...nodes.map(({ target, failureSummary }) => `${name}: ${id} at ${target}: ${failureSummary}`));
      }
      const widths = await page
        .locator('html, main')
        .evaluateAll((elements) => elements.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
      const sideways = widths.some((excess) => excess > 0);
      if (sideways) problems.push(`${name}: it has to be scrolled sideways`);
    }
    await context.close();
    expect(problems).toEqual([]);
  });
});
