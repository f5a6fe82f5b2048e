// Long because every page stands here whole, as its reader sees it. The tests run without colour; times are those of
// the test session's clock.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { afterEach, expect, test, vi } from 'vitest';
import { InconclusiveError } from '../errors.ts';
import { Session } from '../hearing/session.ts';
import { Subscription } from '../subscription.ts';
import { event, ManualClock, openTestSession, rejection } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';

/** The page without its line numbers, which change with this file. */
const page = async (waiting: Promise<unknown>) =>
  (await rejection(waiting)).message
    .replace(/:\d+$/m, ':LINE')
    .replace(/^( +>?) +\d+ \|/gm, '$1 NN |')
    .replace(/^ +\|( +\^)$/gm, '         |$1');

/** Headline, cause and what was checked. */
const brief = (text: string) => text.replace(/\n\n {2}(Test|Expected) .*(?=\n\n {2}Checked)/s, '');

test('one field off: the closest event is shown field by field', async () => {
  const { clock, events, topic } = await openTestSession();
  clock.advance(640);
  topic.publish(event('InventoryReserved', { sku: 'a' }, 'InventoryService'));
  clock.advance(172);
  topic.publish(event('OrderCreated', { id: '01HF3QZ2Z', name: 'Test order' }));
  clock.advance(292);
  topic.publish(event('EmailRequested', {}, 'NotificationService'));
  const waiting = page(
    events.waitForMessageMatching({
      source: 'OrderService',
      'detail-type': 'OrderCreated',
      detail: { id: '01HF3QZ2Z', name: 'test order' },
    }),
  );
  clock.advance(4500);
  expect(await waiting).toMatchInlineSnapshot(`
    "no event matched within 4 s: 3 received, the closest differs in 1 of 4 fields

      Closest event   3/4 fields   id 00000000-0000-4000-8000-000000000002   +812 ms
        - detail.name  "test order"   expected
        + detail.name  "Test order"   received
          source       "OrderService"
          detail-type  "OrderCreated"
          detail.id    "01HF3QZ2Z"

      Expected   OrderCreated from OrderService   pages.test.ts:LINE
        {
          source: "OrderService",
          "detail-type": "OrderCreated",
          detail: { id: "01HF3QZ2Z", name: "test order" },
        }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
          +640 ms   InventoryReserved        InventoryService
          +812 ms   OrderCreated             OrderService   ← closest
        +1 104 ms   EmailRequested           NotificationService
        +1 104 ms   waiting for OrderCreated from OrderService
        +5 104 ms   timed out

      Checked for you
        ✓ connected to memory, no gap in sequence (1…3)"
  `);
});

