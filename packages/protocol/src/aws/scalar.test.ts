import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64, formatIsoTimestamp, parseTimestamp } from './scalar.ts';

test('base64 is what Node writes and reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(encodeBase64(bytes)).toBe(text);
      expect(decodeBase64(text)).toEqual(bytes);
      expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes);
    }),
  );
});

test('text that is not base64 is told apart', () => {
  expect(['A', 'AB*=', 'AAAA=A', 'ü', 'AA==A', '===='].map(decodeBase64)).toEqual(new Array(6).fill(undefined));
});

test('timestamps are read in every spelling of the wire', () => {
  expect(
    [1700000000.123, '1700000000.123', '2023-11-14T22:13:20.123Z', 'Tue, 14 Nov 2023 22:13:20 GMT', 'soon', 1e300].map(
      parseTimestamp,
    ),
  ).toEqual([1700000000123, 1700000000123, 1700000000123, 1700000000000, undefined, undefined]);
  expect([formatIsoTimestamp(1700000000123), formatIsoTimestamp(1700000000000)]).toEqual([
    '2023-11-14T22:13:20.123Z',
    '2023-11-14T22:13:20Z',
  ]);
});
