// What items cost, to the byte. Sources: DynamoDB developer guide, "Item sizes and formats"; numbers as measured on AWS
// by paritysuite/dynamodb-conformance (the guide's rule is an approximation); all sizes recorded in streams agree.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { parseDecimal } from './decimal.ts';
import { type Item, typeOf } from './value.ts';

/** Bytes of an item: names and values. */
export function sizeOf(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += utf8Bytes(name) + valueBytes(value);
  return bytes;
}

/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1));
    // A pair of units is four bytes; any other unit beyond 0x7ff is three.
    bytes += isPair || unit >= 0x800 ? 2 : 1;
    if (isPair) index += 1;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function valueBytes(value: AttributeValue): number {
  switch (typeOf(value)) {
    case 'S':
      return utf8Bytes(value.S ?? '');
    case 'N':
      return numberBytes(value.N ?? '0');
    case 'B':
      return value.B?.length ?? 0;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'SS':
      return sum(value.SS, utf8Bytes);
    case 'NS':
      return sum(value.NS, numberBytes);
    case 'BS':
      return sum(value.BS, (bytes) => bytes.length);
    case 'L':
      return 3 + sum(value.L, (element) => 1 + valueBytes(element));
    case 'M':
      return 3 + Object.keys(value.M ?? {}).length + sizeOf(value.M ?? {});
  }
}

/** Two digits a byte on each side of the point, one for the magnitude, one for a minus. */
function numberBytes(text: string): number {
  const { digits, magnitude, isNegative } = parseDecimal(text);
  if (digits === '') return 1;
  const whole = Math.min(Math.max(magnitude + 1, 0), digits.length);
  return 1 + Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2) + (isNegative ? 1 : 0);
}

function sum<T>(members: readonly T[] | undefined, bytesOf: (member: T) => number): number {
  return (members ?? []).reduce((bytes, member) => bytes + bytesOf(member), 0);
}
