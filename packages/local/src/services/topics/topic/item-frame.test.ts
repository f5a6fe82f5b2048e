import { SubscriptionItemSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../../http/grpc/method.ts';
import { encodeItemFrame } from './item-frame.ts';

const number = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.maxSafeInteger().filter((n) => n > 0),
);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 120, maxLength: 20_000 }));

test('an item is framed as protobuf frames it, whatever its value, publisher and numbers', () => {
  fc.assert(
    fc.property(number, number, fc.string(), fc.oneof(text, fc.uint8Array()), (sequence, page, publisherId, sent) => {
      const isText = typeof sent === 'string';
      const value = isText
        ? { kind: 'text' as const, text: sent }
        : { kind: 'binary' as const, base64: Buffer.from(sent).toString('base64') };
      const byHand = encodeItemFrame(
        { sequence, value: { value, publisherId, sizeBytes: sent.length, via: 'grpc' } },
        page,
      );
      const expected = encode(SubscriptionItemSchema, {
        kind: {
          case: 'item',
          value: {
            topicSequenceNumber: BigInt(sequence),
            sequencePage: BigInt(page),
            publisherId,
            value: { kind: isText ? { case: 'text', value: sent } : { case: 'binary', value: sent } },
          },
        },
      });
      expect(byHand.equals(expected)).toBe(true);
    }),
  );
});
