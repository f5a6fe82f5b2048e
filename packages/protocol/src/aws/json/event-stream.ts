// AWS's event streams: an answer as a sequence of messages, each with headers, a payload, and checksums of both.
//
//   total length (4) · length of headers (4) · CRC-32 of these (4) · headers · payload · CRC-32 of all before (4)
//   header: length of name (1) · name · 7 (text) · length of value (2) · value
//
// Source: smithy.io/2.0/aws/amazon-eventstream.html
import { encodeUtf8 } from '../../pattern/text.ts';
import type { Member, ServiceModel } from '../model.ts';
import { crc32 } from './crc32.ts';
import { jsonWriter } from './shape.ts';

export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const TEXT = 7;

/**
 * The messages of an event stream. `events` have one member each, the event's name and its shape's value.
 * @param shapeName of the union of all events
 */
export async function* encodeEventStream(
  model: ServiceModel,
  shapeName: string,
  events: AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array> {
  const shape = model.shapes[shapeName];
  const members = shape?.type === 'structure' ? shape.members : {};
  for await (const event of events) {
    for (const [name, value] of Object.entries(Object(event))) {
      const member = members[name];
      if (member && value !== undefined) yield encodeEvent(model, { name, member, value });
    }
  }
}

function encodeEvent(
  model: ServiceModel,
  { name, member, value }: { readonly name: string; readonly member: Member; readonly value: unknown },
): Uint8Array {
  const shape = model.shapes[member.shape];
  const inner = shape?.type === 'structure' ? Object.entries(shape.members) : [];
  const [payloadName] = inner.find(([, { eventpayload }]) => eventpayload) ?? [];
  const bytes: unknown = payloadName === undefined ? undefined : Object(value)[payloadName];
  const payload =
    payloadName === undefined ? encodeUtf8(JSON.stringify(jsonWriter(model, member.shape)(value))) : bytes;
  return encodeMessage(
    {
      ':message-type': 'event',
      ':event-type': name,
      ':content-type': payloadName === undefined ? 'application/json' : 'application/octet-stream',
    },
    payload instanceof Uint8Array ? payload : new Uint8Array(),
  );
}

export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const lines = Object.entries(headers).map(encodeHeader);
  const headerBytes = lines.reduce((sum, line) => sum + line.length, 0);
  const message = new Uint8Array(PRELUDE_BYTES + headerBytes + payload.length + CHECKSUM_BYTES);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headerBytes);
  view.setUint32(8, crc32(message.subarray(0, 8)));
  let at = PRELUDE_BYTES;
  for (const part of [...lines, payload]) {
    message.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(message.subarray(0, at)));
  return message;
}

function encodeHeader([name, value]: [string, string]): Uint8Array {
  const [nameBytes, valueBytes] = [encodeUtf8(name), encodeUtf8(value)];
  const length = [valueBytes.length >> 8, valueBytes.length & 0xff];
  return Uint8Array.from([nameBytes.length, ...nameBytes, TEXT, ...length, ...valueBytes]);
}
