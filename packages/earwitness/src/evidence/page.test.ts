// What a page and the index of a folder say of tests, as their reader sees it: words without markup.
import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { renderIndex } from './index-page.ts';
import { renderPage } from './page.ts';

const at = Date.UTC(2026, 10, 29, 12);
const PAID = { title: 'orders > an order is paid', file: 'test/orders.test.ts' };
const PACKED = { title: 'orders > an order is packed', file: 'test/orders.test.ts' };
const opened = (subscription: string, more: object = {}): Evidence => ({
  ...{ subscription, at, kind: 'subscription', version: 1, closedAt: at + 2500 },
  ...{ transports: [{ name: 'momento earwitness/events', topic: 'events' }], ...more },
});
const wait = (subscription: string, title: string, more: object = {}): Evidence => ({
  ...{ subscription, at: at + 10, kind: 'wait', endedAt: at + 310, timeoutMs: 300, title, outcome: 'met' },
  ...{ place: 'test/orders.test.ts:12:16', ...more },
});
const missed = { outcome: 'EventNotReceivedError', page: 'no event arrived within 300 ms\n\n  Expected   OrderPaid' };

const page = (...evidence: readonly Evidence[]) => renderPage('test-orders.test.ts', { evidence, unreadable: [] });
const words = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<svg.*?<\/svg>|<figure>.*?<\/figure>/gs, '')
    .replaceAll(/<(summary|section|h\d|header|p|li|pre|div|span class="(where|headline))\b/g, '\n<$1')
    .replaceAll(/<[^>]+>/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
const index = (...files: readonly [string, ...Evidence[]][]) =>
  renderIndex(files.map(([name, ...evidence]) => ({ name, file: name, evidence, unreadable: [] })));

test('a section is called as its test is, with file, verdict and duration', () => {
  expect(
    words(page(opened('a', { test: PAID }), wait('a', 'OrderPaid', { test: PAID, ...missed }))),
  ).toMatchInlineSnapshot(`
    "test-orders.test.ts · Earwitness
    test-orders.test.ts
    ✗ 1 of 1 wait not met
    1 test, 1 subscription, 0 messages, 2.5 s. The same for programs: test-orders.test.ts.ndjson
    orders &#62; an order is paid ✗ 1 of 1 wait not met 2.5 s
    test/orders.test.ts:12:16 · momento earwitness/events · 12:00:00.000 UTC
    Waits
    ✗ OrderPaid +10 ms, EventNotReceivedError after 300 ms test/orders.test.ts:12:16
    no event arrived within 300 ms
    Expected   OrderPaid
    Messages
    None."
  `);
});

test('of a subscription that several tests share, the waits stand under their tests', () => {
  const html = page(
    opened('a'),
    wait('a', 'OrderPaid', { test: PAID, ...missed }),
    wait('a', 'OrderPacked', { test: PACKED }),
    wait('a', 'anything'),
  );
  expect(words(html)).toMatchInlineSnapshot(`
    "test-orders.test.ts · Earwitness
    test-orders.test.ts
    ✗ 1 of 3 waits not met
    2 tests, 1 subscription, 0 messages, 2.5 s. The same for programs: test-orders.test.ts.ndjson
    2 tests ✗ 1 of 3 waits not met 2.5 s
    test/orders.test.ts:12:16 · momento earwitness/events · 12:00:00.000 UTC
    Waits
    orders &#62; an order is paid ✗ 1 of 1 wait not met 300 ms
    ✗ OrderPaid +10 ms, EventNotReceivedError after 300 ms test/orders.test.ts:12:16
    no event arrived within 300 ms
    Expected   OrderPaid
    orders &#62; an order is packed ✓ 1 wait, met 300 ms
    ✓ OrderPacked +10 ms, met after 300 ms test/orders.test.ts:12:16
    OrderPacked
    outside of a test ✓ 1 wait, met 300 ms
    ✓ anything +10 ms, met after 300 ms test/orders.test.ts:12:16
    anything
    Messages
    None."
  `);
});

test('a subscription that could not be opened is a failure, and where nothing was awaited nothing is claimed', () => {
  const failure = { name: 'TransportError', page: 'there is no cache orders\n\n  What to try' };
  expect(words(page(opened('a', { test: PAID, failure }), opened('b', { test: PACKED })))).toMatchInlineSnapshot(`
    "test-orders.test.ts · Earwitness
    test-orders.test.ts
    ✗ 1 subscription could not be opened
    2 tests, 2 subscriptions, 0 messages, 2.5 s. The same for programs: test-orders.test.ts.ndjson
    orders &#62; an order is paid ✗ 1 subscription could not be opened 2.5 s
    test/orders.test.ts · momento earwitness/events · 12:00:00.000 UTC
    there is no cache orders
    What to try
    orders &#62; an order is packed nothing was awaited 2.5 s
    test/orders.test.ts · momento earwitness/events · 12:00:00.000 UTC
    Waits
    None.
    Messages
    None."
  `);
  expect(page(opened('b'))).toContain('<p class="verdict soft">nothing was awaited</p>');
});

test('lines from before tests were recorded are called after what was listened to', () => {
  expect(words(page(opened('a'), wait('a', 'OrderPaid')))).toMatchInlineSnapshot(`
    "test-orders.test.ts · Earwitness
    test-orders.test.ts
    ✓ 1 wait, met
    1 subscription, 0 messages, 2.5 s. The same for programs: test-orders.test.ts.ndjson
    momento earwitness/events ✓ 1 wait, met 2.5 s
    test/orders.test.ts:12:16 · 12:00:00.000 UTC
    Waits
    ✓ OrderPaid +10 ms, met after 300 ms test/orders.test.ts:12:16
    OrderPaid
    Messages
    None."
  `);
});

test('the index names the test, the wait and the headline of each failure, and links to it', () => {
  const bad: [string, ...Evidence[]] = [
    'test-orders.test.ts',
    opened('a', { test: PAID }),
    wait('a', 'OrderPaid', { test: PAID, ...missed }),
  ];
  const html = index(['test-good.test.ts', opened('b'), wait('b', 'OrderPacked')], bad);
  expect(words(html)).toMatchInlineSnapshot(`
    "Evidence · Earwitness
    Evidence
    ✗ 1 of 2 test files with failures
    test-orders.test.ts ✗ 1 of 1 wait not met 0 messages, 2.5 s
    orders &#62; an order is paid test/orders.test.ts:12:16
    ✗ OrderPaid: no event arrived within 300 ms
    test-good.test.ts ✓ 1 wait, met 0 messages, 2.5 s"
  `);
  const [, link = ''] = /href="test-orders\.test\.ts\.html#([^"]+)"/.exec(html) ?? [];
  expect(page(...(bad.slice(1) as Evidence[]))).toContain(`id="${link}"`);
});
