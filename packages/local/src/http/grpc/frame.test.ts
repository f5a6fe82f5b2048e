import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, encodeTrailerFrame, FirstFrameReader } from './frame.ts';

test('a message is read back from however many chunks it came in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 60 })), (message, cuts) => {
      const reader = new FirstFrameReader(1000);
      let rest = encodeFrame(message);
      for (const cut of cuts) {
        if (cut >= rest.length) break;
        expect(reader.push(rest.subarray(0, cut))).toBe(undefined);
        rest = rest.subarray(cut);
      }
      expect(Buffer.from(reader.push(rest) ?? 'nothing')).toEqual(Buffer.from(message));
    }),
  );
});

test('what follows the first message is left alone', () => {
  const two = Buffer.concat([encodeFrame(Buffer.from('one')), encodeFrame(Buffer.from('two'))]);
  expect(new FirstFrameReader(10).push(two)).toEqual(Buffer.from('one'));
});

test('a compressed message and one over the limit are refused by their first bytes', () => {
  const push = (...bytes: number[]) => new FirstFrameReader(10).push(Buffer.from(bytes));
  expect(() => push(1, 0, 0, 0, 1)).toThrow('Earwitness takes uncompressed messages only.');
  expect(() => push(0, 0, 0, 0, 11)).toThrow('The request has 11 bytes; at most 10 are taken.');
});

test("gRPC-web's trailers are a frame of lines with the top flag bit", () => {
  const frame = encodeTrailerFrame({ 'grpc-status': '5', err: 'x' });
  expect([frame[0], frame.readUInt32BE(1), frame.subarray(5).toString()]).toEqual([
    0x80,
    22,
    'grpc-status:5\r\nerr:x\r\n',
  ]);
});
