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
    reason: 'the topic was reset and counts from the start again',
  });
});

test('an item that comes again is known by its number and text; the same text under another number is another item', () => {
  const position = new Position();
  const hear = (sequenceNumber: number, text: string, page = 1) => {
    position.item(sequenceNumber, page);
    return position.isReplay(sequenceNumber, text);
  };
  expect([hear(7, 'a'), hear(8, 'b'), hear(7, 'a'), hear(8, 'b')]).toEqual([false, false, true, true]);
  expect([hear(9, 'b'), hear(10, 'b')]).toEqual([false, false]);
  // A topic that was reset without a word counts anew: what differs is never dropped.
  expect(hear(8, 'of the new topic')).toBe(false);
  expect([hear(9, 'b', 2), hear(9, 'b', 2)]).toEqual([false, true]);
});

test('what is remembered to know items again does not grow', () => {
  const position = new Position();
  for (let n = 1; n <= 1000; n++) position.isReplay(n, 'text');
  expect([position.isReplay(1000, 'text'), position.isReplay(700, 'text')]).toEqual([true, false]);
});
