import { expect, test } from 'vitest';
import { attributesText } from './attributes.ts';
import {
  createFilter,
  type FilterScope,
  InvalidFilterPolicyError,
  matchBody,
  parseFilterPolicy,
} from './filter-policy.ts';

function refusalOf(policy: unknown, scope: FilterScope = 'MessageBody'): string {
  try {
    parseFilterPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), scope);
    return 'taken';
  } catch (error) {
    if (error instanceof InvalidFilterPolicyError) return error.message.split('\n')[0] ?? '';
    throw error;
  }
}

function takes(policy: unknown, body: unknown): boolean {
  const filter = createFilter<string>();
  filter.add('it', parseFilterPolicy(JSON.stringify(policy), 'MessageBody').pattern);
  return matchBody(filter, JSON.stringify(body)).length === 1;
}

function takesAttributes(policy: unknown, attributes: Parameters<typeof attributesText>[0]): boolean {
  const filter = createFilter<string>();
  filter.add('it', parseFilterPolicy(JSON.stringify(policy), 'MessageAttributes').pattern);
  return filter.matchJson(attributesText(attributes)).length === 1;
}

const text = (value: string, type = 'String') => ({ type, value });

// Source: SNS developer guide, "Filter policy constraints".
test('a policy has at most five keys', () => {
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key_${n}`, ['a']]));
  expect([refusalOf(keys(5)), refusalOf(keys(6))]).toEqual(['taken', 'Filter policy can not have more than 5 keys']);
});

// Source: SNS developer guide, "Filter policy constraints"; the arithmetic: LocalStack, tests/unit/services/sns.
test('values are multiplied over the keys, each as often as it is deep: at most 150', () => {
  const values = (count: number) => Array.from({ length: count }, (_, n) => n);
  expect(refusalOf({ a: values(150) })).toBe('taken');
  expect(refusalOf({ a: values(151) })).toBe('Filter policy is too complex');
  expect(refusalOf({ a: values(3), d: { s: values(2), t: values(1) } })).toBe('taken');
  // 4 × (2 · 4) × (3 · 2) = 192 and 5 × (2·2) × (4·2) = 160
  expect(refusalOf({ a: values(5), d: { s: values(2), t: values(4) } })).toBe('Filter policy is too complex');
  expect(refusalOf({ a: values(5), d: values(30) })).toBe('taken');
});

// Source: SNS developer guide, "Filter policy logic", OR operator: branches are added up.
test('the branches of $or are added up', () => {
  const values = (count: number) => Array.from({ length: count }, (_, n) => n);
  expect(refusalOf({ $or: [{ a: values(70) }, { b: values(80) }] })).toBe('taken');
  expect(refusalOf({ $or: [{ a: values(70) }, { b: values(81) }] })).toBe('Filter policy is too complex');
  expect(refusalOf({ c: values(2), $or: [{ a: values(70) }, { b: values(6) }] })).toBe('Filter policy is too complex');
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_validate_policy….
test('attributes are flat', () => {
  const sentence = 'Filter policy scope MessageAttributes does not support nested filter policy';
  expect(refusalOf({ object: { nested: ['a'] } }, 'MessageAttributes')).toBe(sentence);
  expect(refusalOf({ object: { nested: ['a'] } })).toBe('taken');
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_filter_policy_…, May 2024.
test.each([
  [{ key_a: 'a' }, '"key_a" must be an object or an array'],
  [{ key_a: [] }, 'Empty arrays are not allowed'],
  [{ a: [{ 'anything-but': { suffix: 'x' } }] }, 'Unsupported anything-but pattern: suffix'],
  [{ a: [{ 'anything-but': { prefix: 'x' } }] }, 'taken'],
  [{ a: [{ cidr: ['10.0.0.0/24'] }] }, 'prefix match pattern must be a string'],
  [{ a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: 'xx/24' }] }, 'Nonstandard IP address: xx'],
  [{ a: [{ exists: 'yes' }] }, 'exists match pattern must be either true or false.'],
  [{ a: [{ wrong: 'x' }] }, 'Unrecognized match type wrong'],
  [{ a: [null, { 'anything-but': 'x' }] }, 'taken'],
  [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, 'taken'],
  [{ a: [{ 'equals-ignore-case': 'x' }, { suffix: 'y' }] }, 'taken'],
])('%j: %s', (policy, sentence) => {
  expect(refusalOf(policy)).toBe(sentence);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, 2025: the text is not shown, the place is.
test('what is no JSON is refused with its place and without its text', () => {
  const refused = () => parseFilterPolicy('{a', 'MessageBody');
  expect(refused).toThrow(
    "failed to parse JSON. Unexpected character ('a' (code 97)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
  );
});

test('of two places in one sentence both are shown', () => {
  const place = (column: number) =>
    `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;
  expect(() => parseFilterPolicy('{"a":["x"]', 'MessageBody')).toThrow(
    `failed to parse JSON. Unexpected end-of-input: expected close marker for Object (start marker at ${place(1)})\n at ${place(11)}`,
  );
});

