// Operands: paths, values and function calls. First they are read as they were written; only when the whole expression
// has been read are placeholders looked up, for AWS names a syntax error before anything else.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { type TypeName, typeOf } from '../value/value.ts';
import type { Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Place, refuse } from './refusal.ts';
import { isReserved } from './reserved.ts';
import type { Cursor } from './token.ts';

/** A path as written: names, `#placeholders`, and indexes as digits. */
interface WrittenPath {
  readonly kind: 'path';
  readonly steps: readonly { readonly kind: 'word' | 'name' | 'index'; readonly text: string }[];
}

interface WrittenValue {
  readonly kind: 'value';
  readonly key: string;
}

/** A function with its operands: `size(a)`, and in a condition also `contains(a, :v)`. */
export interface WrittenCall {
  readonly kind: 'call';
  readonly name: string;
  readonly operands: readonly Written[];
}

/** `a + :v`, in an update only. */
interface WrittenSum {
  readonly kind: 'sum';
  readonly operator: '+' | '-';
  readonly operands: readonly [Written, Written];
}

/** An operand as it was written. */
export type Written = WrittenPath | WrittenValue | WrittenCall | WrittenSum;

/** An operand that is looked up in an item. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'sum'; readonly operator: '+' | '-'; readonly operands: readonly [Operand, Operand] };

/** Levels of one path. Source: DynamoDB developer guide, "Constraints": nesting depth. */
const MAX_STEPS = 32;

const MAX_INDEX = 2_147_483_647;

/** `operand := path | :value | function(operand, …) | ( operand )` @throws ValidationException */
export function readOperand(cursor: Cursor): Written {
  if (cursor.takes('(')) {
    return cursor.within('', () => {
      if (cursor.sees('(')) return readDoubled(cursor);
      const inner = readOperand(cursor);
      cursor.expect(')');
      return inner;
    });
  }
  if (cursor.kind === 'value') return { kind: 'value', key: cursor.take() };
  cursor.refuseKeyword();
  if (cursor.kind === 'word' && cursor.seesThen('(')) return readCall(cursor);
  return readPath(cursor);
}

/** What has two parentheses around it; of a path or a value that is always one too many. */
function readDoubled(cursor: Cursor): Written {
  const inner = readOperand(cursor);
  cursor.expect(')');
  cursor.noteRedundant();
  return inner;
}

function readCall(cursor: Cursor): WrittenCall {
  const name = cursor.take();
  cursor.expect('(');
  return cursor.within(name, () => {
    const operands = [readOperand(cursor)];
    while (cursor.takes(',')) operands.push(readOperand(cursor));
    cursor.expect(')');
    return { kind: 'call', name, operands };
  });
}

/** `path := name { '.' name | '[' digits ']' }` */
export function readPath(cursor: Cursor): WrittenPath {
  const steps = [readName(cursor)];
  for (;;) {
    if (cursor.takes('.')) {
      steps.push(readName(cursor));
    } else if (cursor.takes('[')) {
      if (cursor.kind !== 'index') throw cursor.refuse();
      steps.push({ kind: 'index', text: cursor.take() });
      cursor.expect(']');
    } else {
      return { kind: 'path', steps };
    }
  }
}

function readName(cursor: Cursor): WrittenPath['steps'][number] {
  const { kind } = cursor;
  if (kind !== 'word' && kind !== 'name') throw cursor.refuse();
  return { kind, text: cursor.take() };
}

/** @throws ValidationException when a name of a path is a reserved word. */
export function refuseReserved(operands: Iterable<Written>, place: Place): void {
  for (const operand of operands) {
    if (operand.kind === 'call' || operand.kind === 'sum') refuseReserved(operand.operands, place);
    if (operand.kind !== 'path') continue;
    const reserved = operand.steps.find(({ kind, text }) => kind === 'word' && isReserved(text));
    if (!reserved) continue;
    throw refuse(place, `Attribute name is a reserved keyword; reserved keyword: ${reserved.text}`);
  }
}

/** Looks up the placeholders of an operand. @throws ValidationException */
export function bind(written: Written, placeholders: Placeholders, place: Place): Operand {
  switch (written.kind) {
    case 'value':
      return { kind: 'value', value: placeholders.value(written.key, place) };
    case 'path':
      return { kind: 'path', path: bindPath(written, placeholders, place) };
    case 'call':
      return { ...written, operands: written.operands.map((operand) => bind(operand, placeholders, place)) };
    case 'sum': {
      const [left, right] = written.operands;
      return { ...written, operands: [bind(left, placeholders, place), bind(right, placeholders, place)] };
    }
  }
}

export function bindPath({ steps }: WrittenPath, placeholders: Placeholders, place: Place): Path {
  const path = steps.map(({ kind, text }) => {
    if (kind === 'word') return text;
    return kind === 'name' ? placeholders.name(text, place) : readIndex(text, place);
  });
  if (path.length <= MAX_STEPS) return path;
  throw refuse(place, `The document path has too many nesting levels; nesting levels: ${path.length}`);
}

function readIndex(text: string, place: Place): number {
  const index = Number(text);
  if (index <= MAX_INDEX) return index;
  throw refuse(place, `List index is not within the allowable range; index: [${text}]`);
}

/** The type that an operand is known to have before any item is seen. */
export function knownType(operand: Operand): TypeName | undefined {
  if (operand.kind === 'value') return typeOf(operand.value);
  return operand.kind === 'call' && operand.name === 'size' ? 'N' : undefined;
}

/** @throws ValidationException that an operand's type is none that the operator takes. */
export function refuseType(operator: string, type: string, place: Place): Error {
  return refuse(
    place,
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

/** @throws ValidationException when a function has more or fewer operands than it takes. */
export function checkCount(
  name: string,
  operands: readonly unknown[],
  { count, place }: { readonly count: number; readonly place: Place },
): void {
  if (operands.length === count) return;
  throw refuse(
    place,
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  );
}
