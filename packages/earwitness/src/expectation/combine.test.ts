import { expect, test } from 'vitest';
import { event } from '../test-session.test.ts';
import { allOf, anyOf, arrayContaining, not } from './combine.ts';
import { compileExpectation } from './compile.ts';
import { pattern } from './pattern.ts';

const order = event('OrderCreated', {
  id: '01HF',
  total: 42,
  items: [
    { sku: 'a', count: 1 },
    { sku: 'b', count: 2 },
  ],
});

test('allOf, anyOf and not take whatever a verb takes', () => {
  expect(allOf({ source: 'OrderService' }, /01HF/).matches(order)).toBe(true);
  expect(allOf({ source: 'OrderService' }, not({ detail: { total: 42 } })).matches(order)).toBe(false);
  expect(anyOf({ source: 'Billing' }, { detail: { id: '01HF' } }).matches(order)).toBe(true);
  expect(anyOf({ source: 'Billing' }, () => false).matches(order)).toBe(false);
});

test('a near miss of anyOf shows the part that came closest', () => {
  const expectation = anyOf({ source: 'Billing' }, { source: 'OrderService', detail: { id: '01HX' } });
  expect(expectation.title).toBe('an event from Billing or an event from OrderService');
  expect(expectation.compare(order).map(({ path, pass }) => [path, pass])).toEqual([
    ['source', true],
    ['detail.id', false],
  ]);
});

test('arrayContaining finds partial elements in any order', () => {
  const contains = (...items: unknown[]) =>
    compileExpectation({ detail: { items: arrayContaining(items) } }).matches(order);
  expect(contains({ sku: 'b' }, { count: 1 })).toBe(true);
  expect(contains({ sku: 'c' })).toBe(false);
});

test('a pattern means here what it means on the bus, and a near miss says what the rule engine says', () => {
  expect(pattern({ source: [{ prefix: 'Order' }], detail: { total: [{ numeric: ['>', 40] }] } }).matches(order)).toBe(
    true,
  );
  const tooSmall = pattern({ source: ['OrderService'], detail: { total: [{ numeric: ['>', 100] }] } });
  expect(tooSmall.matches(order)).toBe(false);
  expect(tooSmall.compare(order)).toMatchObject([
    { path: 'detail.total', pass: false, received: '42' },
    { path: 'source', pass: true, received: '"OrderService"' },
  ]);
  expect(() => pattern({ source: 'OrderService' })).toThrow(/must be an object or an array/);
});

test('a near miss of a pattern is told of a text, too: it has no field', () => {
  const { compare, matches } = pattern({ source: ['OrderService'] });
  expect(matches('no event')).toBe(false);
  expect(compare('no event')).toEqual([
    {
      path: 'source',
      pass: false,
      expected: '"OrderService"',
      received: '(absent) (the event has no "source" (it is empty))',
      closeness: 0,
    },
  ]);
});

test('parts that are several themselves stand in brackets, and what must not match is named', () => {
  const expectation = not(anyOf({ source: 'OrderService' }, { source: 'Shop' }));
  expect(expectation.title).toBe('not (an event from OrderService or an event from Shop)');
  expect(expectation.compare(order)).toMatchObject([
    { expected: 'not ({ source: "OrderService" } or { source: "Shop" })', received: 'it matches' },
  ]);
  expect(allOf({ source: 'a' }, anyOf({ source: 'b' }, { source: 'c' })).text).toBe(
    '{ source: "a" }\nand\n({ source: "b" }\nor\n{ source: "c" })',
  );
  expect(() => anyOf([{ source: 'a' }] as never)).toThrow(
    'anyOf() takes its expectations one by one, not as an array.',
  );
});
