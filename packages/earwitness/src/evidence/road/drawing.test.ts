// What hangs from what in the drawing, as an outline of its rows.
import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { type Branch, branchesOf } from '@earwitness/protocol/internal/journal/road/causes';
import { expect, test } from 'vitest';
import type { Evidence } from '../evidence.ts';
import { drawRoad } from './drawing.ts';
import { marksOf } from './marks.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:shop-TakePayment-F9CCLDGQ0C6D';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:shop-StockQueue-118G4ISINS2W';
const SHIPPING = 'arn:aws:events:us-east-1:000000000000:api-destination/shop-Shipping-VGSEYMH4081V/89ee2ea7';
const TRACE = { traceId: 'Root=1-abc;Parent=1;Sampled=1' };

const request = { requestId: 'r', ...TRACE };
const invoked = (invocationId: string, name: string, more: object = TRACE): FactBody => ({
  ...{ kind: 'function.invoked', functionName: `shop-${name}-F9CCLDGQ0C6D`, invocationId, ...more },
});
const finished = (invocationId: string, name: string): FactBody => ({
  ...{ kind: 'function.finished', functionName: `shop-${name}-F9CCLDGQ0C6D`, invocationId, durationMs: 1 },
  outcome: 'returned',
});
const accepted = (eventId: string, detailType: string, more: object = TRACE): FactBody => ({
  ...{ kind: 'event.accepted', eventId, bus: 'shop-bus', source: 'shop', detailType, sizeBytes: 9, event: '{}' },
  ...{ requestId: `put-${eventId}`, ...more },
});
const matched = (eventId: string, rule: string): FactBody => ({
  ...{ kind: 'rule.matched', eventId, bus: 'shop-bus', rule: `shop-${rule}-YM6NP1OH0CRY`, targets: 1 },
});
const delivery = (eventId: string, rule: string, targetArn: string) => ({
  ...{ deliveryId: `${eventId}:${rule}`, eventId, bus: 'shop-bus', rule: `shop-${rule}-YM6NP1OH0CRY`, targetId: 't' },
  targetArn,
});
const refused = { code: 'SDK_CLIENT_ERROR', message: 'cannot be reached', cause: 'connection refused' };

/** Evidence of facts, each 10 ms after the one before it. */
const evidenceOf = (...facts: readonly FactBody[]): Evidence[] =>
  facts.map((body, index): Evidence => {
    const at = 1000 + index * 10;
    const fact: Fact = { seq: index, at, ...body };
    return { kind: 'fact', subscription: 's', at, fact };
  });

const outline = (branches: readonly Branch[], depth = 0): string[] =>
  branches.flatMap(({ mark, branches: under, isElsewhere }) => [
    `${'  '.repeat(depth)}${mark.stage} ${mark.label}${mark.tone === 'bad' ? ' (bad)' : ''}${isElsewhere ? ' ↗' : ''}`,
    ...outline(under, depth + 1),
  ]);
const look = (evidence: readonly Evidence[]) => `\n${outline(branchesOf(marksOf(evidence))).join('\n')}\n`;

