// What conditions and projections mean. Sources: "parity" paritysuite/dynamodb-conformance, captured on AWS until
// October 2026; "guide" the DynamoDB developer guide; "alternator" ScyllaDB, test/alternator, which also passes on AWS;
// "dynoxide" its changelog, which states what was captured on AWS.
import { expect, test } from 'vitest';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkItem } from '../value/check.ts';
import type { Item } from '../value/value.ts';
import { holds, parseCondition } from './condition.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection, project } from './projection.ts';

const bytes = (...all: number[]) => Uint8Array.from(all);

const item: Item = checkItem({
  pk: { S: 'p' },
  t: { S: 'hello' },
  n: { N: '10' },
  b: { B: bytes(1, 2, 3) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
  bs: { BS: [bytes(1), bytes(2)] },
  l: { L: [{ S: 'x' }, { N: '1' }, { L: [{ S: 'deep' }] }, { M: { y: { S: 'in' }, z: { N: '2' } } }] },
  m: { M: { x: { S: 'inner' }, k: { M: { leaf: { N: '5' } } } } },
  'a.b': { S: 'dotted' },
});

const values: Record<string, AttributeValue> = {
  ':hello': { S: 'hello' },
  ':he': { S: 'he' },
  ':a': { S: 'a' },
  ':b': { S: 'b' },
  ':x': { S: 'x' },
  ':one': { N: '1' },
  ':ten': { N: '1e1' },
  ':five': { N: '5.0' },
  ':nine': { N: '9' },
  ':two': { N: '2' },
  ':three': { N: '3' },
  ':bytes': { B: bytes(1, 2, 3) },
  ':byte': { B: bytes(2) },
  ':begin': { B: bytes(1, 2) },
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':ss': { SS: ['b', 'a'] },
  ':ns': { NS: ['2.0', '1.0'] },
  ':list': { L: [{ S: 'deep' }] },
  ':map': { M: { z: { N: '2.0' }, y: { S: 'in' } } },
  ':S': { S: 'S' },
  ':NULL': { S: 'NULL' },
  ':L': { S: 'L' },
};

const placeholders = () => new Placeholders({ names: { '#dot': 'a.b', '#proto': '__proto__' }, values });
const isTrue = (text: string, of: Item | undefined) =>
  holds(parseCondition(text, { place: 'ConditionExpression', placeholders: placeholders() }), of);
const shown = (text: string, of: Item = item) => project(parseProjection(text, { placeholders: placeholders() }), of);

test.each([
  // Source: parity: of a missing attribute everything is false, but not `<>`.
  ['absent = :a', false],
  ['absent <> :a', true],
  ['absent < :a', false],
  ['absent >= :a', false],
  ['absent BETWEEN :a AND :b', false],
  ['absent IN (:a, :b)', false],
  ['NOT (absent = :a)', true],
  ['absent = elsewhere', false],
  ['absent <> elsewhere', true],
  ['m.nope.deeper = :a', false],
  ['t.x = :a', false],
  ['l[99] = :a', false],
  ['#proto = :a', false],
  ['attribute_not_exists(m.toString)', true],
  // Source: guide: no order and no equality across types.
  ['t = :one', false],
  ['t <> :one', true],
  ['n > :a', false],
  ['n < :a', false],
  // Source: guide; parity: deep equality, numbers by value, sets without order.
  ['n = :ten', true],
  ['ss = :ss', true],
  ['ns = :ns', true],
  ['l[2] = :list', true],
  ['l[3] = :map', true],
  ['yes = :true', true],
  ['nothing = :null', true],
  ['b = :bytes', true],
  // Source: guide: order of numbers, strings, binaries.
  ['n > :nine', true],
  ['n >= :ten AND n <= :ten', true],
  ['t > :he', true],
  ['b > :begin', true],
  ['n BETWEEN :nine AND :ten', true],
  ['n BETWEEN :one AND :nine', false],
  [':five BETWEEN :one AND n', true],
  ['n IN (:a, :ten)', true],
  ['n IN (:a, :nine)', false],
  // Source: guide: functions.
  ['attribute_exists(m.k.leaf)', true],
  ['attribute_exists(m.k.nil)', false],
  ['attribute_not_exists(l[9])', true],
  ['attribute_type(t, :S)', true],
  ['attribute_type(nothing, :NULL)', true],
  ['attribute_type(t, :L)', false],
  ['attribute_type(absent, :S)', false],
  ['begins_with(t, :he)', true],
  ['begins_with(b, :begin)', true],
  ['begins_with(b, :bytes)', true],
  ['begins_with(n, :he)', false],
  ['begins_with(absent, :he)', false],
  ['contains(t, :he)', true],
  ['contains(b, :byte)', true],
  ['contains(ss, :a)', true],
  ['contains(ns, :two)', true],
  ['contains(bs, :byte)', true],
  ['contains(l, :x)', true],
  ['contains(l, :list)', true],
  ['contains(l, :map)', true],
  ['contains(l, :two)', false],
  ['contains(t, :one)', false],
  ['contains(n, :one)', false],
  ['contains(m, :x)', false],
  ['contains(ss, :ss)', false],
  ['contains(absent, :a)', false],
  // Source: guide; parity (a stored number has no size).
  ['size(t) = :five', true],
  ['size(b) = :three', true],
  ['size(ss) = :two', true],
  ['size(m) = :two', true],
  ['size(l) > :three', true],
  ['size(n) > :one', false],
  ['size(absent) > :one', false],
  ['size(:hello) = size(t)', true],
  // Source: guide: precedence, keywords in any case, names with dots.
  ['absent = :a OR n = :ten AND t = :hello', true],
  ['NOT n = :ten AND t = :hello', false],
  ['not (n = :nine) and t = :hello', true],
  ['NOT NOT n = :ten', true],
  ['#dot = :hello', false],
  ['attribute_exists(#dot)', true],
])('"%s" is %s', (text, expected) => {
  expect(isTrue(text, item)).toBe(expected);
});

// Source: parity.
test('of an item that does not exist every attribute is missing', () => {
  expect(isTrue('attribute_not_exists(pk)', undefined)).toBe(true);
  expect(isTrue('attribute_exists(pk)', undefined)).toBe(false);
});

test('a condition names the attributes that it looks at', () => {
  const { attributes } = parseCondition('a.b = :a AND (size(c) > :one OR #dot IN (d, :b))', {
    place: 'FilterExpression',
    placeholders: placeholders(),
  });
  expect([...attributes]).toEqual(['a', 'c', 'a.b', 'd']);
});

// Source: parity (keys are not added, nothing around what is missing); dynoxide (elements packed, merged by element).
test.each<[string, Item]>([
  ['t', { t: { S: 'hello' } }],
  ['absent', {}],
  ['t.x, l[99], m.nope', {}],
  ['m.k.leaf, n', { m: { M: { k: { M: { leaf: { N: '5' } } } } }, n: { N: '10' } }],
  ['l[1], l[0]', { l: { L: [{ S: 'x' }, { N: '1' }] } }],
  ['l[3].z, l[0], l[3].y', { l: { L: [{ S: 'x' }, { M: { y: { S: 'in' }, z: { N: '2' } } }] } }],
  ['l[2][0]', { l: { L: [{ L: [{ S: 'deep' }] }] } }],
  ['#dot', { 'a.b': { S: 'dotted' } }],
])('the projection "%s" shows what it leads to', (text, expected) => {
  expect(shown(text)).toEqual(expected);
});

test('an attribute may have the name of what every object has', () => {
  const odd = checkItem(JSON.parse('{"__proto__":{"M":{"x":{"S":"y"}}}}'));
  expect(JSON.stringify(shown('#proto.x', odd))).toBe('{"__proto__":{"M":{"x":{"S":"y"}}}}');
  expect(shown('#proto', { a: { S: 'b' } })).toEqual({});
});
