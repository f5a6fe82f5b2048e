import { expect, test } from 'vitest';
import { cut } from './cut.ts';

test.each([
  ['short text stays', 'abc', 3, 'abc'],
  ['long text ends in an ellipsis', 'abcd', 3, 'ab…'],
  ['an escape is not cut', String.raw`ab\u202ecd`, 8, 'ab…'],
  ['an escape that fits stays', String.raw`ab\u202ecd`, 9, String.raw`ab\u202e…`],
  ['a short escape is not cut', String.raw`ab\ncd`, 4, 'ab…'],
  ['a surrogate pair is not cut', 'ab🎉cd', 4, 'ab…'],
  ['what is joined stays together', `a${String.fromCodePoint(0x1f468, 0x200d, 0x1f467)}b`, 6, 'a…'],
  ['no room at all leaves the ellipsis', 'abc', 0, '…'],
])('%s', (_what, text, maxChars, expected) => {
  expect(cut(text, maxChars)).toBe(expected);
});
