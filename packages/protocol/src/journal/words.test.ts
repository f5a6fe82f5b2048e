import { expect, test } from 'vitest';
import type { FactBody } from './fact.ts';
import { wordsOf } from './words.ts';

const TARGET = 'arn:aws:sqs:us-east-1:000000000000:shop-Queue-3K9X0QW2Z7B1';
const DEAD = 'arn:aws:sqs:us-east-1:000000000000:shop-Dead-3K9X0QW2Z7B1';
const ABOUT = {
  delivery: {
    deliveryId: 'd',
    eventId: 'e',
    bus: 'orders',
    rule: 'shop-Relay-3K9X0QW2Z7B1',
    targetId: 't',
    targetArn: TARGET,
  },
  topic: { cache: 'c', topic: 'events', sequencePage: 1, sequenceNumber: 7, subscriptionId: 's1' },
  request: { requestId: 'r', traceId: 'Root=1-a' },
  invocation: { functionName: 'create-order', invocationId: 'i' },
  reason: { code: 'NO_PERMISSIONS', message: 'not allowed' },
  refused: { code: 'SDK_CLIENT_ERROR', message: 'Unable to invoke.', cause: 'connection refused' },
};
const { delivery, topic, request, invocation, reason, refused } = ABOUT;

const notification = {
  ...({ kind: 'bucket.notified', bucket: 'images', event: 'ObjectCreated:Put', key: 'a b.png' } as const),
  ...{ configurationId: 'thumbnails', targetArn: TARGET, attempt: 1, durationMs: 2 },
};

