import { type } from 'arktype';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { event } from '../test-session.test.ts';
import { compileExpectation } from './compile.ts';
import { ExpectationError } from './expectation.ts';

const order = event('OrderCreated', { id: '01HF', total: 42 });

test.each([
  ['zod', z.object({ detail: z.object({ total: z.number() }) }), z.object({ detail: z.object({ total: z.string() }) })],
  [
    'valibot',
    v.object({ detail: v.object({ total: v.number() }) }),
    v.object({ detail: v.object({ total: v.string() }) }),
  ],
  ['arktype', type({ detail: { total: 'number' } }), type({ detail: { total: 'string' } })],
])('a schema of %s is an expectation, and its issues become findings', (vendor, valid, invalid) => {
  expect(compileExpectation(valid).matches(order)).toBe(true);
  const expectation = compileExpectation(invalid);
  expect(expectation.title).toBe(`an event valid for the ${vendor} schema`);
  expect(expectation.matches(order)).toBe(false);
  expect(expectation.compare(order)).toMatchObject([{ path: 'detail.total', pass: false, received: '42' }]);
});

test('a schema can be a leaf of a partial object', () => {
  const expectation = compileExpectation({ source: 'OrderService', detail: { total: z.number().positive() } });
  expect(expectation.matches(order)).toBe(true);
  expect(compileExpectation({ detail: { total: z.string() } }).compare(order)).toMatchObject([
    { path: 'detail.total', pass: false, received: '42' },
  ]);
});

test('what a schema makes of a message is what a verb hands out', () => {
  const schema = z.object({ detail: z.object({ id: z.string().toLowerCase() }) });
  expect(compileExpectation(schema).output?.(order)).toEqual({ detail: { id: '01hf' } });
});

test('an asynchronous schema is refused', () => {
  const schema = z.object({}).refine(async () => true);
  expect(() => compileExpectation(schema).matches(order)).toThrow(ExpectationError);
});
