import { expect, test } from 'vitest';
import { idleIsolations } from './isolation-names.ts';

test('a function that is named and not there is told, with the one that was meant', () => {
  const functions = [{ name: 'shop-Orders-ABCDEFGHIJK1' }, { name: 'prices' }];
  expect(idleIsolations({ Orders: 'process', prices: 'process', '*': 'worker' }, functions)).toEqual([]);
  expect(idleIsolations('process', functions)).toEqual([]);
  expect(idleIsolations({ Order: 'process', Stock: 'process' }, functions)).toEqual([
    "isolation['Order'] in the configuration has no effect: no function has this name or logical id. Did you mean 'Orders'?",
    "isolation['Stock'] in the configuration has no effect: no function has this name or logical id.",
  ]);
});
