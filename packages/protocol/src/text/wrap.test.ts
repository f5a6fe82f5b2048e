import { expect, test } from 'vitest';
import { wrapWords } from './wrap.ts';

test('words stand on lines of the width, a longer one on a line of its own', () => {
  expect(wrapWords('one two three http://127.0.0.1 four', 8)).toEqual(['one two', 'three', 'http://127.0.0.1', 'four']);
});

test('two blanks between words leave none at the end of a line', () => {
  expect(wrapWords('204 No Content  http://127.0.0.1', 15)).toEqual(['204 No Content', 'http://127.0.0.1']);
});