test('nothing arrived at all', async () => {
  const { clock, events } = await openTestSession();
  const waiting = page(events.waitForMessageMatching({ source: 'OrderService' }));
  clock.advance(4500);
  expect(await waiting).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Expected   an event from OrderService   pages.test.ts:LINE
        { source: "OrderService" }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for an event from OrderService
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory
        ? nothing was ever heard on this route. Likely, in this order:
          - nothing was published: PutEvents returns 200 even when FailedEntryCount
          is above 0
          - no rule on that bus matches, or its target is not this topic
          - the target's connection has a wrong key or endpoint: look into its
          dead-letter queue"
  `);
});

test('too late: it came in the moment the wait listens on', async () => {
  const { clock, events, topic } = await openTestSession();
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4240);
  topic.publish(event('OrderCreated'));
  expect(await waiting).toMatchInlineSnapshot(`
    "OrderCreated came too late: 240 ms after the 4 s were over

      Expected   OrderCreated   pages.test.ts:LINE
        { "detail-type": "OrderCreated" }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for OrderCreated
        +4 000 ms   timed out
        +4 240 ms   OrderCreated             OrderService   ← too late

      Checked for you
        ✓ connected to memory, no gap in sequence (1)"
  `);
});

test('negative failed: the event that should not have come, with its payload', async () => {
  const { clock, events, topic } = await openTestSession();
  clock.advance(30);
  const waiting = page(events.expectNone({ 'detail-type': 'Refunded' }));
  clock.advance(12);
  topic.publish({ ...event('Refunded', { id: '1', amount: 12.5, apiKey: 'abc' }), id: 'r-1' });
  expect(await waiting).toMatchInlineSnapshot(`
    "Refunded arrived, although none should

      Expected   no Refunded   pages.test.ts:LINE
        { "detail-type": "Refunded" }

      Not expected   +42 ms
        { id: "r-1", detail: { id: "1", amount: 12.5, apiKey: [redacted] } }

      Timeline   from 14:02:07.120 UTC on memory
         +0 ms   subscribed
        +30 ms   waiting for no Refunded
        +42 ms   Refunded                 OrderService   ← not expected
        +42 ms   failed

      Checked for you
        ✓ connected to memory, no gap in sequence (1)"
  `);
});

test('too many: all of them, and whether they were published or only delivered more than once', async () => {
  const { events, topic } = await openTestSession();
  const paid = { ...event('Paid', { order: '1' }), id: 'p-1' };
  topic.publish(paid);
  topic.publish(paid);
  expect(await page(events.exactly(1, { 'detail-type': 'Paid' }))).toMatchInlineSnapshot(`
    "2 arrived, although exactly 1 should: Paid

      Expected   exactly 1 × Paid   pages.test.ts:LINE
        { "detail-type": "Paid" }

      Not expected   +0 ms
        { id: "p-1", detail: { order: "1" } }

      1 of 2 repeat an id: the same event was delivered more than once.
        1. id p-1
        2. id p-1

      Timeline   from 14:02:07.120 UTC on memory
        +0 ms   subscribed
        +0 ms   Paid                     OrderService   ← 1 of 1
        +0 ms   Paid                     OrderService   ← not expected
        +0 ms   waiting for exactly 1 × Paid
        +0 ms   failed

      Checked for you
        ✓ connected to memory, no gap in sequence (1…2)"
  `);
});

test('a sequence whose missing step came too early', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Paid'));
  topic.publish(event('Created'));
  const waiting = page(events.waitForSequence([{ 'detail-type': 'Created' }, { 'detail-type': 'Paid' }]));
  clock.advance(4000);
  expect(await waiting).toMatchInlineSnapshot(`
    "step 2 of 2 did not follow within 4 s: Paid

      Expected   Created → Paid   pages.test.ts:LINE
        { "detail-type": "Created" }
        { "detail-type": "Paid" }

      Steps
        1. Created                                      +0 ms
        2. Paid                                         missing

      The missing step came, but before the step it should follow. EventBridge
      promises no order: events published apart may overtake each other.
      To await them in any order: await Promise.all([events.waitFor…, …])

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   Paid                     OrderService   ← step 2, too early
            +0 ms   Created                  OrderService   ← step 1
            +0 ms   waiting for Created → Paid
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory, no gap in sequence (1…2)"
  `);
});

test('lost messages are named among what was checked, and long timelines are cut around the closest', async () => {
  const { clock, events, topic } = await openTestSession();
  for (let n = 1; n <= 40; n++) {
    clock.advance(5);
    topic.publish(event(n === 20 ? 'OrderCreated' : 'Noise', { n }));
  }
  topic.gap({ reason: 'the topic reported a discontinuity', afterSequenceNumber: 40, nextSequenceNumber: 43 });
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { n: 21 } }));
  clock.advance(4500);
  expect(await waiting).toMatchInlineSnapshot(`
    "cannot tell whether OrderCreated came: messages were lost (the topic reported a discontinuity)

      Closest event   1/2 fields   id 00000000-0000-4000-8000-000000000028   +100 ms
        - detail.n     21   expected
        + detail.n     20   received
          detail-type  "OrderCreated"

      Expected   OrderCreated   pages.test.ts:LINE
        { "detail-type": "OrderCreated", detail: { n: 21 } }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +5 ms   Noise                    OrderService
           +10 ms   Noise                    OrderService
           +15 ms   Noise                    OrderService
           +20 ms   Noise                    OrderService
                    … 14 more
           +95 ms   Noise                    OrderService
          +100 ms   OrderCreated             OrderService   ← closest
          +105 ms   Noise                    OrderService
                    … 13 more
          +175 ms   Noise                    OrderService
          +180 ms   Noise                    OrderService
          +185 ms   Noise                    OrderService
          +190 ms   Noise                    OrderService
          +195 ms   Noise                    OrderService
          +200 ms   Noise                    OrderService
          +200 ms   waiting for OrderCreated
        +4 200 ms   timed out

      Checked for you
        ! messages were lost between 40 and 43: the topic reported a discontinuity"
  `);
});

test('after lost or dropped messages a missed wait is inconclusive, because the awaited one may be among them', async () => {
  const { clock, events, topic } = await openTestSession({ keep: 2 });
  for (let n = 1; n <= 6; n++) topic.publish(event('Noise', { n }));
  const waiting = rejection(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  const error = await waiting;
  expect(error).toBeInstanceOf(InconclusiveError);
  expect(error.message.split('\n')[0]).toBe(
    'cannot tell whether OrderCreated came: the oldest 4 messages had to be dropped; raise "keep"',
  );
});

const servers = new Set<() => void>();

afterEach(() => {
  for (const close of servers) close();
  vi.unstubAllEnvs();
});

/** A local cloud's admin API with these facts in its journal, after so many that it dropped. */
async function openJournal(at: number, bodies: readonly FactBody[], droppedFacts = 0): Promise<void> {
  const facts: Fact[] = bodies.map((body, index) => ({
    ...body,
    seq: droppedFacts + index + 1,
    at: at + (index + 1) * 3,
  }));
  const answer = {
    oldest: droppedFacts + 1,
    newest: droppedFacts + facts.length,
    dropped: { facts: droppedFacts, bytes: droppedFacts * 500 },
    limits: { facts: 100_000, bytes: 67_108_864 },
    advancedMs: 0,
    facts,
  };
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.add(() => server.close());
  vi.stubEnv('EARWITNESS_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/_earwitness`);
}

