// A run that left its journal behind, and the console that shows it afterwards.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { earwitness } from './run.ts';
import { stay } from './staying.ts';

const TEMPLATE = `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
`;

const RUN = `
const url = process.env.EARWITNESS_URL;
const post = (path, body) => fetch(url + '/' + path, { method: 'POST', headers: { 'x-earwitness': '1' }, body: JSON.stringify(body) });
await post('events', { source: 'orders', 'detail-type': 'OrderCreated', bus: 'shop', detail: { id: 7 } });
await post('reset', { keepStacks: true });
const answer = await post('events', { source: 'orders', 'detail-type': 'OrderPaid', bus: 'shop', detail: { id: 7 } });
console.log((await answer.json()).ids[0]);
process.exit(3);
`;

let folder: string;
let eventId: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-saved-'));
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE);
  writeFileSync(join(folder, 'run.mjs'), RUN);
  const { code, stdout } = await earwitness(['exec', '--template', 'template.yaml', '--', 'node', 'run.mjs'], {
    cwd: folder,
    env: { EARWITNESS_REPORT: 'evidence' },
    limitMs: 100_000,
  });
  expect(code).toBe(3);
  eventId = stdout.trim();
});
afterAll(() => rmSync(folder, { recursive: true }));

test('report says that a folder with a journal alone has no evidence', async () => {
  const { code, stderr } = await earwitness(['report', 'evidence', '--no-open'], { cwd: folder });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no evidence') });
});

test('what is no saved journal is refused', async () => {
  const { code, stderr } = await earwitness(['open', 'template.yaml'], { cwd: folder });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'earwitness: template.yaml is no saved journal. It does not begin with {"kind":"journal","version":1,…}. ' +
      "earwitness exec saves a journal with EARWITNESS_REPORT=<folder>; a route of the console begins with '#/'.\n",
  });
});

const HEAD = { kind: 'journal', version: 1, at: 1_767_225_600_000 };
const accepted = (seq: number, detailType: string) => ({
  ...{ seq, at: HEAD.at + seq, kind: 'event.accepted', eventId: `e-${seq}`, bus: 'default', source: 'shop' },
  ...{ detailType, sizeBytes: 3, event: '{"detail":{}}' },
});

function save(name: string, ...lines: readonly object[]): void {
  writeFileSync(join(folder, name), [HEAD, ...lines].map((line) => JSON.stringify(line)).join('\n'));
}

test('an end whose map has a node that is none is refused, with its line and place', async () => {
  const map = { nodes: [null], edges: [] };
  save('null.ndjson', { kind: 'journal.end', at: HEAD.at, map, state: { queues: [] }, queues: [] });
  const { code, stderr } = await earwitness(['open', 'null.ndjson'], { cwd: folder });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('no saved journal. Line 2: map.nodes[0] should be an object, not null.'),
  });
});

describe.skipIf(!hasChromium)('the page', () => {
  test('passes over facts that lack a member, counts them, and shows what comes after them', async () => {
    const bare = { at: HEAD.at, kind: 'function.invoked' };
    save(
      'bare.ndjson',
      accepted(1, 'Before'),
      { ...bare, seq: 2 },
      { ...accepted(3, 'Never'), at: 1e300 },
      accepted(4, 'After'),
    );
    const command = stay(['open', '--no-open', 'bare.ndjson'], { cwd: folder });
    const printed = await command.until('/_earwitness');
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const streams: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/journal/stream')) streams.push(request.url());
      });
      await page.goto(/http:\S+/.exec(printed)?.[0] ?? '');
      await page.getByText('After', { exact: true }).waitFor();
      await page.getByText('2 rows', { exact: true }).waitFor();
      await page.getByText('1 lines of the journal cannot be read and were passed over.').waitFor();
      expect(streams).toHaveLength(1);
    } finally {
      await browser.close();
    }
    expect((await command.interrupt()).printed).toContain('3 facts, 1 lines of it cannot be read');
  });

  test('shows what happened before and after a purge, says that nothing runs, and does nothing', async () => {
    const command = stay(['open', '--no-open', 'evidence', `#/event/${eventId}`], { cwd: folder });
    const printed = await command.until(eventId);
    const [address = ''] = /http:\S+/.exec(printed) ?? [];
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_earwitness#\/event\//);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(address.replace(/#.*/, ''));
      await page.getByText('OrderCreated').first().waitFor();
      await page.getByText('OrderPaid').first().waitFor();
      await page.getByText(/A saved journal, as it was at 20\d\d-.*nothing runs here/).waitFor();
      await page.getByRole('navigation', { name: 'Pages' }).getByText('Queues').click();
      await page.getByText('dead').first().waitFor();
      expect(await page.getByRole('navigation', { name: 'Pages' }).getByText('Do').count()).toBe(0);
      expect(await page.getByRole('status').first().textContent()).toBe('saved journal');
      await page.getByRole('link', { name: /^dead/ }).click();
      await page.getByRole('heading', { name: 'dead' }).waitFor();
      expect(await page.getByRole('button', { name: 'Purge' }).count()).toBe(0);
      await page.goto(address);
      await page.getByRole('heading', { name: 'OrderPaid' }).waitFor();
      expect(await page.getByText('Edit and send again').count()).toBe(0);
      const refused = await page.evaluate(async () => {
        const answer = await fetch('/_earwitness/reset', { method: 'POST', headers: { 'x-earwitness': '1' } });
        return [answer.status, await answer.json()];
      });
      expect(refused).toMatchObject([403, { error: expect.stringContaining('This is a saved journal') }]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
    expect((await command.interrupt()).code).toBe(0);
  });
});
