// JSON as text: EventBridge hands numbers on as they were spelled and keys in the order they came, which JSON.parse
// forgets. So an event stays text from PutEvents to its target; this file checks it, makes it compact and finds values
// in it.
//
// `compactJson` is strict (RFC 8259). The readers below it (`selectValues`, `membersOf`, `elementsOf`) take compact,
// valid JSON only, which is what every envelope is once it was accepted.

/** Nesting levels that an event's detail may have. Source: PutEvents API reference, read 2026-11-22. */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Where reading stands. `spaces` lists the white space between tokens as pairs of start and end. */
interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  readonly spaces: number[];
}

/** Checks JSON text and removes the white space between its tokens; `undefined` when it is not JSON. */
export function compactJson(text: string): string | undefined {
  const cursor: Cursor = { text, at: 0, depth: 0, spaces: [] };
  skipSpace(cursor);
  if (!readValue(cursor)) return undefined;
  skipSpace(cursor);
  if (cursor.at < text.length) return undefined;
  const { spaces } = cursor;
  if (spaces.length === 0) return text;
  let compact = '';
  let from = 0;
  for (let index = 0; index < spaces.length; index += 2) {
    compact += text.slice(from, spaces[index]);
    from = spaces[index + 1] ?? text.length;
  }
  return compact + text.slice(from);
}

/**
 * Where JSON text stops being JSON: the start of the token at fault, or -1 when it is a value, or with `sequence` one
 * value after the other.
 */
export function findJsonFault(text: string, options: { readonly sequence?: boolean } = {}): number {
  const cursor: Cursor = { text, at: 0, depth: 0, spaces: [] };
  do {
    skipSpace(cursor);
    const start = cursor.at;
    if (!readValue(cursor)) return Math.max(start, cursor.at);
    skipSpace(cursor);
  } while (options.sequence && cursor.at < text.length);
  return cursor.at < text.length ? cursor.at : -1;
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  for (let code = text.charCodeAt(at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) {
    code = text.charCodeAt(++at);
  }
  if (at === start) return;
  cursor.at = at;
  cursor.spaces.push(start, at);
}

function readValue(cursor: Cursor): boolean {
  switch (cursor.text.charCodeAt(cursor.at)) {
    case OPEN_BRACE:
      return readObject(cursor);
    case OPEN_BRACKET:
      return readArray(cursor);
    case QUOTE:
      return readString(cursor);
    case 0x74:
      return readWord(cursor, 'true');
    case 0x66:
      return readWord(cursor, 'false');
    case 0x6e:
      return readWord(cursor, 'null');
    default:
      return readNumber(cursor);
  }
}

function readObject(cursor: Cursor): boolean {
  const { text } = cursor;
  if (++cursor.depth > MAX_DEPTH) return false;
  cursor.at++;
  skipSpace(cursor);
  if (text.charCodeAt(cursor.at) === CLOSE_BRACE) return close(cursor);
  for (;;) {
    if (!readString(cursor)) return false;
    skipSpace(cursor);
    if (text.charCodeAt(cursor.at) !== COLON) return false;
    cursor.at++;
    skipSpace(cursor);
    if (!readValue(cursor)) return false;
    skipSpace(cursor);
    const code = text.charCodeAt(cursor.at);
    if (code === CLOSE_BRACE) return close(cursor);
    if (code !== COMMA) return false;
    cursor.at++;
    skipSpace(cursor);
  }
}

function readArray(cursor: Cursor): boolean {
  const { text } = cursor;
  if (++cursor.depth > MAX_DEPTH) return false;
  cursor.at++;
  skipSpace(cursor);
  if (text.charCodeAt(cursor.at) === CLOSE_BRACKET) return close(cursor);
  for (;;) {
    if (!readValue(cursor)) return false;
    skipSpace(cursor);
    const code = text.charCodeAt(cursor.at);
    if (code === CLOSE_BRACKET) return close(cursor);
    if (code !== COMMA) return false;
    cursor.at++;
    skipSpace(cursor);
  }
}

function close(cursor: Cursor): boolean {
  cursor.at++;
  cursor.depth--;
  return true;
}

/**
 * What strings are mostly made of: neither a quote, a backslash nor a control character. The engine of regular
 * expressions reads it faster than a loop over characters would.
 */
const PLAIN = /[ !#-[\]-\uffff]*/y;

function readString(cursor: Cursor): boolean {
  const { text } = cursor;
  if (text.charCodeAt(cursor.at) !== QUOTE) return false;
  for (let at = cursor.at + 1; ; ) {
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    at = PLAIN.lastIndex;
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return true;
    }
    if (code !== BACKSLASH) return false;
    const sign = text[at + 1];
    if (sign === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) return false;
      at += 6;
    } else if (sign === undefined || !'"\\/bfnrt'.includes(sign)) return false;
    else at += 2;
  }
}

function readWord(cursor: Cursor, word: string): boolean {
  if (!cursor.text.startsWith(word, cursor.at)) return false;
  cursor.at += word.length;
  return true;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

function readNumber(cursor: Cursor): boolean {
  NUMBER.lastIndex = cursor.at;
  if (!NUMBER.test(cursor.text)) return false;
  cursor.at = NUMBER.lastIndex;
  return true;
}

/** A member of an object: its key, and its value as JSON text. */
export interface Member {
  readonly key: string;
  readonly value: string;
}

/** The members of a compact JSON object, in their order. */
export function membersOf(json: string): Member[] {
  const members: Member[] = [];
  for (let at = 1; json.charCodeAt(at) === QUOTE; ) {
    const keyEnd = skipString(json, at);
    const valueEnd = skipValue(json, keyEnd + 1);
    members.push({ key: textOf(json.slice(at, keyEnd)), value: json.slice(keyEnd + 1, valueEnd) });
    at = valueEnd + 1;
  }
  return members;
}

/** The elements of a compact JSON array, as JSON text. */
export function elementsOf(json: string): string[] {
  const elements: string[] = [];
  if (json === '[]') return elements;
  for (let at = 1; at < json.length; ) {
    const end = skipValue(json, at);
    elements.push(json.slice(at, end));
    at = end + 1;
  }
  return elements;
}

/** The value of a member of a compact JSON object, as JSON text: the last one when a key is given twice. */
export function memberOf(json: string, key: string): string | undefined {
  if (json.charCodeAt(0) !== OPEN_BRACE) return undefined;
  let found: string | undefined;
  for (let at = 1; json.charCodeAt(at) === QUOTE; ) {
    const keyEnd = skipString(json, at);
    const valueEnd = skipValue(json, keyEnd + 1);
    if (textOf(json.slice(at, keyEnd)) === key) found = json.slice(keyEnd + 1, valueEnd);
    at = valueEnd + 1;
  }
  return found;
}

/** What a JSON string stands for; other JSON stays as it is. */
export function textOf(json: string): string {
  if (json.charCodeAt(0) !== QUOTE) return json;
  return json.includes('\\') ? String(JSON.parse(json)) : json.slice(1, -1);
}

function skipString(json: string, start: number): number {
  let quote = json.indexOf('"', start + 1);
  while (isEscaped(json, quote)) quote = json.indexOf('"', quote + 1);
  return quote + 1;
}

/** Whether what stands there inside a string has an odd number of backslashes before it. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function skipValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; ) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (code === COMMA && depth === 0) return at;
    at++;
  }
  return json.length;
}
