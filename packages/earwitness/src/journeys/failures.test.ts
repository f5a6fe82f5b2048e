// Journeys of what fails, and of consumers: conformance/e2e/throws.test.ts shows them as a whole.
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { HOSTILE, rawIn } from '../printing/hostile.test.ts';
import { createPrinter } from './test-printer.ts';

const TRACE = { traceId: 'Root=1-abc' };
const REQUEST = { ...TRACE, requestId: 'r1' };
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:shop-Queue-3K9X0QW2Z7B1';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:shop-Pay-3K9X0QW2Z7B1';

const received: FactBody = {
  ...{ ...REQUEST, kind: 'request.received', apiId: 'a', stage: 'Prod', method: 'POST', path: '/orders' },
};
const answered = (status: number, reason?: string): FactBody => ({
  ...{ ...REQUEST, kind: 'request.answered', status, durationMs: 1, ...(reason !== undefined && { reason }) },
});
const accepted = (eventId: string, traceId?: string): FactBody => ({
  ...{ kind: 'event.accepted', eventId, bus: 'b', source: 'shop', detailType: eventId, sizeBytes: 2, event: '{}' },
  ...{ requestId: 'p', ...(traceId !== undefined && { traceId }) },
});
const matched = (eventId: string, rule = 'shop-Rule-3K9X0QW2Z7B1'): FactBody => ({
  ...{ kind: 'rule.matched', eventId, bus: 'b', rule, targets: 1 },
});
const delivery = (eventId: string, targetArn: string) => ({
  ...{ deliveryId: `d-${eventId}`, eventId, bus: 'b', rule: 'shop-Rule-3K9X0QW2Z7B1', targetId: 't', targetArn },
});
const taken = (eventId: string, targetArn: string, takenAs: string): FactBody => ({
  ...{ ...delivery(eventId, targetArn), kind: 'delivery.attempted', attempt: 1, durationMs: 0 },
  ...{ outcome: 'delivered', takenAs },
});
const invoked = (invocationId: string, messageIds?: readonly string[]): FactBody => ({
  ...{ kind: 'function.invoked', functionName: 'shop-Pay-3K9X0QW2Z7B1', invocationId, ...TRACE },
  ...(messageIds && { batch: { queueArn: QUEUE, messageIds } }),
});
const threw = (invocationId: string, message = 'no card'): FactBody => ({
  ...{ kind: 'function.finished', functionName: 'shop-Pay-3K9X0QW2Z7B1', invocationId, ...TRACE, durationMs: 1 },
  ...{ outcome: 'threw', error: { name: 'Error', message, stack: ['at handler (/shop/src/pay.ts:3:9)'] } },
});
const returned = (invocationId: string): FactBody => ({
  ...{ kind: 'function.finished', functionName: 'shop-Pay-3K9X0QW2Z7B1', invocationId, ...TRACE, durationMs: 1 },
  outcome: 'returned',
});
const wrote = (invocationId: string, line: string): FactBody => ({
  ...{ kind: 'function.log', functionName: 'shop-Pay-3K9X0QW2Z7B1', invocationId, stream: 'stdout', line },
});

/** The stops of what was printed, journey by journey. */
const stopsIn = (text: string) =>
  text.split('\n\n').flatMap((one) => {
    const stops = one.match(/(?<=^ {0,7}[\d.]+ {2})\w+( letter)?/gm);
    return stops ? [stops.join(' ')] : [];
  });

test('a request that published nothing is a line when all went well, and told in full when it failed', () => {
  const { take, said } = createPrinter();
  take(received, invoked('i1'), returned('i1'), answered(404));
  expect(said()).toBe('  POST /orders → 404  3.0 ms  Pay\n');
  take(received, invoked('i2'), threw('i2'), answered(500, 'the function failed'));
  expect(said()).toMatchInlineSnapshot(`
    "
      POST /orders → 500  3.0 ms
         0.0  request       POST /orders
         1.0  function      Pay
         2.0  function      Pay threw: Error: no card
                            at handler (src/pay.ts:3:9)
         3.0  answer        500 Internal Server Error

    "
  `);
  take(received, answered(404, 'no such route'));
  expect(stopsIn(said())).toEqual(['request answer']);
  // A function that another one invoked, which had an answer all the same.
  take(received, invoked('i3'), invoked('i4'), threw('i4'), returned('i3'), answered(200));
  expect(stopsIn(said())).toEqual(['request function function function answer']);
});

