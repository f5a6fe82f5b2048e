import { expect, test } from 'vitest';
import { showControls } from './show-controls.ts';

/** Text with the signs of these code points, which an editor would not show. */
const signs = (...codes: readonly number[]) => String.fromCodePoint(...codes);

test.each([
  ['an escape sequence', '\u001b[2J', String.raw`\u001b[2J`],
  ['a title that a terminal would set', '\u001b]0;owned\u0007', String.raw`\u001b]0;owned\u0007`],
  ['line breaks and tabs', 'a\r\nb\tc', String.raw`a\r\nb\tc`],
  ['DEL and C1, in which a control sequence is one sign', signs(0x7f, 0x85, 0x9b), String.raw`\u007f\u0085\u009b`],
  ['bidi marks', signs(0x61c, 0x200e, 0x200f), String.raw`\u061c\u200e\u200f`],
  ['bidi overrides', signs(0x202a, 0x202e), String.raw`\u202a\u202e`],
  ['bidi isolates', signs(0x2066, 0x2069), String.raw`\u2066\u2069`],
  ['separators of lines and paragraphs', signs(0x2028, 0x2029), String.raw`\u2028\u2029`],
  ['signs without width', signs(0x200b, 0x2060, 0xfeff, 0xad, 0x3164), String.raw`\u200b\u2060\ufeff\u00ad\u3164`],
  ['half a surrogate pair', signs(0xd800), String.raw`\ud800`],
  ['tags, in which text can hide', signs(0xe0041, 0xe007f), String.raw`\udb40\udc41\udb40\udc7f`],
  ['annotation marks', signs(0xfff9, 0xfffb), String.raw`\ufff9\ufffb`],
  ['joiners between Latin letters', `a${signs(0x200d)}b${signs(0x200c)}c`, String.raw`a\u200db\u200cc`],
  [
    'variation selectors in a row',
    signs(0x845b, 0xe0100, 0xe0101),
    `${signs(0x845b, 0xe0100)}${String.raw`\udb40\udd01`}`,
  ],
])('%s are shown as JSON escapes', (_what, text, shown) => {
  expect(showControls(text)).toBe(shown);
});

test.each([
  ['text with accents, from right to left, and of pictographs', 'naïve \\ "café" 日本語 שלום 🎉'],
  ['a family, joined', signs(0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467)],
  ['an emoji with a skin tone and a profession', signs(0x1f469, 0x1f3fd, 0x200d, 0x1f680)],
  ['an emoji with a selector inside', signs(0x2764, 0xfe0f, 0x200d, 0x1f525)],
  ['a keycap', signs(0x31, 0xfe0f, 0x20e3)],
  ['a Persian word with its non-joiner', signs(0x645, 0x6cc, 0x200c, 0x62e)],
  ['a Devanagari conjunct with its joiner', signs(0x915, 0x94d, 0x200d, 0x937)],
  ['a Japanese name with the form of its sign', signs(0x845b, 0xe0100)],
])('%s stays as it is', (_what, text) => {
  expect(showControls(text)).toBe(text);
});

test('a sign alone is shown as an escape exactly when it has no form of its own', () => {
  const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/u;
  const alone = [...Array(0x1_0000).keys()].map((code) => String.fromCodePoint(code));
  expect(alone.filter((sign) => showControls(sign) !== sign)).toEqual(alone.filter((sign) => unseen.test(sign)));
});

test('what was shown shows the same again, and a JSON document means the same', () => {
  // The plane in which nearly all is written, and the one of tags and variation selectors.
  const codes = [...Array(0x1_0000).keys(), ...Array.from({ length: 0x1000 }, (_, index) => 0xe_0000 + index)];
  const all = codes.map((code) => String.fromCodePoint(code)).join('');
  const shown = showControls(all);
  expect(showControls(shown)).toBe(shown);
  expect(JSON.parse(showControls(JSON.stringify(all)))).toBe(all);
});
