import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { HOSTILE, rawIn } from '../printing/hostile.test.ts';
import { createPrinter } from './test-printer.ts';

const BUS = 'orders';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:shop-Queue-3K9X0QW2Z7B1';
const ITEM = { cache: 'c', topic: 'events@orders', sequencePage: 1, sequenceNumber: 7 };
const SUBSCRIPTION = { cache: 'c', topic: 'events@orders', subscriptionId: 's1' };
const TRACE = { traceId: 'Root=1-abc;Sampled=0' };
const REQUEST = { ...TRACE, requestId: 'r1' };

const accepted = (
  eventId: string,
  rest: { readonly traceId?: string; readonly bus?: string; readonly sizeBytes?: number } = {},
): FactBody => ({
  ...{ kind: 'event.accepted', eventId, bus: BUS, source: 'OrderService', detailType: 'OrderCreated' },
  ...{ sizeBytes: 90, event: '{}', requestId: 'p1', ...rest },
});
const matched = (eventId: string, targets = 1): FactBody => ({
  ...{ kind: 'rule.matched', eventId, bus: BUS, rule: 'relay', targets },
});
const delivery = (eventId: string) => ({
  ...{ deliveryId: `d-${eventId}`, eventId, bus: BUS, rule: 'relay', targetId: 't', targetArn: QUEUE },
});
const delivered = (eventId: string): FactBody => ({
  ...{ ...delivery(eventId), kind: 'delivery.attempted', attempt: 1, durationMs: 0.5, outcome: 'delivered' },
});
const dropped = (eventId: string): FactBody => ({
  ...{ ...delivery(eventId), kind: 'delivery.dropped', code: 'NO_PERMISSIONS', message: 'not allowed', attempts: 1 },
});
const published = (eventId: string): FactBody => ({
  ...{ ...ITEM, kind: 'topic.published', sizeBytes: 200, text: JSON.stringify({ id: eventId }), via: 'http' },
});
const refused = (origin: string, path = '/'): FactBody => ({
  ...{ kind: 'request.refused', door: 'AWS', method: 'POST', path, host: '127.0.0.1:4566', origin },
  message: `A web page of ${origin} sent this request.`,
});

const journeys = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => [
    accepted(`e${from + n}`),
    matched(`e${from + n}`),
    delivered(`e${from + n}`),
  ]).flat();

test('a journey is told when its request is answered and its item received, on whichever topic', () => {
  const { take, said } = createPrinter();
  take(
    { ...SUBSCRIPTION, kind: 'subscription.opened', via: 'grpc' },
    { ...REQUEST, kind: 'request.received', apiId: 'a', stage: 'Prod', method: 'POST', path: '/' },
    { ...TRACE, kind: 'function.invoked', functionName: 'CreateOrder', invocationId: 'i1' },
    { ...TRACE, kind: 'function.invoked', functionName: 'Other', invocationId: 'i2', traceId: 'Root=1-other' },
    accepted('e1', { traceId: 'Root=1-abc;Parent=1' }),
    accepted('e2'),
    matched('e1'),
    published('e1'),
    { ...SUBSCRIPTION, ...ITEM, kind: 'subscription.received' },
    delivered('e1'),
  );
  expect(said()).toBe('');
  take({ ...REQUEST, kind: 'request.answered', status: 201, durationMs: 9 });
  expect(said()).toMatchInlineSnapshot(`
    "  OrderCreated from OrderService  9.0 ms
         0.0  request       POST /
         1.0  function      CreateOrder
         3.0  PutEvents     OrderCreated from OrderService on orders
         5.0  rule          relay matched, 1 target
         6.0  topic item    c/events@orders #7, 200 bytes
         7.0  received      by subscription s1
         7.5  attempt       Queue
         9.0  answer        201 Created

    "
  `);
});