// Source: SNS developer guide, "Filter policy logic": what is no well-formed $or is an ordinary name.
test('a malformed $or is the name of a field', () => {
  expect(takes({ $or: ['x'] }, { $or: 'x' })).toBe(true);
  expect(takes({ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' })).toBe(true);
  expect(refusalOf({ $or: [{ prefix: 'x' }, { prefix: 'y' }] })).toBe('taken');
  expect(takes({ $or: [{ prefix: 'x' }, { prefix: 'y' }] }, { $or: 'yes' })).toBe(true);
});

// Recorded on AWS: LocalStack, tests/unit/services/sns, test_filter_policy dotted keys.
test('a dot in a key is as good as a level of nesting', () => {
  for (const body of [{ object: { nested: 'x' } }, { 'object.nested': 'x' }]) {
    expect(takes({ 'object.nested': ['x'] }, body)).toBe(true);
    expect(takes({ object: { nested: ['x'] } }, body)).toBe(true);
  }
});

// Source: SNS developer guide, "Filter policy for payload-based filtering": the body has to be an object.
test('only an object is looked into', () => {
  expect([takes({ a: ['x'] }, { a: 'x' }), takes({ a: ['x'] }, ['a']), takes({ a: [{ exists: false }] }, 5)]).toEqual([
    true,
    false,
    false,
  ]);
});

// Source: SNS developer guide, "String value matching" and "Numeric value matching";
// LocalStack, tests/unit/services/sns.
test('attributes are compared by their types', () => {
  const list = text('["rugby", 7, true, null]', 'String.Array');
  expect(takesAttributes({ sport: ['rugby'] }, { sport: list })).toBe(true);
  expect(takesAttributes({ sport: [7] }, { sport: list })).toBe(true);
  expect(takesAttributes({ sport: [null] }, { sport: list })).toBe(true);
  expect(takesAttributes({ sport: ['football'] }, { sport: list })).toBe(false);
  expect(takesAttributes({ price: [{ numeric: ['>=', 100] }] }, { price: text('100.0', 'Number') })).toBe(true);
  expect(takesAttributes({ price: [{ numeric: ['>=', 100] }] }, { price: text('100') })).toBe(false);
  expect(takesAttributes({ price: [100] }, { price: text('1e2', 'Number') })).toBe(true);
  expect(takesAttributes({ photo: [{ exists: true }] }, { photo: text('AQID', 'Binary') })).toBe(false);
  expect(takesAttributes({ store: [{ exists: false }] }, {})).toBe(true);
  expect(takesAttributes({ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.0.0.7') })).toBe(true);
});

test('operators that SNS does not document are taken and named', () => {
  const policy = { a: [{ wildcard: 'x*' }], b: [{ 'anything-but': { wildcard: 'y*' } }] };
  expect(parseFilterPolicy(JSON.stringify(policy), 'MessageBody').undocumented).toEqual([
    'wildcard',
    'anything-but wildcard',
  ]);
});
