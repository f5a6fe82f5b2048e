import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['QueName', ['QueueName', 'FifoQueue'], 'QueueName'],
  ['visibilityTimeout', ['VisibilityTimeout'], 'VisibilityTimeout'],
  ['Nope', ['QueueName', 'Arn'], undefined],
  ['Arm', ['Arn', 'Arc'], 'Arn'],
  ['Pya', ['Pay', 'Reserve'], 'Pay'],
  ['', ['A'], undefined],
])('%j of %j means %j', (name, known, meant) => {
  expect(nearest(name, known)).toBe(meant);
});
