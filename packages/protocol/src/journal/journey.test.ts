import { expect, test } from 'vitest';
import type { Fact, FactBody } from './fact.ts';
import { eventIdIn, hopsOf, journeyOf } from './journey.ts';

const facts = (...bodies: FactBody[]): Fact[] =>
  bodies.map((body, index) => ({ seq: index + 1, at: 1000 + index, ...body }));
const delivery = {
  deliveryId: 'd1',
  eventId: 'e1',
  bus: 'orders',
  rule: 'relay',
  targetId: 't',
  targetArn: 'arn:aws:events:us-east-1:000000000000:api-destination/shop-Relay-3K9X0QW2Z7B1/1f0e',
};

test('a journey goes from the request to the subscription, tied by trace, event and item', () => {
  const hops = journeyOf(
    facts(
      {
        kind: 'request.received',
        requestId: 'r1',
        apiId: 'a',
        stage: 'Prod',
        method: 'POST',
        path: '/',
        traceId: 'Root=1-abc;Sampled=0',
      },
      {
        kind: 'request.received',
        requestId: 'r2',
        apiId: 'a',
        stage: 'Prod',
        method: 'GET',
        path: '/other',
        traceId: 'Root=1-zzz',
      },
      { kind: 'function.invoked', functionName: 'CreateOrder', invocationId: 'i1', traceId: 'Root=1-abc' },
      {
        kind: 'event.accepted',
        eventId: 'e1',
        bus: 'orders',
        source: 'OrderService',
        detailType: 'OrderCreated',
        sizeBytes: 90,
        event: '{}',
        requestId: 'p1',
        traceId: 'Root=1-abc;Parent=1',
      },
      { kind: 'rule.matched', eventId: 'e1', bus: 'orders', rule: 'relay', targets: 1 },
      {
        ...delivery,
        kind: 'delivery.attempted',
        attempt: 1,
        durationMs: 0.5,
        outcome: 'delivered',
        status: 204,
        url: 'http://127.0.0.1:1/topics/c/t',
      },
      {
        kind: 'topic.published',
        cache: 'c',
        topic: 't',
        sequencePage: 1,
        sequenceNumber: 7,
        sizeBytes: 200,
        text: '{"id":"e1"}',
        via: 'http',
      },
      {
        kind: 'topic.published',
        cache: 'c',
        topic: 't',
        sequencePage: 1,
        sequenceNumber: 8,
        sizeBytes: 200,
        text: '{"id":"e2"}',
        via: 'http',
      },
      {
        kind: 'subscription.received',
        cache: 'c',
        topic: 't',
        subscriptionId: 's1',
        sequencePage: 1,
        sequenceNumber: 7,
      },
    ),
    'e1',
  );
  expect(hops.map((hop) => `${hop.at} ${hop.stop}: ${hop.text}`)).toEqual([
    '1000 request: POST /',
    '1002 function: CreateOrder',
    '1003 PutEvents: OrderCreated from OrderService on orders',
    '1004 rule: relay matched, 1 target',
    '1004.5 attempt: Relay  204 No Content  http://127.0.0.1:1/topics/c/t',
    '1006 topic item: c/t #7, 200 bytes',
    '1008 received: by subscription s1',
  ]);
});

test('a journey that ends badly says where and why', () => {
  const hops = journeyOf(
    facts(
      {
        ...delivery,
        kind: 'delivery.attempted',
        attempt: 1,
        durationMs: 1,
        outcome: 'failed',
        status: 404,
        url: 'http://x',
        code: 'ERROR_FROM_TARGET',
        message: 'Not Found',
      },
      {
        ...delivery,
        kind: 'delivery.dropped',
        code: 'ERROR_FROM_TARGET',
        message: 'no dead-letter queue',
        attempts: 1,
      },
    ),
    'e1',
  );
  expect(hops.map((hop) => [hop.ok, hop.text])).toEqual([
    [false, 'Relay  404 Not Found  http://x'],
    [false, 'dropped after 1 attempt at Relay, ERROR_FROM_TARGET: no dead-letter queue'],
  ]);
});

test('controls in a name or an answer are shown as escapes, and never forge a hop', () => {
  const hops = journeyOf(
    facts(
      {
        kind: 'event.accepted',
        eventId: 'e1',
        bus: 'orders',
        source: 'a\u001b[2J\u202e',
        detailType: 'b\r\n     0.0  rule  forged',
        sizeBytes: 1,
        event: '{}',
        requestId: 'p1',
      },
      { ...delivery, kind: 'delivery.dropped', code: 'X', message: '\u009b31m\u2028', attempts: 1 },
    ),
    'e1',
  );
  expect(hops.map(({ text }) => text)).toEqual([
    String.raw`b\r\n     0.0  rule  forged from a\u001b[2J\u202e on orders`,
    String.raw`dropped after 1 attempt at Relay, X: \u009b31m\u2028`,
  ]);
});

