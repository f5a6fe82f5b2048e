// An item's gRPC frame, written by hand. It is the one message made for every publish: protobuf-es takes 4.5 µs for a
// 427-byte item, this 0.7 µs. A property test holds the two equal.
//
//     00 <length>                                  frame
//       0a <length>                                SubscriptionItem.item
//         08 <sequence>                            TopicItem.topic_sequence_number
//         12 <length> (0a | 12) <length> <bytes>   TopicItem.value: text or binary
//         1a <length> <bytes>                      TopicItem.publisher_id, unless empty
//         20 <page>                                TopicItem.sequence_page
import type { ItemEntry, TopicValue } from './topic.ts';

const FRAME_HEADER_BYTES = 5;

/** `entry.sequence` and `page` are safe integers above 0. */
export function encodeItemFrame(entry: ItemEntry, page: number): Buffer {
  const { value, publisherId } = entry.value;
  const bytes = bytesOf(value);
  const publisher = Buffer.from(publisherId);
  const valueBytes = 1 + sizeOfVarint(bytes.length) + bytes.length;
  const publisherBytes = publisher.length === 0 ? 0 : 1 + sizeOfVarint(publisher.length) + publisher.length;
  const itemBytes =
    1 +
    sizeOfVarint(entry.sequence) +
    1 +
    sizeOfVarint(valueBytes) +
    valueBytes +
    publisherBytes +
    1 +
    sizeOfVarint(page);
  const messageBytes = 1 + sizeOfVarint(itemBytes) + itemBytes;

  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + messageBytes);
  frame[0] = 0;
  frame.writeUInt32BE(messageBytes, 1);
  let at = writeVarint(frame, FRAME_HEADER_BYTES, { tag: 0x0a, value: itemBytes });
  at = writeVarint(frame, at, { tag: 0x08, value: entry.sequence });
  at = writeVarint(frame, at, { tag: 0x12, value: valueBytes });
  at = writeVarint(frame, at, { tag: value.kind === 'text' ? 0x0a : 0x12, value: bytes.length });
  at += bytes.copy(frame, at);
  if (publisher.length > 0) {
    at = writeVarint(frame, at, { tag: 0x1a, value: publisher.length });
    at += publisher.copy(frame, at);
  }
  writeVarint(frame, at, { tag: 0x20, value: page });
  return frame;
}

function bytesOf(value: TopicValue): Buffer {
  return value.kind === 'text' ? Buffer.from(value.text) : Buffer.from(value.base64, 'base64');
}

// Not by bit operations: those stop at 32 bits, and a page may be larger.
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Writes a field's tag and number; returns where the next byte goes. */
function writeVarint(into: Buffer, at: number, field: { readonly tag: number; readonly value: number }): number {
  let next = at;
  into[next++] = field.tag;
  let rest = field.value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) into[next++] = (rest % 128) + 128;
  into[next++] = rest;
  return next;
}
