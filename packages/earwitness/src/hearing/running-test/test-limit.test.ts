// A wait may never be ended by a limit that its test does not have: a test that passes without the kit's help passes
// with it.
import { expect, test } from 'vitest';
import { Subscription } from '../../subscription.ts';
import { event, ManualClock, rejection } from '../../test-session.test.ts';
import { MemoryTopic } from '../../transport/memory.ts';
import { Session } from '../session.ts';
import type { RunningTest } from './running-test.ts';

const expected = { 'detail-type': 'Tick' };

async function open(runningTest: (clock: ManualClock) => RunningTest) {
  const clock = new ManualClock();
  const topic = new MemoryTopic();
  const test = runningTest(clock);
  const session = await Session.open(topic, { clock, timeoutMs: 3000, keep: 10, runningTest: () => test });
  return { clock, topic, events: new Subscription(session) };
}

/** The headline of a wait that is never met: it tells how long it waited. */
async function headlineOf(waiting: Promise<unknown>, clock: ManualClock): Promise<string | undefined> {
  const error = rejection(waiting);
  clock.advance(10_000);
  return (await error).message.split('\n')[0];
}

test('a wait ends early enough for its page: after 85 % of the time of its test', async () => {
  const { clock, events } = await open(({ now }) => ({ startedAt: now(), timeoutMs: 2000 }));
  expect(await headlineOf(events.waitForMessageMatching(expected), clock)).toBe('no event arrived within 1.7 s');
});

test('what its page needs is loaded when a wait begins that its test does not outlast', async () => {
  const clock = new ManualClock();
  const test = { startedAt: clock.now(), timeoutMs: 2000 };
  let prepared = 0;
  const settings = { clock, timeoutMs: 3000, keep: 10, runningTest: () => test, preparePage: () => prepared++ };
  const events = new Subscription(await Session.open(new MemoryTopic(), settings));
  void rejection(events.waitForMessageMatching(expected, { timeoutMs: 100 }));
  expect(prepared).toBe(0);
  const late = rejection(events.waitForMessageMatching(expected));
  expect(prepared).toBe(1);
  clock.advance(10_000);
  await late;
});

test('a wait that its test outlasts has its whole time, and the moment after', async () => {
  const { clock, events, topic } = await open(({ now }) => ({ startedAt: now(), timeoutMs: 5000 }));
  clock.advance(500);
  const waiting = events.waitForMessageMatching(expected);
  clock.advance(2999);
  topic.publish(event('Tick'));
  expect(await waiting).toMatchObject(expected);
});

test('where the beginning is not known, the limit is counted from the first wait of each try', async () => {
  const identity = {};
  let attempt = '0';
  const { clock, events, topic } = await open(() => ({
    identity,
    get attempt() {
      return attempt;
    },
    timeoutMs: 4000,
  }));
  const first = events.waitForMessageMatching(expected);
  clock.advance(2900);
  topic.publish(event('Tick'));
  await first;
  // 1.1 s are left, of which a page may take 0.6.
  const other = { source: 'x' };
  expect(await headlineOf(events.waitForMessageMatching(other), clock)).toMatch(/^no event matched within 500 ms: 1 /);
  attempt = '1';
  expect(await headlineOf(events.waitForMessageMatching(other), clock)).toMatch(/^no event matched within 3 s: 1 /);
});

test('a test without a known time ends no wait', async () => {
  const { clock, events } = await open(() => ({ title: 'an order' }));
  expect(await headlineOf(events.waitForMessageMatching(expected), clock)).toBe('no event arrived within 3 s');
});
