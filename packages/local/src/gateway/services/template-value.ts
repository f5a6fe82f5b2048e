// Values of mapping templates: what `$util` makes of one, what their methods answer, how they are told and compared.
// Source: API Gateway developer guide, "API Gateway mapping template and access logging variable reference"; Velocity
// 1.7 user guide.
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import { ownEntry } from '../../own-entry.ts';
import { isRecord } from '../../resources/properties.ts';

/** A text, or what was parsed; `undefined` and `null`: nothing. */
export type Value = unknown;

/** `$util.name(value)` */
export const UTIL: Readonly<Record<string, (value: Value) => Value>> = {
  // A slash is escaped, too. Source: Apache Commons, StringEscapeUtils.escapeJavaScript.
  escapeJavaScript: (value) => JSON.stringify(print(value)).slice(1, -1).replaceAll('/', '\\/').replaceAll("'", "\\'"),
  base64Encode: (value) => Buffer.from(print(value)).toString('base64'),
  base64Decode: (value) => Buffer.from(print(value), 'base64').toString(),
  urlEncode: (value) => percentEncode(print(value)),
  urlDecode: (value) => decode(print(value)),
  parseJson: (value) => parse(print(value)),
};

/** `$value.name(…)`, of Java's texts, lists and maps. */
export const METHODS: Readonly<Record<string, (of: Value, given: readonly Value[]) => Value>> = {
  size: (of) => sizeOf(of),
  length: (of) => print(of).length,
  isEmpty: (of) => sizeOf(of) === 0,
  get: (of, [key]) => memberOf(of, key),
  keySet: (of) => (isRecord(of) ? Object.keys(of) : []),
  containsKey: (of, [key]) => memberOf(of, key) !== undefined,
  contains: (of, [part]) => (Array.isArray(of) ? of.includes(part) : print(of).includes(print(part))),
  equals: (of, [other]) => isEqual(of, other),
  startsWith: (of, [part]) => print(of).startsWith(print(part)),
  endsWith: (of, [part]) => print(of).endsWith(print(part)),
  replace: (of, [from, to]) => print(of).replaceAll(print(from), () => print(to)),
  substring: (of, [from, to]) => print(of).slice(Number(from), to === undefined ? undefined : Number(to)),
  toLowerCase: (of) => print(of).toLowerCase(),
  toUpperCase: (of) => print(of).toUpperCase(),
  toString: (of: Value) => print(of),
  trim: (of) => print(of).trim(),
};

/** `of.key`, `of[0]` */
export function memberOf(of: Value, key: Value): Value {
  if (Array.isArray(of)) return of[Number(key)];
  return isRecord(of) ? ownEntry(of, print(key)) : undefined;
}

function sizeOf(value: Value): number {
  if (isRecord(value)) return Object.keys(value).length;
  return Array.isArray(value) ? value.length : print(value).length;
}

export function print(value: Value): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Everything holds but nothing and `false`. */
export function holds(value: Value): boolean {
  return value !== undefined && value !== null && value !== false;
}

export function isEqual(left: Value, right: Value): boolean {
  return holds(left) || holds(right) ? print(left) === print(right) : left === right || (left ?? right) === undefined;
}

/** What `#foreach` goes through. */
export function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function parse(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