test('an invocation that no event set off is a line when all went well', () => {
  const { take, pass, said } = createPrinter();
  const nightly: FactBody = { kind: 'function.invoked', functionName: 'shop-Nightly-3K9X0QW2Z7B1', invocationId: 'i1' };
  take(nightly, { ...nightly, kind: 'function.finished', durationMs: 1, outcome: 'returned' });
  take(invoked('i2', ['m1', 'm2']), returned('i2'));
  expect(said()).toBe('');
  pass();
  expect(said()).toBe('  function Nightly  1.0 ms\n  function Pay, 2 messages of Queue  1.0 ms\n');
  // A delivery that is written down later than ever does not tell it once more.
  take(taken('e1', QUEUE, 'm1'), taken('e2', QUEUE, 'm2'));
  pass();
  expect(said()).toBe('');
});

test('an invocation that published an event, and one that a delivery set off, stand in the journeys of the events', () => {
  const { take, pass, said } = createPrinter();
  take(invoked('i1'), accepted('e1', TRACE.traceId), { kind: 'event.unmatched', eventId: 'e1', bus: 'b', rules: 1 });
  take(returned('i1'), accepted('e2'), matched('e2'), invoked('i2'), returned('i2'), taken('e2', FUNCTION, 'i2'));
  pass();
  expect(stopsIn(said())).toEqual(['function PutEvents rule', 'PutEvents rule function attempt']);
});

test('a line is no longer than the terminal is wide', () => {
  const { take, said } = createPrinter();
  take({ ...received, path: `/${'orders/'.repeat(20)}` } as FactBody, invoked('i1'), returned('i1'), answered(200));
  const text = said().trimEnd();
  expect(text).toMatch(/^ {2}POST \/orders\/.*… → 200 {2}3\.0 ms/);
  expect(text.length).toBeLessThanOrEqual(80);
});

test('a request that published events stands in their journeys, and its stack in the first alone', () => {
  const { take, said } = createPrinter();
  take(received, invoked('i1'), accepted('e1', TRACE.traceId), accepted('e2', TRACE.traceId));
  take(...['e1', 'e2'].map((eventId): FactBody => ({ kind: 'event.unmatched', eventId, bus: 'b', rules: 1 })));
  take(threw('i1'), answered(500));
  const text = said();
  expect(stopsIn(text)).toEqual(Array(2).fill('request function PutEvents rule function answer'));
  expect(text.match(/threw|at handler \(src\/pay.ts:3:9\)/g)).toEqual([
    'threw',
    'at handler (src/pay.ts:3:9)',
    'threw',
  ]);
});

test('a journey waits for the function that a rule set off, and says how it failed', () => {
  const { take, said } = createPrinter();
  take(accepted('e1'), matched('e1'), taken('e1', FUNCTION, 'i1'));
  expect(said()).toBe('');
  take(invoked('i1'), threw('i1'));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  4.0 ms
         0.0  PutEvents     e1 from shop on b
         1.0  rule          Rule matched, 1 target
         2.0  attempt       Pay
         3.0  function      Pay
         4.0  function      Pay threw: Error: no card
                            at handler (src/pay.ts:3:9)

    "
  `);
  // Lambda tries again, after the journey was printed.
  take(invoked('i1'), threw('i1'));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  1.0 ms
         0.0  function      Pay
         1.0  function      Pay threw: Error: no card
                            at handler (src/pay.ts:3:9)

    "
  `);
});

test('an invocation that ends before its delivery is written down is of that event all the same', () => {
  const { take, pass, said } = createPrinter();
  take(accepted('e1'), matched('e1'), invoked('i1'), threw('i1'), taken('e1', FUNCTION, 'i1'));
  pass();
  expect(stopsIn(said())).toEqual(['PutEvents rule function function attempt']);
});

test('a consumer stands under the events of its batch, and not under others of the trace', () => {
  const { take, pass, said } = createPrinter();
  take(...['e1', 'e2'].flatMap((id) => [accepted(id, TRACE.traceId), matched(id)]));
  take(received, invoked('i0'), accepted('e3', TRACE.traceId));
  take(invoked('i1', ['m1', 'm2']), taken('e1', QUEUE, 'm1'), taken('e2', QUEUE, 'm2'));
  expect(said()).toBe('');
  take(returned('i1'));
  // It may still give messages back.
  expect(said()).toBe('');
  take({
    ...{ kind: 'batch.returned', functionName: 'shop-Pay-3K9X0QW2Z7B1', invocationId: 'i1', queueArn: QUEUE },
    ...{ messageIds: ['m2'], of: 2 },
  });
  take(returned('i0'), { kind: 'event.unmatched', eventId: 'e3', bus: 'b', rules: 1 }, answered(200));
  pass();
  const text = said();
  expect(text.match(/(?<=^ {2})e\d|Pay.*/gm)).toEqual([
    'e1',
    'Pay',
    'Pay, 2 messages of Queue',
    'Pay gave back 1 of 2 messages to Queue',
    'e2',
    'Pay',
    'Pay, 2 messages of Queue',
    'Pay gave back 1 of 2 messages to Queue',
    'e3',
    'Pay',
  ]);
});

