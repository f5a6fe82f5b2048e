import { expect, test } from 'vitest';
import { compileExpectation } from './compile.ts';
import { ExpectationError } from './expectation.ts';

const order = {
  version: '0',
  id: 'e1',
  source: 'OrderService',
  'detail-type': 'OrderCreated',
  account: '123456789012',
  time: '2026-11-22T14:02:07Z',
  region: 'eu-west-1',
  resources: [],
  detail: {
    id: '01HF',
    total: 42,
    gift: false,
    note: null,
    tags: {},
    items: [
      { sku: 'a', count: 1 },
      { sku: 'b', count: 2 },
    ],
    lines: [1, 2, 3],
  },
};

const matches = (expected: unknown) => compileExpectation(expected).matches(order);

test('fields that are not named may be anything', () => {
  expect(matches({ detail: { id: '01HF' } })).toBe(true);
  expect(matches({ source: 'OrderService', detail: { total: 42, gift: false, note: null } })).toBe(true);
  expect(matches({ detail: { id: '01HX' } })).toBe(false);
  expect(matches({ detail: { missing: 1 } })).toBe(false);
});

test('values are compared with their type', () => {
  expect(matches({ detail: { total: '42' } })).toBe(false);
  expect(matches({ detail: { gift: 0 } })).toBe(false);
  expect(matches({ detail: { note: false } })).toBe(false);
});

test('arrays are exact in length and order, and objects in them are partial', () => {
  expect(matches({ detail: { lines: [1, 2, 3] } })).toBe(true);
  expect(matches({ detail: { lines: [3, 1] } })).toBe(false);
  expect(matches({ detail: { lines: [3, 2, 1] } })).toBe(false);
  expect(matches({ detail: { items: [{ sku: 'a' }, { sku: 'b' }] } })).toBe(true);
  expect(matches({ detail: { items: [{ sku: 'a' }] } })).toBe(false);
});

test('{} and [] are no wildcards: they match only what is empty', () => {
  expect(matches({ detail: {} })).toBe(false);
  expect(matches({ detail: { items: [] } })).toBe(false);
  expect(matches({ resources: [], detail: { tags: {} } })).toBe(true);
});

test('an array is never taken for an object, nor a string for an array', () => {
  expect(matches({ detail: { lines: { length: 3 } } })).toBe(false);
  expect(matches({ source: { length: 12 } })).toBe(false);
  expect(matches({ detail: { constructor: { name: 'Object' } } })).toBe(false);
});

test('a leaf can be a regular expression, a predicate or a date', () => {
  expect(matches({ detail: { id: /^01/g } })).toBe(true);
  expect(matches({ detail: { id: /^01/g } })).toBe(true);
  expect(matches({ detail: { total: /42/ } })).toBe(false);
  expect(matches({ detail: { total: (total: number) => total > 40 } })).toBe(true);
  expect(matches({ time: new Date('2026-11-22T15:02:07+01:00') })).toBe(true);
});

test('asymmetric matchers of the runner decide about their field', () => {
  expect(matches({ detail: { id: expect.any(String), items: expect.arrayContaining([{ sku: 'b', count: 2 }]) } })).toBe(
    true,
  );
  expect(matches({ detail: { total: expect.closeTo(42.0001, 3), lines: expect.not.arrayContaining([4]) } })).toBe(true);
  expect(matches({ detail: { id: expect.any(Number) } })).toBe(false);
  expect(matches({ detail: { missing: expect.anything() } })).toBe(false);
  expect(matches(expect.objectContaining({ source: 'OrderService' }))).toBe(true);
});

test('undefined is refused at once, with the path of the field', () => {
  const order: { id?: string } = {};
  expect(() => compileExpectation({ detail: { order: { id: order.id } } })).toThrow(
    new ExpectationError(
      'detail.order.id is undefined. A field that may be anything is left out; was a variable not set?',
    ),
  );
});

test('what can never be meant is refused', () => {
  for (const expected of [undefined, null, 42, 'OrderCreated', [], {}, { detail: { size: 1n } }]) {
    expect(() => compileExpectation(expected)).toThrow(ExpectationError);
  }
});

test('a predicate is asked about events only, and one that throws has not accepted', () => {
  const byDeepField = compileExpectation(
    (event: { detail: { order: { id: string } } }) => event.detail.order.id === '1',
  );
  expect(byDeepField.matches(order)).toBe(false);
  expect(byDeepField.compare(order)[0]?.received).toBe(
    "threw TypeError: Cannot read properties of undefined (reading 'id')",
  );
  expect(compileExpectation(() => true).matches('a text')).toBe(false);
});

test('the leaf an index uses is the longest value in the detail, not the type all events share', () => {
  const { leaf } = compileExpectation({
    source: 'OrderService-with-a-very-long-name',
    'detail-type': 'OrderCreated',
    detail: { gift: false, id: '01HF', items: [{ sku: 'a' }] },
  });
  expect(leaf).toEqual({ path: ['detail', 'id'], value: '01HF' });
  expect(compileExpectation({ detail: { id: /x/ } }).leaf).toBe(undefined);
});

test('a comparison names every field, and how each failed one differs', () => {
  expect(
    compileExpectation({ source: 'OrderService', detail: { items: [{ count: 9 }], id: '01hf' } }).compare(order),
  ).toEqual([
    { path: 'source', pass: true, expected: '"OrderService"', received: '"OrderService"', closeness: 1 },
    {
      path: 'detail.items',
      pass: false,
      expected: '1 element: [{ count: 9 }]',
      received: '[{ sku: "a", count: 1 }, { sku: "b", count: 2 }]',
      closeness: 0.2,
    },
    { path: 'detail.items[0].count', pass: false, expected: '9', received: '1', closeness: 0.1 },
    { path: 'detail.id', pass: false, expected: '"01hf"', received: '"01HF"', closeness: 0.6 },
  ]);
});

test('a misspelt field and a part of an array come with what may have been meant', () => {
  const hints = (expected: object) =>
    compileExpectation(expected)
      .compare(order)
      .flatMap(({ path, hint }) => (hint === undefined ? [] : [`${path}: ${hint}`]));
  expect(hints({ detailType: 'OrderCreated', detail: { ID: '01HF' } })).toEqual([
    'detailType: did you mean "detail-type"?',
    'detail.ID: did you mean "id"?',
  ]);
  expect(hints({ detail: { items: [{ sku: 'b' }] } })).toEqual([
    'detail.items: a part of an array: arrayContaining([{ sku: "b" }])',
  ]);
  expect(hints({ detail: { items: [{ sku: 'c' }], nothing: 1 } })).toEqual([]);
});

test('an array where a value stands is taken for an EventBridge pattern: one field, and what to write instead', () => {
  const compare = (expected: unknown) => compileExpectation(expected).compare(order);
  expect(compare({ source: ['OrderService'], 'detail-type': ['OrderCreated'] })).toMatchObject([
    { path: 'source', pass: false, hint: 'arrays are EventBridge patterns; write "OrderService"' },
    { path: 'detail-type', pass: false, closeness: 0.6, received: '"OrderCreated"' },
  ]);
  const [several, prefix] = compare({ source: ['a', 'b'], 'detail-type': [{ prefix: 'Order' }] });
  expect(several).toMatchObject({ hint: 'arrays are EventBridge patterns; write a predicate' });
  expect(prefix).toMatchObject({ hint: 'arrays are EventBridge patterns; write a predicate' });
  // Of an array that is one, each element is compared.
  expect(compare({ detail: { lines: [1, 5, 3] } }).map(({ path }) => path)).toHaveLength(4);
});
