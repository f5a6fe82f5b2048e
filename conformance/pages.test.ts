// Failure pages of a real stack, at 80 columns, from the journal of a local cloud: of everything that can go wrong, the
// culprit stands in the first five lines.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { createSqsTransport, type Subscription, subscribe } from 'earwitness';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { factOf } from './fact-of.ts';
import { pageOf } from './page-of.ts';

const directory = fileURLToPath(new URL('shop/', import.meta.url));
const transport = 'momento-http';

let local: Local;
let outputs: Record<string, string>;

beforeAll(async () => {
  local = await startLocal();
  outputs = await local.deploy({
    name: 'shop',
    template: readFileSync(`${directory}template.yaml`, 'utf8'),
    directory,
    // Nobody listens there.
    parameters: { ShippingEndpoint: 'http://127.0.0.1:1/shipments' },
  });
  await local.relay();
  for (const [name, value] of Object.entries(await local.environment())) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await local.close();
});

/** Publishes what the order says, and resolves once a fact that fits has been recorded. */
async function place(order: object, fits: (fact: Fact) => boolean): Promise<void> {
  const recorded = factOf(local, fits);
  const answer = await fetch(outputs['ApiUrl'] ?? '', { method: 'POST', body: JSON.stringify(order) });
  expect(answer.status).toBe(202);
  await recorded;
}

// What is awaited never comes, and everything else has come before the wait begins.
const limits = { timeoutMs: 50 };

const isReturned = ({ kind }: Fact) => kind === 'batch.returned';

