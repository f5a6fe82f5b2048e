import { expect, test } from 'vitest';
import { Position } from './position.ts';

test('numbers that grow by one leave no hole', () => {
  const position = new Position();
  expect([position.item(7, 1), position.item(8, 1), position.item(9, 1)]).toEqual([undefined, undefined, undefined]);
  expect(position.next).toBe(10);
});

test('a skipped number is a hole', () => {
  const position = new Position();
  position.item(7, 1);
  expect(position.item(10, 1)).toEqual({
    afterSequenceNumber: 7,
    nextSequenceNumber: 10,
    reason: 'sequence numbers were skipped',
  });
});

test('the first discontinuity says where the stream starts and is no hole', () => {
  const position = new Position();
  expect(position.jump(41, 3)).toBe(undefined);
  expect(position.item(41, 3)).toBe(undefined);
});

test('a discontinuity that goes on where we stand is no hole, one that jumps is', () => {
  const position = new Position();
  position.item(12, 3);
  expect(position.jump(13, 3)).toBe(undefined);
  expect(position.jump(16, 3)).toEqual({
    afterSequenceNumber: 12,
    nextSequenceNumber: 16,
    reason: 'the topic reported a discontinuity',
  });
});

test('a new sequence page after items is a hole, because nobody knows what the old page still had', () => {
  const position = new Position();
  position.item(12, 3);
  expect(position.jump(1, 4)).toEqual({
    afterSequenceNumber: 12,
    nextSequenceNumber: 1,
    reason: 'the topic was reset and counts anew',
  });
});
