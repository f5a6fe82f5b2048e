// What a subscription sends over gRPC, as framed bytes.
import {
  SubscriptionItemSchema,
  type TopicValue as WireValue,
} from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { encode } from '../../../http/grpc/method.ts';
import { encodeItemFrame } from './item-frame.ts';
import type { ItemEntry, Topic, TopicValue } from './topic.ts';

/** Proof of life. */
export const HEARTBEAT: Buffer = encode(SubscriptionItemSchema, { kind: { case: 'heartbeat', value: {} } });

/** `next`: number of the item that follows. The wire carries the number before it, because clients resume at +1. */
export function encodeDiscontinuity({ last, next, page }: { last: number; next: number; page: number }): Buffer {
  return encode(SubscriptionItemSchema, {
    kind: {
      case: 'discontinuity',
      value: { lastTopicSequence: BigInt(last), newTopicSequence: BigInt(next - 1), newSequencePage: BigInt(page) },
    },
  });
}

/**
 * Encodes items. An item goes to many subscriptions, one after the other: the newest frame is kept, so that it is made
 * once.
 */
export class ItemEncoder {
  #newest: { readonly entry: ItemEntry; readonly frame: Buffer } | undefined;

  encode(topic: Topic, entry: ItemEntry): Buffer {
    if (this.#newest?.entry === entry) return this.#newest.frame;
    const frame = encodeItemFrame(entry, topic.page);
    this.#newest = { entry, frame };
    return frame;
  }
}

/** The value of a publish request; undefined when it has none. */
export function parseValue(value: WireValue | undefined): { value: TopicValue; sizeBytes: number } | undefined {
  switch (value?.kind.case) {
    case 'text':
      return { value: { kind: 'text', text: value.kind.value }, sizeBytes: Buffer.byteLength(value.kind.value) };
    case 'binary': {
      const bytes = Buffer.from(value.kind.value);
      return { value: { kind: 'binary', base64: bytes.toString('base64') }, sizeBytes: bytes.length };
    }
    default:
      return undefined;
  }
}
