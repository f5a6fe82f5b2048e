// Which variables an expression reads, by its signs alone: the library is not needed for that. What it binds itself
// (`$x := …`, `function($x)`, `@$x`, `#$x`) and functions that it calls are none of the machine's.
import { BUILT_INS } from '../query/jsonata/functions/built-ins.ts';
import { OWN_FUNCTIONS } from '../query/jsonata/functions/own-functions.ts';

/** Strings, quoted names and comments, to their ends; then variables with what stands around them. */
const SIGNS = new RegExp(
  [
    ...[`"[^"\\\\]*(?:\\\\[\\s\\S][^"\\\\]*)*(?:"|$)`, `'[^'\\\\]*(?:\\\\[\\s\\S][^'\\\\]*)*(?:'|$)`],
    ...['`[^`]*(?:`|$)', '/\\*[\\s\\S]*?(?:\\*/|$)'],
    '(?:\\bfunction|λ)\\s*\\(([^(){}]*)\\)',
    '[@#]\\s*\\$([\\p{L}\\p{N}_]+)',
    '\\$([\\p{L}\\p{N}_]+)(\\s*:=|\\s*\\()?',
  ].join('|'),
  'gu',
);

const KNOWN: ReadonlySet<string> = new Set(['states', 'eval', ...BUILT_INS, ...Object.keys(OWN_FUNCTIONS)]);

export function expressionVariables(text: string): readonly string[] {
  const bound = new Set<string>();
  const read = new Set<string>();
  for (const [, parameters, focus, name, behind] of text.matchAll(SIGNS)) {
    for (const [, parameter] of (parameters ?? '').matchAll(/\$([\p{L}\p{N}_]+)/gu)) bound.add(parameter ?? '');
    if (focus !== undefined) bound.add(focus);
    if (name === undefined || KNOWN.has(name)) continue;
    if (behind?.trim() === ':=') bound.add(name);
    else if (behind === undefined) read.add(name);
  }
  return [...read].filter((name) => !bound.has(name));
}