test('a consumer that fails after its event was printed is printed under the name of the event', () => {
  const { take, said } = createPrinter();
  take(accepted('e1'), matched('e1'), taken('e1', QUEUE, 'm1'));
  expect(stopsIn(said())).toEqual(['PutEvents rule attempt']);
  take(invoked('i1', ['m1']), returned('i1'));
  expect(said()).toBe('');
  take(invoked('i2', ['m1']), wrote('i2', 'about to pay'), threw('i2'));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  2.0 ms
         0.0  function      Pay, 1 message of Queue
         2.0  function      Pay threw: Error: no card
                            at handler (src/pay.ts:3:9)
                            last output:
                              about to pay

    "
  `);
});

test('what nothing known set off has a journey of its own', () => {
  const { take, pass, said } = createPrinter();
  take(invoked('i1'), threw('i1'));
  expect(said()).toBe('');
  pass();
  expect(said()).toMatch(/^ {2}function Pay {2}1\.0 ms\n/);
  take(invoked('i2', ['m9']), threw('i2'));
  pass();
  expect(stopsIn(said())).toEqual(['function function']);
});

test('of the past no failure is printed', () => {
  const { recall, pass, close, said } = createPrinter();
  recall(invoked('i1'), threw('i1'), received, answered(500));
  pass();
  close();
  expect(said()).toBe('');
});

test('a delivery that is tried again later is printed now, and again when it has ended', () => {
  const { take, said } = createPrinter();
  const failed = (attempt: number, retryAt: number): FactBody => ({
    ...{ ...delivery('e1', QUEUE), kind: 'delivery.attempted', attempt, durationMs: 0, outcome: 'retry', retryAt },
    ...{ code: 'SDK_CLIENT_ERROR', message: 'Unable', cause: 'connection refused' },
  });
  take(accepted('e1'), matched('e1'), failed(1, 1500));
  expect(said()).toBe('');
  take(failed(2, 9000));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  3.0 ms
         0.0  PutEvents     e1 from shop on b
         1.0  rule          Rule matched, 1 target
         2.0  attempt       Queue  connection refused  next attempt in 0.5 s
         3.0  attempt       Queue  connection refused  next attempt in 8.0 s

    "
  `);
  take(failed(3, 99_000));
  expect(said()).toBe('');
  take(taken('e1', QUEUE, 'm1'));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  0.0 ms
         0.0  attempt       Queue

    "
  `);
});

test('a message that was received too often is printed under its event, with both queues', () => {
  const { take, said } = createPrinter();
  const DEAD = QUEUE.replace('Queue', 'Dead');
  const redriven = (messageId: string): FactBody => ({
    ...{ kind: 'message.redriven', queueArn: QUEUE, deadLetterQueueArn: DEAD, messageId, receives: 2 },
  });
  take(accepted('e1'), matched('e1'), taken('e1', QUEUE, 'm1'));
  said();
  take(redriven('m1'), redriven('m2'));
  expect(said()).toMatchInlineSnapshot(`
    "  e1 from shop  0.0 ms
         0.0  dead letter   received 2 times from Queue → Dead

      a message of Queue  0.0 ms
         0.0  dead letter   received 2 times from Queue → Dead

    "
  `);
});

test('with logs, all output is printed as it comes, and shows its controls', () => {
  const { take, said } = createPrinter({ logs: true });
  take(invoked('i1'), wrote('i1', 'hello\nworld'), wrote('i1', HOSTILE.replace('\r\n', '')));
  const text = said();
  expect(text.split('\n').slice(0, 2)).toEqual(['  Pay  hello', '  Pay  world']);
  expect(rawIn(text)).toEqual([]);
});

test('two functions of the same name show their stacks', () => {
  const { take, pass, said } = createPrinter();
  take(
    accepted('e1'),
    matched('e1', 'orders-Rule-AAAAAAAAAAAA'),
    accepted('e2'),
    matched('e2', 'stock-Rule-BBBBBBBBBBBB'),
  );
  take(taken('e1', QUEUE, 'm1'), taken('e2', QUEUE, 'm2'));
  pass();
  expect(said().match(/\S+ matched/g)).toEqual(['Rule matched', 'stock-Rule matched']);
});

test('what a stranger wrote into an error cannot forge a hop, and a word without end is divided', () => {
  const { take, pass, said } = createPrinter();
  take(
    invoked('i1'),
    wrote('i1', HOSTILE),
    threw('i1', `${HOSTILE}${'x'.repeat(500)}\n     0.0  answer        200 OK`),
  );
  pass();
  const text = said();
  expect(rawIn(text)).toEqual([]);
  expect(text.split('\n').filter((one) => one.length > 80)).toEqual([]);
  expect(stopsIn(text)).toEqual(['function function']);
});