const accepted = (detailType: string, eventId: string): FactBody => ({
  kind: 'event.accepted',
  eventId,
  bus: 'orders',
  source: 'OrderService',
  detailType,
  sizeBytes: 300,
  event: JSON.stringify({ ...event(detailType, { id: '1' }), id: eventId }),
  requestId: 'q',
  traceId: 't',
});

const delivery = (eventId: string) => ({
  deliveryId: `d-${eventId}`,
  eventId,
  bus: 'orders',
  rule: 'to-momento',
  targetId: 'momento',
  targetArn: 'arn:aws:events:us-east-1:000000000000:api-destination/momento',
});

test('the local journal tells that the awaited event was published and why it was not delivered', async () => {
  const { clock, events } = await openTestSession();
  const retry = {
    outcome: 'retry',
    code: 'SDK_CLIENT_ERROR',
    message: 'API destination answered 401',
    retryAt: 0,
  } as const;
  await openJournal(clock.now(), [
    { kind: 'request.received', requestId: 'r', apiId: 'a', stage: 'Prod', method: 'POST', path: '/', traceId: 't' },
    accepted('OrderCreated', 'e-1'),
    { kind: 'request.answered', requestId: 'r', status: 201, durationMs: 4, traceId: 't' },
    { kind: 'rule.matched', eventId: 'e-1', bus: 'orders', rule: 'to-momento', targets: 1 },
    { ...delivery('e-1'), kind: 'delivery.attempted', attempt: 1, durationMs: 2, status: 401, ...retry },
    { ...delivery('e-1'), kind: 'delivery.attempted', attempt: 2, durationMs: 2, status: 401, ...retry },
  ]);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id: '1' } }));
  clock.advance(4500);
  expect(await waiting).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Cause?  delivering OrderCreated from OrderService to momento (rule
              to-momento) failed, status 401 Unauthorized: SDK_CLIENT_ERROR: API
              destination answered 401
              Tried 2 times; the next attempt comes 1 s later: npx earwitness
                time +1s brings it
              It may be of another test: nothing ties it to this one.

      Expected   OrderCreated   pages.test.ts:LINE
        { "detail-type": "OrderCreated", detail: { id: "1" } }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for OrderCreated
            +3 ms   POST /
            +6 ms   published to bus orders: OrderCreated from OrderService
            +9 ms   answered 201
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory"
  `);
});

test('the local journal tells that the awaited event was never published, and what was wrong instead', async () => {
  const { clock, events } = await openTestSession();
  await openJournal(clock.now(), [
    { kind: 'function.invoked', functionName: 'create-order', invocationId: 'i', traceId: 't' },
    {
      kind: 'function.finished',
      functionName: 'create-order',
      invocationId: 'i',
      durationMs: 3,
      outcome: 'threw',
      error: { name: 'TypeError', message: "Cannot read properties of undefined (reading 'name')" },
    },
    accepted('OrderShipped', 'e-2'),
    { kind: 'event.unmatched', eventId: 'e-2', bus: 'orders', rules: 1 },
    {
      kind: 'access.denied',
      principal: 'create-order',
      action: 'events:PutEvents',
      resource: 'bus',
      message: 'User: create-order is not authorized to perform: events:PutEvents',
      hint: 'Its role needs a policy statement.',
    },
    {
      kind: 'topic.refused',
      cache: 'c',
      topic: 't',
      code: 'LIMIT_EXCEEDED',
      message: 'message of 5,120 bytes is over 4,096',
      via: 'http',
    },
  ]);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect(await waiting).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Cause?  function create-order threw TypeError: Cannot read properties of
              undefined (reading 'name')
              It may be of another test: nothing ties it to this one.

      Expected   OrderCreated   pages.test.ts:LINE
        { "detail-type": "OrderCreated" }

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for OrderCreated
            +9 ms   published to bus orders: OrderShipped from OrderService
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory
        ! 1 event was published; it is not what was expected
        ! OrderShipped from OrderService matched none of the 1 rules of bus orders
        ! User: create-order is not authorized to perform: events:PutEvents. Its
          role needs a policy statement.
        ! topic c/t refused a message: LIMIT_EXCEEDED: message of 5,120 bytes is
          over 4,096"
  `);
});

