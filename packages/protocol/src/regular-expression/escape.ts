// What a backslash makes of the characters behind it: a character (`\.`, `\n`, `\u0020`), a set (`\d`, `\p{L}`) or a
// place (`\b`).
import { classText, ignoreCase, one, posixSet, type Range, setOf } from './characters.ts';
import { atom, END, type Piece, START } from './piece.ts';
import { next, type Reading, take } from './reading.ts';
import { malformed, notServed } from './refusal.ts';

/** One character or a set of them; `codePoint` when it is one, `property` for what only RE2 can list. */
export interface CharacterSet {
  readonly ranges: readonly Range[];
  readonly codePoint?: number;
  readonly property?: string;
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/** Reads what follows a backslash outside a class. */
export function readEscape(reading: Reading): Piece {
  const letter = reading.text.charAt(reading.at);
  if (/[AZzBb]/.test(letter)) {
    reading.at++;
    return letter === 'A' ? START : letter === 'Z' || letter === 'z' ? END : atom(`\\${letter}`);
  }
  if (/[GNRX]/.test(letter)) throw notServed(`\`\\${letter}\``);
  if (/[1-9k]/.test(letter)) throw notServed(`a back-reference \`\\${letter}\``);
  return atom(characterText(readCharacter(reading, '\\'), reading));
}

/** A character as RE2 is told of it. */
export function characterText({ ranges, property }: CharacterSet, reading: Reading): string {
  return classText(reading.ignoreCase ? ignoreCase(ranges) : ranges, {
    properties: property === undefined ? [] : [property],
  });
}

/** Reads the rest of a character that begins with `sign`; only a backslash has a rest. */
export function readCharacter(reading: Reading, sign: string): CharacterSet {
  if (sign !== '\\') return character(sign.codePointAt(0));
  const letter = next(reading);
  if (letter === '') throw malformed('nothing stands behind its last backslash');
  const set = setOf(letter);
  if (set) return { ranges: set };
  if (letter === 'p' || letter === 'P') return readProperty(reading, letter === 'P');
  if (letter === 'x') return hexadecimal(take(reading, /([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\}/y));
  if (letter === 'u') return readUnicode(reading);
  if (letter === '0') return octal(take(reading, /[0-3][0-7]{2}|[0-7]{1,2}/y));
  if (letter === 'c') return control(next(reading));
  if (Object.hasOwn(CONTROLS, letter)) return character(CONTROLS[letter]);
  if (/[A-Za-z0-9]/.test(letter)) throw malformed('Illegal/unsupported escape sequence');
  return character(letter.codePointAt(0));
}

function character(codePoint: number | undefined): CharacterSet {
  if (codePoint === undefined || codePoint > 0x10ffff) throw malformed('Hexadecimal codepoint is too big');
  return { ranges: [one(codePoint)], codePoint };
}

function hexadecimal(found: RegExpExecArray | undefined): CharacterSet {
  if (!found) throw malformed('Illegal hexadecimal escape sequence');
  return character(Number.parseInt(found[1] ?? found[2] ?? '', 16));
}

function octal(found: RegExpExecArray | undefined): CharacterSet {
  if (!found) throw malformed('Illegal octal escape sequence');
  return character(Number.parseInt(found[0], 8));
}

/** `\cA` is character 1. */
function control(letter: string): CharacterSet {
  if (letter === '') throw malformed('Illegal control escape sequence');
  return character(letter.charCodeAt(0) ^ 64);
}

/** Two surrogates are one character. */
function readUnicode(reading: Reading): CharacterSet {
  const pair = take(reading, /(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/iy);
  if (pair) {
    const [high, low] = [pair[1], pair[2]].map((digits) => Number.parseInt(digits ?? '', 16));
    return character(String.fromCharCode(high ?? 0, low ?? 0).codePointAt(0));
  }
  const found = take(reading, /[0-9A-Fa-f]{4}/y);
  if (!found) throw malformed('Illegal Unicode escape sequence');
  return character(Number.parseInt(found[0], 16));
}

/** `\pL`, `\p{Lu}`, `\p{IsLatin}`, `\p{Alpha}`. RE2 has Unicode's categories and scripts, without Java's prefixes. */
function readProperty(reading: Reading, negated: boolean): CharacterSet {
  const found = take(reading, /\{([A-Za-z0-9_=]*)\}|([A-Z])/y);
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) throw malformed('Unknown character property');
  const ranges = posixSet(name, negated);
  if (ranges) return { ranges };
  const known = /^(?:(?:Is|gc=|general_category=)?([A-Z][a-z]?)|(?:Is|sc=|script=)([A-Z][A-Za-z_]+))$/.exec(name);
  if (!known) throw notServed(`the character class \`\\p{${name}}\``);
  return { ranges: [], property: `\\${negated ? 'P' : 'p'}{${known[1] ?? known[2]}}` };
}
