// Key conditions. Sources: "parity" paritysuite/dynamodb-conformance, captured on AWS in October 2026
// (queryKeyConditionOperands, queryKeyCondition, multiAttributeGsiKey); "dynalite" its tests against AWS, where nothing
// newer speaks.
import { expect, test } from 'vitest';
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue, KeySchemaElement } from '../../aws/models/dynamodb.types.ts';
import { parseKeyCondition } from './key-condition.ts';
import { Placeholders } from './placeholders.ts';

const values: Record<string, AttributeValue> = {
  ':p': { S: 'p' },
  ':a': { S: 'a' },
  ':b': { S: 'b' },
  ':n': { N: '1' },
  ':five': { N: '5' },
  ':true': { BOOL: true },
  ':false': { BOOL: false },
};

const keysOf = (hash: string[], range: string[]): KeySchemaElement[] => [
  ...hash.map((AttributeName): KeySchemaElement => ({ AttributeName, KeyType: 'HASH' })),
  ...range.map((AttributeName): KeySchemaElement => ({ AttributeName, KeyType: 'RANGE' })),
];
const types = { pk: 'S', sk: 'S', sn: 'N', h: 'S', i: 'N', a: 'S', b: 'S', c: 'S', d: 'S' };
const TEXT = keysOf(['pk'], ['sk']);
const NUMBER = keysOf(['pk'], ['sn']);
const MANY = keysOf(['h', 'i'], ['a', 'b', 'c', 'd']);

const parse = (text: string, keys = TEXT) =>
  parseKeyCondition(text, { placeholders: new Placeholders({ values, names: { '#p': 'pk' } }), keys, types });

function refusal(text: string, keys = TEXT): string {
  try {
    parse(text, keys);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationException') return error.message;
    throw error;
  }
  return 'accepted';
}

// Source: the reference of Query, KeyConditionExpression; parity (parentheses, any order, value first).
test('a condition names a partition and a stretch of it', () => {
  const partition = [{ S: 'p' }];
  expect(parse('pk = :p')).toEqual({ partition, sort: { equal: [] } });
  expect(parse('(#p = :p) AND (sk = :a)')).toEqual({ partition, sort: { equal: [{ S: 'a' }] } });
  expect(parse('sk BETWEEN :a AND :b and :p = pk').sort).toEqual({
    equal: [],
    bound: { operator: 'BETWEEN', values: [{ S: 'a' }, { S: 'b' }] },
  });
  expect(parse('pk = :p AND begins_with(sk, :a)').sort.bound).toEqual({
    operator: 'begins_with',
    values: [{ S: 'a' }],
  });
  expect(['<', '<=', '>', '>='].map((sign) => parse(`pk = :p AND sn ${sign} :n`, NUMBER).sort.bound?.operator)).toEqual(
    ['<', '<=', '>', '>='],
  );
  expect(['<', '<=', '>', '>='].map((sign) => parse(`:n ${sign} sn AND pk = :p`, NUMBER).sort.bound?.operator)).toEqual(
    ['>', '>=', '<', '<='],
  );
});

// Source: parity, multiAttributeGsiKey.
test('a key of many attributes takes equal values from the left and one bound behind them', () => {
  const partition = [{ S: 'p' }, { N: '1' }];
  expect(parse('h = :p AND i = :n', MANY)).toEqual({ partition, sort: { equal: [] } });
  expect(parse('b > :b AND i = :n AND h = :p AND a = :a', MANY)).toEqual({
    partition,
    sort: { equal: [{ S: 'a' }], bound: { operator: '>', values: [{ S: 'b' }] } },
  });
});

const SCHEMA = 'One or more parameter values were invalid: Condition parameter type does not match schema type';
const IN_KEY = 'Invalid KeyConditionExpression: ';
const operand = (operator: string, type: string) =>
  `${IN_KEY}Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`;