test('a consumer hangs from the delivery that set it off, and is bad when it gave a message back', () => {
  const evidence = evidenceOf(
    { kind: 'request.received', apiId: 'a', stage: 's', method: 'POST', path: '/orders', ...request },
    invoked('i1', 'PlaceOrder'),
    accepted('e1', 'OrderPlaced'),
    matched('e1', 'StockRule'),
    matched('e1', 'Placed'),
    matched('e1', 'ShippingRule'),
    finished('i1', 'PlaceOrder'),
    { kind: 'request.answered', status: 202, durationMs: 60, ...request },
    // A target may begin before its delivery is written down as done.
    invoked('i2', 'TakePayment'),
    {
      ...{ ...delivery('e1', 'Placed', FUNCTION), kind: 'delivery.attempted', attempt: 1, durationMs: 20 },
      ...{ outcome: 'delivered', takenAs: 'i2' },
    },
    {
      ...{ ...delivery('e1', 'StockRule', QUEUE), kind: 'delivery.attempted', attempt: 1, durationMs: 5 },
      ...{ outcome: 'delivered', takenAs: 'm1' },
    },
    invoked('i3', 'ReserveStock', { ...TRACE, batch: { queueArn: QUEUE, messageIds: ['m1'] } }),
    {
      ...{ ...delivery('e1', 'ShippingRule', SHIPPING), kind: 'delivery.attempted', attempt: 1, durationMs: 5 },
      ...{ outcome: 'failed', url: 'http://127.0.0.1:9/', ...refused },
    },
    { ...delivery('e1', 'ShippingRule', SHIPPING), kind: 'delivery.dropped', attempts: 1, ...refused },
    { ...{ kind: 'function.log', functionName: 'f', invocationId: 'i3', stream: 'stderr' }, line: 'out of stock' },
    finished('i3', 'ReserveStock'),
    {
      ...{ kind: 'batch.returned', functionName: 'shop-ReserveStock-F9CCLDGQ0C6D', invocationId: 'i3' },
      ...{ queueArn: QUEUE, messageIds: ['m1'], of: 1 },
    },
    // Of the trace's functions only this one still runs.
    accepted('e2', 'PaymentTaken'),
    finished('i2', 'TakePayment'),
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    request POST /orders → 202 Accepted
      function PlaceOrder
        event OrderPlaced on shop-bus
          rule StockRule
            attempt delivered to StockQueue
              consumer ReserveStock gave back 1 of 1 message to StockQueue (bad)
          rule Placed
            attempt delivered to TakePayment
              consumer TakePayment
                event PaymentTaken on shop-bus
          rule ShippingRule
            attempt Shipping: connection refused (bad)
              attempt dropped: connection refused (bad)
    "
  `);
  const details = marksOf(evidence).flatMap((mark) => mark.details ?? []);
  expect(details).toEqual(['last output:', '  out of stock', 'http://127.0.0.1:9/']);
});

test('a batch of several deliveries is drawn under the first, and named under the others', () => {
  const took = (eventId: string, takenAs: string): FactBody => ({
    ...{ ...delivery(eventId, 'StockRule', QUEUE), kind: 'delivery.attempted', attempt: 1, durationMs: 1 },
    ...{ outcome: 'delivered', takenAs },
  });
  const evidence = evidenceOf(
    accepted('e1', 'OrderPlaced', {}),
    accepted('e2', 'OrderPlaced', {}),
    matched('e1', 'StockRule'),
    matched('e2', 'StockRule'),
    took('e1', 'm1'),
    took('e2', 'm2'),
    invoked('i1', 'ReserveStock', { batch: { queueArn: QUEUE, messageIds: ['m1', 'm2'] } }),
    finished('i1', 'ReserveStock'),
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    event OrderPlaced on shop-bus
      rule StockRule
        attempt delivered to StockQueue
          consumer ReserveStock
    event OrderPlaced on shop-bus
      rule StockRule
        attempt delivered to StockQueue
          consumer ReserveStock ↗
    "
  `);
});

test('what two functions could have published hangs from what brought both about', () => {
  const evidence = evidenceOf(
    { kind: 'request.received', apiId: 'a', stage: 's', method: 'POST', path: '/', ...request },
    invoked('i1', 'One'),
    invoked('i2', 'Other'),
    accepted('e1', 'OrderPlaced'),
    finished('i1', 'One'),
    finished('i2', 'Other'),
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    request POST /
      function One
        function Other
        event OrderPlaced on shop-bus
    "
  `);
});

test('what a topic refuses without reading it hangs from the attempt that was under way there', () => {
  const evidence = evidenceOf(
    accepted('e1', 'OrderPlaced', {}),
    matched('e1', 'RelayRule'),
    {
      ...{ kind: 'topic.refused', cache: 'earwitness', topic: 'events', via: 'http' },
      ...{ code: 'AUTHENTICATION_ERROR', message: 'no such key' },
    },
    {
      ...{ ...delivery('e1', 'RelayRule', SHIPPING), kind: 'delivery.attempted', attempt: 1, durationMs: 15 },
      ...{ outcome: 'failed', status: 401, url: 'http://127.0.0.1:1/topics/earwitness/events' },
      ...{ code: 'SDK_CLIENT_ERROR', message: 'answered 401' },
    },
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    event OrderPlaced on shop-bus
      rule RelayRule
        attempt Shipping: 401 Unauthorized (bad)
          topic refused: AUTHENTICATION_ERROR (bad)
    "
  `);
});

test('an invocation that failed and was begun again ends each time in its own way', () => {
  const evidence = evidenceOf(
    invoked('i1', 'TakePayment', {}),
    {
      ...{
        kind: 'function.finished',
        functionName: 'shop-TakePayment-F9CCLDGQ0C6D',
        invocationId: 'i1',
        durationMs: 1,
      },
      ...{ outcome: 'threw', error: { name: 'TypeError', message: 'no card', stack: ['at pay (src/pay.ts:3:7)'] } },
    },
    invoked('i1', 'TakePayment', {}),
    finished('i1', 'TakePayment'),
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    function TakePayment threw: TypeError: no card (bad)
    function TakePayment
    "
  `);
  expect(marksOf(evidence).map(({ details }) => details)).toEqual([['at pay (src/pay.ts:3:7)'], undefined]);
});

test('facts that claim to have caused each other are drawn once', () => {
  const evidence = evidenceOf(invoked('i1', 'TakePayment'), accepted('e1', 'Loop'), {
    ...{ ...delivery('e1', 'Loop', FUNCTION), kind: 'delivery.attempted', attempt: 1, durationMs: 1 },
    ...{ outcome: 'delivered', takenAs: 'i1' },
  });
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    function TakePayment
      event Loop on shop-bus
        attempt delivered to TakePayment
    "
  `);
});

