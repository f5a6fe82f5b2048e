// What expressions refuse, in AWS's words. Sources: "parity" is paritysuite/dynamodb-conformance, captured on AWS until
// October 2026 (tests/tier3); "alternator" ScyllaDB, test/alternator, which also passes on AWS; "guide" the DynamoDB
// developer guide; "dynalite" its tests against AWS of 2013 to 2019, where nothing newer speaks.
import { expect, test } from 'vitest';
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { parseCondition } from './condition.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection } from './projection.ts';
import { parseUpdate } from './update.ts';

const values: Record<string, AttributeValue> = {
  ':v': { S: 'v' },
  ':w': { S: 'w' },
  ':n': { N: '1' },
  ':two': { N: '2' },
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':list': { L: [] },
  ':map': { M: {} },
  ':set': { SS: ['a'] },
  ':bytes': { B: Uint8Array.from([1]) },
  ':type': { S: 'S' },
};
const names = { '#a': 'a', '#dot': 'a.b', '#same': 'a' };

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationException') return error.message;
    throw error;
  }
  return 'accepted';
}

const placeholders = () => new Placeholders({ names, values });
const conditionRefusal = (text: string) =>
  refusal(() => parseCondition(text, { place: 'ConditionExpression', placeholders: placeholders() })).replace(
    /^Invalid ConditionExpression: /,
    '',
  );
const updateRefusal = (text: string) =>
  refusal(() => parseUpdate(text, { placeholders: placeholders() })).replace(/^Invalid UpdateExpression: /, '');
const projectionRefusal = (text: string) =>
  refusal(() => parseProjection(text, { placeholders: placeholders() })).replace(/^Invalid ProjectionExpression: /, '');

const MISUSED = 'The function is not allowed to be used this way in an expression; function: ';
const OPERAND_TYPE = 'Incorrect operand type for operator or function; operator or function: ';
const OPERAND_COUNT = 'Incorrect number of operands for operator or function; operator or function: ';
const NEEDS_PATH = 'Operator or function requires a document path; operator or function: ';
const DISTINCT =
  'The first operand must be distinct from the remaining operands for this operator or function; operator: ';
const OVERLAP = 'Two document paths overlap with each other; must remove or rewrite one of these paths; ';
const CONFLICT = 'Two document paths conflict with each other; must remove or rewrite one of these paths; ';
const REDUNDANT = 'The expression has redundant parentheses;';

// Source: parity.
test('a refusal names its expression', () => {
  expect(refusal(() => parseCondition('', { place: 'FilterExpression', placeholders: placeholders() }))).toBe(
    'Invalid FilterExpression: The expression can not be empty;',
  );
  expect(refusal(() => parseUpdate('SET', { placeholders: placeholders() }))).toBe(
    'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"',
  );
});

// Source: parity ("=" and "!!", "INVALID SYNTAX", "(" at the end); the others follow the same rule.
test.each([
  ['a = = b', 'Syntax error; token: "=", near: "= = b"'],
  ['!!! INVALID !!!', 'Syntax error; token: "!", near: "!!"'],
  ['attribute_exists(', 'Syntax error; token: "<EOF>", near: "("'],
  ['a', 'Syntax error; token: "<EOF>", near: "a"'],
  ['a b', 'Syntax error; token: "b", near: "a b"'],
  ['a = ', 'Syntax error; token: "<EOF>", near: "="'],
  ['a = :v AND', 'Syntax error; token: "<EOF>", near: "AND"'],
  ['a AND b = :v', 'Syntax error; token: "AND", near: "a AND b"'],
  ['a = :v = :w', 'Syntax error; token: "=", near: ":v = :w"'],
  ['a = 5', 'Syntax error; token: "5", near: "= 5"'],
  ["a = 'x'", `Syntax error; token: "'", near: "= 'x"`],
  ['(a = :v', 'Syntax error; token: "<EOF>", near: ":v"'],
  ['a = :v)', 'Syntax error; token: ")", near: ":v)"'],
  ['_a = :v', 'Syntax error; token: "_", near: "_a"'],
  ['a = AND (b = :v)', 'Syntax error; token: "AND", near: "= AND ("'],
  ['size(a) = IN (b)', 'Syntax error; token: "IN", near: "= IN ("'],
  ['NOT', 'Syntax error; token: "<EOF>", near: "NOT"'],
  ['NOT a', 'Syntax error; token: "<EOF>", near: "a"'],
  ['a BETWEEN :v', 'Syntax error; token: "<EOF>", near: ":v"'],
  ['a IN :v', 'Syntax error; token: ":v", near: "IN :v"'],
  ['a IN ()', 'Syntax error; token: ")", near: "()"'],
  ['contains(a = :v, :w)', 'Syntax error; token: "=", near: "a = :v"'],
  ['size() > :n', 'Syntax error; token: ")", near: "() >"'],
  ['a[b] = :v', 'Syntax error; token: "b", near: "[b]"'],
  ['a.:v = :v', 'Syntax error; token: ":v", near: ".:v ="'],
  ['# = :v', 'Syntax error; token: "#", near: "# ="'],
  ['a = :v é', 'Syntax error; token: "é", near: ":v é"'],
])('the condition "%s" is a syntax error', (text, sentence) => {
  expect(conditionRefusal(text)).toBe(sentence);
});