test('what a topic refused is said once in the journey of its event, with the reason', () => {
  const { take, said } = createPrinter();
  const refusal: FactBody = {
    ...{ kind: 'topic.refused', cache: 'c', topic: 'events', eventId: 'e1', code: 'MESSAGE_SIZE_LIMIT_EXCEEDED' },
    ...{ message: 'The message has 5290 bytes, over the request limit of 4096 bytes.', via: 'http' },
  };
  const attempt: FactBody = {
    ...{ ...delivery('e1'), kind: 'delivery.attempted', durationMs: 0, outcome: 'retry', code: 'SDK_CLIENT_ERROR' },
    ...{ message: 'HTTP 429.', cause: 'answered 429 Too Many Requests', attempt: 1, retryAt: 1500 },
  };
  take(accepted('e1'), matched('e1'), refusal, attempt, refusal, { ...attempt, attempt: 2, retryAt: 9000 });
  expect(said()).toBe(
    [
      '  OrderCreated from OrderService  5.0 ms',
      '     0.0  PutEvents     OrderCreated from OrderService on orders',
      '     1.0  rule          relay matched, 1 target',
      '     2.0  topic item    refused by c/events, MESSAGE_SIZE_LIMIT_EXCEEDED: The',
      '                        message has 5290 bytes, over the request limit of 4096',
      '                        bytes.',
      '     3.0  attempt       Queue  answered 429 Too Many Requests  next attempt in',
      '                        0.5 s',
      '     5.0  attempt       Queue  answered 429 Too Many Requests  next attempt in',
      '                        8.0 s',
      '\n',
    ].join('\n'),
  );
  take(refusal, { ...attempt, attempt: 3, retryAt: 99_000 });
  expect(said()).toBe('');
});

test('an event that goes on to another bus is one journey', () => {
  const { take, said } = createPrinter();
  take(accepted('e1'), matched('e1'), accepted('e1', { bus: 'second' }), matched('e1'), delivered('e1'));
  expect(said()).toBe('');
  take(delivered('e1'));
  expect(said().match(/PutEvents .*/g)).toEqual([
    'PutEvents     OrderCreated from OrderService on orders',
    'PutEvents     OrderCreated from OrderService on second',
  ]);
});

test('a journey does not wait for a subscription that is gone', () => {
  const { take, said } = createPrinter();
  take({ ...SUBSCRIPTION, kind: 'subscription.opened', via: 'grpc' }, accepted('e1'), matched('e1'), published('e1'));
  take(delivered('e1'));
  expect(said()).toBe('');
  take({ ...SUBSCRIPTION, kind: 'subscription.closed', reason: 'the caller went away' });
  expect(said()).toContain('  topic item    c/events@orders #7, 200 bytes\n');
});

// Source of the order of these facts: packages/local/src/services/topics/operations/poll.ts.
test('between two long polls a journey waits for the next one, but not for ever', () => {
  const { take, pass, said } = createPrinter();
  const opened: FactBody = { ...SUBSCRIPTION, kind: 'subscription.opened', via: 'http' };
  const closed: FactBody = { ...SUBSCRIPTION, kind: 'subscription.closed', reason: 'answered' };
  const received: FactBody = { ...SUBSCRIPTION, ...ITEM, kind: 'subscription.received' };
  take(opened, closed, accepted('e1'), matched('e1'), published('e1'), delivered('e1'));
  expect(said()).toBe('');
  take(opened, received, closed);
  expect(said()).toMatch(/received {6}by subscription s1\n\n$/);
  take(accepted('e2'), matched('e2'), published('e2'), delivered('e2'));
  expect(said()).toBe('');
  pass();
  expect(said()).toContain('topic item');
});

test('of more than 20 journeys in a second the others are counted at its end, and then it goes on', () => {
  const { take, pass, said } = createPrinter();
  take(...journeys(1254));
  expect(said().match(/PutEvents/g)).toHaveLength(20);
  pass();
  expect(said()).toBe('  … and 1,234 more journeys; `earwitness tail --all` shows them\n\n');
  pass();
  expect(said()).toBe('');
  take(...journeys(21, 2000));
  expect(said().match(/PutEvents/g)).toHaveLength(20);
  pass();
  expect(said()).toBe('  … and 1 more journey; `earwitness tail --all` shows it\n\n');
});

