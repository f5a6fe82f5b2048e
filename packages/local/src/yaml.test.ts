import { expect, test } from 'vitest';
import { parseYaml, readYaml } from './yaml.ts';

// A million levels: composing them would end at JavaScript's stack, or take the process with it.
test.each([
  ['flow sequences', '['],
  ['flow maps', '{a: '],
  ['block sequences', '- '],
  ['explicit keys', '? '],
])('%s a million deep are refused before they are composed', async (_name, opening) => {
  expect(await readYaml(opening.repeat(1_000_000))).toBeUndefined();
});

test('two hundred levels are read, closed and open ones', async () => {
  expect(await parseYaml(`${'['.repeat(190)}1${']'.repeat(190)}`)).toEqual(
    JSON.parse(`${'['.repeat(190)}1${']'.repeat(190)}`),
  );
  expect((await readYaml('['.repeat(190)))?.document.errors).not.toEqual([]);
});

test('errors have stacks again behind a text of errors', async () => {
  expect((await readYaml(`[${','.repeat(1000)}]`))?.document.errors).toHaveLength(1000);
  expect(new Error('x').stack).toContain('yaml.test.ts');
});

test('what is not well-formed, and aliases that stand for too much, have no value', async () => {
  expect(await parseYaml('a: [b')).toBeUndefined();
  expect(await parseYaml('a: *b')).toBeUndefined();
  const names = 'abcdefghij'.split('');
  const bomb = names.map(
    (name, index) => `${name}: &${name} [${`*${names[index - 1]},`.repeat(index === 0 ? 0 : 10)}1]`,
  );
  expect(await parseYaml(bomb.join('\n'))).toBeUndefined();
  expect(await parseYaml('a: &a [1]\nb: *a')).toEqual({ a: [1], b: [1] });
});

// What PyYAML 6.0 makes of each, run beside it.
test.each([
  ['A:\n  B: "one\n  two\n  three"\n  C: 1\n', { A: { B: 'one two three', C: 1 } }],
  ['A:\n  B: "one\n two"\n', { A: { B: 'one two' } }],
  ["A:\n  B: 'it''s\n  two'\n", { A: { B: "it's two" } }],
  ['A: "x\ny"\nB: "a \\"b\\"\n\nc"\n', { A: 'x y', B: 'a "b"\nc' }],
])('a quoted text may go on no deeper than its key: %j', async (text, value) => {
  expect(await parseYaml(text)).toEqual(value);
});

test('a quote that is never closed is not well-formed', async () => {
  expect(await parseYaml('A: "x\nB: 1\n')).toBe(undefined);
});
