// What updates make of items. Sources: "parity" paritysuite/dynamodb-conformance, captured on AWS until October 2026
// (tests/ tier1/updateItem); "alternator" ScyllaDB, test/alternator, which also passes on AWS; "dynalite" run against
// it.
import { expect, test } from 'vitest';
import { ServiceError } from '../../aws/errors.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkItem } from '../value/check.ts';
import type { Item } from '../value/value.ts';
import { Placeholders } from './placeholders.ts';
import { applyUpdate, parseUpdate, updatedAttributes } from './update.ts';

const deep = (wraps: number): AttributeValue => (wraps === 0 ? { S: 'leaf' } : { M: { n: deep(wraps - 1) } });
const bytes = (...all: number[]) => Uint8Array.from(all);

const values: Record<string, AttributeValue> = {
  ':v': { S: 'v' },
  ':w': { S: 'w' },
  ':one': { N: '1' },
  ':half': { N: '0.5' },
  ':big': { N: '1e50' },
  ':huge': { N: '9e125' },
  ':ab': { SS: ['a', 'b'] },
  ':bc': { SS: ['b', 'c'] },
  ':nums': { NS: ['2', '10'] },
  ':blobs': { BS: [bytes(2)] },
  ':list': { L: [{ S: 'v' }] },
  ':map': { M: {} },
  ':deep': deep(31),
};
const key: Item = { pk: { S: 'p' } };
const list = (...texts: string[]): AttributeValue => ({ L: texts.map((text) => ({ S: text })) });

function run(text: string, item?: Item) {
  const placeholders = new Placeholders({ names: { '#proto': '__proto__' }, values });
  return applyUpdate(parseUpdate(text, { placeholders }), item && checkItem({ ...key, ...item }), key);
}

/** The item after an update, without its key. */
function after(text: string, item?: Item): Item {
  const { pk: _, ...rest } = run(text, item).item;
  return rest;
}

function refusal(text: string, item?: Item): string {
  try {
    run(text, item);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ValidationException') return error.message;
    throw error;
  }
  return 'accepted';
}

const ABSENT = 'The provided expression refers to an attribute that does not exist in the item';
const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
const WRONG_PATH = 'The document path provided in the update expression is invalid for update';

// Source: alternator, test_update_expression.
test('every operand reads the old item', () => {
  expect(after('SET a = b, b = a', { a: { S: '1' }, b: { S: '2' } })).toEqual({ a: { S: '2' }, b: { S: '1' } });
  expect(after('REMOVE a SET b = a', { a: { S: '1' } })).toEqual({ b: { S: '1' } });
  expect(refusal('SET x = :v, y = x', {})).toBe(ABSENT);
});

test.each<[string, Item, Item]>([
  // Source: parity: an index beyond the end appends, and several are put in the order of their indexes.
  ['SET l[10] = :v', { l: list('a') }, { l: list('a', 'v') }],
  ['SET l[7] = :w, l[5] = :v', { l: list('a') }, { l: list('a', 'v', 'w') }],
  ['SET l[0] = :v', { l: list() }, { l: list('v') }],
  ['SET l[0] = :v', { l: list('a', 'b') }, { l: list('v', 'b') }],
  ['REMOVE l[0], l[1]', { l: list('a', 'b', 'c') }, { l: list('c') }],
  ['REMOVE l[9]', { l: list('a') }, { l: list('a') }],
  ['SET l[1] = :v REMOVE l[0]', { l: list('a', 'b', 'c') }, { l: list('v', 'c') }],
  ['SET l = list_append(:list, l)', { l: list('a') }, { l: list('v', 'a') }],
  ['SET l = list_append(if_not_exists(l, :list), :list)', {}, { l: list('v', 'v') }],
  // Source: parity.
  ['SET m.child = :v', { m: { M: { keep: { S: 'k' } } } }, { m: { M: { keep: { S: 'k' }, child: { S: 'v' } } } }],
  ['REMOVE m.a', { m: { M: { a: { S: '1' }, b: { S: '2' } } } }, { m: { M: { b: { S: '2' } } } }],
  ['REMOVE absent', { a: { S: '1' } }, { a: { S: '1' } }],
  ['REMOVE m.absent', { m: { M: {} } }, { m: { M: {} } }],
  ['SET a = if_not_exists(a, :v), b = if_not_exists(b, :v)', { a: { S: '1' } }, { a: { S: '1' }, b: { S: 'v' } }],
  ['SET n = n + :one, k = n - :half', { n: { N: '1.5' } }, { n: { N: '2.5' }, k: { N: '1' } }],
  ['SET n = (if_not_exists(n, :half) - :one)', {}, { n: { N: '-0.5' } }],
  // Source: parity: ADD counts from 0 and makes sets, DELETE takes the last member with its attribute.
  ['ADD n :one', {}, { n: { N: '1' } }],
  ['ADD n :one', { n: { N: '0.1' } }, { n: { N: '1.1' } }],
  ['ADD s :bc', { s: { SS: ['a', 'b'] } }, { s: { SS: ['a', 'b', 'c'] } }],
  ['ADD s :nums', { s: { NS: ['9', '2.0'] } }, { s: { NS: ['2', '9', '10'] } }],
  ['ADD s :blobs', { s: { BS: [bytes(1), bytes(3)] } }, { s: { BS: [bytes(1), bytes(2), bytes(3)] } }],
  ['ADD m.n :one', { m: { M: {} } }, { m: { M: { n: { N: '1' } } } }],
  ['DELETE s :bc', { s: { SS: ['a', 'b'] } }, { s: { SS: ['a'] } }],
  ['DELETE s :ab', { s: { SS: ['a', 'b'] } }, {}],
  ['DELETE s :ab', {}, {}],
  ['DELETE s :blobs', { s: { BS: [bytes(1), bytes(2)] } }, { s: { BS: [bytes(1)] } }],
  ['SET #proto = :v', {}, JSON.parse('{"__proto__":{"S":"v"}}')],
])('"%s" of %j', (text, item, expected) => {
  expect(Object.entries(after(text, item)).sort()).toEqual(Object.entries(expected).sort());
});