test.each([
  // Source: parity.
  ['', 'The expression can not be empty;'],
  ['   ', 'The expression can not be empty;'],
  ['((a = :v))', REDUNDANT],
  ['((attribute_not_exists(a)))', REDUNDANT],
  ['((a)) = :v', REDUNDANT],
  ['status = :v', 'Attribute name is a reserved keyword; reserved keyword: status'],
  ['a.Status = :v', 'Attribute name is a reserved keyword; reserved keyword: Status'],
  ['#b = :v', 'An expression attribute name used in the document path is not defined; attribute name: #b'],
  ['a = :u', 'An expression attribute value used in expression is not defined; attribute value: :u'],
  ['foo(a)', 'Invalid function name; function: foo'],
  ['Contains(a, :v)', 'Invalid function name; function: Contains'],
  ['size(a)', `${MISUSED}size`],
  ['contains(a, :v) = :w', `${MISUSED}contains`],
  ['contains(begins_with(a, :v), :w)', `${MISUSED}begins_with`],
  ['contains(a)', `${OPERAND_COUNT}contains, number of operands: 1`],
  ['attribute_exists(a, b)', `${OPERAND_COUNT}attribute_exists, number of operands: 2`],
  ['begins_with(a, :n)', `${OPERAND_TYPE}begins_with, operand type: N`],
  ['begins_with(a, :true)', `${OPERAND_TYPE}begins_with, operand type: BOOL`],
  ['a < :true', `${OPERAND_TYPE}<, operand type: BOOL`],
  [':null >= a', `${OPERAND_TYPE}>=, operand type: NULL`],
  ['a > :set', `${OPERAND_TYPE}>, operand type: SS`],
  ['a <= :map', `${OPERAND_TYPE}<=, operand type: M`],
  ['a BETWEEN :list AND :list', `${OPERAND_TYPE}BETWEEN, operand type: L`],
  ['size(:n) > :n', `${OPERAND_TYPE}size, operand type: N`],
  ['size(size(a)) > :n', `${OPERAND_TYPE}size, operand type: N`],
  ['attribute_type(a, :n)', `${OPERAND_TYPE}attribute_type, operand type: N`],
  ['attribute_type(a, :v)', 'Invalid attribute type name found; type: v, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}'],
  ['attribute_exists(:v)', `${NEEDS_PATH}attribute_exists`],
  ['attribute_not_exists(:v)', `${NEEDS_PATH}attribute_not_exists`],
  ['a = a', `${DISTINCT}=, first operand: [a]`],
  ['contains(a, a)', `${DISTINCT}contains, first operand: [a]`],
  ['a.b[1] = #a.b[1]', `${DISTINCT}=, first operand: [a, b, [1]]`],
  ['a IN (:v, a)', `${DISTINCT}IN, first operand: [a]`],
  [
    'a BETWEEN :two AND :n',
    'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
  ],
  [
    'a BETWEEN :n AND :v',
    'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:v}',
  ],
  // Source: guide, "Constraints"; the sentence of other implementations that state AWS's.
  [
    `a IN (${Array.from({ length: 101 }, () => ':v').join(',')})`,
    'The IN operator is provided with too many operands; number of operands: 101',
  ],
  ['a[99999999999] = :v', 'List index is not within the allowable range; index: [99999999999]'],
  // Source: parity, limits/expressionSize.
  [`a = :v${' '.repeat(4091)}`, 'Expression size has exceeded the maximum allowed size; expression size: 4097'],
])('the condition "%.60s" is refused', (text, sentence) => {
  expect(conditionRefusal(text)).toBe(sentence);
});

