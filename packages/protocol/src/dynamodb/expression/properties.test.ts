// Nothing that comes as an expression throws anything but a refusal, or runs long; decimals are held against BigInt.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkValue } from '../value/check.ts';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  formatDecimal,
  parseDecimal,
  subtractDecimals,
} from '../value/decimal.ts';
import { compareValues, keyText } from '../value/order.ts';
import { holds, parseCondition } from './condition.ts';
import { parseKeyCondition } from './key-condition.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection, project } from './projection.ts';
import { applyUpdate, parseUpdate } from './update.ts';

function tryIt<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

const values: Record<string, AttributeValue> = {
  ':v': { S: 'v' },
  ':n': { N: '1' },
  ':l': { L: [{ S: 'v' }] },
  ':s': { SS: ['a'] },
};
const item = { a: { S: 'v' }, b: { N: '2' }, l: { L: [{ S: 'v' }] }, m: { M: { x: { N: '1' } } }, s: { SS: ['a'] } };

/** Asks every kind of expression with one text. */
function askAll(text: string): void {
  const placeholders = () => new Placeholders({ names: { '#n': 'm' }, values });
  tryIt(() => holds(parseCondition(text, { place: 'FilterExpression', placeholders: placeholders() }), item));
  tryIt(() => applyUpdate(parseUpdate(text, { placeholders: placeholders() }), item, { a: item.a }));
  tryIt(() => project(parseProjection(text, { placeholders: placeholders() }), item));
  tryIt(() =>
    parseKeyCondition(text, {
      placeholders: placeholders(),
      keys: [{ AttributeName: 'a', KeyType: 'HASH' }],
      types: { a: 'S' },
    }),
  );
}

const word = fc.constantFrom(
  ...'a b l m x s #n #no :v :n :l :s :no ( ) [ ] , . = <> < <= > >= + - 0 1 7 AND OR NOT IN BETWEEN SET REMOVE ADD DELETE'.split(
    ' ',
  ),
  ...'size contains begins_with attribute_exists attribute_not_exists attribute_type if_not_exists list_append'.split(
    ' ',
  ),
  ...['status', '!', '_', "'", '\u{1f600}', '\ud800', '\u00a0', '__proto__'],
);

test('no words in any order make an expression throw anything but a refusal', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => askAll(words.join(' '))),
    { numRuns: 1500 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => askAll(text)),
    { numRuns: 500 },
  );
});

test('the longest of everything that nests or repeats is refused or read at once', () => {
  for (const part of [
    '(',
    'NOT ',
    'size(',
    'a.',
    'a[0]',
    'a=a AND ',
    '((a=:v) AND ',
    'SET a=(',
    'if_not_exists(a,',
    ',',
    '[',
    '1',
  ]) {
    const text = part.repeat(Math.floor(4096 / part.length));
    askAll(text);
    askAll(`SET a = ${text}`.slice(0, 4096));
    askAll(part.repeat(100_000));
  }
  expect(tryIt(() => parseDecimal(`${'1'.repeat(300_000)}x`))).toMatch(/^The parameter cannot be converted/);
  expect(tryIt(() => parseDecimal(`${'0'.repeat(300_000)}1e5`))).toMatchObject({ digits: '1', magnitude: 5 });
  expect(tryIt(() => parseDecimal(`1${'0'.repeat(300_000)}`))).toMatch(/^Number overflow/);
});

test('any value is stored or refused, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 4 }), (value) => {
      const once = tryIt(() => checkValue(value));
      if (typeof once !== 'string') expect(checkValue(once)).toEqual(once);
    }),
    { numRuns: 2000 },
  );
  let deep: unknown = { S: 'leaf' };
  for (let index = 0; index < 100_000; index += 1) deep = { L: [deep] };
  expect(tryIt(() => checkValue(deep))).toMatch(/^Nesting Levels/);
});

/** A number as digits, a point, and an exponent, in the ways that they may be written. */
const numberText = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 18 }),
    fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 18 }),
    exponent: fc.option(fc.integer({ min: -60, max: 60 })),
  })
  .map(
    ({ sign, whole, fraction, exponent }) => `${sign}${whole}.${fraction}${exponent === null ? '' : `e${exponent}`}`,
  );

const SCALE = 300;

/** What the text is worth, times 10^300: exact, and made without our own reader. */
function worth(text: string): bigint {
  const [number = '', exponent = '0'] = text.replace(/^[+-]/, '').split('e');
  const [whole = '', fraction = ''] = number.split('.');
  const size = BigInt(`0${whole}${fraction}`) * 10n ** BigInt(SCALE - fraction.length + Number(exponent));
  return text.startsWith('-') ? -size : size;
}

const signOf = (value: bigint | number) => (value > 0 ? 1 : value < 0 ? -1 : 0);
/** Digits without the zeros at their end, which 38 digits have to hold. */
const digitsOf = (value: bigint) => String(value < 0n ? -value : value).replace(/0+$/, '').length;

test('decimals are read, written, compared, added and subtracted as integers are', () => {
  fc.assert(
    fc.property(numberText, numberText, (a, b) => {
      const [x, y] = [worth(a), worth(b)];
      const [left, right] = [tryIt(() => parseDecimal(a)), tryIt(() => parseDecimal(b))];
      if (typeof left === 'string' || typeof right === 'string') {
        // Within these exponents only zeros can be written out of range; nothing else is refused.
        expect([x, y].some((one) => digitsOf(one) > 38)).toBe(true);
        return;
      }
      expect(worth(formatDecimal(left))).toBe(x);
      expect(parseDecimal(formatDecimal(left))).toEqual(left);
      expect(signOf(compareDecimals(left, right))).toBe(signOf(x - y));
      expectExact(
        tryIt(() => addDecimals(left, right)),
        x + y,
      );
      expectExact(
        tryIt(() => subtractDecimals(left, right)),
        x - y,
      );
      const [p, q] = [keyText({ N: formatDecimal(left) }), keyText({ N: formatDecimal(right) })];
      expect(p < q ? -1 : p > q ? 1 : 0).toBe(signOf(x - y));
    }),
    { numRuns: 3000 },
  );
});

function expectExact(result: Decimal | string, expected: bigint): void {
  if (typeof result === 'string') expect(digitsOf(expected)).toBeGreaterThan(38);
  else expect(worth(formatDecimal(result))).toBe(expected);
}

test('the texts of string keys order as the bytes of the strings', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffee', '\uffff', '😀', '😁'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(signOf(compareValues({ S: a }, { S: b }))).toBe(bytes);
      const [p, q] = [keyText({ S: a }), keyText({ S: b })];
      expect(p < q ? -1 : p > q ? 1 : 0).toBe(bytes);
    }),
    { numRuns: 1000 },
  );
});
