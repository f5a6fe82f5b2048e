import { expect, test } from 'vitest';
import { EarwitnessError, EventNotReceivedError, InconclusiveError, UnexpectedEventError } from '../errors.ts';
import type { Message } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { createProbe } from '../hearing/probe.ts';
import { Session } from '../hearing/session.ts';
import type { SendCanary } from '../hearing/transport.ts';
import { Subscription } from '../subscription.ts';
import { event, ManualClock, openTestSession, rejection } from '../test-session.test.ts';
import { MemoryTopic } from '../transport/memory.ts';

/** A test session whose canaries come back after `roadMs`, until the road is cut. */
async function openWithCanary(roadMs: number) {
  const clock = new ManualClock();
  const topic = new MemoryTopic();
  let cut = false;
  const sendCanary: SendCanary = async (id) => {
    if (!cut) clock.after(roadMs, () => topic.publish(createProbe(id)));
  };
  const opening = Session.open(topic, { clock, timeoutMs: 4000, keep: 1000, sendCanary });
  await flush();
  clock.advance(roadMs);
  const session = await opening;
  const cutRoad = () => {
    cut = true;
  };
  return { clock, topic, events: new Subscription(session), cutRoad };
}

/** Lets every promise that can go on, go on. */
const flush = () => new Promise<void>((resolve) => setImmediate(resolve));

test('waitFor resolves with the first n matches, those that came before included', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('Tick', { n: 1 }));
  const waiting = events.waitFor(2, { 'detail-type': 'Tick' });
  topic.publish(event('Tock', { n: 2 }));
  topic.publish(event('Tick', { n: 3 }));
  topic.publish(event('Tick', { n: 4 }));
  expect((await waiting).map(({ detail }) => detail['n'])).toEqual([1, 3]);
});

test('waitFor without an expectation counts every message', async () => {
  const { events, topic } = await openTestSession();
  topic.publish('a text');
  topic.publish(event('Tick'));
  expect(await events.waitFor(2)).toHaveLength(2);
});

test('waitFor that finds too few says how many there were', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Tick'));
  const waiting = rejection(events.waitFor(3, { 'detail-type': 'Tick' }));
  clock.advance(4000);
  const error = await waiting;
  expect(error).toBeInstanceOf(EventNotReceivedError);
  expect(error.message).toMatch(/^1 of 3 arrived within 4 s: Tick\n/);
});

test('the error of a count holds everything that did arrive, not the matches alone', async () => {
  const { clock, events, topic } = await openTestSession();
  for (const type of ['Tick', 'Tock']) topic.publish(event(type));
  const tooFew = [events.waitFor(2, { 'detail-type': 'Tick' }), events.exactly(2, { 'detail-type': 'Tick' })];
  const tooMany = [events.expectNone({ 'detail-type': 'Tick' }), events.exactly(0, { 'detail-type': 'Tick' })];
  const failures = Promise.all([...tooFew, ...tooMany].map(rejection));
  clock.advance(4000);
  const received = (await failures).map((error) => (error instanceof EarwitnessError ? error.received : []));
  expect(received).toEqual(Array.from({ length: 4 }, () => events.messages()));
});

test('a wait that fails compares each message once with what was expected', async () => {
  const { clock, events, topic } = await openTestSession();
  for (const type of ['Tick', 'Tock']) topic.publish(event(type));
  const compiled = compileExpectation({ 'detail-type': 'Paid' });
  const compared: Message[] = [];
  const expectation: Expectation = {
    title: compiled.title,
    text: compiled.text,
    matches: (message) => compiled.matches(message),
    compare(message) {
      compared.push(message);
      return compiled.compare(message);
    },
  };
  const failure = rejection(events.waitForMessageMatching(expectation));
  clock.advance(4500);
  expect((await failure).message).toMatch(/^no event matched within 4 s: 2 received, the closest does not match\n/);
  expect(compared).toEqual(events.messages());
});

