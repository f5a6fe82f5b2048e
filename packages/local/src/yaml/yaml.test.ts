import { expect, test } from 'vitest';
import { parseYaml } from './parse.ts';
import { readYaml } from './read.ts';

// A million levels: composing them would end at JavaScript's stack.
test.each([
  ['flow sequences', '['],
  ['flow maps', '{a: '],
  ['block sequences', '- '],
  ['explicit keys', '? '],
])('%s a million deep are refused before they are composed', (_name, opening) => {
  expect(() => readYaml(opening.repeat(1_000_000))).toThrow('nesting exceeded maxDepth (200)');
});

test('two hundred levels are read, closed and open ones', () => {
  expect(parseYaml(`${'['.repeat(190)}1${']'.repeat(190)}`)).toEqual(
    JSON.parse(`${'['.repeat(190)}1${']'.repeat(190)}`),
  );
  expect(parseYaml('['.repeat(190))).toBeUndefined();
});

test('what is not well-formed, and aliases that stand for too much, have no value', () => {
  expect(parseYaml('a: [b')).toBeUndefined();
  expect(parseYaml('a: *b')).toBeUndefined();
  const names = 'abcdefghij'.split('');
  const bomb = names.map(
    (name, index) => `${name}: &${name} [${`*${names[index - 1]},`.repeat(index === 0 ? 0 : 10)}1]`,
  );
  expect(parseYaml(bomb.join('\n'))).toBeUndefined();
  expect(parseYaml('a: &a [1]\nb: *a')).toEqual({ a: [1], b: [1] });
});

// What PyYAML 6.0 makes of each, run beside it.
test.each([
  ['A:\n  B: "one\n  two\n  three"\n  C: 1\n', { A: { B: 'one two three', C: 1 } }],
  ['A:\n  B: "one\n two"\n', { A: { B: 'one two' } }],
  ["A:\n  B: 'it''s\n  two'\n", { A: { B: "it's two" } }],
  ['A:\n  B: {\n  c: 1\n  }\n  D: [\n  1,\n2\n  ]\n', { A: { B: { c: 1 }, D: [1, 2] } }],
  ['A: "x\ny"\nB: "a \\"b\\"\n\nc"\n', { A: 'x y', B: 'a "b"\nc' }],
])('a quoted text, a list and a map in brackets may go on no deeper than their key: %j', (text, value) => {
  expect(parseYaml(text)).toEqual(value);
});

test('a quote that is never closed is not well-formed', () => {
  expect(parseYaml('A: "x\nB: 1\n')).toBe(undefined);
});

test('what js-yaml refuses in the end is told as it stood in the text', () => {
  expect(() => readYaml('A: "x\nB: 1\nC: 2\n')).toThrow(
    expect.objectContaining({ message: 'deficient indentation', place: { line: 2, column: 1 } }),
  );
});
