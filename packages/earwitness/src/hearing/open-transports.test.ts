import { expect, test } from 'vitest';
import { ConnectionLostError } from '../errors.ts';
import { subscribe } from '../subscribe.ts';
import { Subscription } from '../subscription.ts';
import { event, ManualClock, rejection } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { createProbe } from './probe.ts';
import { Session } from './session.ts';
import { type Transport, TransportError } from './transport.ts';

async function openTwo() {
  const [orders, payments, clock] = [new MemoryTopic('orders'), new MemoryTopic('payments'), new ManualClock()];
  const session = await Session.open([orders, payments], { clock, timeoutMs: 4000, keep: 100 });
  return { orders, payments, clock, events: new Subscription(session) };
}

test('each message knows its topic, and one wait hears all', async () => {
  const [orders, payments] = [new MemoryTopic('orders'), new MemoryTopic('payments')];
  await using events = await subscribe({ transport: [orders, payments] });
  payments.publish(event('Paid'));
  orders.publish(event('Created'));
  await events.waitForSequence([{ 'detail-type': 'Paid' }, { 'detail-type': 'Created' }]);
  expect(events.received().map(({ topic, route, sequenceNumber }) => [topic, route, sequenceNumber])).toEqual([
    ['payments', 'payments', 1],
    ['orders', 'orders', 1],
  ]);
});

test('a page says of each message where it came from, and checks every topic', async () => {
  const { orders, payments, clock, events } = await openTwo();
  orders.publish(event('Created'));
  payments.publish(event('Paid'));
  payments.gap({ reason: 'the topic reported a discontinuity', afterSequenceNumber: 1, nextSequenceNumber: 4 });
  const failing = rejection(events.waitForMessageMatching({ 'detail-type': 'Shipped' }));
  clock.advance(4500);
  const page = (await failing).message;
  expect(page).toContain('UTC on orders and payments\n');
  expect(page).toContain('Created                  OrderService on orders\n');
  expect(page).toContain('Paid                     OrderService on payments');
  expect(page).toContain('! messages were lost between 1 and 4 on payments: the topic reported a');
  expect(page).toContain('✓ connected to orders, no gap in sequence (1)');
});

test('a hole on one topic makes exact answers inconclusive, and is named', async () => {
  const { payments, clock, events } = await openTwo();
  payments.publish(event('Paid'));
  payments.gap({ reason: 'numbers were skipped' });
  const failing = rejection(events.expectNone({ source: 'nobody' }));
  clock.advance(4000);
  expect((await failing).message).toBe(
    'cannot tell about no an event from nobody: messages were lost on payments (numbers were skipped)',
  );
});

test('trouble with one topic is trouble for all, and ends when the last is back', async () => {
  const { orders, payments, events } = await openTwo();
  orders.interrupt(new Error('away'));
  payments.interrupt(new Error('gone too'));
  const error = await rejection(events.waitForMessageMatching({ source: 'x' }));
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.message).toMatch(/so it is unknown whether it came: payments: gone too$/);
  orders.resume();
  expect(await rejection(events.waitForMessageMatching({ source: 'x' }))).toBeInstanceOf(ConnectionLostError);
  payments.resume();
  const waiting = events.waitForMessageMatching({ 'detail-type': 'Paid' });
  payments.publish(event('Paid'));
  expect((await waiting)['detail-type']).toBe('Paid');
});

test('when one topic cannot be opened the others are closed again', async () => {
  const orders = new MemoryTopic('orders');
  let closed = false;
  const watched: Transport = {
    name: 'orders',
    async open(listener) {
      const route = await orders.open(listener);
      return {
        async close() {
          closed = true;
          await route.close();
        },
      };
    },
  };
  const refused: Transport = { name: 'payments', open: () => Promise.reject(new TransportError('no such topic')) };
  await expect(subscribe({ transport: [watched, refused] })).rejects.toThrow('no such topic');
  expect(closed).toBe(true);
});

test('a canary has to be heard on every topic, and a deaf one is named', async () => {
  const [orders, payments, clock] = [new MemoryTopic('orders'), new MemoryTopic('payments'), new ManualClock()];
  const settings = { clock, timeoutMs: 4000, keep: 100 };
  const sendCanary = async (id: string) => orders.publish(createProbe(id));
  const opening = rejection(Session.open([orders, payments], { ...settings, sendCanary }));
  await new Promise(setImmediate);
  clock.advance(8000);
  expect((await opening).message).toBe('no canary came back within 8000 ms: the road from the bus to payments is dead');
  const toBoth = async (id: string) => {
    clock.advance(3);
    orders.publish(createProbe(id));
    clock.advance(4);
    payments.publish(createProbe(id));
  };
  const session = await Session.open([orders, payments], { ...settings, sendCanary: toBoth });
  expect(session.roadMs).toBe(7);
});

test('a transport that can publish proves itself; beside one that cannot, without a bus, nothing is proven', async () => {
  const [orders, payments] = [new MemoryTopic('orders'), new MemoryTopic('payments')];
  const able: Transport = {
    name: 'orders',
    open: (listener) => orders.open(listener),
    sendCanary: async (id) => orders.publish(createProbe(id)),
  };
  const settings = { clock: new ManualClock(), timeoutMs: 4000, keep: 100 };
  expect((await Session.open(able, settings)).roadMs).toBe(0);
  const both = await Session.open([able, payments], settings);
  expect([both.canSendCanary, both.roadMs]).toEqual([false, undefined]);
});