test('a sequence is found among other messages, whether it came before the wait or after', async () => {
  const { events, topic } = await openTestSession();
  for (const type of ['Paid', 'Created', 'Noise', 'Paid']) topic.publish(event(type));
  const waiting = events.waitForSequence([{ 'detail-type': 'Created' }, { 'detail-type': 'Paid' }, /Shipped/]);
  topic.publish(event('Shipped'));
  expect((await waiting).map((one) => one['detail-type'])).toEqual(['Created', 'Paid', 'Shipped']);
});

test('a sequence in another order fails and says that the step came too early', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Paid'));
  topic.publish(event('Created'));
  const waiting = rejection(events.waitForSequence([{ 'detail-type': 'Created' }, { 'detail-type': 'Paid' }]));
  clock.advance(4000);
  const { message } = await waiting;
  expect(message).toMatch(/^step 2 of 2 did not follow within 4 s: Paid\n/);
  expect(message).toContain('← step 2, too early');
});

test('expectNone fails at once when a match is already there, or comes', async () => {
  const { events, topic } = await openTestSession();
  const coming = rejection(events.expectNone({ 'detail-type': 'Refunded' }));
  topic.publish(event('Refunded'));
  expect(await coming).toBeInstanceOf(UnexpectedEventError);
  expect(await rejection(events.expectNone({ 'detail-type': 'Refunded' }))).toBeInstanceOf(UnexpectedEventError);
});

test('expectNone without a canary takes the whole time, on a route that was heard', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Created'));
  let passed = false;
  const waiting = events.expectNone({ 'detail-type': 'Refunded' }).then(() => {
    passed = true;
  });
  clock.advance(3999);
  await flush();
  expect(passed).toBe(false);
  clock.advance(1);
  await waiting;
});

test('expectNone on a route where nothing was ever heard is inconclusive', async () => {
  const { clock, events } = await openTestSession();
  const waiting = rejection(events.expectNone({ 'detail-type': 'Refunded' }));
  clock.advance(4000);
  const error = await waiting;
  expect(error).toBeInstanceOf(InconclusiveError);
  expect(error.message).toBe(
    'cannot tell about no Refunded: nothing was ever heard on this route, so silence proves nothing. Publish something that does arrive first, or give subscribe() a canary.',
  );
});

test('with a canary expectNone answers after the road and twice its time, not after the whole time-out', async () => {
  const { clock, events } = await openWithCanary(40);
  expect(events.roadMs).toBe(40);
  const waiting = events.expectNone({ 'detail-type': 'Refunded' });
  await flush();
  clock.advance(40);
  await flush();
  clock.advance(80);
  await waiting;
});

test('a match that comes in the margin behind the canary still fails expectNone', async () => {
  const { clock, events, topic } = await openWithCanary(40);
  const waiting = rejection(events.expectNone({ 'detail-type': 'Refunded' }));
  await flush();
  clock.advance(40);
  await flush();
  clock.advance(79);
  topic.publish(event('Refunded'));
  expect(await waiting).toBeInstanceOf(UnexpectedEventError);
});

test('a canary that does not come back makes expectNone inconclusive, never passed', async () => {
  const { clock, events, cutRoad } = await openWithCanary(40);
  cutRoad();
  const waiting = rejection(events.expectNone({ 'detail-type': 'Refunded' }));
  await flush();
  clock.advance(4000);
  const error = await waiting;
  expect(error).toBeInstanceOf(InconclusiveError);
  expect(error.message).toBe(
    'cannot tell about no Refunded: the canary did not come back within 4000 ms: the route is dead.',
  );
});

test('strict makes expectNone take the whole time although there is a canary', async () => {
  const { clock, events, topic } = await openWithCanary(40);
  const waiting = rejection(events.expectNone({ 'detail-type': 'Refunded' }, { strict: true }));
  clock.advance(3999);
  await flush();
  topic.publish(event('Refunded'));
  expect(await waiting).toBeInstanceOf(UnexpectedEventError);
});

