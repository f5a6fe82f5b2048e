// Text from outside (an event, a rule's name, a server's answer), made safe for a terminal and honest to its reader:
// what would move the cursor, forge a line, turn the direction of writing or stand there unseen is shown as its JSON
// escape, `\u202e`. Written so, text shows the same when it passes here twice, and the text of a JSON document keeps
// its meaning.

/**
 * Signs that can all be seen: ASCII's, Latin letters, dashes, quotes, arrows, symbols. Nearly every line is made of
 * them.
 */
const PLAIN = /^[ -~\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u2190-\u2BFF]*$/;

/**
 * Everything without a form of its own: controls (C0, DEL, C1), lone surrogates, line and paragraph separators,
 * annotation marks, and what Unicode calls default ignorable: bidi controls, zero-width signs, fillers, tags, variation
 * selectors. Source: https://www.unicode.org/reports/tr36/ (bidirectional text, invisible characters), read 2026-11-28.
 */
const UNSEEN = '[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\uFFF9-\\uFFFB]';

/** What joiners and variation selectors are written for: pictographs, and letters of scripts whose letters join. */
const SHAPED =
  '(?![\\p{Script=Latin}\\p{Default_Ignorable_Code_Point}])[\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{EMod}]';

/**
 * A joiner between two of those, a variation selector behind one or in a keycap: without it an emoji or a word falls
 * apart.
 */
const SHAPING = `(?<=${SHAPED}\\uFE0F?)[\\u200C\\u200D](?=${SHAPED})|(?<=${SHAPED})\\p{Variation_Selector}|(?<=[0-9#*])\\uFE0F(?=\\u20E3)`;

/** Made for the first text that is not plain: an engine takes 10 ms to build the sets of Unicode that they name. */
let expressions: { readonly unseen: RegExp; readonly shaping: RegExp } | undefined;

/** The text with every sign that cannot be seen shown as JSON's escape for it; line breaks and tabs too. */
export function showControls(text: string): string {
  if (PLAIN.test(text)) return text;
  expressions ??= { unseen: new RegExp(UNSEEN, 'gu'), shaping: new RegExp(SHAPING, 'uy') };
  const { unseen, shaping } = expressions;
  return text.replace(unseen, (sign: string, at: number) => {
    shaping.lastIndex = at;
    return shaping.test(text) ? sign : escapeOf(sign);
  });
}

function escapeOf(sign: string): string {
  const escaped = JSON.stringify(sign).slice(1, -1);
  if (escaped !== sign) return escaped;
  return sign.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
