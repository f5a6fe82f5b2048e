// An item as text and back. Text is what rows hold: plain data on any backbone, a third of the memory of parsed values.
// Bytes are base64 in it, as on the wire.
import type { AttributeValue } from '@earwitness/protocol/internal/aws/models/dynamodb.types';

export type Item = Readonly<Record<string, AttributeValue>>;

export function writeItem(item: Item): string {
  return JSON.stringify(Object.values(item).some(hasBytes) ? plainMap(item) : item);
}

function hasBytes({ B, BS, L, M }: AttributeValue): boolean {
  return (
    B !== undefined || BS !== undefined || L?.some(hasBytes) === true || (M ? Object.values(M).some(hasBytes) : false)
  );
}

function plainMap(map: Item): object {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): object {
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(plainValue) };
  return value.M ? { M: plainMap(value.M) } : value;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Reads what `writeItem` wrote. */
export function readItem(text: string): Item {
  const item = JSON.parse(text) as Item;
  return text.includes('"B":') || text.includes('"BS":') ? readMap(item) : item;
}

function readMap(map: Item): Item {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, readValue(value)]));
}

function readValue(value: AttributeValue): AttributeValue {
  if (value.B !== undefined) return { B: readBytes(value.B) };
  if (value.BS) return { BS: value.BS.map(readBytes) };
  if (value.L) return { L: value.L.map(readValue) };
  return value.M ? { M: readMap(value.M) } : value;
}

function readBytes(bytes: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(bytes), 'base64'));
}
