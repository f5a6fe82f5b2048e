// How values compare. All values here have been checked: numbers are plain, sets are sorted; so equal values have equal
// texts.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { compareDecimals, parseDecimal } from './decimal.ts';
import { typeOf } from './value.ts';

/** Deep equality: sets without order, numbers by value, nothing equal across types. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case 'S':
      return a.S === b.S;
    case 'N':
      return a.N === b.N;
    case 'BOOL':
      return a.BOOL === b.BOOL;
    case 'NULL':
      return true;
    case 'B':
      return compareBytes(a.B, b.B) === 0;
    case 'SS':
      return equalLists(a.SS, b.SS, (one, other) => one === other);
    case 'NS':
      return equalLists(a.NS, b.NS, (one, other) => one === other);
    case 'BS':
      return equalLists(a.BS, b.BS, (one, other) => compareBytes(one, other) === 0);
    case 'L':
      return equalLists(a.L, b.L, equalValues);
    case 'M':
      return equalMaps(a.M ?? {}, b.M ?? {});
  }
}

/**
 * Less than 0, 0 or more than 0 for two numbers (by value), two strings (by UTF-8 bytes) or two binaries (by unsigned
 * bytes); NaN where there is no order, which makes every comparison with 0 false.
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(parseDecimal(a.N), parseDecimal(b.N));
  if (a.S !== undefined && b.S !== undefined) return compareTexts(a.S, b.S);
  if (a.B !== undefined && b.B !== undefined) return compareBytes(a.B, b.B);
  return Number.NaN;
}

/**
 * Order of the UTF-8 bytes, which is not that of the code units: what needs two units comes after all that need one.
 */
export function compareTexts(a: string, b: string): number {
  const [left, right] = [utf8Order(a), utf8Order(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Unsigned bytes, the shorter first. */
export function compareBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  const [left, right] = [a ?? new Uint8Array(), b ?? new Uint8Array()];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * A text whose code units order as keys of its type do. A string's and a binary's text begins with the text of what it
 * begins with. There is no half of a pair in it, so it may be stored as UTF-8.
 */
export function keyText(value: AttributeValue): string {
  if (value.N !== undefined) return numberText(value.N);
  if (value.B !== undefined) return Array.from(value.B, (byte) => String.fromCharCode(byte)).join('');
  return utf8Order(value.S ?? '');
}

/** Pairs, as two units each behind the highest unit; that unit itself stands before them. */
function utf8Order(text: string): string {
  if (!/[\ud800-\udfff\uffff]/.test(text)) return text;
  return text.replace(/[\ud800-\udfff\uffff]/g, (unit) =>
    unit === '\uffff' ? '\uffff\u0000' : `\uffff${String.fromCharCode(unit.charCodeAt(0) - 0xc800)}`,
  );
}

/**
 * `a` negative, `b` zero, `c` positive; then the magnitude, then the digits. Of a negative number all are turned
 * round, and `~` ends it, for the one with more digits is the smaller.
 */
function numberText(text: string): string {
  const { isNegative, digits, magnitude } = parseDecimal(text);
  if (digits === '') return 'b';
  const place = String(magnitude + 200).padStart(3, '0');
  if (!isNegative) return `c${place}${digits}`;
  return `a${turn(place)}${turn(digits)}~`;
}

function turn(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

function equalLists<T>(
  a: readonly T[] | undefined,
  b: readonly T[] | undefined,
  areEqual: (one: T, other: T) => boolean,
): boolean {
  const [left, right] = [a ?? [], b ?? []];
  return (
    left.length === right.length &&
    left.every((member, index) => {
      const other = right[index];
      return other !== undefined && areEqual(member, other);
    })
  );
}

function equalMaps(a: Readonly<Record<string, AttributeValue>>, b: Readonly<Record<string, AttributeValue>>): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [one, other] = [a[name], Object.hasOwn(b, name) ? b[name] : undefined];
    return one !== undefined && other !== undefined && equalValues(one, other);
  });
}
