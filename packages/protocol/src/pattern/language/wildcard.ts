// The wildcard language: `*` is any run of characters, the empty one included; `\*` and `\\` are the signs themselves.
import { wellFormed } from './casefold.ts';

/** The literal runs between the stars: `a*b*` is `['a', 'b', '']`, a text without a star is one run. */
export type Wildcard = readonly string[];

/**
 * Splits a wildcard at its stars.
 * @throws RangeError with the cloud's sentence; its position counts UTF-8 bytes of the text in quotes.
 */
export function parseWildcard(text: string): Wildcard {
  const runs: string[] = [];
  let run = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '*') {
      if (text[at + 1] === '*') throw new RangeError(`Consecutive wildcard characters at pos ${position(text, at)}`);
      runs.push(run);
      run = '';
    } else if (sign === '\\') {
      const escaped = text[at + 1];
      if (escaped !== '*' && escaped !== '\\')
        throw new RangeError(`Invalid escape character at pos ${position(text, at)}`);
      run += escaped;
      at++;
    } else {
      run += sign;
    }
  }
  runs.push(run);
  return runs.map(wellFormed);
}

function position(text: string, at: number): number {
  return 1 + utf8Length(wellFormed(text.slice(0, at)));
}

function utf8Length(text: string): number {
  let length = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * True when the whole value fits. Each run is taken at its first place, so the work is one pass over the value per run.
 */
export function matchesWildcard(runs: Wildcard, value: string): boolean {
  const first = runs[0] ?? '';
  if (runs.length === 1) return value === first;
  const last = runs.at(-1) ?? '';
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const run of runs.slice(1, -1)) {
    const found = value.indexOf(run, at);
    if (found === -1 || found + run.length > end) return false;
    at = found + run.length;
  }
  return true;
}
