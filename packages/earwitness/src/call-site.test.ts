// The line of a test stands first in what is thrown at it: frames of the kit lead nowhere.
import { expect, test } from 'vitest';
import { arrayContaining, ExpectationError } from './index.ts';
import { toReceive } from './runners/matchers.ts';
import { event, openTestSession, rejection } from './test-session.test.ts';

/** The file of each frame of a stack. */
const filesOf = ({ stack = '' }: Error) =>
  [...stack.matchAll(/^ +at .*?([\w.-]+\.ts):\d+:\d+/gm)].map(([, file]) => file);

test('an expectation that makes no sense is refused with the line of the test, by verbs, matchers and combinators', async () => {
  const { events, topic } = await openTestSession();
  topic.publish(event('Tick'));
  const nothing = { detail: { id: undefined } } as never;
  const errors = [
    await rejection(events.waitForMessageMatching(nothing)),
    await rejection(events.waitForSequence([nothing])),
    await rejection(events.exactly(1.5, { source: 'a' })),
    await rejection(toReceive.call({}, events, nothing)),
    await rejection((async () => arrayContaining([undefined]))()),
  ];
  for (const error of errors) {
    expect(error).toBeInstanceOf(ExpectationError);
    expect(new Set(filesOf(error))).toEqual(new Set(['call-site.test.ts']));
  }
  // A runner that puts equal errors together tells two of them apart by their lines.
  expect(new Set(errors.map(({ stack }) => stack)).size).toBe(errors.length);
});
