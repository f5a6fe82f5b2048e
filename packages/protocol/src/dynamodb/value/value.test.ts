// Values, their sentences, sizes and order. Sources: "parity" is paritysuite/dynamodb-conformance, captured on AWS
// until October 2026 (tests/tier3/error-messages/valueLayers, limits/numberExponent, limits/numberByteSize,
// limits/nestingDepth); "guide" the DynamoDB developer guide; "recorded" LocalStack, tests/aws/services/dynamodb.
import { expect, test } from 'vitest';
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkItem, checkValue } from './check.ts';
import { compareValues, equalValues, keyText } from './order.ts';
import { sizeOf } from './size.ts';

const OVERFLOW = 'Number overflow. Attempting to store a number with magnitude larger than supported range';
const UNDERFLOW = 'Number underflow. Attempting to store a number with magnitude smaller than supported range';
const NOT_NUMERIC = 'The parameter cannot be converted to a numeric value';
const INVALID = 'One or more parameter values were invalid: ';
const NESTING =
  'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationException') return error.message;
    throw error;
  }
  return 'accepted';
}

const refused = (value: unknown, layer: 'new' | 'old' = 'new') => refusal(() => checkValue(value, { layer }));
const number = (text: string) => checkValue({ N: text }).N;
const bytes = (...all: number[]) => Uint8Array.from(all);
const deep = (wraps: number): AttributeValue => (wraps === 0 ? { S: 'leaf' } : { M: { n: deep(wraps - 1) } });

// Source: parity; recorded.
test('a number is read back as a plain decimal', () => {
  expect(['1.50e2', '0012', '1.0', '-0', '+5', '0042.1200', '.5', '5.', '1E-3', '-1e2', '0e125'].map(number)).toEqual([
    '150',
    '12',
    '1',
    '0',
    '5',
    '42.12',
    '0.5',
    '5',
    '0.001',
    '-100',
    '0',
  ]);
  expect(number('1E125')).toBe(`1${'0'.repeat(125)}`);
  expect(number('1E-130')).toBe(`0.${'0'.repeat(129)}1`);
});

// Source: parity.
test('38 significant digits are kept and 39 are refused', () => {
  const most = '12345678901234567890123456789012345678';
  expect(number(most)).toBe(most);
  expect(refused({ N: `${most}9` })).toBe('Attempting to store more than 38 significant digits in a Number');
  expect(number(`${most}0`)).toBe(`${most}0`);
});

// Source: parity.
test.each([
  ['1e126', OVERFLOW],
  ['1e-131', UNDERFLOW],
  ['1e99999999999', OVERFLOW],
  ['-1e99999999999', OVERFLOW],
  ['1e-99999999999', UNDERFLOW],
  ['1e2147483648', OVERFLOW],
  ['0e126', OVERFLOW],
  ['0e-131', UNDERFLOW],
  ['1e9223372036854775808', `${NOT_NUMERIC}: 1e9223372036854775808`],
  ['abc', `${NOT_NUMERIC}: abc`],
  ['', `${NOT_NUMERIC}: `],
  [' 1', `${NOT_NUMERIC}:  1`],
  ['1 ', `${NOT_NUMERIC}: 1 `],
  ['0x10', `${NOT_NUMERIC}: 0x10`],
  ['1e', `${NOT_NUMERIC}: 1e`],
  ['1.2.3', `${NOT_NUMERIC}: 1.2.3`],
  ['NaN', `${NOT_NUMERIC}: NaN`],
  ['Infinity', `${NOT_NUMERIC}: Infinity`],
  ['.', `${NOT_NUMERIC}: .`],
])('the newer layer refuses the number "%s"', (text, sentence) => {
  expect(refused({ N: text })).toBe(sentence);
});

