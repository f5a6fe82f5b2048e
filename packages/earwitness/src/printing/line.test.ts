import { expect, test } from 'vitest';
import { indent, line, linesOf } from './line.ts';
import { choosePaint } from './paint.ts';

const paint = choosePaint({ FORCE_COLOR: '1' });

test('values in a line show their controls, and cannot become several lines or colours', () => {
  const hostile = 'a\n\u001b[32m✓ forged\u001b[39m\u202e';
  expect(String(line`  ${hostile}`)).toBe(String.raw`  a\n\u001b[32m✓ forged\u001b[39m\u202e`);
  expect(String(paint.red(hostile))).toBe(`\u001b[31m${String.raw`a\n\u001b[32m✓ forged\u001b[39m\u202e`}\u001b[39m`);
});

test('a line in a line keeps its colours', () => {
  expect(String(line`${paint.bold(line`${1} ${paint.dim('x')}`)}\t|`)).toBe(
    '\u001b[1m1 \u001b[2mx\u001b[22m\u001b[22m\t|',
  );
});

test('a text with lines of its own keeps them, and each can stand under another', () => {
  expect(linesOf('a\r\n\nb\rc').map(String)).toEqual(['a', '', String.raw`b\rc`]);
  expect(indent(linesOf('a\n\nb')).map(String)).toEqual(['  a', '', '  b']);
});
