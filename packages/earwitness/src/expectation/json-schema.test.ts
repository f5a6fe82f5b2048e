import { expect, expectTypeOf, test } from 'vitest';
import { event, openTestSession, rejection } from '../test-session.test.ts';
import { allOf, anyOf, not } from './combine.ts';
import { compileExpectation } from './compile.ts';
import { ExpectationError } from './expectation.ts';
import { jsonSchema } from './json-schema.ts';

const order = event('OrderCreated', { id: '01HF', total: 42, lines: [{ sku: 'a' }], at: '2026-11-22T14:02:07Z' });

const orderSchema = {
  type: 'object',
  properties: {
    source: { const: 'OrderService' },
    detail: {
      type: 'object',
      properties: {
        id: { type: 'string', pattern: '^01' },
        total: { type: 'integer', minimum: 0 },
        lines: { type: 'array', items: { properties: { sku: { type: 'string' } }, required: ['sku'] } },
      },
      required: ['id', 'total'],
    },
  },
  required: ['source', 'detail'],
};

test.each([
  ['2020-12, unless it says otherwise', undefined, { prefixItems: [{ type: 'integer' }] }],
  ['2020-12', 'https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'integer' }] }],
  ['2019-09', 'https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'integer' }] }],
  ['07', 'http://json-schema.org/draft-07/schema#', { items: [{ type: 'integer' }] }],
])('a schema of draft %s is an expectation', (_, $schema, lines) => {
  const schema = (extra: object) => ({
    ...($schema ? { $schema } : {}),
    properties: { detail: { properties: extra } },
  });
  expect(jsonSchema(schema({ id: { type: 'string' } })).matches(order)).toBe(true);
  expect(jsonSchema(schema({ lines })).matches(order)).toBe(false);
});

test('a format is checked', () => {
  const at = (format: string) =>
    jsonSchema({ properties: { detail: { properties: { at: { type: 'string', format } } } } });
  expect(at('date-time').matches(order)).toBe(true);
  expect(at('uuid').matches(order)).toBe(false);
});

test('a near miss shows each field that is not as the schema wants it, and those that are', () => {
  const expectation = jsonSchema(orderSchema);
  expect(expectation.matches(order)).toBe(true);
  const miss = event('OrderCreated', { id: '02', total: -1.5, lines: [{ sku: 'a' }, { apiKey: 'x' }] }, 'Billing');
  expect(expectation.matches(miss)).toBe(false);
  expect(
    expectation.compare(miss).map(({ path, pass, expected, received }) => [path, pass, expected, received]),
  ).toEqual([
    ['source', false, '"OrderService"', '"Billing"'],
    ['detail.id', false, 'must match pattern "^01"', '"02"'],
    ['detail.total', false, 'must be integer, must be >= 0', '-1.5'],
    ['detail.lines[1].sku', false, 'required', '(absent)'],
  ]);
  const nearer = event('OrderCreated', { id: '01', total: 'many' });
  expect(expectation.compare(nearer).map(({ path, pass }) => [path, pass])).toEqual([
    ['detail.total', false],
    ['source', true],
    ['detail.id', true],
  ]);
});

test('a choice that fails is one finding, and a field too many is named', () => {
  const schema = jsonSchema({
    properties: {
      source: { anyOf: [{ const: 'Billing' }, { const: 'Shipping' }] },
      'detail-type': { enum: ['Paid', 'Shipped'] },
      detail: { properties: { id: true }, additionalProperties: false },
    },
  });
  const miss = event('OrderCreated', { id: '1', 'a/b': 2 });
  expect(schema.compare(miss).filter(({ pass }) => !pass)).toMatchObject([
    { path: 'source', expected: 'must match a schema in anyOf' },
    { path: 'detail-type', expected: '"Paid" or "Shipped"' },
    { path: 'detail["a/b"]', expected: 'no such field', received: '2' },
  ]);
});

test('it combines, and stands in a field of a partial object', () => {
  const positive = jsonSchema({ type: 'number', exclusiveMinimum: 0 });
  expect(compileExpectation({ source: 'OrderService', detail: { total: positive } }).matches(order)).toBe(true);
  const negative = jsonSchema({ type: 'number', maximum: 0 });
  expect(compileExpectation({ detail: { total: negative } }).compare(order)).toMatchObject([
    { path: 'detail.total', pass: false, expected: 'must be <= 0', received: '42' },
  ]);
  expect(allOf(jsonSchema(orderSchema), { 'detail-type': 'OrderCreated' }).matches(order)).toBe(true);
  expect(anyOf(not(jsonSchema(orderSchema)), { source: 'x' }).matches(order)).toBe(false);
});

test('a wait resolves with the event, and its page prints the schema beside the closest event', async () => {
  const { clock, events, topic } = await openTestSession();
  topic.publish(order);
  const found = await events.waitForMessageMatching(jsonSchema<typeof order>(orderSchema));
  expectTypeOf(found).toEqualTypeOf<typeof order>();
  expect(found).toEqual(order);
  const waiting = events.waitForMessageMatching(
    jsonSchema({ title: 'Order paid', properties: { detail: { properties: { total: { const: 43 } } } } }),
  );
  clock.advance(4500);
  const { message } = await rejection(waiting);
  const [, closest = '', expected = ''] = message.split('\n\n');
  expect(`${closest}\n\n${expected}`.replace(/\.ts:\d+/, '.ts:0').replace(/ id 0000\S+/, ' id 0')).toBe(
    `  Closest event   0/1 fields   id 0   +0 ms
    - detail.total  43   expected
    + detail.total  42   received

  Expected   an event valid for the JSON schema "Order paid"   json-schema.test.ts:0
    {
      title: "Order paid",
      properties: { detail: { properties: { total: { const: 43 } } } },
    }`,
  );
});

test('a schema that cannot be meant is refused at once', () => {
  const refusal = (schema: object) => {
    try {
      return String(jsonSchema(schema));
    } catch (error) {
      return error instanceof ExpectationError ? error.message : 'another error';
    }
  };
  expect([
    refusal({ $schema: 'http://json-schema.org/draft-04/schema#' }),
    refusal({ $async: true }),
    refusal({ requried: ['id'] }),
    refusal({ type: 'text' }),
    refusal({ $ref: 'https://example.com/order.json' }),
  ]).toMatchInlineSnapshot(`
    [
      "jsonSchema() knows the drafts 2020-12, 2019-09 and 07, not "http://json-schema.org/draft-04/schema#".",
      "The JSON schema validates asynchronously, but an expectation must decide at once.",
      "The JSON schema cannot be compiled: strict mode: unknown keyword: "requried".",
      "The JSON schema cannot be compiled: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf.",
      "The JSON schema cannot be compiled: can't resolve reference https://example.com/order.json from id #.",
    ]
  `);
});

test('schemas with the same $id do not meet', () => {
  const schema = (source: string) =>
    jsonSchema({ $id: 'https://example.com/order', properties: { source: { const: source } } });
  expect([schema('OrderService').matches(order), schema('Billing').matches(order)]).toEqual([true, false]);
});