// Source: parity: the older layer reads as Java's BigDecimal does.
test('the older layer has no colon behind nothing, and takes the largest 32-bit exponent for an underflow', () => {
  expect(['abc', '', '1e126', '1e2147483647'].map((text) => refused({ N: text }, 'old'))).toEqual([
    `${NOT_NUMERIC}: abc`,
    NOT_NUMERIC,
    OVERFLOW,
    UNDERFLOW,
  ]);
});

// Source: parity.
test('a value has one type', () => {
  expect(refused({})).toBe('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  expect(refused({ S: 'a', N: '1' })).toBe(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  );
});

// Source: parity.
test('empty strings, lists and maps are values, and so are empty members of sets', () => {
  for (const value of [{ S: '' }, { L: [] }, { M: {} }, { SS: [''] }, { B: bytes() }, { BS: [bytes()] }]) {
    expect(checkValue(value)).toEqual(value);
  }
});

// Source: parity.
test('an empty set is refused, each kind in its own words', () => {
  expect(refused({ SS: [] })).toBe(`${INVALID}An string set  may not be empty`);
  expect(refused({ NS: [] })).toBe(`${INVALID}An number set  may not be empty`);
  expect(refused({ BS: [] })).toBe(`${INVALID}Binary sets should not be empty`);
});

// Source: parity.
test('NULL is true', () => {
  expect(refused({ NULL: false })).toBe(`${INVALID}Null attribute value types must have the value of true`);
});

// Source: parity.
test('sets are read back in order: texts by bytes, numbers by value', () => {
  expect(checkValue({ SS: ['b', 'a', 'B'] })).toEqual({ SS: ['B', 'a', 'b'] });
  expect(checkValue({ NS: ['10', '9', '-1', '2.50'] })).toEqual({ NS: ['-1', '2.5', '9', '10'] });
  expect(checkValue({ BS: [bytes(255), bytes(0), bytes(0, 1)] })).toEqual({ BS: [bytes(0), bytes(0, 1), bytes(255)] });
});

// Source: parity.
test('a repeated member is refused in the words of the layer', () => {
  const sets = [{ SS: ['b', 'a', 'b'] }, { BS: [bytes(255), bytes(0), bytes(0)] }, { NS: ['2', '1', '2'] }];
  expect(sets.map((set) => refused(set))).toEqual([
    `${INVALID}Input collection ["a", "b", "b"] contains duplicates.`,
    `${INVALID}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`,
    `${INVALID}Input collection contains duplicates.`,
  ]);
  expect(sets.map((set) => refused(set, 'old'))).toEqual([
    `${INVALID}Input collection [b, a, b] contains duplicates.`,
    `${INVALID}Input collection [/w==, AA==, AA==]of type BS contains duplicates.`,
    'Input collection contains duplicates',
  ]);
  expect(refused({ NS: ['1', '1.0'] })).toBe(`${INVALID}Input collection contains duplicates.`);
});

// Source: parity, limits/nestingDepth.
test('a leaf may stand at level 32 and not at 33', () => {
  expect(refusal(() => checkItem({ a: deep(31) }))).toBe('accepted');
  expect(refusal(() => checkItem({ a: deep(32) }))).toBe(NESTING);
});

// Source: parity, validation-ordering/deepRequests.
test('an empty attribute name is refused before what is too deep', () => {
  expect(refusal(() => checkItem({ d: deep(40), '': { S: 'x' } }))).toBe('Empty attribute name');
});

test('a value that is none at all is refused, and so is a name that every object has', () => {
  for (const value of [undefined, null, 1, 'a', [], { S: 1 }, { L: {} }, { M: [] }, { B: 'AA==' }, { BOOL: 'true' }]) {
    expect(refused(value)).toMatch(/^Supplied AttributeValue /);
  }
  const item = checkItem(JSON.parse('{"__proto__":{"S":"x"}}'));
  expect(Object.entries(item)).toEqual([['__proto__', { S: 'x' }]]);
});

// Source: guide, "Item sizes and formats"; recorded: SizeBytes of stream records.
test('an item costs the bytes of its names and values', () => {
  expect(sizeOf({ 'shirt-color': { S: 'R' }, 'shirt-size': { S: 'M' } })).toBe(23);
  expect(sizeOf({ id: { S: 'Fred' } })).toBe(6);
  expect(sizeOf({ a: { B: bytes(1, 2, 3) } })).toBe(4);
  expect(sizeOf({ a: { BOOL: true }, b: { NULL: true } })).toBe(4);
  expect(sizeOf({ a: { S: 'é€😀' } })).toBe(1 + 2 + 3 + 4);
  expect(sizeOf({ a: { SS: ['ab', 'c'] } })).toBe(4);
  expect(sizeOf({ a: { L: [{ S: 'x' }, { N: '1' }] } })).toBe(1 + 3 + (1 + 1) + (1 + 2));
  expect(sizeOf({ a: { M: { key: { S: 'x' } } } })).toBe(1 + 3 + 1 + 3 + 1);
});

// Source: parity, limits/numberByteSize, measured to the byte.
test.each([
  ['0', 1],
  ['1', 2],
  ['12', 2],
  ['123', 3],
  ['1234', 3],
  ['12345678901234567890123456789012345678', 20],
  ['100', 2],
  ['1010', 3],
  ['0.0000001', 2],
  ['1E125', 2],
  ['1E-100', 2],
  ['1.5', 3],
  ['15', 2],
  ['1.2', 3],
  ['1.234', 4],
  ['3.14159', 5],
  ['123456', 4],
  ['-1', 3],
])('the number %s costs %i bytes', (text, size) => {
  expect(sizeOf({ '': checkValue({ N: text }) })).toBe(size);
});

// Source: guide, "Comparison operator and function reference".
test('numbers order by value, strings by UTF-8 bytes, binaries by unsigned bytes', () => {
  expect(compareValues({ N: '9' }, { N: '10' })).toBeLessThan(0);
  expect(compareValues({ N: '-10' }, { N: '-9' })).toBeLessThan(0);
  expect(compareValues({ S: '\uffee' }, { S: '😀' })).toBeLessThan(0);
  expect(compareValues({ B: bytes(127) }, { B: bytes(128) })).toBeLessThan(0);
  expect(compareValues({ S: '1' }, { N: '1' })).toBeNaN();
});

// Source: parity; sets compare without order.
test('equality is deep and never across types', () => {
  const same = (a: AttributeValue, b: AttributeValue) => equalValues(checkValue(a), checkValue(b));
  expect(same({ NS: ['1', '2.0'] }, { NS: ['2', '1.00'] })).toBe(true);
  expect(same({ M: { a: { L: [{ N: '1e1' }] } } }, { M: { a: { L: [{ N: '10' }] } } })).toBe(true);
  expect(same({ L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] })).toBe(false);
  expect(same({ S: '1' }, { N: '1' })).toBe(false);
  expect(same({ M: { a: { S: 'x' } } }, { M: { b: { S: 'x' } } })).toBe(false);
});

// Source: guide: sort keys order as values do.
test('the texts of keys order as the keys, and a string begins with the text of what it begins with', () => {
  const numbers = ['-1e125', '-10', '-9.5', '-9', '-1E-130', '0', '1E-130', '0.5', '9', '9.5', '10', '1e125'];
  const texts = numbers.map((one) => keyText(checkValue({ N: one })));
  expect([...texts].sort()).toEqual(texts);
  const strings = ['', 'a', 'ab', 'b', '\ud7ff', '\ue000', '\uffee', '\uffff', '\uffffa', '😀', '😀a', '😁'];
  const keys = strings.map((one) => keyText({ S: one }));
  expect([...keys].sort()).toEqual(keys);
  expect(keyText({ S: '😀\uffffab' }).startsWith(keyText({ S: '😀\uffff' }))).toBe(true);
  expect(keyText({ B: bytes(0, 255) })).toBe('\u0000\u00ff');
});
