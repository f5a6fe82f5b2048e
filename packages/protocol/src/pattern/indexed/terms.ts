// Terms as tests on an event's bytes. A string is compared where it stands in the text; only what bytes cannot decide
// (case beyond ASCII, half surrogate pairs, addresses, numbers next to the pattern's) is read as text and put to the
// linear matcher's test.
import type { FoldedText } from '../language/casefold.ts';
import { matchesTerm } from '../leaf.ts';
import type { RangeTerm, Term } from '../pattern.ts';
import { encodeUtf8 } from '../text.ts';
import { approximate, exactly, isNear } from './numbers.ts';
import { FALSE, type Noted, NULL, NUMBER, ODD_STRING, type Scanner, STRING, TRUE } from './scanner.ts';

/** True when the leaf is what the term asks for. */
export type Test = (scanner: Scanner<Noted>, leaf: number) => boolean;

/** Makes the test for a term. */
export function compileTest(term: Term): Test {
  switch (term.kind) {
    case 'exists':
      return () => term.present;
    case 'literal': {
      const kind = { true: TRUE, false: FALSE, null: NULL }[term.text];
      return (scanner, leaf) => scanner.kinds[leaf] === kind;
    }
    case 'string': {
      const text = encodeUtf8(term.text);
      return onStrings(term, (bytes, start, end) => end - start === text.length && standsAt(bytes, start, text));
    }
    case 'prefix': {
      const text = encodeUtf8(term.text);
      return onStrings(term, (bytes, start, end) => end - start >= text.length && standsAt(bytes, start, text));
    }
    case 'suffix': {
      const text = encodeUtf8(term.text);
      const { length } = text;
      return onStrings(term, (bytes, start, end) => end - start >= length && standsAt(bytes, end - length, text));
    }
    case 'wildcard': {
      const runs = term.runs.map(encodeUtf8);
      return onStrings(term, (bytes, start, end) => fitsRuns(bytes, start, end, runs));
    }
    case 'folded':
      return compileFolded(term);
    case 'address':
      return onStrings(term, (bytes, start) => (mayStartAddress(bytes[start] ?? 0) ? undefined : false));
    case 'number': {
      const { value } = term;
      return (scanner, leaf) =>
        scanner.kinds[leaf] === NUMBER && isNear(approximate(scanner, leaf), value) && exactly(scanner, leaf) === value;
    }
    case 'range':
      return compileRange(term);
    case 'spelling':
      return (scanner, leaf) => scanner.kinds[leaf] === NUMBER && scanner.text(leaf) === term.text;
    case 'not-numbers':
      return none(term.values.map((value) => compileTest({ kind: 'number', value })));
    case 'not-strings':
      return none(term.texts.map((text) => compileTest({ kind: 'string', text })));
    case 'not':
      return none(term.terms.map(compileTest));
  }
}

function compileRange({ low, lowIncluded, high, highIncluded }: RangeTerm): Test {
  return (scanner, leaf) => {
    if (scanner.kinds[leaf] !== NUMBER) return false;
    const about = approximate(scanner, leaf);
    if ((about < low && !isNear(about, low)) || (about > high && !isNear(about, high))) return false;
    const value = exactly(scanner, leaf);
    return (lowIncluded ? value >= low : value > low) && (highIncluded ? value <= high : value < high);
  };
}

/** Strings are decided by their bytes, or, where the decision is undefined or the string is odd, by their text. */
function onStrings(term: Term, decide: (bytes: Uint8Array, start: number, end: number) => boolean | undefined): Test {
  return (scanner, leaf) => {
    const kind = scanner.kinds[leaf];
    if (kind === STRING) {
      const decision = decide(scanner.bytes, scanner.starts[leaf] ?? 0, scanner.ends[leaf] ?? 0);
      if (decision !== undefined) return decision;
    } else if (kind !== ODD_STRING) return false;
    return matchesTerm(term, { kind: 'string', text: scanner.text(leaf) });
  };
}

function none(tests: readonly Test[]): Test {
  return (scanner, leaf) => {
    for (const test of tests) if (test(scanner, leaf)) return false;
    return true;
  };
}

function standsAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}

/** As matchesWildcard, on bytes. */
function fitsRuns(bytes: Uint8Array, start: number, end: number, runs: readonly Uint8Array[]): boolean {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return false;
  if (runs.length === 1) return end - start === first.length && standsAt(bytes, start, first);
  const stop = end - last.length;
  let at = start + first.length;
  if (at > stop || !standsAt(bytes, start, first) || !standsAt(bytes, stop, last)) return false;
  for (let index = 1; index < runs.length - 1; index++) {
    const run = runs[index] ?? first;
    while (at + run.length <= stop && !standsAt(bytes, at, run)) at++;
    at += run.length;
    if (at > stop) return false;
  }
  return true;
}

/** Ignoring case, byte by byte, when every character of the pattern is ASCII; else by text. */
function compileFolded(term: Extract<Term, { readonly kind: 'folded' }>): Test {
  const forms = foldBytes(term.folded);
  if (forms === undefined) return onStrings(term, () => undefined);
  const { length } = forms;
  const { where } = term;
  return onStrings(term, (bytes, start, end) => {
    if (where === 'whole' ? end - start !== length : end - start < length) return false;
    const from = where === 'end' ? end - length : start;
    for (let index = 0; index < length; index++) {
      const byte = bytes[from + index];
      const form = forms[index] ?? 0;
      if (byte !== (form & 0xff) && byte !== form >> 8) return false;
    }
    return true;
  });
}

/** Both forms of each character in one number, or undefined when one is not ASCII. */
function foldBytes(folded: FoldedText): readonly number[] | undefined {
  const forms: number[] = [];
  for (const [lower, upper] of folded) {
    const form = (upper.charCodeAt(0) << 8) | lower.charCodeAt(0);
    if (lower.length !== 1 || upper.length !== 1 || (form & 0x8080) !== 0 || form > 0xffff) return undefined;
    forms.push(form);
  }
  return forms;
}

/** Digits, letters a to f and the colon. */
function mayStartAddress(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x3a) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}