// The first: what it advances the clock by would bring back what others leave to be tried again.
test('a message that was given back too often has moved to the dead-letter queue', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place({ type: 'StockWanted', detail: { id: 'order-12', sku: 'none' } }, isReturned);
  for (const fits of [isReturned, ({ kind }: Fact) => kind === 'message.redriven']) {
    const recorded = factOf(local, fits);
    await local.clock.advance(30_000);
    await recorded;
  }
  await events.waitForMessageMatching({ detail: { id: 'order-12' } });
  const reserved = { 'detail-type': 'StockReserved', detail: { id: 'order-12' } };
  expect(await pageOf(events.waitForMessageMatching(reserved, limits))).toMatchInlineSnapshot(`
    "no event matched within 50 ms: function ReserveStock gave its message back

      Cause   function ReserveStock gave its message back to StockQueue:
              StockWanted from shop.orders (2 times)
              its last log line: out of stock: none of order order-12
              a message was received 2 times from queue StockQueue and moved to
                its dead-letter queue StockDead

      Test       a message that was given back too often has moved to the
                 dead-letter queue   pages.test.ts:LINE
      Expected   StockReserved
        { "detail-type": "StockReserved", detail: { id: "order-12" } }

      Closest event   1/2 fields   id ID  +TIME
        - detail-type  "StockReserved"   expected
        + detail-type  "StockWanted"   received
          detail.id    "order-12"

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('a consumer threw', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place(
    { type: 'OrderPlaced', detail: { id: 'order-1', card: null } },
    ({ kind, ...fact }) => kind === 'function.finished' && 'outcome' in fact && fact.outcome === 'threw',
  );
  await events.waitForMessageMatching({ detail: { id: 'order-1' } });
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'PaymentTaken', detail: { id: 'order-1' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event matched within 50 ms: function TakePayment threw

      Cause   function TakePayment threw TypeError: Cannot read properties of null
              (reading 'number')
              at conformance/shop/src/take-payment.ts:9
              its last log line: taking the payment for order order-1

      Test       a consumer threw   pages.test.ts:LINE
      Expected   PaymentTaken
        { "detail-type": "PaymentTaken", detail: { id: "order-1" } }

      Closest event   1/2 fields   id ID  +TIME
        - detail-type  "PaymentTaken"   expected
        + detail-type  "OrderPlaced"   received
          detail.id    "order-1"

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('a rule does not match, although a relay matched', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place(
    { source: 'shop.order', type: 'OrderPlaced', detail: { id: 'order-2', card: { number: '4242' } } },
    ({ kind }) => kind === 'topic.published',
  );
  await events.waitForMessageMatching({ detail: { id: 'order-2' } });
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'PaymentTaken', detail: { id: 'order-2' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event matched within 50 ms: rule TakePaymentPlaced does not match

      Cause   rule TakePaymentPlaced wants source "shop.orders", the event has
              "shop.order": 1 of 2 fields match
              The event is OrderPlaced from shop.order on bus shop-bus.

      Test       a rule does not match, although a relay matched   pages.test.ts:LINE
      Expected   PaymentTaken
        { "detail-type": "PaymentTaken", detail: { id: "order-2" } }

      Closest event   1/2 fields   id ID  +TIME
        - detail-type  "PaymentTaken"   expected
        + detail-type  "OrderPlaced"   received
          detail.id    "order-2"

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('a consumer gave its message back', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place({ type: 'StockWanted', detail: { id: 'order-3', sku: 'none' } }, isReturned);
  await events.waitForMessageMatching({ detail: { id: 'order-3' } });
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'StockReserved', detail: { id: 'order-3' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event matched within 50 ms: function ReserveStock gave its message back

      Cause   function ReserveStock gave its message back to StockQueue:
              StockWanted from shop.orders
              its last log line: out of stock: none of order order-3
              it is hidden in StockQueue for 30 s: npx earwitness time +30s
                brings it back
              received 2 times, it goes to StockDead instead

      Test       a consumer gave its message back   pages.test.ts:LINE
      Expected   StockReserved
        { "detail-type": "StockReserved", detail: { id: "order-3" } }

      Closest event   1/2 fields   id ID  +TIME
        - detail-type  "StockReserved"   expected
        + detail-type  "StockWanted"   received
          detail.id    "order-3"

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('a message that is awaited in a dead-letter queue is only hidden', async () => {
  await using events = await subscribe({ transport: createSqsTransport({ queueUrl: outputs['StockDeadUrl'] ?? '' }) });
  await place({ type: 'StockWanted', detail: { id: 'order-4', sku: 'none' } }, isReturned);
  expect(await pageOf(events.waitForMessageMatching({ detail: { id: 'order-4' } }, limits))).toMatchInlineSnapshot(
    `
    "no event matched within 50 ms: function ReserveStock gave its message back

      Cause   function ReserveStock gave its message back to StockQueue:
              StockWanted from shop.orders
              it is hidden in StockQueue for 30 s: npx earwitness time +30s
                brings it back
              received 2 times, it goes to StockDead instead
              its last log line: out of stock: none of order order-4

      Test       a message that is awaited in a dead-letter queue is only hidden
                 pages.test.ts:LINE
      Expected   a matching event
        { detail: { id: "order-4" } }

      Closest event   0/1 fields   id ID  +TIME
        - detail.id  "order-4"   expected
        + detail.id  "order-12"   received

      Checked for you
        ✓ connected to queue shop-StockDead-SUFFIX
        ✓ dead-letter queue DeadLetterQueue is empty"
  `,
  );
});

// Whoever hears through a file hears what its earlier tests did.
describe('with one subscription for several tests, and a partner that is down', () => {
  let events: Subscription;
  beforeAll(async () => {
    events = await subscribe({ transport, deadLetterQueue: outputs['ShippingDeadUrl'] ?? '' });
  });
  afterAll(() => events.unsubscribe());

  test('earlier tests leave dead letters', async () => {
    for (const id of ['before-1', 'before-2', 'before-3']) {
      await place({ type: 'OrderPacked', detail: { id } }, ({ kind }) => kind === 'delivery.dead-lettered');
    }
  });

  test('they are one line on the page of another', async () => {
    await place(
      { type: 'OrderNamed', detail: { id: 'order-6', name: 'A book' } },
      ({ kind }) => kind === 'topic.published',
    );
    await events.waitForMessageMatching({ detail: { id: 'order-6' } }, { timeoutMs: 100_000 });
    const named = { 'detail-type': 'OrderNamed', detail: { id: 'order-6', name: 'a book' } };
    expect(await pageOf(events.waitForMessageMatching(named, limits))).toMatchInlineSnapshot(
      `
      "no event matched within 50 ms: 4 received, the closest differs in 1 of 3 fields

        Closest event   2/3 fields   id ID  +TIME
          - detail.name  "a book"   expected
          + detail.name  "A book"   received
            detail-type  "OrderNamed"
            detail.id    "order-6"

        Test       with one subscription for several tests, and a partner that is down
                   > they are one line on the page of another   pages.test.ts:LINE
        Expected   OrderNamed
          {
            "detail-type": "OrderNamed",
            detail: { id: "order-6", name: "a book" },
          }

        Checked for you
          ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
          ! 1 event was published; it is not what was expected
          · not about this event: 3 dead letters"
    `,
    );
  });
});

test('the awaited event itself came, and differs: it stands before a rule that nearly matched it', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place(
    { source: 'shop.order', type: 'OrderPlaced', detail: { id: 'order-11' } },
    ({ kind }) => kind === 'topic.published',
  );
  await events.waitForMessageMatching({ detail: { id: 'order-11' } });
  const placed = { source: 'shop.orders', 'detail-type': 'OrderPlaced', detail: { id: 'order-11' } };
  expect(await pageOf(events.waitForMessageMatching(placed, limits))).toMatchInlineSnapshot(`
    "no event matched within 50 ms: 1 received, the closest differs in 1 of 3 fields

      Closest event   2/3 fields   id ID  +TIME
        - source       "shop.orders"   expected
        + source       "shop.order"   received
          detail-type  "OrderPlaced"
          detail.id    "order-11"

      Test       the awaited event itself came, and differs: it stands before a rule
                 that nearly matched it   pages.test.ts:LINE
      Expected   OrderPlaced from shop.orders
        {
          source: "shop.orders",
          "detail-type": "OrderPlaced",
          detail: { id: "order-11" },
        }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ! 1 event was published; it is not what was expected
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('an event went to another bus than the one that is heard', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place(
    { bus: 'default', type: 'OrderNamed', detail: { id: 'order-9' } },
    ({ kind }) => kind === 'event.unmatched',
  );
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'OrderNamed', detail: { id: 'order-9' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: OrderNamed went to bus default

      Cause   OrderNamed from shop.orders went to bus default; what is heard is
              bus shop-bus
              Was it meant to go to shop-bus? PutEvents sends there what names
                no EventBusName.

      Test       an event went to another bus than the one that is heard
                 pages.test.ts:LINE
      Expected   OrderNamed
        { "detail-type": "OrderNamed", detail: { id: "order-9" } }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('an event went to another bus than the rule that should take it', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place(
    { bus: 'default', type: 'OrderPlaced', detail: { id: 'order-10' } },
    ({ kind }) => kind === 'event.unmatched',
  );
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'PaymentTaken', detail: { id: 'order-10' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: OrderPlaced went to bus default

      Cause   OrderPlaced from shop.orders went to bus default; rule
              TakePaymentPlaced, which matches it, is on bus shop-bus
              Was it meant to go to shop-bus? PutEvents sends there what names
                no EventBusName.

      Test       an event went to another bus than the rule that should take it
                 pages.test.ts:LINE
      Expected   PaymentTaken
        { "detail-type": "PaymentTaken", detail: { id: "order-10" } }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('the function ran, and published nothing', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await place({}, ({ kind }) => kind === 'request.answered');
  expect(await pageOf(events.waitForMessageMatching({ 'detail-type': 'OrderPlaced' }, limits))).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: nothing was published

      Cause   function PlaceOrder ran to its end and did not call PutEvents
              POST /orders was answered 202 Accepted

      Test       the function ran, and published nothing   pages.test.ts:LINE
      Expected   OrderPlaced
        { "detail-type": "OrderPlaced" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('no function ran, and nothing was published', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  expect(await pageOf(events.waitForMessageMatching({ 'detail-type': 'OrderPlaced' }, limits))).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: nothing was published

      Cause   nothing was published to a bus while this test listened, and no
              function ran
              What happens before subscribe() has resolved is not heard.

      Test       no function ran, and nothing was published   pages.test.ts:LINE
      Expected   OrderPlaced
        { "detail-type": "OrderPlaced" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

/** A promise, and what resolves it. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

describe.concurrent('tests side by side', () => {
  const [listening, thrown] = [signal(), signal()];

  test('one sees its consumer throw', async () => {
    await listening.given;
    await place(
      { type: 'OrderPlaced', detail: { id: 'order-7', card: null } },
      ({ kind, ...fact }) => kind === 'function.finished' && 'outcome' in fact && fact.outcome === 'threw',
    );
    thrown.give();
  });

  test('the page of the other does not take that for its cause', async ({ expect }) => {
    await using events = await subscribe({ transport, timeoutMs: 100_000 });
    listening.give();
    await thrown.given;
    expect(
      await pageOf(
        events.waitForMessageMatching({ 'detail-type': 'StockReserved', detail: { id: 'order-8' } }, limits),
      ),
    ).toMatchInlineSnapshot(`
      "no event matched within 50 ms: 1 received, the closest differs in 2 of 2 fields

        Cause?  function TakePayment threw TypeError: Cannot read properties of null
                (reading 'number')
                at conformance/shop/src/take-payment.ts:9
                its last log line: taking the payment for order order-7
                It may be of another test: nothing ties it to this one.

        Expected   StockReserved   pages.test.ts:LINE
          { "detail-type": "StockReserved", detail: { id: "order-8" } }

        Closest event   0/2 fields   id ID  +TIME
          - detail-type  "StockReserved"   expected
          + detail-type  "OrderPlaced"   received
          - detail.id    "order-8"   expected
          + detail.id    "order-7"   received

        Checked for you
          ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
          ! 1 event was published; it is not what was expected
          ✓ dead-letter queue DeadLetterQueue is empty"
    `);
  });
});

// The last: what a topic refuses is tried again, at a time that no test chooses.
test('a message is too large for the topic', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  const detail = { id: 'order-5', note: 'x'.repeat(5000) };
  await place({ type: 'OrderNoted', detail }, ({ kind }) => kind === 'topic.refused');
  expect(
    await pageOf(events.waitForMessageMatching({ 'detail-type': 'OrderNoted', detail: { id: 'order-5' } }, limits)),
  ).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: OrderNoted is too large: 5236 bytes

      Cause   topic earwitness/events refused OrderNoted from shop.orders: it has
              5236 bytes, and a topic takes 4096.
              Send less of it there: an InputTransformer on the target of the
                rule, or an id in the place of the content.

      Test       a message is too large for the topic   pages.test.ts:LINE
      Expected   OrderNoted
        { "detail-type": "OrderNoted", detail: { id: "order-5" } }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});
