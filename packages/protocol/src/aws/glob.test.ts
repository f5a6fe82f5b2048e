import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from './glob.ts';

test.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['?', '', false],
  ['a', 'a', true],
  ['a', 'A', false],
  ['a?c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*c', 'a:b/c', true],
  ['a*c', 'abcd', false],
  ['*ab', 'aab', true],
  ['**a**', 'bab', true],
  ['a*?', 'a', false],
  ['*.*', '.', true],
  ['a+(b)[c]', 'a+(b)[c]', true],
  ['a.c', 'abc', false],
  ['*', 'a\nb', true],
])('%s for %s: %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

test('a glob means what the regular expression means that is made of it', () => {
  const signs = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((some) => some.join(''));
  const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 10 }).map((some) => some.join(''));
  fc.assert(
    fc.property(signs, texts, (glob, text) => {
      const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesGlob(glob, text)).toBe(expression.test(text));
    }),
    { numRuns: 2000 },
  );
});

// With backtracking, more steps than could ever be taken; here at most 4 million.
test('many stars cost no more than one', () => {
  expect(matchesGlob(`${'*a'.repeat(1000)}*b`, 'a'.repeat(2000))).toBe(false);
  expect(matchesGlob(`${'*?a'.repeat(500)}*`, 'ba'.repeat(1000))).toBe(true);
});