/** One fact of each kind, and of each kind of end. */
const FACTS: readonly FactBody[] = [
  {
    ...{ kind: 'call', service: 'sqs', operation: 'CreateQueue', requestId: 'r', account: 'a', region: 'us-east-1' },
    ...{ status: 400, durationMs: 1, error: { code: 'QueueNameExists', message: 'other attributes' } },
  },
  {
    ...{ kind: 'access.denied', principal: 'create-order', action: 'events:PutEvents', resource: 'bus' },
    ...{ message: 'User: create-order is not authorized', hint: 'Its role needs a statement.' },
  },
  {
    ...{ kind: 'request.refused', door: 'AWS', method: 'POST', path: '/', host: 'h', origin: 'https://shop.example' },
    message: 'A web page of https://shop.example sent this request.',
  },
  { ...request, kind: 'request.received', apiId: 'a', stage: 'Prod', method: 'POST', path: '/orders' },
  { ...request, kind: 'request.answered', status: 201, durationMs: 4 },
  { ...request, kind: 'request.answered', status: 502, durationMs: 4, reason: 'malformed proxy response' },
  { ...invocation, kind: 'function.invoked' },
  { ...invocation, kind: 'function.log', stream: 'stdout', line: 'hello' },
  { ...invocation, kind: 'function.finished', durationMs: 3, outcome: 'returned' },
  {
    ...{ ...invocation, kind: 'function.finished', durationMs: 3, outcome: 'threw' },
    error: { name: 'TypeError', message: 'no name' },
  },
  {
    ...{ ...invocation, kind: 'function.finished', durationMs: 3000, outcome: 'timed out' },
    error: { name: 'Sandbox.Timedout', message: 'RequestId: i Error: Task timed out after 3.00 seconds' },
  },
  { ...invocation, kind: 'function.invoked', batch: { queueArn: TARGET, messageIds: ['m1', 'm2'] } },
  { ...invocation, kind: 'batch.returned', queueArn: TARGET, messageIds: ['m2'], of: 2 },
  { kind: 'message.redriven', queueArn: TARGET, deadLetterQueueArn: DEAD, messageId: 'm2', receives: 3 },
  {
    ...{ kind: 'event.accepted', eventId: 'e', bus: 'orders', source: 'OrderService', detailType: 'OrderCreated' },
    ...{ sizeBytes: 90, event: '{}', requestId: 'p' },
  },
  { ...reason, kind: 'entry.rejected', requestId: 'p', bus: 'orders', index: 2 },
  { kind: 'bus.missing', eventId: 'e', bus: 'order-bus' },
  { kind: 'rule.matched', eventId: 'e', bus: 'orders', rule: 'relay', targets: 2 },
  { kind: 'event.unmatched', eventId: 'e', bus: 'orders', rules: 3 },
  { kind: 'event.unmatched', eventId: 'e', bus: 'orders', rules: 0 },
  {
    ...delivery,
    kind: 'delivery.attempted',
    attempt: 1,
    durationMs: 2,
    outcome: 'delivered',
    status: 204,
    url: 'http://x',
  },
  {
    ...{ ...delivery, ...reason, kind: 'delivery.attempted', attempt: 1, durationMs: 2 },
    ...{ outcome: 'retry', status: 500, url: 'http://x', retryAt: 0 },
  },
  { ...delivery, ...reason, kind: 'delivery.attempted', attempt: 1, durationMs: 2, outcome: 'failed' },
  {
    ...{ ...delivery, ...refused, kind: 'delivery.attempted', attempt: 1, durationMs: 2 },
    ...{ outcome: 'retry', url: 'http://x', retryAt: 0 },
  },
  { ...delivery, kind: 'delivery.delayed', until: 0, reason: 'rate limit of 300 per second' },
  { ...delivery, ...reason, kind: 'delivery.dead-lettered', queueArn: DEAD, attempts: 185 },
  { ...delivery, ...refused, kind: 'delivery.dead-lettered', queueArn: DEAD, attempts: 185 },
  { ...delivery, ...reason, kind: 'delivery.dropped', attempts: 1 },
  { ...notification, outcome: 'delivered', takenAs: 'm1' },
  { ...notification, ...reason, outcome: 'retry', retryAt: 1000 },
  { ...notification, ...reason, outcome: 'failed' },
  { ...topic, kind: 'topic.published', sizeBytes: 200, text: '{}', via: 'http' },
  { ...topic, kind: 'topic.refused', code: 'LIMIT_EXCEEDED', message: 'too large', via: 'http' },
  { ...topic, kind: 'webhook.called', webhook: 'hook', url: 'http://127.0.0.1:9/x', status: 204 },
  { ...topic, kind: 'webhook.called', webhook: 'hook', url: 'http://127.0.0.1:9/x', status: 500 },
  { ...topic, kind: 'webhook.called', webhook: 'hook', url: 'http://127.0.0.1:9/x', cause: 'connection refused' },
  { ...topic, kind: 'subscription.opened', via: 'grpc' },
  { ...topic, kind: 'subscription.received' },
  { ...topic, kind: 'subscription.skipped', firstMissed: 3, lastMissed: 5 },
  { ...topic, kind: 'subscription.closed', reason: 'the client left' },
  {
    ...{ kind: 'stack', stack: 'orders', logicalId: 'Bus', resourceType: 'AWS::Events::EventBus' },
    ...{ status: 'CREATE_FAILED', reason: 'the name is taken' },
  },
  {
    kind: 'stack',
    stack: 'orders',
    logicalId: 'Bus',
    resourceType: 'AWS::Events::EventBus',
    status: 'CREATE_COMPLETE',
  },
  { kind: 'journal.skipped', firstMissed: 3, lastMissed: 9 },
  { kind: 'clock.advanced', byMs: 60_000 },
  { kind: 'warning', about: 'sts:AssumeRole', message: 'The role does not exist.' },
  { kind: 'fault', about: 'archive a', message: 'broken' },
];