const gap = (missing: string, present: string) =>
  `RANGE key attributes ${missing} must have equality conditions specified in the query because a condition is present on key attribute ${present}`;

test.each<[string, string, KeySchemaElement[]?]>([
  // Source: parity.
  ['sk = :a', 'Query condition missed key schema element: pk'],
  ['attr1 = :a', 'Query condition missed key schema element: pk'],
  ['pk > :p', 'Query key condition not supported'],
  ['begins_with(pk, :p)', 'Query key condition not supported'],
  ['pk = :p AND sk > :a AND sk < :b', `${IN_KEY}KeyConditionExpressions must only contain one condition per key`],
  [
    'pk = :p AND sk > :a AND extra = :b',
    'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)',
  ],
  ['pk = :p AND extra = :b', 'Query condition missed key schema element: sk'],
  ['pk = :n', SCHEMA],
  ['pk = :p AND sk = :n', SCHEMA],
  ['pk = :p AND sn = :true', SCHEMA, NUMBER],
  ['pk = :p AND begins_with(sn, :a)', SCHEMA, NUMBER],
  ['pk = :p AND begins_with(sk, :n)', operand('begins_with', 'N')],
  ['pk = :p AND begins_with(sk, :true)', operand('begins_with', 'BOOL')],
  ['pk = :p AND sn < :true', operand('<', 'BOOL'), NUMBER],
  ['pk = :p AND :true >= sn', operand('>=', 'BOOL'), NUMBER],
  ['pk = :p AND sn BETWEEN :false AND :true', operand('BETWEEN', 'BOOL'), NUMBER],
  // Source: parity, validation-ordering: the first fault in the order written, and before the conditions are counted.
  ['begins_with(sk, :n) AND pk = :missing', operand('begins_with', 'N')],
  [
    'pk = :missing AND begins_with(sk, :n)',
    `${IN_KEY}An expression attribute value used in expression is not defined; attribute value: :missing`,
  ],
  ['pk = :p AND begins_with(sk, :n) AND sk > :a', operand('begins_with', 'N')],
  ['', `${IN_KEY}The expression can not be empty;`],
  ['((pk = :p))', `${IN_KEY}The expression has redundant parentheses;`],
  ['pk.x = :p', `${IN_KEY}KeyConditionExpressions cannot have conditions on nested attributes`],
  // Source: dynalite.
  ['pk = :p OR sk = :a', 'Invalid operator used in KeyConditionExpression: OR'],
  ['NOT pk = :p', 'Invalid operator used in KeyConditionExpression: NOT'],
  ['pk IN (:p)', 'Invalid operator used in KeyConditionExpression: IN'],
  ['pk <> :p', 'Invalid operator used in KeyConditionExpression: <>'],
  ['attribute_exists(pk)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
  ['contains(pk, :p)', 'Invalid operator used in KeyConditionExpression: contains'],
  ['size(pk) = :n', `${IN_KEY}KeyConditionExpressions cannot contain nested operations`],
  ['pk = sk', `${IN_KEY}Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition`],
  [':p = :a', `${IN_KEY}Invalid condition in KeyConditionExpression: No key attribute specified`],
  [
    'begins_with(:p, pk)',
    `${IN_KEY}Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand`,
  ],
  [
    ':p BETWEEN pk AND :b',
    `${IN_KEY}Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand`,
  ],
  // Source: parity, multiAttributeGsiKey.
  ['h = :p AND i = :n AND a = :a AND c = :b', gap('b', 'c'), MANY],
  ['h = :p AND i = :n AND a = :a AND b > :b AND c = :b', gap('b', 'c'), MANY],
  ['h = :p AND i = :n AND b = :b', gap('a', 'b'), MANY],
  ['h = :p AND a = :a', 'Query condition missed key schema element: i', MANY],
])('the key condition "%s" is refused', (text, sentence, keys = TEXT) => {
  expect(refusal(text, keys)).toBe(sentence);
});
