import { expect, test } from 'vitest';
import { ConnectionLostError, EventNotReceivedError, SubscriptionClosedError, UnawaitedWaitError } from './errors.ts';
import { createProbe } from './hearing/probe.ts';
import { event, openTestSession, rejection } from './test-session.test.ts';

test('a wait finds an event that arrived before it', async () => {
  const { events, topic } = await openTestSession();
  const created = event('OrderCreated', { id: '1' });
  topic.publish(created);
  expect(await events.waitForMessageMatching({ source: 'OrderService', detail: { id: '1' } })).toEqual(created);
});

test('a wait hears an event that arrives after it', async () => {
  const { events, topic } = await openTestSession();
  const waiting = events.waitForMessageMatching({ detail: { id: '2' } });
  topic.publish(event('OrderCreated', { id: '1' }));
  topic.publish(event('OrderCreated', { id: '2' }));
  expect((await waiting).detail).toEqual({ id: '2' });
});

test('of several matches the first that arrived is the answer', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('OrderCreated', { id: '1', attempt: 1 }));
  topic.publish(event('OrderCreated', { id: '1', attempt: 2 }));
  expect((await events.waitForMessageMatching({ detail: { id: '1' } })).detail).toEqual({ id: '1', attempt: 1 });
});

test('several waits at once each resolve, whatever order their events come in', async () => {
  const { events, topic } = await openTestSession();
  const all = Promise.all([
    events.waitForMessageMatching({ detail: { id: 'a' } }),
    events.waitForMessageMatching({ 'detail-type': 'Shipped' }),
    events.waitForMessageMatching(/"id":"c"/),
    events.waitForMessageMatching({ detail: { id: 'a' } }),
  ]);
  topic.publish(event('Created', { id: 'c' }));
  topic.publish(event('Shipped', { id: 'b' }));
  topic.publish(event('Created', { id: 'a' }));
  expect((await all).map((one) => one.detail['id'])).toEqual(['a', 'b', 'c', 'a']);
});

test('an item that is not a JSON object stays the text it was', async () => {
  const { events, topic } = await openTestSession();
  for (const text of ['plain', '{broken', '[1,2]', '42', ' {"detail-type":"Spaced"}']) topic.publish(text);
  expect(events.messages()).toEqual(['plain', '{broken', '[1,2]', '42', { 'detail-type': 'Spaced' }]);
  expect(await events.waitForMessageMatching(/^pl/)).toBe('plain');
});

test('a time-out rejects with everything that did arrive, nearest first', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('OrderShipped', { id: '1' }, 'Shipping'));
  topic.publish(event('OrderCreated', { id: '2', name: 'test order' }));
  topic.publish('a text');
  const waiting = events.waitForMessageMatching({
    source: 'OrderService',
    'detail-type': 'OrderCreated',
    detail: { id: '1', name: 'test order' },
  });
  clock.advance(4500);
  const error = await rejection(waiting);
  expect(error).toBeInstanceOf(EventNotReceivedError);
  const received = error instanceof EventNotReceivedError ? error.received : [];
  expect(received.map((one) => (typeof one === 'string' ? one : one['detail-type']))).toEqual([
    'OrderCreated',
    'OrderShipped',
    'a text',
  ]);
});

test('the stack of a time-out starts at the line that waited', async () => {
  const { clock, events } = await openTestSession();
  const waiting = events.waitForMessageMatching({ source: 'nobody' });
  clock.advance(4500);
  const frames = (await rejection(waiting)).stack?.split('\n').filter((line) => /^\s+at /.test(line));
  expect(frames?.[0]).toMatch(/subscription\.test\.ts:\d+:\d+/);
});

test('verbs work without their subscription in front, as copied helpers are used', async () => {
  const { clock, events, topic } = await openTestSession();
  const { waitForMessageMatching, messages, unsubscribe } = events;
  topic.publish(event('OrderCreated'));
  expect((await waitForMessageMatching({ source: 'OrderService' }))['detail-type']).toBe('OrderCreated');
  const waiting = waitForMessageMatching({ source: 'nobody' });
  clock.advance(4500);
  expect((await rejection(waiting)).stack).toMatch(/\n\s+at [^\n]*subscription\.test\.ts:\d+:\d+/);
  expect(messages()).toHaveLength(1);
  await unsubscribe();
});

test('timeoutMs of one wait wins over the default', async () => {
  const { clock, events } = await openTestSession();
  const waiting = rejection(events.waitForMessageMatching({ source: 'nobody' }, { timeoutMs: 80 }));
  clock.advance(90);
  expect((await waiting).message).toMatch(/^no event arrived within 80 ms/);
});

test('a signal ends the wait with its own reason, also when it was aborted before', async () => {
  const { events } = await openTestSession();
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = rejection(events.waitForMessageMatching({ source: 'nobody' }, { signal }));
  const reason = new Error('the runner gave up');
  controller.abort(reason);
  expect(await waiting).toBe(reason);
  expect(await rejection(events.waitForMessageMatching({ source: 'nobody' }, { signal }))).toBe(reason);
});

