import { expect, test } from 'vitest';
import * as z from 'zod';
import { event } from '../test-session.test.ts';
import { allOf, anyOf, arrayContaining, not } from './combine.ts';
import { anyMessage, compileExpectation } from './compile.ts';
import { jsonSchema } from './json-schema.ts';
import { pattern } from './pattern.ts';
import { recordExpectation } from './recorded.ts';
import { reviveExpectation } from './revive.ts';

const order = event('OrderCreated', {
  id: '01HF',
  total: 42,
  at: '2026-11-22T14:02:07Z',
  $ref: 'x',
  items: [{ sku: 'a' }, { sku: 'b' }],
});

const overTheWire = (expected: unknown) =>
  reviveExpectation(JSON.parse(JSON.stringify(recordExpectation(compileExpectation(expected)))));

const detail = (fields: object) => ({ detail: fields });

test.each([
  ['a partial object', { source: 'OrderService', detail: { id: '01HF' } }, { source: 'Billing' }],
  ['regular expressions in it', detail({ id: /^01hf$/i }), detail({ id: /^02/ })],
  ['dates', detail({ at: new Date('2026-11-22T15:02:07+01:00') }), detail({ at: new Date(0) })],
  ['exact arrays', detail({ items: [{ sku: 'a' }, {}].slice(0, 1) }), detail({ items: [{ sku: 'b' }, { sku: 'a' }] })],
  ['arrayContaining', detail({ items: arrayContaining([{ sku: /b/ }]) }), detail({ items: arrayContaining(['b']) })],
  ['a field whose name starts with a dollar sign', detail({ $ref: 'x' }), detail({ $ref: 'y' })],
  ['expect.any', detail({ total: expect.any(Number) }), detail({ total: expect.any(String) })],
  ['expect.anything', detail({ id: expect.anything() }), detail({ missing: expect.anything() })],
  ['stringContaining', detail({ id: expect.stringContaining('1H') }), detail({ id: expect.stringContaining('2') })],
  ['its negation', detail({ id: expect.not.stringContaining('2') }), detail({ id: expect.not.stringContaining('1') })],
  ['stringMatching', detail({ id: expect.stringMatching(/^0/) }), detail({ id: expect.not.stringMatching('^0') })],
  ['a text', /"id":"01HF"/, /01HX/],
  ['a pattern', pattern({ detail: { total: [{ numeric: ['>', 40] }] } }), pattern({ source: [{ prefix: 'x' }] })],
  [
    'a JSON Schema',
    jsonSchema({ properties: { source: { const: 'OrderService' } } }),
    jsonSchema({ properties: { source: { const: 'Billing' } } }),
  ],
  ['combinations', allOf(/01HF/, not({ source: 'Billing' })), anyOf({ source: 'Billing' }, detail({ total: 43 }))],
])('%s means the same after it was written down', (_, met, notMet) => {
  const outcomes = [met, notMet].map((expected) => [
    compileExpectation(expected).matches(order),
    overTheWire(expected).matches(order),
  ]);
  // A one-element array against two elements is no match either; only the pairs have to agree.
  for (const [before, after] of outcomes) expect(after).toBe(before);
  expect(outcomes[1]).toEqual([false, false]);
  expect(overTheWire(met).text).toBe(compileExpectation(met).text);
});

test('any message stays any message', () => {
  expect(overTheWire(anyMessage)).toBe(anyMessage);
});

test.each([
  ['a function', () => true],
  ['a function', detail({ id: (id: string) => id.length > 3 })],
  ['a zod schema', z.object({})],
  ['a zod schema', detail({ id: z.string() })],
  ['a function', anyOf({ source: 'x' }, () => true)],
  ['ObjectContaining { a: 1 }', detail({ id: expect.objectContaining({ a: 1 }) })],
  ['a secret, which is left out', detail({ apiKey: 'abc' })],
  ['a secret, which is left out', detail({ password: expect.any(String) })],
  ['a secret, which is left out', pattern({ detail: { token: ['abc'] } })],
])('%s cannot be written down, and says so', (reason, expected) => {
  expect(() => overTheWire(expected)).toThrow(expect.objectContaining({ name: 'NotReplayableError', message: reason }));
});
