import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExpressionRefusal } from './refusal.ts';
import { createWholeMatch } from './whole-match.ts';

interface Case {
  readonly group: string;
  readonly expression: string;
  readonly matches: readonly string[];
  readonly differs: readonly string[];
}

// What Java 17 answers, recorded: Pattern.compile(expression).matcher(text).matches().
const cases: readonly Case[] = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));

describe('an expression matches the whole texts that it matches in Java', () => {
  test.each(cases)('$group: $expression', ({ expression, matches, differs }) => {
    const matchesWhole = createWholeMatch();
    const found = [...matches, ...differs].filter((text) => matchesWhole(expression, text));
    expect(found).toEqual(matches);
  });
});

function refusalOf(expression: string, text = ''): string {
  try {
    createWholeMatch()(expression, text);
  } catch (error) {
    if (error instanceof ExpressionRefusal) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}

describe('what is not served is refused by name', () => {
  test.each([
    ['(a|b)\\1', 'a back-reference `\\1`'],
    ['(?<n>a)\\k<n>', 'a back-reference `\\k`'],
    ['a++b', 'a possessive quantifier `++`'],
    ['[a-z]{6,16}+', 'a possessive quantifier `{6,16}+`'],
    ['(?>a)', 'an atomic group `(?>`'],
    ['a{2}{3}', 'a second quantifier behind `{2}`'],
    ['(?!-)[a-z-]+(?<!-)', 'look-ahead and look-behind together'],
    ['[a-z&&[^b]]', 'an intersection of classes `&&`'],
    ['[[:alpha:]]', 'a class inside a class `[…[`'],
    ['(?x) a b', 'the flag `x`'],
    ['(?m)^a$', 'the flag `m`'],
    ['\\R', '`\\R`'],
    ['\\p{IsElvish}', '`\\p{Elvish}`'],
    ['\\p{javaLowerCase}', 'the character class `\\p{javaLowerCase}`'],
  ])('%s', (expression, what) => {
    expect(refusalOf(expression)).toBe(`not served: uses ${what}, which Earwitness cannot match in linear time`);
  });
});

describe('what is not a regular expression is refused', () => {
  test.each([
    ['a**', "Dangling meta character '*'"],
    ['?', "Dangling meta character '?'"],
    ['a{', 'Illegal repetition'],
    ['a{,3}', 'Illegal repetition'],
    ['a{2,1}', 'Illegal repetition range'],
    ['(a', 'Unclosed group'],
    ['a)', "Unmatched closing ')'"],
    ['(?P<n>a)', 'Unknown inline modifier'],
    ['[a', 'Unclosed character class'],
    ['[]', 'Unclosed character class'],
    ['[z-a]', 'Illegal character range'],
    ['[a-\\d]', 'Illegal character range'],
    ['\\i', 'Illegal/unsupported escape sequence'],
    ['[\\b]', 'Illegal/unsupported escape sequence'],
    ['\\x4', 'Illegal hexadecimal escape sequence'],
    ['\\x{110000}', 'Hexadecimal codepoint is too big'],
    ['\\u12', 'Illegal Unicode escape sequence'],
    ['\\08', 'Illegal octal escape sequence'],
    ['\\c', 'Illegal control escape sequence'],
    ['\\p{', 'Unknown character property'],
    ['a\\', 'nothing stands behind its last backslash'],
  ])('%s', (expression, what) => {
    expect(refusalOf(expression)).toBe(`malformed: is not a Java regular expression: ${what}`);
  });
});

describe('what would take long is refused before it runs', () => {
  test.each([
    ['a program of millions of instructions', '(a{1000}){1000}', 'a', 'more than 10000 instructions'],
    ['repetitions side by side', '(a?){900}'.repeat(12), 'a', 'more than 10000 instructions'],
    ['a thousand assertions', '(?=a)'.repeat(1000), 'a', 'more than 10000 instructions'],
    ['a count of many digits', `(){${'9'.repeat(400)}}`, '', 'more than 10000 instructions'],
    ['a large count of nothing', '(){1000000000000}', '', 'more than 10000 instructions'],
    ['an endless expression', 'a'.repeat(10_001), 'a', 'more than 10000 characters'],
    ['groups a thousand deep', `${'('.repeat(1000)}${')'.repeat(1000)}`, '', 'more than 200 groups inside one another'],
    [
      'a large program with a long text',
      '(a?){1000}',
      'a'.repeat(4096),
      'its instructions times the characters to match are more than 4000000',
    ],
  ])('%s', (_name, expression, text, what) => {
    expect(refusalOf(expression, text)).toBe(`not served: is larger than Earwitness runs: ${what}`);
  });

  test('many texts together, too', () => {
    const matchesWhole = createWholeMatch();
    const matchAgain = () => matchesWhole('(a?){100}', 'a'.repeat(1000));
    expect(matchAgain()).toBe(false);
    expect(() => {
      for (let times = 0; times < 100; times++) matchAgain();
    }).toThrow(ExpressionRefusal);
  });
});

// No time is measured: an engine that backtracks would need more steps than the universe has seconds, or 10^10 for the
// last two, and the test would run into its time-out. This one needs about 10^6.
describe('the time of a match grows with the length of the text, not with its square or worse', () => {
  const many = 'a'.repeat(100_000);
  test.each([
    ['(a+)+$', `${many}!`, false],
    ['(a|aa)+', `${many}!`, false],
    ['(\\w*)*x', many, false],
    ['(?=(a+)+$)(a*)*', many, true],
    ['(?!(a|a)*b).*', `${many}b`, false],
    ['.*(?<!(a*)*b)', `${many}b`, false],
    ['a*a*a*b', many, false],
    ['(.*,)*x', `${many},`.repeat(2), false],
  ])('%s', (expression, text, expected) => {
    expect(createWholeMatch()(expression, text)).toBe(expected);
  });
});
