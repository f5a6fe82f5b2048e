import { expect, test } from 'vitest';
import { InvalidJournalError, parseSavedJournal } from './saved-journal.ts';

const BEGINNING = '{"kind":"journal","version":1,"at":1}';
const clock = (seq: number) => ({ seq, at: 2, kind: 'clock.advanced', byMs: 5 });
const END = { kind: 'journal.end', at: 3, map: { nodes: [], edges: [] }, state: { queues: [] }, queues: [] };

const read = (...lines: unknown[]) =>
  parseSavedJournal(
    [BEGINNING, ...lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))].join('\n'),
  );

test('facts and the end are read, and lines that are none are counted', () => {
  const { facts, end, unreadable } = read(clock(1), '', clock(4), END, '{"seq":5,"at":2,"kind":"clo', '7', 'null');
  expect(facts).toEqual([clock(1), clock(4)]);
  expect(end).toEqual(END);
  expect(unreadable).toBe(3);
});

test('a run that was killed has no end', () => {
  expect(read(clock(1))).toEqual({
    beginning: JSON.parse(BEGINNING),
    facts: [clock(1)],
    unreadable: 0,
  });
});

test.each([
  ['a kind that nobody knows', { ...clock(2), kind: 'constructor' }],
  ['a number that is none', { ...clock(2), seq: '2' }],
  ['a number that was there', clock(1)],
  ['no time', { seq: 2, kind: 'clock.advanced' }],
  ['an end without a map', { ...END, map: {} }],
  ['an end whose queues are none', { ...END, queues: [1] }],
])('%s makes a line unreadable', (_what, line) => {
  expect(read(clock(1), line)).toMatchObject({ facts: [clock(1)], unreadable: 1 });
});

test.each(['', '{}', 'a', '{"kind":"journal","version":2,"at":1}', '{"kind":"subscription","version":1,"at":1}'])(
  'what begins with %s is no saved journal',
  (text) => {
    expect(() => parseSavedJournal(text)).toThrow(InvalidJournalError);
  },
);
