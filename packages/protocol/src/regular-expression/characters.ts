// What one character may be, as ranges of code points, and how RE2 is told: `[^\x{a}\x{d}]`. Java's sets, where RE2 and
// JavaScript have others: `.` stops at every line terminator, `\s` knows the vertical tab, `\v` is a set. Source:
// java.util.regex.Pattern of Java 17, "Summary of regular-expression constructs".

export type Range = readonly [first: number, last: number];

const LAST = 0x10ffff;
const DIGIT: Range = [0x30, 0x39];
const UPPER: Range = [0x41, 0x5a];
const LOWER: Range = [0x61, 0x7a];
const LINE_TERMINATORS: readonly Range[] = [one(0x0a), one(0x0d), one(0x85), [0x2028, 0x2029]];

/** `.` of Java: anything but a line terminator; with the flag `s`, anything. */
export const NO_LINE_TERMINATOR = complement(LINE_TERMINATORS);
export const ANYTHING: readonly Range[] = [[0, LAST]];

/** `\d`, `\h`, `\s`, `\v`, `\w`. */
const SETS: Readonly<Record<string, readonly Range[]>> = {
  d: [DIGIT],
  h: [
    one(0x09),
    one(0x20),
    one(0xa0),
    one(0x1680),
    one(0x180e),
    [0x2000, 0x200a],
    one(0x202f),
    one(0x205f),
    one(0x3000),
  ],
  s: [[0x09, 0x0d], one(0x20)],
  v: [[0x0a, 0x0d], one(0x85), [0x2028, 0x2029]],
  w: [DIGIT, UPPER, one(0x5f), LOWER],
};

/** `\p{Alpha}` and its like are ASCII. */
const POSIX: Readonly<Record<string, readonly Range[]>> = {
  ASCII: [[0, 0x7f]],
  Alnum: [DIGIT, UPPER, LOWER],
  Alpha: [UPPER, LOWER],
  Blank: [one(0x09), one(0x20)],
  Cntrl: [[0, 0x1f], one(0x7f)],
  Digit: [DIGIT],
  Graph: [[0x21, 0x7e]],
  Lower: [LOWER],
  Print: [[0x20, 0x7e]],
  Punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  Space: [[0x09, 0x0d], one(0x20)],
  Upper: [UPPER],
  XDigit: [DIGIT, [0x41, 0x46], [0x61, 0x66]],
};

/** The set of a letter behind a backslash, `d` or `D`; `undefined` when it names none. */
export function setOf(letter: string): readonly Range[] | undefined {
  const set = SETS[letter.toLowerCase()];
  return set && letter !== letter.toLowerCase() ? complement(set) : set;
}

/** The set of `\p{Alpha}` by name, `undefined` for names that are not POSIX's. */
export function posixSet(name: string, negated: boolean): readonly Range[] | undefined {
  const set = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  return set && negated ? complement(set) : set;
}

/** The ranges with both cases of every ASCII letter in them: what Java's flag `i` does without the flag `u`. */
export function ignoreCase(ranges: readonly Range[]): readonly Range[] {
  return ranges.flatMap((range) => [range, ...otherCase(range, UPPER, 0x20), ...otherCase(range, LOWER, -0x20)]);
}

function otherCase([first, last]: Range, [from, to]: Range, by: number): Range[] {
  const [low, high] = [Math.max(first, from), Math.min(last, to)];
  return low <= high ? [[low + by, high + by]] : [];
}

/** A class in RE2's spelling. `properties` are written as RE2 knows them: `\p{L}`. */
export function classText(
  ranges: readonly Range[],
  { negated = false, properties = [] }: { readonly negated?: boolean; readonly properties?: readonly string[] } = {},
): string {
  const items = ranges.map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`));
  return `[${negated ? '^' : ''}${items.join('')}${properties.join('')}]`;
}

export function one(codePoint: number): Range {
  return [codePoint, codePoint];
}

/** Of ranges that are sorted and apart. */
function complement(ranges: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const [first, last] of ranges) {
    if (from < first) gaps.push([from, first - 1]);
    from = last + 1;
  }
  return from <= LAST ? [...gaps, [from, LAST]] : gaps;
}

function hex(codePoint: number): string {
  return `\\x{${codePoint.toString(16)}}`;
}