test('every fact has words: for a drawing, beside its stop, and by itself', () => {
  const told = FACTS.map((body) => wordsOf({ seq: 1, at: 0, ...body }, 'OrderCreated from OrderService'));
  expect(
    told.map(({ stop, tone, label, text }) => `${tone.padEnd(5)} ${stop} | ${label} | ${text}`),
  ).toMatchInlineSnapshot(`
    [
      "plain call | sqs CreateQueue | sqs CreateQueue: QueueNameExists: other attributes",
      "bad   access | denied: events:PutEvents | User: create-order is not authorized. Its role needs a statement.",
      "bad   refused | refused | POST /  A web page of https://shop.example sent this request.",
      "plain request | POST /orders | POST /orders",
      "good  answer | 201 Created | 201 Created",
      "bad   answer | 502 Bad Gateway | 502 Bad Gateway  malformed proxy response",
      "plain function | create-order | create-order",
      "plain log | hello | hello",
      "good  function | create-order | create-order",
      "bad   function | create-order threw | create-order threw: TypeError: no name",
      "bad   function | create-order timed out | create-order timed out: Task timed out after 3.00 seconds",
      "plain function | create-order | create-order, 2 messages of Queue",
      "bad   function | create-order gave back 1 of 2 messages | create-order gave back 1 of 2 messages to Queue",
      "bad   dead letter | redriven to Dead | received 3 times from Queue → Dead",
      "good  PutEvents | OrderCreated on orders | OrderCreated from OrderService on orders",
      "bad   PutEvents | refused: NO_PERMISSIONS | entry 2 for orders refused, NO_PERMISSIONS: not allowed",
      "bad   bus | no bus order-bus | there is no bus order-bus: the event is dropped",
      "good  rule | relay | relay matched, 2 targets",
      "bad   rule | none of 3 on orders matched | none of 3 on orders matched",
      "bad   rule | none of 0 on orders matched | none of 0 on orders matched",
      "good  attempt | Queue: 204 No Content | Queue  204 No Content  http://x",
      "bad   attempt | Queue: 500 Internal Server Error | Queue  500 Internal Server Error  http://x  next attempt in 0.0 s",
      "bad   attempt | Queue: NO_PERMISSIONS | Queue  NO_PERMISSIONS: not allowed",
      "bad   attempt | Queue: connection refused | Queue  connection refused  http://x  next attempt in 0.0 s",
      "plain attempt | delayed: rate limit of 300 per second | Queue waits: rate limit of 300 per second",
      "bad   dead letter | dead letter: NO_PERMISSIONS | NO_PERMISSIONS after 185 attempts at Queue → Dead",
      "bad   dead letter | dead letter: connection refused | connection refused after 185 attempts at Queue → Dead",
      "bad   dead letter | dropped: NO_PERMISSIONS | dropped after 1 attempt at Queue, NO_PERMISSIONS: not allowed",
      "good  bucket | ObjectCreated:Put to Queue | ObjectCreated:Put of images/a b.png to Queue",
      "bad   bucket | ObjectCreated:Put to Queue: NO_PERMISSIONS | ObjectCreated:Put of images/a b.png to Queue  NO_PERMISSIONS: not allowed; next attempt in 1.0 s",
      "bad   bucket | ObjectCreated:Put to Queue: NO_PERMISSIONS | ObjectCreated:Put of images/a b.png to Queue  NO_PERMISSIONS: not allowed",
      "good  topic item | c/events #7 | c/events #7, 200 bytes",
      "bad   topic item | refused: LIMIT_EXCEEDED | refused by c/events, LIMIT_EXCEEDED: too large",
      "good  webhook | webhook answered 204 No Content | webhook hook (http://127.0.0.1:9/x) answered 204 No Content",
      "bad   webhook | webhook answered 500 Internal Server Error | webhook hook (http://127.0.0.1:9/x) answered 500 Internal Server Error",
      "bad   webhook | webhook failed: connection refused | webhook hook (http://127.0.0.1:9/x) failed: connection refused",
      "plain subscription | s1 to c/events opened | s1 to c/events opened",
      "good  received | by subscription s1 | by subscription s1",
      "bad   subscription | s1 to c/events missed items 3 to 5, because it read too slowly | s1 to c/events missed items 3 to 5, because it read too slowly",
      "plain subscription | s1 to c/events closed: the client left | s1 to c/events closed: the client left",
      "bad   stack | Bus CREATE_FAILED | orders: Bus (AWS::Events::EventBus) CREATE_FAILED: the name is taken",
      "plain stack | Bus CREATE_COMPLETE | orders: Bus (AWS::Events::EventBus) CREATE_COMPLETE",
      "bad   journal | facts 3 to 9 were dropped by the journal before they came here | facts 3 to 9 were dropped by the journal before they came here",
      "plain clock | advanced by 60000 ms | advanced by 60000 ms",
      "bad   warning | sts:AssumeRole | sts:AssumeRole: The role does not exist.",
      "bad   fault | archive a | archive a: broken",
    ]
  `);
  expect(told.map(({ sentence }) => sentence)).toMatchInlineSnapshot(`
    [
      "sqs CreateQueue: QueueNameExists: other attributes",
      "User: create-order is not authorized. Its role needs a statement.",
      "POST / was refused: A web page of https://shop.example sent this request.",
      "POST /orders",
      "answered 201",
      "answered 502: malformed proxy response",
      "function create-order was invoked",
      "function create-order wrote: hello",
      "function create-order returned",
      "function create-order threw: TypeError: no name",
      "function create-order timed out: Task timed out after 3.00 seconds",
      "function create-order was invoked with 2 messages of Queue",
      "function create-order gave back 1 of 2 messages to queue Queue",
      "a message was received 3 times from queue Queue and moved to its dead-letter queue Dead",
      "published to bus orders: OrderCreated from OrderService",
      "PutEvents refused entry 2 for bus orders: NO_PERMISSIONS: not allowed",
      "OrderCreated from OrderService went to bus order-bus, which does not exist: accepted and dropped",
      "OrderCreated from OrderService matched rule relay of bus orders",
      "OrderCreated from OrderService matched none of the 3 rules of bus orders",
      "OrderCreated from OrderService was put on bus orders, which has no rules",
      "OrderCreated from OrderService to Queue (rule Relay) was delivered",
      "delivering OrderCreated from OrderService to Queue (rule Relay) failed, status 500 Internal Server Error: NO_PERMISSIONS: not allowed",
      "delivering OrderCreated from OrderService to Queue (rule Relay) failed: NO_PERMISSIONS: not allowed",
      "delivering OrderCreated from OrderService to Queue (rule Relay) failed: connection refused (SDK_CLIENT_ERROR: Unable to invoke.)",
      "delivering OrderCreated from OrderService to Queue (rule Relay) was delayed: rate limit of 300 per second",
      "OrderCreated from OrderService (rule Relay, target Queue) is a dead letter after 185 attempts: NO_PERMISSIONS: not allowed",
      "OrderCreated from OrderService (rule Relay, target Queue) is a dead letter after 185 attempts: connection refused (SDK_CLIENT_ERROR: Unable to invoke.)",
      "OrderCreated from OrderService (rule Relay, target Queue) was dropped after 1 attempt: NO_PERMISSIONS: not allowed",
      "ObjectCreated:Put of images/a b.png to Queue (configuration thumbnails) was delivered",
      "ObjectCreated:Put of images/a b.png to Queue (configuration thumbnails) could not be delivered yet: NO_PERMISSIONS: not allowed; next attempt in 1.0 s",
      "ObjectCreated:Put of images/a b.png to Queue (configuration thumbnails) could not be delivered, and is lost: NO_PERMISSIONS: not allowed",
      "item 7 was published to topic c/events",
      "topic c/events refused a message: LIMIT_EXCEEDED: too large",
      "webhook hook (http://127.0.0.1:9/x) answered 204 No Content to item 7 of topic c/events",
      "webhook hook (http://127.0.0.1:9/x) answered 500 Internal Server Error to item 7 of topic c/events",
      "webhook hook (http://127.0.0.1:9/x) failed: connection refused to item 7 of topic c/events",
      "subscription s1 to c/events opened",
      "item 7 was received by subscription s1",
      "subscription s1 to c/events missed items 3 to 5, because it read too slowly",
      "subscription s1 to c/events closed: the client left",
      "stack orders: Bus (AWS::Events::EventBus) CREATE_FAILED: the name is taken",
      "stack orders: Bus (AWS::Events::EventBus) CREATE_COMPLETE",
      "facts 3 to 9 were dropped by the journal before they came here",
      "the cloud's clock was advanced by 60000 ms",
      "sts:AssumeRole: The role does not exist.",
      "a fault of the local cloud (archive a): broken",
    ]
  `);
});

test('an event that nothing is known of is called an event', () => {
  const { sentence } = wordsOf({ seq: 1, at: 0, kind: 'event.unmatched', eventId: 'e', bus: 'orders', rules: 1 });
  expect(sentence).toBe('an event matched none of the 1 rules of bus orders');
});