test('a failure is printed among any number of other journeys, and counted beyond that', () => {
  const { take, pass, said } = createPrinter();
  const fail = (count: number) =>
    Array.from({ length: count }, (_, n) => [accepted(`f${n}`), matched(`f${n}`), dropped(`f${n}`)]).flat();
  take(...journeys(70));
  said();
  take(accepted('lost'), { kind: 'bus.missing', eventId: 'lost', bus: 'oder' });
  expect(said()).toContain('there is no bus oder: the event is dropped\n');
  take(
    ...fail(36),
    ...Array.from({ length: 23 }, (_, n) => n).flatMap((n): FactBody[] => [
      accepted(`u${n}`),
      { kind: 'event.unmatched', eventId: `u${n}`, bus: BUS, rules: 2 },
    ]),
  );
  expect(said().match(/NO_PERM/g)).toHaveLength(19);
  pass();
  expect(said()).toBe(
    '  … and 70 more journeys (17 with failures, 3 matched by no rule); `earwitness tail --all` shows them\n\n',
  );
});

// Source: Step Functions developer guide: an event for each change of a Standard execution's status.
test('changes of an execution’s status that no rule wants are printed only where all is', () => {
  const change: FactBody[] = [
    accepted('s', { source: 'aws.states' }),
    { kind: 'event.unmatched', eventId: 's', bus: BUS, rules: 2 },
  ];
  const { take, said } = createPrinter();
  take(...change);
  expect(said()).toBe('');
  const all = createPrinter({ mostPerSecond: Number.POSITIVE_INFINITY });
  all.take(...change);
  expect(all.said()).toContain('none of 2 on');
});

test('what fails in a function or is answered with an error counts as a failure', () => {
  const { take, close, said } = createPrinter({ mostPerSecond: 0 });
  for (const [traceId, how] of [
    ['Root=1-a', 'function.finished'],
    ['Root=1-b', 'request.answered'],
  ] as const) {
    take({ ...REQUEST, kind: 'request.received', apiId: 'a', stage: 'Prod', method: 'POST', path: '/', traceId });
    take(accepted(traceId, { traceId }), matched(traceId), delivered(traceId));
    if (how === 'function.finished') {
      const how = { durationMs: 1, outcome: 'threw', error: { name: 'Error', message: 'x' } } as const;
      take({ ...how, kind: 'function.finished', functionName: 'f', invocationId: 'i', traceId });
    }
    take({
      ...REQUEST,
      kind: 'request.answered',
      status: how === 'request.answered' ? 502 : 200,
      durationMs: 1,
      traceId,
    });
  }
  close();
  expect(said()).toBe('  … and 2 more journeys (2 with failures); `earwitness tail --all` shows them\n\n');
});

test('what takes too much memory is followed no longer and counted, and how it fails is told all the same', () => {
  const { take, pass, said } = createPrinter();
  const large = (eventId: string) => accepted(eventId, { sizeBytes: 7_000_000 });
  take(large('e1'), matched('e1'), large('e2'), matched('e2'), large('e3'), matched('e3'));
  pass();
  expect(said()).toBe('  … and 1 more journey (1 still under way); `earwitness tail --all` shows it\n\n');
  take(dropped('e1'));
  expect(said()).toBe(
    '  event e1  0.0 ms\n     0.0  dead letter   dropped after 1 attempt at Queue, NO_PERMISSIONS: not\n                        allowed\n\n',
  );
  take(delivered('e2'), delivered('e3'));
  expect(said().match(/PutEvents/g)).toHaveLength(2);
});

test('of the past nothing is printed, but a journey that began there is told whole', () => {
  const { take, recall, pass, said } = createPrinter();
  recall(...journeys(60), refused('https://shop.example'), accepted('e100'), matched('e100'));
  pass();
  expect(said()).toBe('');
  take(delivered('e100'));
  expect(said().match(/PutEvents|rule|attempt/g)).toEqual(['PutEvents', 'rule', 'attempt']);
});