test('a message that was moved to a dead-letter queue hangs from the delivery that brought it', () => {
  const evidence = evidenceOf(
    accepted('e1', 'StockWanted', {}),
    matched('e1', 'Stock'),
    {
      ...{ ...delivery('e1', 'Stock', QUEUE), kind: 'delivery.attempted', attempt: 1, durationMs: 1 },
      ...{ outcome: 'delivered', takenAs: 'm1' },
    },
    {
      ...{ kind: 'message.redriven', queueArn: QUEUE, deadLetterQueueArn: `${QUEUE}-dead`, messageId: 'm1' },
      receives: 2,
    },
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    event StockWanted on shop-bus
      rule Stock
        attempt delivered to StockQueue
          attempt redriven to shop-StockQueue-118G4ISINS2W-dead (bad)
    "
  `);
});

test('beyond forty journeys those in which all is well are folded; what went wrong stays in sight', () => {
  const missing = (eventId: string): FactBody => ({ kind: 'bus.missing', eventId, bus: 'shop-buss' });
  const evidence = evidenceOf(
    ...Array.from({ length: 60 }, (_, n) => accepted(`e${n}`, 'OrderPlaced', {})),
    missing('e59'),
  );
  const [open = '', folded = ''] = drawRoad(marksOf(evidence), 1000).split('<details');
  const count = (html: string, stage: string) => html.split(`data-stage="${stage}"`).length - 1;
  expect([count(open, 'event'), count(folded, 'event')]).toEqual([42, 19]);
  expect(open).toContain('no bus shop-buss');
  expect(folded).toContain('<summary>19 more, in which all is well</summary>');
});

test('an execution hangs from what started it, its tasks from it, and what they call from them', () => {
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:shop-Orders-3K9X0QW2Z7B1:one';
  const child = 'arn:aws:states:us-east-1:000000000000:execution:shop-Ship-3K9X0QW2Z7B1:two';
  const task = { kind: 'task.attempted', executionArn, attempt: 1, durationMs: 5 } as const;
  const evidence = evidenceOf(
    accepted('e1', 'OrderPlaced'),
    matched('e1', 'Placed'),
    { kind: 'execution.started', executionArn, type: 'STANDARD' },
    {
      ...{ ...delivery('e1', 'Placed', 'arn:aws:states:us-east-1:000000000000:stateMachine:shop-Orders-3K9X0QW2Z7B1') },
      ...{ kind: 'delivery.attempted', attempt: 1, durationMs: 15, outcome: 'delivered', takenAs: executionArn },
    },
    { kind: 'state.entered', executionArn, state: 'Ship', type: 'Task' },
    { kind: 'execution.started', executionArn: child, type: 'STANDARD' },
    {
      ...task,
      durationMs: 15,
      state: 'Ship',
      resource: 'arn:aws:states:::states:startExecution',
      outcome: 'succeeded',
      takenAs: child,
    },
    { kind: 'execution.ended', executionArn: child, status: 'SUCCEEDED', durationMs: 20 },
    { kind: 'state.entered', executionArn, state: 'Charge', type: 'Task' },
    invoked('i1', 'TakePayment', {}),
    finished('i1', 'TakePayment'),
    {
      ...{ ...task, durationMs: 25, state: 'Charge', resource: FUNCTION, outcome: 'failed', takenAs: 'i1' },
      ...{ error: 'Declined', cause: 'no money' },
    },
    { kind: 'state.failed', executionArn, state: 'Charge', error: 'Declined', cause: 'no money', next: 'not caught' },
    {
      ...{ kind: 'execution.ended', executionArn, status: 'FAILED', durationMs: 100 },
      ...{ error: 'Declined', cause: 'no money', state: 'Charge' },
    },
  );
  expect(look(evidence)).toMatchInlineSnapshot(`
    "
    event OrderPlaced on shop-bus
      rule Placed
        attempt delivered to Orders
          execution Orders/one failed (bad)
            task Ship succeeded
              execution Ship/two succeeded
            task Charge failed
              function TakePayment
    "
  `);
});
