import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { event } from '../test-session.test.ts';
import { Recording } from './recording.ts';

function received(index: number, id: unknown): Received {
  return receivedOf(index, event('OrderCreated', { id }));
}

function receivedOf(index: number, message: Received['message']): Received {
  return {
    message,
    index,
    receivedAt: 0,
    sizeBytes: 0,
    topic: 'memory',
    route: 'memory',
  };
}

const ids = (found: Iterable<Received>) => [...found].map(({ index }) => index);

test('an index caught up at every question finds what a scan finds', () => {
  const recording = new Recording(1000);
  const byIndex = compileExpectation({ detail: { id: 'b' } });
  const byScan = compileExpectation((one: { detail: { id: unknown } }) => one.detail.id === 'b');
  for (const [index, id] of ['a', 'b', 'c', 'b'].entries()) {
    recording.add(received(index, id));
    expect(ids(recording.matching(byIndex))).toEqual(ids(recording.matching(byScan)));
  }
  expect(ids(recording.matching(byIndex))).toEqual([1, 3]);
});

test('among more messages than one question adds to an index, every question finds what a scan finds, in order', () => {
  const recording = new Recording(9000);
  const byScan = compileExpectation((one: { detail: { id: unknown } }) => one.detail.id === 7);
  const byIndex = compileExpectation({ detail: { id: 7 } });
  for (let index = 0; index < 30_000; index++) {
    recording.add(received(index, index % 1000));
    if (index % 2500 !== 2499) continue;
    expect(ids(recording.matching(byIndex))).toEqual(ids(recording.matching(byScan)));
    expect(recording.first(byIndex)).toBe(recording.first(byScan));
  }
  expect(recording.evicted).toBeGreaterThan(0);
});

test('a name that only a prototype has is no leaf of a message', () => {
  const recording = new Recording(10);
  recording.add(received(0, 'a'));
  const { toString: inherited } = Object.prototype;
  expect(ids(recording.matching(compileExpectation({ detail: { id: { length: 1 } } })))).toEqual([]);
  expect(ids(recording.matching(compileExpectation({ detail: { toString: inherited.name } })))).toEqual([]);
});

test('null, numbers and text that looks like them are different values to an index', () => {
  const recording = new Recording(1000);
  [null, 1, '1', true, 'null'].forEach((id, index) => {
    recording.add(received(index, id));
  });
  const found = [null, 1, '1', true, 'null'].map((id) =>
    ids(recording.matching(compileExpectation({ detail: { id } }))),
  );
  expect(found).toEqual([[0], [1], [2], [3], [4]]);
});

test('messages above twice what is kept push out the oldest, and are counted', () => {
  const recording = new Recording(3);
  const last = compileExpectation({ detail: { id: 'same' } });
  for (let index = 0; index < 20; index++) {
    recording.add(received(index, 'same'));
    const kept = ids(recording.all());
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(index + 1, 3));
    expect(ids(recording.matching(last))).toEqual(kept);
    expect(recording.evicted).toBe(kept[0]);
  }
});

test('a watcher hears only matches, and nothing after it was called off', () => {
  const recording = new Recording(10);
  const heard: number[] = [];
  const listener = { onMatch: ({ index }: Received) => heard.push(index), onError: () => undefined };
  const stop = recording.watch(compileExpectation({ detail: { id: 'a' } }), listener);
  recording.watch(compileExpectation(/"id":"b"/), listener);
  recording.add(received(0, 'a'));
  recording.add(received(1, 'b'));
  recording.add(received(2, 'c'));
  stop();
  recording.add(received(3, 'a'));
  expect(heard).toEqual([0, 1]);
});

// Few names and values, so that most paths are in several messages: names of prototypes and of lists among them.
const name = fc.constantFrom('detail', 'id', 'a', 'length', 'constructor', 'caller', '__proto__', '0');
const scalar = fc.constantFrom<unknown>('x', 'y', '', 0, 1, true, null, 'Object');
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), fc.array(tie('json'), { maxLength: 3 })),
  object: fc.dictionary(name, tie('json'), { maxKeys: 4 }),
}));
const object = fc.dictionary(name, json, { minKeys: 1, maxKeys: 4 });

/** As from a transport: own fields only, `__proto__` among them. */
const parsed = (value: object) => JSON.parse(JSON.stringify(value)) as Received['message'];

test('whatever messages and expectations look like, index, scan and watchers find what the expectation matches', () => {
  const messages = fc.array(fc.oneof({ weight: 9, arbitrary: object }, fc.constant('a text')), { maxLength: 12 });
  fc.assert(
    fc.property(messages, fc.array(object, { minLength: 1, maxLength: 4 }), (given, alsoExpected) => {
      // A message is an expectation, too, and a part of one is one that several may meet.
      const parts = given.flatMap((one) => (typeof one === 'string' ? [] : [one, ...Object.entries(one).map(partOf)]));
      const expectations = [...parts, ...alsoExpected].map((one) => compileExpectation(parsed(one)));
      const recording = new Recording(5);
      const heard = expectations.map(() => new Set<number>());
      for (const [at, expectation] of expectations.entries()) {
        const onMatch = ({ index }: Received) => heard[at]?.add(index);
        recording.watch(expectation, { onMatch, onError: (error) => expect.unreachable(String(error)) });
      }
      for (const [index, message] of given.entries()) {
        recording.add(receivedOf(index, typeof message === 'string' ? message : parsed(message)));
        for (const [at, expectation] of expectations.entries()) {
          const kept = ids(recording.all().filter((one) => expectation.matches(one.message)));
          expect(ids(recording.matching(expectation))).toEqual(kept);
          expect([...(heard[at] ?? [])].filter((one) => one >= recording.evicted)).toEqual(kept);
        }
      }
    }),
  );
});

function partOf([key, value]: [string, unknown]): object {
  return Object.fromEntries([[key, value]]);
}

test('of many matches the first so many are found, in an index and behind it', () => {
  const recording = new Recording(1000);
  const expectation = compileExpectation({ detail: { id: 'a' } });
  for (let index = 0; index < 3; index++) recording.add(received(index, 'a'));
  expect(ids(recording.matching(expectation, 2))).toEqual([0, 1]);
  expect(ids(recording.matching(expectation, 2))).toEqual([0, 1]);
  recording.add(received(3, 'a'));
  expect(ids(recording.matching(expectation, 4))).toEqual([0, 1, 2, 3]);
  expect(ids(recording.matching(expectation, 5))).toEqual([0, 1, 2, 3]);
});