test('opening with a canary fails when none comes back', async () => {
  const clock = new ManualClock();
  const sendCanary = async () => undefined;
  const opening = rejection(Session.open(new MemoryTopic('t'), { clock, timeoutMs: 4000, keep: 10, sendCanary }));
  await flush();
  clock.advance(8000);
  expect((await opening).message).toBe('no canary came back within 8000 ms: the road from the bus to t is dead');
});

test('exactly resolves with the matches once no more can come', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Paid', { n: 1 }));
  const waiting = events.exactly(2, { 'detail-type': 'Paid' });
  topic.publish(event('Paid', { n: 2 }));
  clock.advance(4000);
  expect((await waiting).map(({ detail }) => detail['n'])).toEqual([1, 2]);
});

test('exactly fails with one too many, and with too few', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Paid'));
  topic.publish(event('Paid'));
  expect(await rejection(events.exactly(1, { 'detail-type': 'Paid' }))).toBeInstanceOf(UnexpectedEventError);
  const tooFew = rejection(events.exactly(3, { 'detail-type': 'Paid' }));
  clock.advance(4000);
  expect(await tooFew).toBeInstanceOf(EventNotReceivedError);
});

test('exactly is inconclusive when messages were lost', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Paid'));
  topic.gap({ reason: 'the topic reported a discontinuity' });
  const waiting = rejection(events.exactly(1, { 'detail-type': 'Paid' }));
  clock.advance(4000);
  expect((await waiting).message).toBe(
    'cannot tell about exactly 1 × Paid: messages were lost (the topic reported a discontinuity)',
  );
});

test('silence is counted anew from each message', async () => {
  const { clock, events, topic } = await openTestSession();
  let quiet = false;
  const waiting = events.waitForSilence({ quietMs: 100 }).then(() => {
    quiet = true;
  });
  clock.advance(99);
  topic.publish(event('Tick'));
  clock.advance(99);
  await flush();
  expect(quiet).toBe(false);
  clock.advance(1);
  await waiting;
});

test('a route that is never quiet fails waitForSilence', async () => {
  const { clock, events, topic } = await openTestSession();
  const waiting = rejection(events.waitForSilence({ quietMs: 100, timeoutMs: 250 }));
  for (let n = 0; n < 5; n++) {
    clock.advance(60);
    topic.publish(event('Tick'));
  }
  const error = await waiting;
  expect(error).toBeInstanceOf(UnexpectedEventError);
  expect(error.message).toMatch(/^the route was never quiet for 100 ms within 250 ms\n/);
});

test('collect listens for its time and hands out every match since the beginning', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(event('Tick', { n: 1 }));
  const waiting = events.collect({ forMs: 50 }, { 'detail-type': 'Tick' });
  clock.advance(49);
  topic.publish(event('Tick', { n: 2 }));
  clock.advance(1);
  topic.publish(event('Tick', { n: 3 }));
  expect((await waiting).map(({ detail }) => detail['n'])).toEqual([1, 2]);
});

test('for await sees every message from the first on, and ends when the subscription is closed', async () => {
  const { events, topic } = await openTestSession();
  const seen: unknown[] = [];
  topic.publish(event('Tick', { n: 1 }));
  const loop = (async () => {
    for await (const message of events) seen.push(typeof message === 'string' ? message : message.detail['n']);
  })();
  await flush();
  topic.publish(event('Tick', { n: 2 }));
  topic.publish('a text');
  await flush();
  await events.unsubscribe();
  await loop;
  expect(seen).toEqual([1, 2, 'a text']);
});

test('expectNone may take any time where a canary ends it, but not when it is strict', async () => {
  const { clock, events } = await openWithCanary(10);
  const waiting = events.expectNone({ source: 'nobody' }, { timeoutMs: Number.POSITIVE_INFINITY });
  await flush();
  clock.advance(10);
  await flush();
  clock.advance(25);
  await waiting;
  const strict = rejection(
    events.expectNone({ source: 'nobody' }, { timeoutMs: Number.POSITIVE_INFINITY, strict: true }),
  );
  expect((await strict).message).toBe(
    'expectNone(): timeoutMs is Infinity, and the wait would never end: it needs a number of milliseconds.',
  );
});
