// Patterns and events of any bytes: a clear refusal or the right answer, and never more work than the size of the input
// deserves. Work is bounded by sizes whose sum takes a second, and whose product would take minutes: more than any test
// may.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from './explanation/explain.ts';
import { createMatcher } from './indexed/matcher.ts';
import { InvalidEventPatternError } from './language/refusal.ts';
import { createLinearMatcher } from './linear.ts';
import { parsePattern } from './parse.ts';

const LEVELS = 10_000;
const MANY = 40_000;

function matcherOf(...patterns: readonly object[]) {
  const matcher = createMatcher<number>();
  for (const [key, pattern] of patterns.entries()) matcher.add(key, parsePattern(pattern));
  return matcher;
}

/** Signs that JSON gives a meaning, and some that it does not. */
const noise = fc.string({
  maxLength: 40,
  unit: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        ...'{}[]",:\\*0123456789.eE+-truefalsn u',
        '"a":',
        '{"a":[',
        ']}',
        '"$or":[',
        '"wildcard":',
      ),
    },
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\ud800', '\udc00', '\u0000', '\ufeff'),
  ),
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('hostile input', () => {
  it('a pattern of any text is parsed or refused with a reason', () => {
    fc.assert(
      fc.property(noise, (text) => {
        try {
          expect(parsePattern(text).text).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEventPatternError);
          expect((error as InvalidEventPatternError).reason).not.toBe('');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('an event of any text is refused exactly when it is not JSON, by both matchers', () => {
    const fast = matcherOf({ a: ['x', { exists: false }] });
    const linear = createLinearMatcher<number>();
    linear.add(0, parsePattern({ a: ['x', { exists: false }] }));
    const outcome = (run: () => number[]): unknown => {
      try {
        return run();
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return 'refused';
      }
    };
    fc.assert(
      fc.property(noise, fc.boolean(), (text, nested) => {
        const json = nested ? `{"a":${text}}` : text;
        const expected = outcome(() => linear.matchJson(json));
        expect(outcome(() => fast.matchJson(json))).toEqual(expected);
        expect(expected === 'refused').toBe(!isJson(json));
      }),
      { numRuns: 1_000 },
    );
  });

  it('bytes that are not UTF-8 are refused, wherever they stand', () => {
    const matcher = matcherOf({ a: ['longer than six'] });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.boolean(), (inside, wanted) => {
        const start = new TextEncoder().encode(wanted ? '{"a":"' : '{"b":"');
        const bytes = Uint8Array.from([...start, ...inside, 0x22, 0x7d]);
        let valid = true;
        try {
          valid = isJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
        } catch {
          valid = false;
        }
        if (valid) expect(matcher.matchJson(bytes)).toEqual([]);
        else expect(() => matcher.matchJson(bytes)).toThrow(SyntaxError);
      }),
      { numRuns: 1_000 },
    );
  });

  it('nesting of ten thousand levels is walked, wanted or not', () => {
    const matcher = matcherOf({ a: ['x'] }, { b: [1] });
    const deep = (open: string, inner: string, close: string) => open.repeat(LEVELS) + inner + close.repeat(LEVELS);
    expect(matcher.matchJson(`{"a":${deep('[', '"x"', ']')}}`)).toEqual([0]);
    expect(matcher.matchJson(`{"c":${deep('{"a":[', '"x"', ']}')},"b":1}`)).toEqual([1]);
    expect(matcher.matchJson(deep('{"a":', '"x"', '}'))).toEqual([]);
    expect(matcher.match(JSON.parse(deep('{"c":', '1', '}')))).toEqual([]);
    expect(() => matcher.matchJson('{"a":['.repeat(LEVELS))).toThrow(SyntaxError);
    expect(() => parsePattern(deep('{"a":', '[1]', '}'))).toThrow('nesting depth');
    expect(explain(parsePattern({ a: ['x'] }), `{"a":${deep('[', '"x"', ']')}}`).matched).toBe(true);
  });

  it('large arrays cost their sum, not their product', () => {
    const items = Array.from({ length: MANY }, (_, index) => ({ b: index, c: index + 1 }));
    const together = matcherOf(
      { a: { b: [{ numeric: ['>=', 0] }], c: [{ numeric: ['<', 0] }, 'no'] } },
      { a: { b: [7], c: [8] } },
    );
    expect(together.match({ a: items })).toEqual([1]);
    const apart = matcherOf({
      a: { b: [{ numeric: ['>=', 0] }] },
      d: { b: [{ numeric: ['>=', 0] }] },
      e: { x: [1], y: [2] },
    });
    expect(apart.match({ a: items, d: items, e: [{ x: 1 }, { y: 2 }] })).toEqual([]);
    const absent = matcherOf({ a: { b: [{ numeric: ['>=', 0] }], c: [{ exists: false }] } });
    expect(absent.match({ a: items })).toEqual([]);
    expect(absent.match({ a: [...items, { b: 1 }] })).toEqual([0]);
  });

  it('an explanation gives up before its price grows', () => {
    const items = Array.from({ length: MANY }, (_, index) => ({ b: index, c: 'x'.repeat(300) }));
    const pattern = parsePattern({
      a: { b: [{ numeric: ['>=', 0] }], c: ['y'.repeat(300), 'z'] },
      d: { b: [{ numeric: ['>=', 0] }], c: [1] },
    });
    const { matched, fields } = explain(pattern, { a: items, d: items });
    expect(matched).toBe(false);
    expect(fields.map(({ verdict }) => verdict)).toEqual(['matched', 'missed', 'matched', 'missed']);
  });

  it('names from the prototype chain are names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];
    for (const name of names) {
      const matcher = createMatcher<string>();
      matcher.add('there', parsePattern(`{"${name}":["x"]}`));
      matcher.add('absent', parsePattern(`{"${name}":[{"exists":false}]}`));
      expect(matcher.matchJson(`{"${name}":"x"}`)).toEqual(['there']);
      expect(matcher.matchJson('{}')).toEqual(['absent']);
      expect(matcher.match({})).toEqual(['absent']);
    }
  });

  it('half surrogate pairs equal only themselves', () => {
    const matcher = matcherOf({ a: ['\ud800'] }, { a: ['?'] }, { a: [{ prefix: '?' }] });
    expect(matcher.matchJson('{"a":"\\ud800"}').sort()).toEqual([0, 2]);
    expect(matcher.matchJson('{"a":"?"}').sort()).toEqual([1, 2]);
    expect(matcher.matchJson('{"a":"\\udc00"}')).toEqual([2]);
  });

  it('wildcards and $or that would multiply are refused at once', () => {
    const stars = {
      a: Array.from({ length: 40 }, (_, index) => ({ wildcard: `*${'ab'.repeat(index + 1)}*${'ba'.repeat(20)}*` })),
    };
    expect(() => parsePattern(stars)).toThrow('Rule is too complex');
    expect(() => parsePattern({ a: [{ wildcard: `*${'a'.repeat(3_000)}*b` }] })).toThrow('Rule is too complex');
    const or = (name: string) => ({ $or: [{ [`${name}1`]: [1] }, { [`${name}2`]: [2] }] });
    const pattern = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, or('x')]));
    expect(() => parsePattern(pattern)).toThrow('1000 combinations');
  });

  it('names, numbers and addresses of one sign over and over take one pass', () => {
    const names = matcherOf({ a: [1] }, { b: [{ exists: false }] });
    expect(names.matchJson(`{"x${'.'.repeat(MANY * 10)}":1,"a":1}`).sort()).toEqual([0, 1]);
    const numbers = matcherOf({ a: [{ numeric: ['>', 0] }] });
    expect(numbers.matchJson(`{"a":1.${'0'.repeat(MANY * 10)}1}`)).toEqual([]);
    expect(numbers.matchJson(`{"a":1.${'0'.repeat(MANY * 10)}}`)).toEqual([0]);
    for (const sign of [':', '/']) {
      expect(() => parsePattern({ a: [{ cidr: `${sign.repeat(MANY * 10)}x/1` }] })).toThrow(InvalidEventPatternError);
    }
  });

  it('a wildcard of many stars takes one pass over a long value', () => {
    const matcher = matcherOf({ a: [{ wildcard: '*x*y*z*w' }] });
    expect(matcher.match({ a: `${'xyz'.repeat(MANY)}w` })).toEqual([0]);
    expect(matcher.match({ a: 'xyz'.repeat(MANY) })).toEqual([]);
  });
});