// Source: alternator, test_limits; guide.
test('300 operators are accepted and 301 refused; parentheses, calls and commas are none', () => {
  const most = `${'NOT '.repeat(299)}a = :v`;
  expect(conditionRefusal(most)).toBe('accepted');
  const tooMany = 'The expression contains too many operators; operator count: 301';
  expect(conditionRefusal(`NOT ${most}`)).toBe(tooMany);
  // 909 operators are told as 301, too: AWS stops there.
  const nested = (depth: number) => `a<b ${'or (a<b '.repeat(depth)}${')'.repeat(depth)}`;
  expect(conditionRefusal(nested(149))).toBe('accepted');
  expect(conditionRefusal(nested(454))).toBe(tooMany);
});

// Source: alternator, test_limits.
test('deep parentheses are redundant, and deep calls are refused for their functions', () => {
  expect(conditionRefusal(`${'('.repeat(2046)}a<b${')'.repeat(2046)}`)).toBe(REDUNDANT);
  expect(conditionRefusal(`a < ${'f('.repeat(1355)}b${')'.repeat(1355)}`)).toBe('Invalid function name; function: f');
  expect(conditionRefusal(`a < ${'size('.repeat(680)}b${')'.repeat(680)}`)).toBe(
    `${OPERAND_TYPE}size, operand type: N`,
  );
});

// Source: parity, limits/expressionSize: bytes as sent.
test('an expression of 4096 bytes is accepted', () => {
  expect(conditionRefusal(`a = :v${' '.repeat(4090)}`)).toBe('accepted');
  expect(conditionRefusal(`a = :v${'é'.repeat(2046)}`)).toBe(
    'Expression size has exceeded the maximum allowed size; expression size: 4098',
  );
});

// Source: guide (precedence, keywords in any case); parity (parentheses).
test.each([
  '(a = :v)',
  '(a) = (:v)',
  '(a = :v OR (b = :v))',
  '(attribute_exists(a)) AND (attribute_not_exists(b))',
  'a = :v and not b = :v Or c between :n and :two',
  'size(a) > size(b)',
  'size(a.b[0].c) BETWEEN :n AND :two',
  'a IN (:v, :w, b)',
  ':v = a',
  'a=:v AND#dot<>:w',
  'attribute_type(a, :type)',
  'begins_with(:v, a)',
  'contains(a, :set)',
  'a . b [ 0 ] = :v',
  '(a = :v) AND ((b = :v) OR (c = :v))',
  'a = :true AND b <> :null',
])('the condition "%s" is accepted', (text) => {
  expect(conditionRefusal(text)).toBe('accepted');
});