test('of a refused page the first request is told in full, later ones are counted at 10, 100, 1,000', () => {
  const { take, said } = createPrinter({ columns: 120 });
  take(refused('https://shop.example', '/_earwitness/env'));
  expect(said()).toBe('  refused  POST /_earwitness/env  A web page of https://shop.example sent this request.\n\n');
  take(...Array.from({ length: 998 }, () => refused('https://shop.example', '/other')));
  expect(said().split('\n\n')).toEqual([
    '  refused  10 requests by now for this: A web page of https://shop.example sent this request.',
    '  refused  100 requests by now for this: A web page of https://shop.example sent this request.',
    '',
  ]);
  take(refused('http://other.example'), refused('https://shop.example'));
  expect(said().split('\n\n')).toEqual([
    '  refused  POST /  A web page of http://other.example sent this request.',
    '  refused  1,000 requests by now for this: A web page of https://shop.example sent this request.',
    '',
  ]);
});

test('origins and names that are made up anew for each request are told together, and show their controls', () => {
  const { take, said } = createPrinter();
  take(...Array.from({ length: 100 }, (_, n) => refused(`https://n${n}.example`)));
  expect(said().match(/refused/g)).toHaveLength(100);
  take(...Array.from({ length: 11 }, (_, n) => refused(`https://m${n}.example`)));
  expect(said()).toBe(
    '  refused  1 request of other origins and host names\n\n  refused  10 requests of other origins and host names\n\n',
  );
  const other = createPrinter();
  other.take(refused(HOSTILE.repeat(99), HOSTILE.repeat(99)));
  const text = other.said();
  expect(rawIn(text)).toEqual([]);
  expect(text.length).toBeLessThan(600);
});

test('bad news that is part of no journey is printed: the first of each cause in full, then at 10, 100, 1,000', () => {
  const { take, recall, said } = createPrinter();
  const denied: FactBody = {
    ...{ kind: 'access.denied', principal: 'create-order', action: 'events:PutEvents', resource: 'bus' },
    ...{ message: 'User: create-order is not authorized', hint: 'Its role needs a statement.' },
  };
  const rejected: FactBody = {
    ...{ kind: 'entry.rejected', requestId: 'p', bus: BUS, index: 0 },
    ...{ code: 'MalformedDetail', message: 'Detail is malformed.' },
  };
  recall(denied, rejected);
  expect(said()).toBe('');
  take(
    ...Array.from({ length: 10 }, () => denied),
    rejected,
    { kind: 'topic.refused', cache: 'c', topic: 't', code: 'LIMIT_EXCEEDED', message: 'too large', via: 'http' },
    { ...SUBSCRIPTION, kind: 'subscription.skipped', sequencePage: 1, firstMissed: 3, lastMissed: 5 },
    { kind: 'journal.skipped', firstMissed: 3, lastMissed: 9 },
    { kind: 'warning', about: 'sts:AssumeRole', message: HOSTILE },
    { kind: 'fault', about: 'archive a', message: 'broken' },
    { kind: 'clock.advanced', byMs: 60_000 },
  );
  const text = said();
  expect(rawIn(text)).toEqual([]);
  expect(text.replace(/(?<=AssumeRole:).*?(?=\n\n)/s, ' …')).toMatchInlineSnapshot(`
    "  access  User: create-order is not authorized. Its role needs a statement.

      access  10 times by now: User: create-order is not authorized. Its role needs
              a statement.

      PutEvents  entry 0 for orders refused, MalformedDetail: Detail is malformed.

      topic item  refused by c/t, LIMIT_EXCEEDED: too large

      subscription  s1 to c/events@orders missed items 3 to 5, because it read too
                    slowly

      journal  facts 3 to 9 were dropped by the journal before they came here

      warning  sts:AssumeRole: …

      fault  archive a: broken

    "
  `);
});
