// Character classes: `[a-z]`, `[^\w.-]`. A `]` that stands first is literal, as is a `-` at either end or behind a set.
import { classText, ignoreCase, type Range } from './characters.ts';
import { readCharacter } from './escape.ts';
import { next, type Reading, skip } from './reading.ts';
import { malformed, notServed } from './refusal.ts';

/** Reads what follows a `[`, and returns it in RE2's spelling. */
export function readClass(reading: Reading): string {
  const negated = skip(reading, '^');
  const ranges: Range[] = [];
  const properties: string[] = [];
  for (let first = true; first || !skip(reading, ']'); first = false) {
    const { text, at } = reading;
    if (at >= text.length) throw malformed('Unclosed character class');
    if (text.startsWith('[', at)) throw notServed('a class inside a class `[…[`');
    if (text.startsWith('&&', at)) throw notServed('an intersection of classes `&&`');
    const item = readCharacter(reading, next(reading));
    if (item.property !== undefined) properties.push(item.property);
    const isRange = item.codePoint !== undefined && /^-[^\]]/s.test(text.slice(reading.at, reading.at + 2));
    if (isRange && item.codePoint !== undefined) ranges.push(readRange(reading, item.codePoint));
    else ranges.push(...item.ranges);
  }
  return classText(reading.ignoreCase ? ignoreCase(ranges) : ranges, { negated, properties });
}

/** Reads the `-z` of `a-z`. */
function readRange(reading: Reading, first: number): Range {
  skip(reading, '-');
  const { codePoint: last } = readCharacter(reading, next(reading));
  if (last === undefined || last < first) throw malformed('Illegal character range');
  return [first, last];
}
