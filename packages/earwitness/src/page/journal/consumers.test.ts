// Where a function threw, in the words of a page, whatever language it is written in.
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { describeConsumer } from './consumers.ts';

const detailsOf = async (stack: readonly string[]) => {
  const fault: FactOf<'function.finished'> = {
    ...{ seq: 1, at: 0, kind: 'function.finished', functionName: 'orders', invocationId: 'i', durationMs: 1 },
    ...{ outcome: 'threw', error: { name: 'E', message: 'no money', stack } },
  };
  const namers = { nameOf: (name: string) => name, titleOf: () => undefined };
  return (await describeConsumer(fault, [], namers)).details;
};

test('the first frame of the author’s own is the place', async () => {
  const node = ['at pay (/shop/node_modules/pay/index.js:1:2)', 'at handler (/shop/src/app.ts:19:7)'];
  const python = [
    'File "/venv/lib/python3.12/site-packages/pay/api.py", line 7, in pay',
    'File "/shop/src/app.py", line 19, in handler',
  ];
  expect([await detailsOf(node), await detailsOf(python)]).toEqual([
    ['at /shop/src/app.ts:19'],
    ['at /shop/src/app.py:19'],
  ]);
});
