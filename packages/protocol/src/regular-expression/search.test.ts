import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpressionRefusal } from './refusal.ts';
import { createSearch } from './search.ts';

function findAll(source: string, flags: string, text: string): unknown[] {
  const search = createSearch(source, flags);
  const found: unknown[] = [];
  for (let from = 0; ; ) {
    const match = search.find(text, from);
    if (!match) return found;
    found.push([match.start, text.slice(match.start, match.end), ...match.groups]);
    from = match.end === match.start ? match.end + 1 : match.end;
  }
}

function findAllByJavaScript(source: string, flags: string, text: string): unknown[] {
  return Array.from(text.matchAll(new RegExp(source, `${flags}g`)), (match) => [match.index, ...match]);
}

describe('finds what JavaScript finds', () => {
  test.each([
    ['[a-z](\\d+)', '', 'a1b22 C3'],
    ['[a-z](\\d+)', 'i', 'a1b22 C3'],
    ['^(\\w+)\\s(\\w+)$', 'm', 'John Smith\nJane Roe'],
    ['a|ab', '', 'ab'],
    ['(a)|(b)', '', 'ab'],
    ['.', '', 'a\n\r\u2028b'],
    ['[.]', '', 'a.b'],
    ['\\s+', '', 'a \t\v\u00a0\ufeffb'],
    ['[\\s,]+', '', 'a,\u00a0b'],
    ['\\S+', '', 'a\u00a0b'],
    ['\\z\\Q\\A', '', 'zQA'],
    ['\\u00e9', '', 'é'],
    ['(?<year>\\d{4})', '', 'in 2026'],
    ['[^]', '', '\n'],
    ['\\/x', '', '/x'],
    ['', '', 'ab'],
    ['a*', '', 'baac'],
  ])('/%s/%s in %j', (source, flags, text) => {
    expect(findAll(source, flags, text)).toEqual(findAllByJavaScript(source, flags, text));
  });

  test('for random expressions and texts', () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\d', '\\s', '\\w', '[ab]', '[^a]', '(a)', '(?:b|c)', '\\.', '\\b');
    const piece = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '*?', '+?'))
      .map((parts) => parts.join(''));
    const source = fc
      .array(fc.oneof(piece, fc.constantFrom('|', '^', '$')), { maxLength: 6 })
      .map((parts) => parts.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(source, fc.constantFrom('', 'i', 'm'), text, (expression, flags, value) => {
        fc.pre(!/\\b[*+?{]/.test(expression));
        expect(findAll(expression, flags, value)).toEqual(findAllByJavaScript(expression, flags, value));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a character outside the basic plane is one', () => {
  expect(findAll('^😀+.$', '', '😀😀😁')).toEqual([[0, '😀😀😁']]);
});

test.each(['a(?=b)', '(?<!a)b', '(a)\\1', '(?<n>a)\\k<n>'])('/%s/ is refused by name', (source) => {
  expect(() => createSearch(source, '')).toThrow(ExpressionRefusal);
});

test('takes linear time where backtracking takes exponential time', () => {
  expect(createSearch('^(a+)+$', '').find(`${'a'.repeat(100_000)}!`, 0)).toBe(undefined);
});
