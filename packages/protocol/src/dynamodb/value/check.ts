// Whether a value may be stored, and how it is then read back: one type, numbers plain, sets sorted, at most 32 levels.
// Sentences: paritysuite/dynamodb-conformance, captured on AWS until October 2026. Two layers of AWS word some
// otherwise.
import { ServiceError } from '../../aws/errors.ts';
import { setMember } from '../../aws/json/member.ts';
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { encodeBase64 } from '../../aws/scalar.ts';
import { compareDecimals, formatDecimal, type Layer, parseDecimal } from './decimal.ts';
import { compareBytes, compareTexts } from './order.ts';
import { type Item, typesOf } from './value.ts';

export interface CheckOptions {
  /** The layer of AWS that checks: `old` for Scan, batches of writes and transactions. */
  readonly layer?: Layer | undefined;
}

/** The attribute is level 1; a leaf may stand at level 32. */
const MAX_LEVELS = 32;

/** @throws ValidationException */
export function checkValue(value: unknown, { layer = 'new' }: CheckOptions = {}): AttributeValue {
  return read(value, 1, layer);
}

/** @throws ValidationException */
export function checkItem(item: Item, { layer = 'new' }: CheckOptions = {}): Item {
  if (Object.hasOwn(item, '')) throw invalid('Empty attribute name');
  return readMembers(item, 1, layer);
}

/** How deep a checked value is: 1 for what holds nothing. */
export function levelsOf(value: AttributeValue): number {
  const members = value.L ?? (value.M ? Object.values(value.M) : []);
  let deepest = 0;
  for (const member of members) deepest = Math.max(deepest, levelsOf(member));
  return 1 + deepest;
}

/** @throws ValidationException when an attribute has more levels than may be stored. */
export function checkLevels(levels: number): void {
  if (levels <= MAX_LEVELS) return;
  throw invalid(
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  );
}

function read(value: unknown, level: number, layer: Layer): AttributeValue {
  checkLevels(level);
  if (!isRecord(value)) throw wrong('an object with one type');
  const [type, another] = typesOf(value);
  if (type === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (another !== undefined) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  switch (type) {
    case 'S':
      return { S: textOf(value.S) };
    case 'N':
      return { N: formatDecimal(parseDecimal(textOf(value.N), layer)) };
    case 'B':
      return { B: bytesOf(value.B) };
    case 'BOOL':
      if (typeof value.BOOL !== 'boolean') throw wrong('true or false for BOOL');
      return { BOOL: value.BOOL };
    case 'NULL':
      if (value.NULL === true) return { NULL: true };
      throw parameters('Null attribute value types must have the value of true');
    case 'SS':
      return { SS: readStrings(listOf(value.SS).map(textOf), layer) };
    case 'NS':
      return { NS: readNumbers(listOf(value.NS).map(textOf), layer) };
    case 'BS':
      return { BS: readBinaries(listOf(value.BS).map(bytesOf), layer) };
    case 'L':
      return { L: listOf(value.L).map((element) => read(element, level + 1, layer)) };
    case 'M':
      if (!isRecord(value.M)) throw wrong('an object for M');
      return { M: readMembers(value.M, level + 1, layer) };
  }
}

function readMembers(members: Readonly<Record<string, unknown>>, level: number, layer: Layer): Item {
  const checked: Record<string, AttributeValue> = {};
  for (const name of Object.keys(members)) setMember(checked, name, read(members[name], level, layer));
  return checked;
}

function readStrings(members: string[], layer: Layer): string[] {
  if (members.length === 0) throw parameters('An string set  may not be empty');
  const sorted = [...members].sort(compareTexts);
  if (hasRepeated(sorted, compareTexts)) {
    const shown = layer === 'new' ? upToRepeat(members, compareTexts).map((member) => `"${member}"`) : members;
    throw parameters(`Input collection [${shown.join(', ')}] contains duplicates.`);
  }
  return sorted;
}

function readNumbers(members: string[], layer: Layer): string[] {
  if (members.length === 0) throw parameters('An number set  may not be empty');
  const sorted = members.map((member) => parseDecimal(member, layer)).sort(compareDecimals);
  if (hasRepeated(sorted, compareDecimals)) {
    throw layer === 'new'
      ? parameters('Input collection contains duplicates.')
      : invalid('Input collection contains duplicates');
  }
  return sorted.map(formatDecimal);
}

function readBinaries(members: Uint8Array[], layer: Layer): Uint8Array[] {
  if (members.length === 0) throw parameters('Binary sets should not be empty');
  const sorted = [...members].sort(compareBytes);
  if (hasRepeated(sorted, compareBytes)) {
    const shown =
      layer === 'new'
        ? upToRepeat(members, compareBytes)
            .map((member) => `"${encodeBase64(member)}"`)
            .join(',')
        : members.map(encodeBase64).join(', ');
    throw parameters(`Input collection [${shown}]of type BS contains duplicates.`);
  }
  return sorted;
}

function hasRepeated<T>(sorted: readonly T[], compare: (a: T, b: T) => number): boolean {
  return sorted.some((member, index) => {
    const next = sorted[index + 1];
    return next !== undefined && compare(member, next) === 0;
  });
}

/** As the newer layer shows a set: members in order up to the first repeated one, that one, and the rest as sent. */
function upToRepeat<T>(members: readonly T[], compare: (a: T, b: T) => number): T[] {
  for (const [index, member] of members.entries()) {
    const before = members.slice(0, index);
    if (before.some((one) => compare(one, member) === 0)) return [...before.sort(compare), ...members.slice(index)];
  }
  return [...members];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> & AttributeValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw wrong('a string');
  return value;
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw wrong('bytes');
  return value;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong('a list');
  return value;
}

function parameters(what: string): ServiceError {
  return invalid(`One or more parameter values were invalid: ${what}`);
}

/** Ours: the wire's reader refuses such a value before it comes here. */
function wrong(expected: string): ServiceError {
  return invalid(`Supplied AttributeValue is malformed: expected ${expected}`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
