import { describe, expect, test } from 'vitest';
import { isolationOf, problemOfIsolation, unknownIn } from './isolation.ts';

describe('a function is meant', () => {
  const long = 'a-stack-with-a-long-name-of-its-own';
  test.each([
    ['by its name', 'orders', { orders: 'process' }],
    ['by the logical id that its name was made of', 'shop-Orders-ABCDEFGHIJK1', { Orders: 'process' }],
    ['by stack and logical id', 'shop-Orders-ABCDEFGHIJK1', { 'shop.Orders': 'process' }],
    [
      'by stack and logical id where they were cut',
      `${`${long}-OrdersThatComeByPost`.slice(0, 51)}-ABCDEFGHIJK1`,
      { [`${long}.OrdersThatComeByPost`]: 'process' },
    ],
    ['as all others', 'prices', { orders: 'worker', '*': 'process' }],
    ['as one of all', 'prices', 'process'],
  ] as const)('%s', (_, name, setting) => {
    expect(isolationOf(name, setting)).toBe('process');
  });

  test.each([
    ['no setting', 'orders', undefined],
    ['a part of its name', 'my-orders', { orders: 'process' }],
    ['a part of its logical id', 'shop-MyOrders-ABCDEFGHIJK1', { Orders: 'process' }],
    ['another stack', 'shop-Orders-ABCDEFGHIJK1', { 'show.Orders': 'process' }],
    ['a name of every object', 'orders', JSON.parse('{"constructor":"process"}')],
    ['itself, before all others', 'orders', { orders: 'worker', '*': 'process' }],
  ] as const)('not by %s', (_, name, setting) => {
    expect(isolationOf(name, setting)).toBe('worker');
  });
});

test('names that no function has are found', () => {
  const setting = { Orders: 'process', Stock: 'process', '*': 'process' } as const;
  expect(unknownIn(setting, ['shop-Orders-ABCDEFGHIJK1'])).toEqual(['Stock']);
  expect(unknownIn('process', [])).toEqual([]);
});

test.each([
  ['process', undefined],
  [{ Orders: 'worker' }, undefined],
  ['thread', " must be 'worker' or 'process', or say it of functions: { Orders: 'process' }."],
  [['process'], " must be 'worker' or 'process', or say it of functions: { Orders: 'process' }."],
  [{ Orders: true }, "['Orders'] must be 'worker' or 'process'."],
])('%j is checked', (setting, problem) => {
  expect(problemOfIsolation(setting)).toBe(problem);
});