test('a lost connection rejects every open wait at once, with its cause', async () => {
  const { events, topic } = await openTestSession();
  const waiting = rejection(events.waitForMessageMatching({ source: 'OrderService' }));
  const cause = new Error('socket hang up');
  topic.lose(cause);
  const error = await waiting;
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.cause).toBe(cause);
  expect(error.message).toBe(
    'the connection was lost while waiting for an event from OrderService, so it is unknown whether it came: socket hang up',
  );
});

test('after a lost connection what came before is still found, and nothing else is waited for', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('OrderCreated'));
  topic.lose(new Error('socket hang up'));
  expect((await events.waitForMessageMatching({ source: 'OrderService' }))['detail-type']).toBe('OrderCreated');
  expect(await rejection(events.waitForMessageMatching({ source: 'nobody' }))).toBeInstanceOf(ConnectionLostError);
});

test('after an interruption that ended, waits work again', async () => {
  const { events, topic } = await openTestSession();
  topic.interrupt(new Error('no sign of life'));
  expect(await rejection(events.waitForMessageMatching({ source: 'OrderService' }))).toBeInstanceOf(
    ConnectionLostError,
  );
  topic.resume();
  const waiting = events.waitForMessageMatching({ source: 'OrderService' });
  topic.publish(event('OrderCreated'));
  expect((await waiting).source).toBe('OrderService');
});

test('closing ends open waits, twice is harmless, and nothing is heard afterwards', async () => {
  const { events, topic } = await openTestSession();
  const waiting = rejection(events.waitForMessageMatching({ source: 'OrderService' }));
  await events.unsubscribe();
  await events.unsubscribe();
  expect(await waiting).toBeInstanceOf(SubscriptionClosedError);
  topic.publish(event('OrderCreated'));
  expect(events.messages()).toEqual([]);
  expect(await rejection(events.waitForMessageMatching({ source: 'x' }))).toBeInstanceOf(SubscriptionClosedError);
});

test('an expectation that throws when asked ends its own wait, and no other', async () => {
  const { events, topic } = await openTestSession();
  const fault = new Error('the matcher is broken');
  const asymmetricMatch = () => {
    throw fault;
  };
  const broken = rejection(events.waitForMessageMatching({ source: { asymmetricMatch } }));
  const sound = events.waitForMessageMatching({ source: /Order/ });
  topic.publish(event('OrderCreated'));
  expect(await broken).toBe(fault);
  expect((await sound).source).toBe('OrderService');
});

test('await using closes the subscription', async () => {
  const opened = await openTestSession();
  {
    await using events = opened.events;
    opened.topic.publish(event('OrderCreated'));
    expect(events.messages()).toHaveLength(1);
  }
  opened.topic.publish(event('OrderCreated'));
  expect(opened.events.messages()).toHaveLength(1);
});

test('a wait that nobody awaited fails the closing, and names what it was for', async () => {
  const { events } = await openTestSession();
  void events.waitForMessageMatching({ source: 'OrderService', 'detail-type': 'OrderCreated' });
  const error = await rejection(events.unsubscribe());
  expect(error).toBeInstanceOf(UnawaitedWaitError);
  expect(error.message.replace(/\d+$/, 'line')).toBe(
    `1 wait was started but never awaited: write "await" before it, or its outcome is lost.

  OrderCreated from OrderService   subscription.test.ts:line`,
  );
});

test('a wait that was met but never awaited fails the closing too', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('OrderCreated'));
  void events.waitForMessageMatching({ source: 'OrderService' });
  expect(await rejection(events.unsubscribe())).toBeInstanceOf(UnawaitedWaitError);
});

test('expectNone that nobody awaited is told as well, and so is every other', async () => {
  const { events } = await openTestSession();
  void events.expectNone({ source: 'Billing' });
  void events.waitFor(2, { source: 'Orders' });
  expect((await rejection(events.unsubscribe())).message.replaceAll(/(?<=ts:)\d+/g, 'line')).toBe(
    `2 waits were started but never awaited: write "await" before it, or its outcome is lost.

  no an event from Billing   subscription.test.ts:line
  2 × an event from Orders   subscription.test.ts:line`,
  );
});

test('a wait whose promise was stored and awaited later counts as awaited', async () => {
  const { events, topic } = await openTestSession();
  const waiting = events.waitForMessageMatching({ source: 'OrderService' });
  topic.publish(event('OrderCreated'));
  await waiting;
  await events.unsubscribe();
});

test('received() tells time, size and sequence number of each item', async () => {
  const { clock, events, topic } = await openTestSession();
  clock.advance(12);
  topic.publish('söße');
  expect(events.received()).toEqual([
    {
      message: 'söße',
      index: 0,
      receivedAt: clock.now(),
      sizeBytes: 6,
      topic: 'memory',
      route: 'memory',
      sequenceNumber: 1,
    },
  ]);
});

test("the kit's own probes are never shown to a test", async () => {
  const { events, topic } = await openTestSession();
  topic.publish(createProbe('1'));
  topic.publish(event('OrderCreated'));
  expect(events.messages()).toHaveLength(1);
});
