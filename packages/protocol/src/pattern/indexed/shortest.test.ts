import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableNumber } from '../language/number.ts';
import { readShortest } from './shortest.ts';

const read = (text: string): number | undefined => readShortest(new TextEncoder().encode(text), 0, text.length);

describe('numbers of 16 or 17 digits', () => {
  const written = fc
    .tuple(
      fc.maxSafeInteger(),
      fc.integer({ min: 3, max: 15 }),
      fc.nat(9),
      fc.constantFrom('as it is', 'changed', 'fixed'),
    )
    .map(([digits, point, digit, how]) => {
      const value = digits / 10 ** point;
      const text = how === 'fixed' ? value.toFixed(point) : String(value);
      return how === 'changed' ? `${text.slice(0, -1)}${digit}` : text;
    })
    .filter((text) => /^-?\d+\.\d+$/.test(text));

  it('are the double that the text means, or none, as the slow way says', () => {
    let sure = 0;
    let total = 0;
    fc.assert(
      fc.property(written, (text) => {
        total++;
        const value = read(text);
        if (value === undefined) return;
        sure++;
        expect(value, text).toBe(comparableNumber(text) ?? Number.NaN);
      }),
      { numRuns: 5_000 },
    );
    expect(sure / total).toBeGreaterThan(0.3);
  });

  it('are left to the slow way when they are shorter, longer, or end in zero', () => {
    expect(['1.5', '0.1234567890123450', '123456789012345678.5', '1e300', '12345678901234567'].map(read)).toEqual(
      Array.from({ length: 5 }),
    );
    expect(read('-122.42200352825247')).toBe(-122.42200352825247);
    expect(read('0.30000000000000005')).toBeNaN();
  });
});
