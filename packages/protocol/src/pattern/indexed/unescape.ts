// Strings without their escapes.
import { BACKSLASH } from './bytes.ts';

/**
 * Writes the string from `start` to `end`, whose escapes are known to be right, without them from `to` on, as UTF-8.
 * Returns where it ends, or the complement of that when it holds half a surrogate pair, which is written as if it were
 * a character.
 */
export function unescapeString(bytes: Uint8Array, start: number, end: number, to: number): number {
  let out = to;
  let odd = false;
  for (let at = start; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH) {
      bytes[out++] = byte;
      at++;
      continue;
    }
    const escaped = bytes[at + 1] ?? 0;
    if (escaped !== 0x75) {
      bytes[out++] = MEANT.get(escaped) ?? escaped;
      at += 2;
      continue;
    }
    let code = hex4(bytes, at + 2);
    at += 6;
    if (code >= 0xd800 && code < 0xdc00 && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75) {
      const low = hex4(bytes, at + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    odd ||= code >= 0xd800 && code < 0xe000;
    out = writeCode(bytes, code, out);
  }
  return odd ? ~out : out;
}

/** What a letter behind a backslash stands for, where it is not itself: b, f, n, r, t. */
const MEANT = new Map([
  [0x62, 8],
  [0x66, 12],
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
]);

function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let digit = at; digit < at + 4; digit++) {
    const byte = bytes[digit] ?? 0;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}

/** UTF-8 of one code point; returns where it ends. */
function writeCode(bytes: Uint8Array, code: number, to: number): number {
  let out = to;
  if (code < 0x80) {
    bytes[out++] = code;
    return out;
  }
  if (code < 0x800) {
    bytes[out++] = 0xc0 | (code >> 6);
  } else if (code < 0x10000) {
    bytes[out++] = 0xe0 | (code >> 12);
    bytes[out++] = 0x80 | ((code >> 6) & 0x3f);
  } else {
    bytes[out++] = 0xf0 | (code >> 18);
    bytes[out++] = 0x80 | ((code >> 12) & 0x3f);
    bytes[out++] = 0x80 | ((code >> 6) & 0x3f);
  }
  bytes[out++] = 0x80 | (code & 0x3f);
  return out;
}
