// Text that tries everything at once on who prints it, and a look for what came through. For the tests of all that is
// printed.
import { expect, test } from 'vitest';

/**
 * Colours, a title, a cleared screen in one sign, a forged line, a turned direction of writing, text in unseen signs.
 */
export const HOSTILE =
  '\u001b[31mred\u001b]0;title\u0007\u009b2J\r\n✓forged\t\u007f\u061c\u202e\u2066\u2028\u2029\u200b\u2060\ufeff\u{e0041}';

/** As it is to be printed. */
export const SHOWN = String.raw`\u001b[31mred\u001b]0;title\u0007\u009b2J\r\n✓forged\t\u007f\u061c\u202e\u2066\u2028\u2029\u200b\u2060\ufeff\udb40\udc41`;

/**
 * What of the hostile text stands raw in something printed, by code point. A line break is no fault; a line of a
 * value's own that stands where ours begin is.
 */
export function rawIn(printed: string): string[] {
  const unseen = printed.match(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu) ?? [];
  const found = unseen.filter((sign) => sign !== '\n').map((sign) => sign.codePointAt(0)?.toString(16) ?? '');
  return [...new Set(found), ...(/^ {0,3}✓forged/m.test(printed) ? ['a forged line'] : [])];
}

test('the look finds every part of the hostile text, and nothing in what is shown of it', () => {
  expect(rawIn(HOSTILE)).toEqual(
    '1b 7 9b d 9 7f 61c 202e 2066 2028 2029 200b 2060 feff e0041'.split(' ').concat('a forged line'),
  );
  expect(rawIn(`a page\n  ${SHOWN}`)).toEqual([]);
});