test('only the text of a JSON object with a string id names an event', () => {
  expect(['{"id":"a"}', '{"id":1}', '[1]', 'hello', '{broken', undefined].map(eventIdIn)).toEqual([
    'a',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

const invocation = (invocationId: string, functionName: string) => ({
  invocationId,
  functionName,
  traceId: 'Root=1-abc',
});
const accepted = (eventId: string): FactBody => ({
  ...{ kind: 'event.accepted', eventId, bus: 'orders', source: 's', detailType: eventId, sizeBytes: 2, event: '{}' },
  ...{ requestId: 'p', traceId: 'Root=1-abc' },
});
const taken = (eventId: string, takenAs: string): FactBody => ({
  ...{ ...delivery, eventId, kind: 'delivery.attempted', attempt: 1, durationMs: 0, outcome: 'delivered', takenAs },
});

test('a consumer stands under the event that set it off, and not under others of the same trace', () => {
  const told = facts(
    { ...invocation('i0', 'CreateOrder'), kind: 'function.invoked' },
    accepted('e1'),
    accepted('e2'),
    // An invocation may begin before its delivery is written down.
    { ...invocation('i1', 'TakePayment'), kind: 'function.invoked' },
    taken('e1', 'i1'),
    taken('e1', 'm1'),
    taken('e2', 'm2'),
    { ...invocation('i2', 'Reserve'), kind: 'function.invoked', batch: { queueArn: 'q', messageIds: ['m1', 'm2'] } },
    // A message that a function sent by itself.
    { ...invocation('i3', 'Mail'), kind: 'function.invoked', batch: { queueArn: 'q', messageIds: ['m3'] } },
    { ...invocation('i1', 'TakePayment'), kind: 'function.finished', durationMs: 1, outcome: 'timed out' },
    { ...invocation('i4', 'Gone'), kind: 'function.finished', durationMs: 0, outcome: 'was not started' },
    taken('e2', 'i4'),
  );
  const functionsOf = (eventId: string) =>
    journeyOf(told, eventId).flatMap(({ stop, text }) => (stop === 'function' ? [text] : []));
  expect(functionsOf('e1')).toEqual([
    'CreateOrder',
    'TakePayment',
    'Reserve, 2 messages of q',
    'TakePayment timed out',
  ]);
  expect(functionsOf('e2')).toEqual(['CreateOrder', 'Reserve, 2 messages of q', 'Gone was not started']);
});

test('a function that failed shows where it threw, its last output, and the caller’s answer once', () => {
  const { traceId: _, ...ref } = invocation('i1', 'shop-CreateOrder-3K9X0QW2Z7B1');
  const line = (text: string): FactBody => ({ ...ref, kind: 'function.log', stream: 'stdout', line: text });
  const stack = [
    'at JSON.parse (<anonymous>)',
    'at parse (/shop/node_modules/a/b.js:1:1)',
    'at handler (/shop/src/create-order.ts:12:23)',
  ];
  const request = { requestId: 'r', traceId: 'Root=1-abc' };
  const hops = hopsOf(
    facts(
      { ...request, kind: 'request.received', apiId: 'a', stage: 'Prod', method: 'POST', path: '/orders' },
      { ...ref, kind: 'function.invoked' },
      ...[1, 2, 3, 4, 5, 6].map((n) => line(`line ${n}`)),
      line('two\nlines \u001b[2J'),
      {
        ...{ ...ref, kind: 'function.finished', durationMs: 3, outcome: 'threw' },
        error: { name: 'SyntaxError', message: 'Unexpected token\nof JSON', stack },
      },
      {
        ...{ ...request, kind: 'request.answered', status: 500, durationMs: 4, reason: 'the function failed: …' },
        body: '{"message":"Internal Server Error"}',
      },
    ),
  );
  expect(hops.map(({ text, more }) => [text, ...more])).toEqual([
    ['POST /orders'],
    ['CreateOrder'],
    [
      'CreateOrder threw: SyntaxError: Unexpected token',
      'of JSON',
      'at handler (/shop/src/create-order.ts:12:23)',
      'last output:',
      '  line 4',
      '  line 5',
      '  line 6',
      '  two',
      String.raw`  lines \u001b[2J`,
    ],
    ['500 Internal Server Error', '{"message":"Internal Server Error"}'],
  ]);
});

test('a message that its queue gave up stands in the journey of the event that it carries', () => {
  const all = facts(
    { ...delivery, kind: 'delivery.attempted', attempt: 1, durationMs: 0, outcome: 'delivered', takenAs: 'm1' },
    { kind: 'message.redriven', queueArn: 'q', deadLetterQueueArn: 'dead', messageId: 'm1', receives: 1 },
    { kind: 'message.redriven', queueArn: 'q', deadLetterQueueArn: 'dead', messageId: 'm2', receives: 1 },
  );
  expect(journeyOf(all, 'e1').map(({ stop, text }) => `${stop}: ${text}`)).toEqual([
    'attempt: Relay',
    'dead letter: received once from q → dead',
  ]);
});
