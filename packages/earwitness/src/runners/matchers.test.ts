// The matchers as vitest runs them (earwitness/vitest registers them by being imported), and the same ones behind
// chai's plugin.
import * as chai from 'chai';
import { beforeEach, expectTypeOf, test as plainTest } from 'vitest';
import * as z from 'zod';
import { subscribe } from '../subscribe.ts';
import type { Subscription } from '../subscription.ts';
import { event, rejection } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';
import { earwitness } from './chai.ts';
import { type EarwitnessFixtures, expect, test as withEvents } from './vitest.ts';

const topic = new MemoryTopic();
const test = withEvents.extend({ subscribeOptions: { transport: topic, timeoutMs: 40 } });

test('toReceive passes with an event that comes, and fails with the page', async ({ events }) => {
  topic.publish(event('OrderCreated', { id: '1' }));
  await expect(events).toReceive({ 'detail-type': 'OrderCreated', detail: { id: '1' } });
  const error = await rejection(expect(events).toReceive({ 'detail-type': 'OrderCreated', detail: { id: '2' } }));
  expect(error.name).toBe('EventNotReceivedError');
  expect(error.message).toMatch(/^no event matched within 40 ms: 1 received, the closest differs in 1 of 2 fields\n/);
  expect(error.message).toMatch(/matchers\.test\.ts:\d+/);
});

test('not.toReceive waits until it may be believed, and fails at once when one comes', async ({ events }) => {
  topic.publish(event('OrderCreated'));
  await expect(events).not.toReceive({ 'detail-type': 'Refunded' });
  const failing = rejection(expect(events).not.toReceive({ 'detail-type': 'Refunded' }));
  topic.publish(event('Refunded'));
  expect((await failing).message).toMatch(/^Refunded arrived, although none should\n/);
});

test('not.toReceive on a route that was never heard fails as inconclusive', async ({ events }) => {
  expect((await rejection(expect(events).not.toReceive({ 'detail-type': 'Refunded' }))).name).toBe('InconclusiveError');
});

test('toReceiveTimes counts, toReceiveInOrder orders, toReceiveMatching validates', async ({ events }) => {
  for (const type of ['Created', 'Paid', 'Paid']) topic.publish(event(type, { amount: 5 }));
  await expect(events).toReceiveTimes(2, { 'detail-type': 'Paid' });
  await expect(events).toReceiveInOrder([{ 'detail-type': 'Created' }, { 'detail-type': 'Paid' }]);
  await expect(events).toReceiveMatching(z.object({ detail: z.object({ amount: z.number().max(5) }) }));
  await expect(events).not.toReceiveMatching(z.object({ detail: z.object({ amount: z.string() }) }));
  expect((await rejection(expect(events).toReceiveTimes(1, { 'detail-type': 'Paid' }))).message).toMatch(
    /^2 arrived, although exactly 1 should: Paid\n/,
  );
});

test('what a negation would not define is refused with what to write instead', async ({ events }) => {
  await expect(async () => expect(events).not.toReceiveTimes(1, { source: 'x' })).rejects.toThrow(
    '.not.toReceiveTimes() could mean several things; use not.toReceive(expected).',
  );
  await expect(async () => expect('no subscription').toReceive({ source: 'x' })).rejects.toThrow(
    'expect(…).toReceive() needs a subscription: const events = await subscribe()',
  );
});

const opened = () => subscribe({ transport: topic, timeoutMs: 40 });

plainTest.each([
  ['vitest', (events: Subscription) => expect(events).toReceive({ source: 'x' })],
  ['vitest, negated', (events: Subscription) => expect(events).not.toReceive({ source: 'x' })],
  ['vitest, schema', (events: Subscription) => expect(events).toReceiveMatching(z.object({ never: z.string() }))],
  ['vitest, times', (events: Subscription) => expect(events).toReceiveTimes(1, { source: 'x' })],
  ['vitest, in order', (events: Subscription) => expect(events).toReceiveInOrder([{ source: 'x' }])],
  ['chai', (events: Subscription) => chai.expect(events).to.receive({ source: 'x' })],
  [
    'a link further',
    (events: Subscription) =>
      expect(events)
        .toReceive({ source: 'x' })
        .then(() => 'unused'),
  ],
])('an assertion that nobody awaited fails the closing: %s', async (_, assert) => {
  const events = await opened();
  void assert(events);
  const error = await rejection(events.unsubscribe());
  expect(error.name).toBe('UnawaitedWaitError');
  expect(error.message).toMatch(/^1 wait was started but never awaited: .*matchers\.test\.ts:\d+$/s);
});

plainTest('an assertion counts as awaited however a test does it', async () => {
  const events = await opened();
  const missed = (options = {}) => expect(events).toReceive({ source: 'x' }, options);
  await missed().catch(() => 'awaited by a link');
  await rejection(Promise.all([missed()]));
  await rejection((async () => missed())());
  const stored = missed();
  await rejection(stored);
  // The one that lost the race is still open when the subscription is closed.
  await rejection(Promise.race([missed({ timeoutMs: 20_000 }), missed()]));
  await events.unsubscribe();
});

plainTest('the fixture is typed, and so are the matchers', () => {
  expectTypeOf<EarwitnessFixtures['events']['messages']>().returns.items.not.toBeAny();
  expectTypeOf(expect('x').toReceive).parameter(0).not.toBeAny();
  expectTypeOf(expect('x').toReceive).returns.toEqualTypeOf<Promise<void>>();
});

beforeEach(() => {
  chai.use(earwitness);
});

test('chai: receive and its companions, with and without not', async ({ events }) => {
  topic.publish(event('Created'));
  topic.publish(event('Paid'));
  await chai.expect(events).to.receive({ 'detail-type': 'Created' });
  await chai.expect(events).to.not.receive({ 'detail-type': 'Refunded' });
  await chai.expect(events).to.receiveTimes(1, { 'detail-type': 'Paid' });
  await chai.expect(events).to.receiveInOrder([/Created/, /Paid/]);
  await chai.expect(events).to.receiveMatching(z.object({ source: z.literal('OrderService') }));
  const error = await rejection(chai.expect(events).to.receive({ 'detail-type': 'Shipped' }));
  expect([error.name, error.message.split('\n')[0]]).toEqual([
    'AssertionError',
    'no event matched within 40 ms: 2 received, the closest does not match',
  ]);
});