test.each<[string, Item | undefined, string]>([
  // Source: parity; dynalite (a missing parent).
  ['SET a.b = :v', {}, WRONG_PATH],
  ['SET a.b = :v', undefined, WRONG_PATH],
  ['SET a.b = :v', { a: { S: 'text' } }, WRONG_PATH],
  ['SET a[0] = :v', { a: { M: {} } }, WRONG_PATH],
  ['SET a.x = :v', { a: { L: [] } }, WRONG_PATH],
  ['SET l[9].x = :v', { l: { L: [] } }, WRONG_PATH],
  ['REMOVE a.b', {}, WRONG_PATH],
  ['ADD m.n :one', {}, WRONG_PATH],
  ['SET a = absent', {}, ABSENT],
  ['SET a = n + :one', {}, ABSENT],
  ['SET a = list_append(l, :list)', {}, ABSENT],
  ['SET a = s + :one', { s: { S: '1' } }, WRONG_TYPE],
  ['SET a = list_append(s, :list)', { s: { S: '1' } }, WRONG_TYPE],
  ['ADD n :one', { n: { S: '1' } }, WRONG_TYPE],
  ['ADD s :ab', { s: { NS: ['1'] } }, WRONG_TYPE],
  ['DELETE s :ab', { s: { L: [] } }, WRONG_TYPE],
  // Source: alternator, test_number: a sum that 38 digits cannot hold is called an overflow.
  [
    'SET a = :huge + :huge',
    {},
    'Number overflow. Attempting to store a number with magnitude larger than supported range',
  ],
  [
    'SET a = :big + :one',
    {},
    'Number overflow. Attempting to store a number with magnitude larger than supported range',
  ],
  // Source: parity, limits/nestingDepth: what an update would store may not be deeper either.
  ['SET a = :deep', {}, 'accepted'],
  [
    'SET m.a = :deep',
    { m: { M: {} } },
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  ],
])('"%s" of %j is refused', (text, item, sentence) => {
  expect(refusal(text, item)).toBe(sentence);
});

// Source: alternator, test_update_expression; parity.
test('an update that only takes away creates nothing', () => {
  expect(run('REMOVE a DELETE s :ab').createsNothing).toBe(true);
  expect(run('REMOVE a ADD n :one').createsNothing).toBe(false);
  expect(run('SET a = :v').item).toEqual({ ...key, a: { S: 'v' } });
});

// Source: parity; alternator, test_returnvalues.
test('the updated attributes are fragments of the old and of the new item', () => {
  const fragments = (text: string, item: Item) => {
    const { item: made, touched } = run(text, item);
    return [updatedAttributes(checkItem(item), touched), updatedAttributes(made, touched)];
  };
  const m: AttributeValue = { M: { x: { S: 'x' }, y: { S: 'y' } } };
  expect(fragments('SET m.y = :v', { m })).toEqual([{ m: { M: { y: { S: 'y' } } } }, { m: { M: { y: { S: 'v' } } } }]);
  expect(fragments('REMOVE a', { a: { S: '1' } })).toEqual([{ a: { S: '1' } }, {}]);
  expect(fragments('SET l[100] = :v', { l: list('a') })).toEqual([{}, {}]);
  expect(fragments('REMOVE l[1]', { l: list('a', 'b', 'c') })).toEqual([{ l: list('b') }, { l: list('c') }]);
  expect(fragments('SET l[2] = :v, l[0] = :w', { l: list('a', 'b', 'c') })).toEqual([
    { l: list('a', 'c') },
    { l: list('w', 'v') },
  ]);
});

test('an update leaves the item that it was given as it was', () => {
  const item = checkItem({ ...key, l: list('a'), m: { M: { x: { S: 'x' } } }, s: { SS: ['a', 'b'] } });
  const before = structuredClone(item);
  run('SET l[0] = :v, m.x = :w DELETE s :ab', item);
  expect(item).toEqual(before);
});
