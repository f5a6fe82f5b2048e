// Texts and bytes by a hash that is the same for both.
import { encodeUtf8, readText } from '../text.ts';

/** The hash of no bytes, to begin with (FNV-1a). */
export const EMPTY_HASH = 0x811c9dc5;

/** Goes on with a hash over more bytes. */
export function continueHash(hash: number, bytes: Uint8Array, start: number, end: number): number {
  let next = hash;
  for (let at = start; at < end; at++) next = Math.imul(next ^ (bytes[at] ?? 0), 0x01000193);
  return next;
}

/** Mixes a hash into the key of a table: 1 to 2^30, which needs no boxing. */
export function finishHash(hash: number): number {
  return ((hash ^ (hash >>> 15)) & 0x3fffffff) + 1;
}

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  return finishHash(continueHash(EMPTY_HASH, bytes, start, end));
}

export function hashText(text: string): number {
  let hash = EMPTY_HASH;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) {
      const bytes = encodeUtf8(text);
      return hashBytes(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return finishHash(hash);
}

export function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = text;
  if (length > end - start) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return readText(bytes, start, end) === text;
    if (code !== bytes[start + index]) return false;
  }
  return length === end - start;
}
