// Text from bytes. TextDecoder and TextEncoder are in every runtime, but not in the types of the bare language.

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/**
 * Decodes UTF-8.
 * @throws SyntaxError when the bytes are not UTF-8; a byte order mark is kept, as JSON has none.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('Not UTF-8', { cause });
  }
}

declare const TextEncoder: new () => {
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number };
};

const encoder = new TextEncoder();

/**
 * Writes text as UTF-8 and tells how many bytes; half surrogate pairs become U+FFFD. Three bytes a unit always suffice.
 */
export function writeUtf8(text: string, bytes: Uint8Array): number {
  return encoder.encodeInto(text, bytes).written;
}

/** UTF-8 of a text; half surrogate pairs keep their code, so that equal texts and only they have equal bytes. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}

/** The text of such bytes. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const codes = SHORT_TEXTS[end - start];
  if (codes === undefined) return readLongText(bytes, start, end);
  let high = 0;
  for (let index = 0; index < codes.length; index++) {
    const byte = bytes[start + index] ?? 0;
    codes[index] = byte;
    high |= byte;
  }
  return high < 0x80 ? String.fromCharCode.apply(undefined, codes) : readLongText(bytes, start, end);
}

/**
 * A list for each length of a short text, written anew for every text: the fastest way from bytes to a string by a
 * factor of two.
 */
const SHORT_TEXTS = Array.from({ length: 64 }, (_, length) => new Array<number>(length).fill(0));

/** The same text in a string of its own, which does not keep a longer one alive that it was cut from. */
export function copyText(text: string): string {
  const codes = SHORT_TEXTS[text.length];
  if (codes === undefined) return text;
  for (let index = 0; index < codes.length; index++) codes[index] = text.charCodeAt(index);
  return String.fromCharCode.apply(undefined, codes);
}

function readLongText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    const byte = bytes[at] ?? 0;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    let code = length === 1 ? byte : byte & (0x7f >> length);
    for (let more = 1; more < length; more++) code = (code << 6) | ((bytes[at + more] ?? 0) & 0x3f);
    text += String.fromCodePoint(Math.min(code, 0x10ffff));
    at += length;
  }
  return text;
}
