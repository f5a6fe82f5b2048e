// Strict JSON over UTF-8 bytes: skips a value and says where it ends, or throws. Nothing is built. Behind the text
// there is a zero byte or the array's end, which reads as zero, so no loop looks at the length; nesting is kept in a
// table, not on the stack.

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const DOT = 0x2e;

/** Bytes that end a run of plain characters in a string: 0 goes on. In names the dot does so, too. */
const PLAIN = new Uint8Array(256).fill(1);
PLAIN.fill(0, 0x20, 0x80);
PLAIN[QUOTE] = 1;
PLAIN[BACKSLASH] = 1;
const PLAIN_IN_NAME = PLAIN.slice();
PLAIN_IN_NAME[DOT] = 1;

/** Whether a string since the caller last cleared it held an escape. */
export const seen = { escape: false };

/** The text is not JSON. */
export function notJson(at: number): SyntaxError {
  return new SyntaxError(`Not JSON at byte ${at}`);
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
    at++;
  }
}

/** From behind the opening quote to the closing quote. */
export function skipString(bytes: Uint8Array, from: number): number {
  const plain = PLAIN;
  let at = from;
  for (;;) {
    while (plain[bytes[at] ?? 0] === 0) at++;
    if (bytes[at] === QUOTE) return at;
    at = skipSpecial(bytes, at);
  }
}

/** The same for a name; the complement of the place when an escape or a dot makes the name more than its bytes. */
export function skipName(bytes: Uint8Array, from: number): number {
  const plain = PLAIN_IN_NAME;
  let at = from;
  while (plain[bytes[at] ?? 0] === 0) at++;
  if (bytes[at] === QUOTE) return at;
  return skipOddName(bytes, at);
}

function skipOddName(bytes: Uint8Array, from: number): number {
  let at = from;
  let odd = false;
  while (bytes[at] !== QUOTE) {
    const byte = bytes[at] ?? 0;
    odd ||= byte === DOT || byte === BACKSLASH;
    at = byte < 0x80 && byte !== BACKSLASH && byte >= 0x20 ? at + 1 : skipSpecial(bytes, at);
  }
  return odd ? ~at : at;
}

/** An escape or a character beyond ASCII. */
function skipSpecial(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === BACKSLASH) {
    seen.escape = true;
    const escaped = bytes[at + 1] ?? 0;
    if (escaped === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(bytes[digit] ?? 0)) throw notJson(digit);
      return at + 6;
    }
    if (!ESCAPES.includes(escaped)) throw notJson(at + 1);
    return at + 2;
  }
  if (byte < 0x20) throw notJson(at);
  return at + utf8Length(bytes, at);
}

/** Signs that may follow a backslash, but for u: " \ / b f n r t */
const ESCAPES = [0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74];

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Bytes of the character here; well-formed sequences only (Unicode 15, table 3-7). */
function utf8Length(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const next = bytes[at + 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (lead < 0xc2 || lead > 0xf4 || next < low || next > high) throw notJson(at);
  for (let more = at + 2; more < at + length; more++) if (((bytes[more] ?? 0) & 0xc0) !== 0x80) throw notJson(more);
  return length;
}

/** Digits are 0x30 to 0x39, and only they give 0 to 9 when 0x30 is taken from their bits. */
export function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  const first = (bytes[at] ?? 0) ^ 0x30;
  if (first > 9) throw notJson(at);
  at++;
  if (first !== 0) while (((bytes[at] ?? 0) ^ 0x30) < 10) at++;
  if (bytes[at] === DOT) {
    if (((bytes[at + 1] ?? 0) ^ 0x30) > 9) throw notJson(at + 1);
    at += 2;
    while (((bytes[at] ?? 0) ^ 0x30) < 10) at++;
  }
  return ((bytes[at] ?? 0) | 0x20) === 0x65 ? skipExponent(bytes, at + 1) : at;
}

function skipExponent(bytes: Uint8Array, from: number): number {
  const sign = bytes[from] === 0x2b || bytes[from] === 0x2d;
  let at = sign ? from + 1 : from;
  if (((bytes[at] ?? 0) ^ 0x30) > 9) throw notJson(at);
  while (((bytes[at] ?? 0) ^ 0x30) < 10) at++;
  return at;
}

/** true, false or null. */
export function skipWord(bytes: Uint8Array, at: number): number {
  const word = bytes[at] === 0x74 ? TRUE : bytes[at] === 0x66 ? FALSE : NULL;
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) throw notJson(at + index);
  return at + word.length;
}

const TRUE = [0x74, 0x72, 0x75, 0x65];
const FALSE = [0x66, 0x61, 0x6c, 0x73, 0x65];
const NULL = [0x6e, 0x75, 0x6c, 0x6c];

/** Which of the open brackets are objects: 1; innermost last. */
let objects = new Uint8Array(256);

/** From a value's first byte to behind its last. */
export function skipValue(bytes: Uint8Array, from: number): number {
  let at = from;
  let depth = 0;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = skipString(bytes, at + 1) + 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      at = skipSpace(bytes, at + 1);
      // Either closing bracket is two above its opening one.
      if (bytes[at] === byte + 2) at++;
      else {
        if (depth === objects.length) objects = doubled(objects);
        objects[depth++] = byte === OPEN_OBJECT ? 1 : 0;
        if (byte === OPEN_OBJECT) at = skipMemberName(bytes, at);
        continue;
      }
    } else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
      at = skipWord(bytes, at);
    } else at = skipNumber(bytes, at);

    for (;;) {
      if (depth === 0) return at;
      at = skipSpace(bytes, at);
      const next = bytes[at++] ?? 0;
      const inObject = objects[depth - 1] === 1;
      if (next === COMMA) {
        at = skipSpace(bytes, at);
        if (inObject) at = skipMemberName(bytes, at);
        break;
      }
      if (next !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) throw notJson(at - 1);
      depth--;
    }
  }
}

/** A name with its quotes and colon, to the first byte of the value. */
function skipMemberName(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) throw notJson(from);
  const colon = skipSpace(bytes, skipString(bytes, from + 1) + 1);
  if (bytes[colon] !== COLON) throw notJson(colon);
  return skipSpace(bytes, colon + 1);
}

/** A table of twice the size with the same start. */
export function doubled(table: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(table.length * 2);
  larger.set(table);
  return larger;
}
