// How blobs and timestamps are written on the wire. Inside, a blob is bytes and a timestamp is epoch milliseconds.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const SEXTETS = new Int8Array(128).fill(-1);
for (let index = 0; index < ALPHABET.length; index++) SEXTETS[ALPHABET.charCodeAt(index)] = index;

/** Bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = [bytes[index], bytes[index + 1], bytes[index + 2]];
    const triple = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += ALPHABET.charAt(triple >> 18) + ALPHABET.charAt((triple >> 12) & 63);
    text += b === undefined ? '=' : ALPHABET.charAt((triple >> 6) & 63);
    text += c === undefined ? '=' : ALPHABET.charAt(triple & 63);
  }
  return text;
}

/** Bytes of base64 text, with or without padding; `undefined` when it is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let end = text.length;
  while (end > 0 && end > text.length - 2 && text.charCodeAt(end - 1) === 61) end--;
  if (end % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let held = 0;
  let bits = 0;
  let written = 0;
  for (let index = 0; index < end; index++) {
    const sextet = SEXTETS[text.charCodeAt(index)] ?? -1;
    if (sextet < 0) return undefined;
    held = ((held << 6) | sextet) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written++] = (held >> bits) & 0xff;
  }
  return bytes;
}

/** The last moment that a Date can be. Source: ECMA-262, "Time Values and Time Range". */
const DATE_MAX_MS = 8.64e15;

/**
 * Epoch milliseconds of a timestamp in any of the wire's spellings: epoch seconds (number or digits), ISO 8601, RFC
 * 822.
 */
export function parseTimestamp(value: string | number): number | undefined {
  const seconds = typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
  const epochMs = seconds === undefined ? Date.parse(String(value)) : Math.round(seconds * 1000);
  // Beyond it there are no dates.
  return Math.abs(epochMs) <= DATE_MAX_MS ? epochMs : undefined;
}

/** `2023-11-14T22:13:20.123Z`; whole seconds stand without a fraction, as AWS writes them. */
export function formatIsoTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
