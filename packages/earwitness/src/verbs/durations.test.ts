import { expect, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import type { Subscription } from '../subscription.ts';
import { event, openTestSession, rejection } from '../test-session.test.ts';

const expected = { 'detail-type': 'Tick' };

/** Every verb that takes a time, under the option's name. Types are left out: a test in plain JavaScript has none. */
const VERBS: readonly [string, (events: Subscription, ms: never) => Promise<unknown>][] = [
  ['waitForMessageMatching(): timeoutMs', (events, ms) => events.waitForMessageMatching(expected, { timeoutMs: ms })],
  ['waitFor(): timeoutMs', (events, ms) => events.waitFor(1, expected, { timeoutMs: ms })],
  ['waitForSequence(): timeoutMs', (events, ms) => events.waitForSequence([expected], { timeoutMs: ms })],
  ['exactly(): timeoutMs', (events, ms) => events.exactly(1, expected, { timeoutMs: ms })],
  ['expectNone(): timeoutMs', (events, ms) => events.expectNone({ source: 'nobody' }, { timeoutMs: ms })],
  ['waitForSilence(): timeoutMs', (events, ms) => events.waitForSilence({ timeoutMs: ms })],
  ['waitForSilence(): quietMs', (events, ms) => events.waitForSilence({ quietMs: ms })],
  ['collect(): forMs', (events, ms) => events.collect({ forMs: ms }, expected)],
];

test.each(VERBS)('%s that is no time is refused, although the answer is there already', async (where, verb) => {
  for (const [value, shown] of [
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    ['100', '"100"'],
  ]) {
    const { events, topic } = await openTestSession();
    topic.publish(event('Tick'));
    expect(await rejection(verb(events, value as never))).toEqual(
      new ConfigurationError(`${where} must be a number of milliseconds, 0 or more, but is ${shown}.`),
    );
  }
});

test.each(VERBS.slice(0, 3))('%s may be Infinity: it waits until it is met, or closed', async (_, verb) => {
  const { clock, events, topic } = await openTestSession();
  const met = verb(events, Number.POSITIVE_INFINITY as never);
  clock.advance(1e12);
  topic.publish(event('Tick'));
  await met;
  const other = await openTestSession();
  const closed = rejection(verb(other.events, Number.POSITIVE_INFINITY as never));
  await other.events.unsubscribe();
  expect((await closed).name).toBe('SubscriptionClosedError');
});

test.each(VERBS.filter(([where]) => /exactly|expectNone|quietMs|forMs/.test(where)))(
  '%s may not be Infinity where only the end of that time can meet it',
  async (where, verb) => {
    const { events } = await openTestSession();
    expect(await rejection(verb(events, Number.POSITIVE_INFINITY as never))).toEqual(
      new ConfigurationError(`${where} is Infinity, and the wait would never end: it needs a number of milliseconds.`),
    );
  },
);

// What a helper before this kit took: its time as a number, `waitForMessageMatching(expected, 200)`.
test('a number in the place of the options is refused, with what to write', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('Tick'));
  const error = await rejection(events.waitForMessageMatching(expected, 200 as never));
  expect(error).toEqual(
    new ConfigurationError(
      'waitForMessageMatching(): the options are 200, but have to be an object: { timeoutMs: 200 }.',
    ),
  );
  expect(error.stack?.split('\n')[1]).toMatch(/durations\.test\.ts:\d+:\d+/);
  expect(await rejection(events.expectNone(expected, '200' as never))).toEqual(
    new ConfigurationError('expectNone(): the options are "200", but have to be an object: { timeoutMs: … }.'),
  );
});

test('what a verb is given in the wrong form is refused by name, not ignored', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('Tick'));
  const any = events as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
  const refusal = async (verb: string, ...args: readonly unknown[]) =>
    (await rejection(any[verb]?.(...args) ?? Promise.resolve())).message;
  expect(await refusal('waitForMessageMatching', expected, { timeout: 50 })).toBe(
    'waitForMessageMatching() has no option "timeout"; its time is timeoutMs.',
  );
  expect(await refusal('waitForMessageMatching', expected, { signal: new AbortController() })).toBe(
    'waitForMessageMatching(): signal is no AbortSignal: of a controller, give its .signal.',
  );
  for (const options of [undefined, 100, { timeoutMs: 100 }]) {
    expect(await refusal('collect', options)).toBe(
      'collect(): forMs must be a number of milliseconds, 0 or more, but is (absent).',
    );
  }
  expect(await refusal('waitForSilence', 100)).toBe(
    'waitForSilence(): the options are 100, but have to be an object: { timeoutMs: 100 }.',
  );
  expect(await refusal('waitForSequence', expected)).toBe('waitForSequence() takes its steps as one array.');
  expect(await refusal('waitFor', expected, 3)).toBe(
    'waitFor() begins with a whole number above 0, but got { "detail-type": "Tick" }. For none there is expectNone().',
  );
  expect(await refusal('exactly', expected, 3)).toBe(
    'exactly() begins with a whole number, but got { "detail-type": "Tick" }.',
  );
  await events.unsubscribe();
  expect(await refusal('waitForMessageMatching', expected)).toBe('the subscription was closed before this wait began');
});