test('of an event on a bus that no rule hears the page says what makes it heard', async () => {
  const { clock, events } = await openTestSession();
  await openJournal(clock.now(), [
    accepted('OrderShipped', 'e-1'),
    { kind: 'event.unmatched', eventId: 'e-1', bus: 'orders', rules: 0 },
    accepted('OrderPaid', 'e-2'),
    { kind: 'event.unmatched', eventId: 'e-2', bus: 'default', rules: 0 },
  ]);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect(brief(await waiting)).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Checked for you
        ✓ connected to memory
        ! 2 events were published; none of them is what was expected
        ! OrderShipped from OrderService was put on bus orders, which has no
          rules: --relay makes the events of your stacks' buses heard
        ! OrderPaid from OrderService was put on bus default, which has no rules:
          --relay=default makes its events heard"
  `);
});

test('an event that went to a bus that does not exist was published all the same', async () => {
  const { clock, events } = await openTestSession();
  await openJournal(clock.now(), [{ kind: 'bus.missing', eventId: 'e-1', bus: 'order-bus' }]);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect(brief(await waiting)).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Cause?  an event went to bus order-bus, which does not exist: accepted and
              dropped
              It may be of another test: nothing ties it to this one.

      Checked for you
        ✓ connected to memory"
  `);
});

test('a request that the guard refused is among what was checked', async () => {
  const { clock, events } = await openTestSession();
  const about = { door: 'AWS', method: 'POST', path: '/', host: '127.0.0.1:4566', origin: 'https://shop.example' };
  const message = 'A web page of https://shop.example sent this request.';
  await openJournal(clock.now(), [{ kind: 'request.refused', ...about, message }]);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect(brief(await waiting)).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Checked for you
        ✓ connected to memory
        ! no event at all was published to a bus
        ! POST / was refused: A web page of https://shop.example sent this
          request."
  `);
});

test('of what a journal has dropped the page does not say that it did not happen', async () => {
  const { clock, events } = await openTestSession();
  const unmatched = { kind: 'event.unmatched', eventId: 'e-1', bus: 'orders', rules: 1 } as const;
  await openJournal(clock.now(), [unmatched, accepted('OrderShipped', 'e-2')], 12_345);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect((await waiting).replace(/^.*(?= {2}Timeline)/s, '')).toMatchInlineSnapshot(`
    "  Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for OrderCreated
            +6 ms   published to bus orders: OrderShipped from OrderService
        +4 000 ms   timed out

      Checked for you
        ✓ connected to memory
        ! the local cloud's journal has dropped the oldest 12,345 facts, as it
          holds 100,000 facts or 64 MB at most (journalMaxBytes): what is missing
          here may have happened all the same
        ! an event matched none of the 1 rules of bus orders"
  `);
});

test('an event that is still in a journal with a gap is followed all the same', async () => {
  const { clock, events } = await openTestSession();
  const dropped = {
    ...delivery('e-1'),
    kind: 'delivery.dropped',
    code: 'NO_RESOURCE',
    message: 'gone',
    attempts: 1,
  } as const;
  await openJournal(clock.now(), [accepted('OrderCreated', 'e-1'), dropped], 1);
  const waiting = page(events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }));
  clock.advance(4500);
  expect(brief(await waiting)).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Cause?  OrderCreated from OrderService (rule to-momento, target momento) was
              dropped after 1 attempt: NO_RESOURCE: gone
              It may be of another test: nothing ties it to this one.

      Checked for you
        ✓ connected to memory
        ! the local cloud's journal has dropped the oldest fact, as it holds
          100,000 facts or 64 MB at most (journalMaxBytes): what is missing here
          may have happened all the same"
  `);
});

