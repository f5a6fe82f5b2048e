// CBOR as far as JSON goes: maps, lists, text, numbers, true, false and null. Source: RFC 8949, section 3.
import { encodeUtf8 } from '../../pattern/text.ts';

/** Encodes a JSON value; members that are undefined are left out. */
export function encodeCbor(value: unknown): Uint8Array {
  const bytes: number[] = [];
  write(value, bytes);
  return Uint8Array.from(bytes);
}

function write(value: unknown, bytes: number[]): void {
  if (typeof value === 'string') {
    const utf8 = encodeUtf8(value);
    bytes.push(...head(3, utf8.length));
    for (const byte of utf8) bytes.push(byte);
  } else if (typeof value === 'number') writeNumber(value, bytes);
  else if (typeof value === 'boolean') bytes.push(value ? 0xf5 : 0xf4);
  else if (Array.isArray(value)) {
    bytes.push(...head(4, value.length));
    for (const item of value) write(item, bytes);
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    bytes.push(...head(5, members.length));
    for (const [name, member] of members) {
      write(name, bytes);
      write(member, bytes);
    }
  } else bytes.push(0xf6);
}

/** Whole numbers below 2^32 as such, all others as a double. */
function writeNumber(value: number, bytes: number[]): void {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 32) {
    bytes.push(...(value < 0 ? head(1, -1 - value) : head(0, value)));
    return;
  }
  const double = new DataView(new ArrayBuffer(8));
  double.setFloat64(0, value);
  bytes.push(0xfb, ...new Uint8Array(double.buffer));
}

/** Major type and length. */
function head(majorType: number, length: number): readonly number[] {
  const type = majorType << 5;
  if (length < 24) return [type | length];
  if (length < 0x100) return [type | 24, length];
  if (length < 0x10000) return [type | 25, length >> 8, length & 255];
  return [type | 26, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255];
}
