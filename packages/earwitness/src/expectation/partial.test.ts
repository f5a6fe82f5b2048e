import { expect, test } from 'vitest';
import { allOf } from './combine.ts';
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

// Source: ECMA-262, AsyncFunction: it returns a promise, and a promise is true.
test('a predicate that answers by a promise is refused: it would accept everything', () => {
  const late = 'The predicate is asynchronous, but an expectation must decide at once: leave out async.';
  expect(() => matches(async () => false)).toThrow(new ExpectationError(late));
  expect(() => matches({ detail: { total: async () => false } })).toThrow(new ExpectationError(late));
});

test('a predicate of a field that throws, or returns nothing, has not accepted, and the page says so', () => {
  const isLong = (id: unknown) => (id as { items: unknown[] }).items.length > 1;
  expect(matches({ detail: { id: isLong } })).toBe(false);
  const [threw] = compileExpectation({ detail: { id: isLong } }).compare(order);
  expect(threw).toMatchObject({
    received: '"01HF"',
    hint: "the predicate threw TypeError: Cannot read properties of undefined (reading 'length')",
  });
  const forgetful = (total: unknown) => {
    expect(total).toBe(42);
  };
  const [nothing] = compileExpectation({ detail: { total: forgetful } }).compare(order);
  expect(nothing).toMatchObject({ pass: false, hint: 'the predicate returned nothing' });
  expect(compileExpectation((event: never) => forgetful(event)).compare(order)[0]?.received).toMatch(/^threw Assert/);
  expect(compileExpectation(() => undefined).compare(order)[0]?.received).toBe('returned nothing');
});

class Money {
  readonly amount = 42;
}

// Source: ECMA-262, JSON.stringify: what has no form there, or `null` or `{}` for one.
test('what no event can carry is refused at once, and by name', () => {
  class Hidden {
    readonly #id = '01HF';
    get id() {
      return this.#id;
    }
  }
  const refusal = (id: unknown) => {
    try {
      return `met: ${matches({ detail: { id } })}`;
    } catch (error) {
      return error instanceof ExpectationError ? error.message : String(error);
    }
  };
  expect(
    [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      Symbol('a'),
      new Date('nonsense'),
      Promise.resolve('01HF'),
      new Map([['a', 1]]),
      new Set(['a']),
      new Error('a'),
      Object('01HF'),
      new Uint8Array(2),
      new Hidden(),
      allOf({ source: 'OrderService' }),
      sinon('01HF'),
    ].map(refusal),
  ).toEqual([
    'detail.id is NaN, which no event can carry.',
    'detail.id is Infinity, which no event can carry.',
    'detail.id is a bigint, which no event can carry: write 1 or "1".',
    'detail.id is a symbol, which no event can carry.',
    'detail.id is an invalid Date.',
    'detail.id is a promise; was an await forgotten?',
    'detail.id is a Map, which no event can carry: write Object.fromEntries(map).',
    'detail.id is a Set, which no event can carry: write [...set].',
    'detail.id is an instance of Error, whose content no event can carry.',
    'detail.id is an instance of String, whose content no event can carry.',
    'detail.id is an instance of Uint8Array, whose content no event can carry.',
    'detail.id is an instance of Hidden, whose content no event can carry.',
    'detail.id is an expectation of a whole event (allOf, anyOf, not, pattern): put it around, or write a predicate here.',
    'detail.id is match("01HF"), which decides nothing here: write (value) => matcher.test(value).',
  ]);
  expect(() => compileExpectation(Promise.resolve({}))).toThrow(
    new ExpectationError('The expectation is a promise; was an await forgotten?'),
  );
  expect(matches({ detail: { total: -0 } })).toBe(false);
});

/** A matcher as sinon 22 makes it: an object whose prototype has `or` and `toString`. */
function sinon(expected: string): object {
  const prototype = { or: () => undefined, and: () => undefined, toString: () => `match("${expected}")` };
  return Object.assign(Object.create(prototype), { test: (value: unknown) => value === expected, message: '' });
}

// Source: ECMA-262, SerializeJSONProperty: what `toJSON` returns stands in the place of the object.
test('an object that says itself what it is in JSON is compared, printed and recorded as that', () => {
  const id = { hex: 1, toJSON: () => '01HF' };
  expect(matches({ detail: { id } })).toBe(true);
  const expectation = compileExpectation({ detail: { id, items: [new Money()] } });
  expect(expectation.text).toBe('{ detail: { id: "01HF", items: [{ amount: 42 }] } }');
  expect(expectation.record?.()).toEqual({ partial: { detail: { id: '01HF', items: [{ amount: 42 }] } } });
  expect(compileExpectation({ detail: { id: new URL('https://a.b/c') } }).compare(order)[0]?.expected).toBe(
    '"https://a.b/c"',
  );
});

test('the same time in another form, JSON in a text, and a field of the detail are told', () => {
  const payload = '{"id":"01HF"}';
  const sent = { ...order, detail: { ...order.detail, at: '2026-11-22T14:02:07.000Z', payload, price: { eur: 3 } } };
  const hints = (expected: object) =>
    compileExpectation(expected)
      .compare(sent)
      .flatMap(({ path, hint }) => (hint === undefined ? [] : [`${path}: ${hint}`]));
  expect(hints({ detail: { at: '2026-11-22T15:02:07+01:00' } })).toEqual([
    'detail.at: the same time in another form: expect new Date("2026-11-22T15:02:07+01:00")',
  ]);
  expect(hints({ detail: { at: Date.parse(sent.detail.at) } })).toHaveLength(1);
  expect(hints({ detail: { at: '2026-11-22T15:02:07Z', total: 43 } })).toEqual([]);
  expect(hints({ detail: { payload: { id: '01HF' } } })).toEqual([
    'detail.payload.id: detail.payload is JSON in a text: expect a predicate there',
  ]);
  expect(hints({ detail: { price: '{"eur":3}' } })).toEqual([
    'detail.price: it is an object, and expected as its JSON text',
  ]);
  // The envelope has an id of its own.
  expect(hints({ id: '01HF', total: 42 })).toEqual([
    'id: did you mean detail.id?',
    'total: did you mean detail.total?',
  ]);
  expect(hints({ id: '01HX', gone: 1 })).toEqual([]);
  expect(hints({ detail: { total: /42/ } })).toEqual(['detail.total: a regular expression is met by texts alone']);
});

// Source: Unicode Standard Annex 15: two forms of one letter are canonically equivalent, and show the same.
test('texts that look the same are told apart by their signs', () => {
  const compare = (name: string, sent: string) =>
    compileExpectation({ detail: { name } }).compare({ ...order, detail: { name: sent } })[0]?.hint;
  expect(compare('caf\u00E9', 'cafe\u0301')).toBe('they look the same, and differ at sign 4: U+00E9 and U+0065');
  expect(compare('a b', 'a\u00A0b')).toBe('they look the same, and differ at sign 2: U+0020 and U+00A0');
  expect(compare('ab', 'ab\u200B')).toBe('they look the same, and differ at sign 3: its end and U+200B');
  expect(compare('Anna', 'Anna ')).toBe(undefined);
});

test('an expectation that contains itself is refused', () => {
  const detail: Record<string, unknown> = { id: '01HF' };
  detail['self'] = detail;
  expect(() => compileExpectation({ detail })).toThrow(
    new ExpectationError('detail.self.self.self… is nested more than 200 deep: does it contain itself?'),
  );
});