test('where the runner shows no code, the page does', async () => {
  for (const name of ['VITEST', 'JEST_WORKER_ID', 'TEST_WORKER_INDEX']) vi.stubEnv(name, undefined);
  const { clock, events } = await openTestSession();
  const waiting = page(events.waitForMessageMatching({ source: 'OrderService' }));
  clock.advance(4500);
  expect((await waiting).replace(/(?=\n {2}Timeline).*$/s, '')).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Expected   an event from OrderService   pages.test.ts:LINE
        { source: "OrderService" }

        NN |   for (const name of ['VITEST', 'JEST_WORKER_ID', 'TEST_WORKER_INDE…
        NN |   const { clock, events } = await openTestSession();
      > NN |   const waiting = page(events.waitForMessageMatching({ source: 'Ord…
             |                               ^
        NN |   clock.advance(4500);
    "
  `);
});

test('a test that expects null for nothing is told what to write', async () => {
  const { clock, events } = await openTestSession();
  const waiting = page(events.waitForMessageMatching({ source: 'OrderService' }));
  clock.advance(4500);
  // As with a helper before this kit: expect(message).toBeNull();
  expect((await waiting).replace(/(?=\n {2}Timeline).*$/s, '')).toMatchInlineSnapshot(`
    "no event arrived within 4 s

      Expected   an event from OrderService   pages.test.ts:LINE
        { source: "OrderService" }
      ! the test expects null for nothing: a wait rejects. To expect nothing,
        await events.expectNone(…)
    "
  `);
});

test('a wait that its test would not outlast is cut off before, and says whose limit it was', async () => {
  const clock = new ManualClock();
  const test = { title: 'orders > an order is published', startedAt: clock.now(), timeoutMs: 2000 };
  const settings = { clock, timeoutMs: 3000, keep: 10, runningTest: () => test };
  const events = new Subscription(await Session.open(new MemoryTopic(), settings));
  const waiting = page(events.waitForMessageMatching({ source: 'OrderService' }));
  const silence = page(events.expectNone({ source: 'OrderService' }));
  clock.advance(1700);
  expect((await waiting).replace(/(?=\n {2}Checked).*$/s, '')).toMatchInlineSnapshot(`
    "no event arrived within 1.7 s

      Test       orders > an order is published   pages.test.ts:LINE
      Expected   an event from OrderService
        { source: "OrderService" }
      ! ended before its 3 s were over, by its test's own limit of 2 s:
        give the test more time, or the wait less

      Timeline   from 14:02:07.120 UTC on memory
            +0 ms   subscribed
            +0 ms   waiting for an event from OrderService
        +1 700 ms   timed out
    "
  `);
  expect(await silence).toMatchInlineSnapshot(
    `"cannot tell about no an event from OrderService: the test's own limit of 2000 ms left no room for 3000 ms of listening: give the test more time, or the wait less."`,
  );
});

test('a wait whose test was given up is printed', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const printed = new Promise<string>((print) => {
    const test = { title: 'an order', signal: controller.signal, print };
    const settings = { clock, timeoutMs: 3000, keep: 10, runningTest: () => test };
    void Session.open(new MemoryTopic(), settings).then((session) => {
      const waiting = new Subscription(session).waitForMessageMatching({ source: 'OrderService' });
      waiting.catch(() => undefined);
      clock.advance(500);
      controller.abort();
    });
  });
  expect((await printed).replace(/(?=\n\n {2}Timeline).*$/s, '').replace(/:\d+$/m, ':LINE')).toMatchInlineSnapshot(`
    "earwitness: the runner ended "an order" during a wait:
    no event arrived within 500 ms

      Test       an order   pages.test.ts:LINE
      Expected   an event from OrderService
        { source: "OrderService" }
      ! ended before its 3 s were over, by the end of its test:
        give the test more time, or the wait less"
  `);
});

test('of two long texts the place where they differ is shown, and of many fields that agree a few', async () => {
  const { clock, events, topic } = await openTestSession();
  const fields = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`f${n}`, n]));
  topic.publish(
    event('OrderCreated', { ...fields, text: `${'x'.repeat(300)}A, and so on and on: ${'y'.repeat(300)}` }),
  );
  const waiting = page(
    events.waitForMessageMatching({
      detail: { ...fields, text: `${'x'.repeat(300)}B, and so on and on: ${'y'.repeat(300)}` },
    }),
  );
  clock.advance(4500);
  expect(
    (await waiting)
      .split('\n')
      .slice(2, 6)
      .concat((await waiting).split('\n').slice(16, 18)),
  ).toMatchInlineSnapshot(`
    [
      "  Closest event   15/16 fields   id 00000000-0000-4000-8000-000000000061   +0 ms",
      "    - detail.text  …xxxxxxxxxxxxxxxxB, and so on and on: yyyyyyyyyyy…   expected",
      "    + detail.text  …xxxxxxxxxxxxxxxxA, and so on and on: yyyyyyyyyyy…   received",
      "      detail.f0    0",
      "      detail.f11   11",
      "      and 3 more that agree",
    ]
  `);
});