test.each([
  // Source: parity.
  ['', 'The expression can not be empty;'],
  ['INVALID SYNTAX HERE', 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'],
  // Source: alternator: the quota's example of three summands is no expression.
  ['SET a = b + c + d', 'Syntax error; token: "+", near: "c + d"'],
  ['SET a = :v, REMOVE b', 'Syntax error; token: "REMOVE", near: ", REMOVE b"'],
  ['SET a', 'Syntax error; token: "<EOF>", near: "a"'],
  ['SET a = ', 'Syntax error; token: "<EOF>", near: "="'],
  ['SET a = b +', 'Syntax error; token: "<EOF>", near: "+"'],
  ['ADD numx', 'Syntax error; token: "<EOF>", near: "numx"'],
  ['ADD a b', 'Syntax error; token: "b", near: "a b"'],
  ['REMOVE a = :v', 'Syntax error; token: "=", near: "a = :v"'],
  ['SET a = 5', 'Syntax error; token: "5", near: "= 5"'],
  ['SET a = :v SET b = :v', 'The "SET" section can only be used once in an update expression;'],
  ['remove a REMOVE b', 'The "REMOVE" section can only be used once in an update expression;'],
  ['SET status = :v', 'Attribute name is a reserved keyword; reserved keyword: status'],
  ['SET a = size(b)', 'Invalid function name; function: size'],
  ['SET #b = :v', 'An expression attribute name used in the document path is not defined; attribute name: #b'],
  ['SET a = :u', 'An expression attribute value used in expression is not defined; attribute value: :u'],
  ['SET m.x = :v, m = :w', `${OVERLAP}path one: [m, x], path two: [m]`],
  ['SET a = :v REMOVE #a', `${OVERLAP}path one: [a], path two: [a]`],
  ['SET m.x = :v, m[0] = :w', `${CONFLICT}path one: [m, x], path two: [m, [0]]`],
  ['SET a = if_not_exists(:v, :w)', `${NEEDS_PATH}if_not_exists`],
  ['SET a = if_not_exists(b)', `${OPERAND_COUNT}if_not_exists, number of operands: 1`],
  ['SET a = list_append(:v, b)', `${OPERAND_TYPE}list_append, operand type: S`],
  ['SET a = b + :v', `${OPERAND_TYPE}+, operand type: S`],
  ['SET a = :list - b', `${OPERAND_TYPE}-, operand type: L`],
  ...[
    ['ADD a :v', 'ADD', 'STRING'],
    ['ADD a :list', 'ADD', 'LIST'],
    ['ADD a :map', 'ADD', 'MAP'],
    ['ADD a :bytes', 'ADD', 'BINARY'],
    ['ADD a :true', 'ADD', 'BOOLEAN'],
    ['ADD a :null', 'ADD', 'NULL'],
    ['DELETE a :n', 'DELETE', 'NUMBER'],
  ].map(([text = '', operator, type]): [string, string] => [
    text,
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`,
  ]),
  // Source: parity, validation-ordering/deepRequests: of an update the size is not told.
  [`SET a = :v${' '.repeat(4090)}`, 'Expression size has exceeded the maximum allowed size;'],
])('the update "%.60s" is refused', (text, sentence) => {
  expect(updateRefusal(text)).toBe(sentence);
});

// Source: guide, "Update expressions"; dynalite (parentheses).
test.each([
  'SET a = :v, b.c[1] = b + :n REMOVE d, e[0] ADD f :n, g :set DELETE h :set',
  'delete h :set add f :n remove d set a = :v',
  'SET a = (b + :n)',
  'SET a = list_append(if_not_exists(b, :list), :list)',
  'SET a = if_not_exists(b, :n) - :two',
  'SET a = a',
])('the update "%s" is accepted', (text) => {
  expect(updateRefusal(text)).toBe('accepted');
});

test.each([
  // Source: parity.
  ['', 'The expression can not be empty;'],
  ['!!! INVALID !!!', 'Syntax error; token: "!", near: "!!"'],
  ['a b', 'Syntax error; token: "b", near: "a b"'],
  ['a,', 'Syntax error; token: "<EOF>", near: ","'],
  ['a, a', `${OVERLAP}path one: [a], path two: [a]`],
  ['#a, #same', `${OVERLAP}path one: [a], path two: [a]`],
  ['a, a.b', `${OVERLAP}path one: [a], path two: [a, b]`],
  ['a.b, a[0]', `${CONFLICT}path one: [a, b], path two: [a, [0]]`],
  ['name', 'Attribute name is a reserved keyword; reserved keyword: name'],
  ['#no', 'An expression attribute name used in the document path is not defined; attribute name: #no'],
  [':v', 'Syntax error; token: ":v", near: ":v"'],
  // Source: alternator, test_projection_expression.
  [
    Array.from({ length: 33 }, () => 'a').join('.'),
    'The document path has too many nesting levels; nesting levels: 33',
  ],
])('the projection "%.60s" is refused', (text, sentence) => {
  expect(projectionRefusal(text)).toBe(sentence);
});

// Source: parity.
test('a placeholder that no expression uses is named', () => {
  const unused = placeholders();
  parseCondition('a = :v AND #a = :n', { place: 'ConditionExpression', placeholders: unused });
  parseUpdate('SET x = :two, #dot = :w REMOVE #same', { placeholders: unused });
  expect(refusal(() => unused.assertUsed())).toBe(
    'Value provided in ExpressionAttributeValues unused in expressions: keys: {:true, :null, :list, :map, :set, :bytes, :type}',
  );
  const unusedNames = new Placeholders({ names: { '#a': 'a', '#b': 'b' } });
  expect(refusal(() => unusedNames.assertUsed())).toBe(
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
  );
});

// Source: parity; the last: the older layer names the key of a bad value.
test('maps of placeholders are not empty, have keys of their form, and values that could be stored', () => {
  expect(refusal(() => new Placeholders({ names: {} }))).toBe('ExpressionAttributeNames must not be empty');
  expect(refusal(() => new Placeholders({ values: {} }))).toBe('ExpressionAttributeValues must not be empty');
  expect(refusal(() => new Placeholders({ names: { a: 'b' } }))).toBe(
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
  );
  expect(refusal(() => new Placeholders({ values: { '#v': { S: '' } } }))).toBe(
    'ExpressionAttributeValues contains invalid key: Syntax error; key: "#v"',
  );
  expect(refusal(() => new Placeholders({ values: { ':v': { N: 'x' } } }))).toBe(
    'The parameter cannot be converted to a numeric value: x',
  );
  expect(refusal(() => new Placeholders({ values: { ':v': { N: '' } }, layer: 'old' }))).toBe(
    'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value for key :v',
  );
});
