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
  ['a time that no calendar has', { ...clock(2), at: 1e300 }],
])('%s makes a line unreadable', (_what, line) => {
  expect(read(clock(1), line)).toMatchObject({ facts: [clock(1)], unreadable: 1 });
});

const NODE = { id: 'a', kind: 'queue', name: 'a', facts: [['URL', 'http://a']] };

test('an end is read with what is in its lists', () => {
  const edge = { from: 'a', to: 'b', kind: 'delivers' };
  const end = { ...END, map: { nodes: [NODE], edges: [edge] } };
  expect(read(clock(1), end).end).toEqual(end);
});

test.each([
  [{ map: {} }, 'Line 3: map: nodes should be a list, not missing.'],
  [{ map: { nodes: [null], edges: [] } }, 'Line 3: map.nodes[0] should be an object, not null.'],
  [{ map: { nodes: [NODE, { id: 'b' }], edges: [] } }, 'Line 3: map.nodes[1]: kind should be a string, not missing.'],
  [
    { map: { nodes: [{ ...NODE, facts: [['a']] }], edges: [] } },
    'Line 3: map.nodes[0].facts[0] should be two strings, not ["a"].',
  ],
  [{ map: { nodes: [], edges: [null] } }, 'Line 3: map.edges[0] should be an object, not null.'],
  [{ state: { queues: [null] } }, 'Line 3: state.queues[0] should be an object, not null.'],
  [{ queues: [1] }, 'Line 3: queues[0] should be an object, not 1.'],
  [{ queues: [{ queue: 'a', messages: [null] }] }, 'Line 3: queues[0].messages[0] should be an object, not null.'],
  [{ at: 1e300 }, 'Line 3: journal.end: at should be a time, not 1e+300.'],
])('an end with %j is refused', (part, message) => {
  expect(() => read(clock(1), { ...END, ...part })).toThrow(new InvalidJournalError(message));
});

test.each([
  '',
  '{}',
  '{"kind":"journal","version":1,"at":1e300}',
  'a',
  '{"kind":"journal","version":2,"at":1}',
  '{"kind":"subscription","version":1,"at":1}',
])('what begins with %s is no saved journal', (text) => {
  expect(() => parseSavedJournal(text)).toThrow(InvalidJournalError);
});
