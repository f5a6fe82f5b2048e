// The grammar of updates, and what can be said of one without an item.
//
//   update := clause { clause }, each of SET REMOVE ADD DELETE at most once
//   SET path = value { , … }      value := operand [ (+|-) operand ] | ( value )
//   REMOVE path { , … }           ADD path :value { , … }           DELETE path :value { , … }
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { type TypeName, typeOf } from '../value/value.ts';
import {
  bind,
  bindPath,
  checkCount,
  knownType,
  type Operand,
  readOperand,
  readPath,
  refuseReserved,
  refuseType,
  type Written,
} from './operand.ts';
import { checkDistinctPaths, type Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { refuse } from './refusal.ts';
import { Cursor } from './token.ts';

/** Actions, in the order in which they were written. */
export type Update = readonly Action[];

type Action =
  | { readonly kind: 'set'; readonly path: Path; readonly value: Operand }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };

type WrittenPath = ReturnType<typeof readPath>;

type WrittenAction =
  | { readonly kind: 'set'; readonly path: WrittenPath; readonly value: Written }
  | { readonly kind: 'remove'; readonly path: WrittenPath }
  | { readonly kind: 'add' | 'delete'; readonly path: WrittenPath; readonly key: string };

const PLACE = 'UpdateExpression';
const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const FUNCTIONS: readonly string[] = ['if_not_exists', 'list_append'];

/** @throws ValidationException */
export function parseUpdate(text: string, { placeholders }: { readonly placeholders: Placeholders }): Update {
  const cursor = new Cursor(text, PLACE);
  const sections: { readonly name: string; readonly actions: readonly WrittenAction[] }[] = [];
  do sections.push(readSection(cursor));
  while (cursor.kind !== 'end');
  cursor.end();
  const actions = sections.flatMap((section) => section.actions);
  const operands = actions.flatMap((action) => (action.kind === 'set' ? [action.path, action.value] : [action.path]));
  refuseReserved(operands, PLACE);
  refuseUnknown(operands);
  refuseTwice(sections.map(({ name }) => name));
  const bound = actions.map((action) => bindAction(action, placeholders));
  checkDistinctPaths(
    bound.map(({ path }) => path),
    PLACE,
  );
  for (const action of bound) checkTaken(action);
  for (const action of bound) if (action.kind === 'set') checkOperand(action.value);
  return bound;
}

function readSection(cursor: Cursor): { readonly name: string; readonly actions: readonly WrittenAction[] } {
  const name = SECTIONS.find((section) => cursor.sees(section));
  if (!name) throw cursor.refuse();
  cursor.take();
  const actions = [readAction(cursor, name)];
  while (cursor.takes(',')) actions.push(readAction(cursor, name));
  return { name, actions };
}

function readAction(cursor: Cursor, section: (typeof SECTIONS)[number]): WrittenAction {
  cursor.refuseKeyword();
  const path = readPath(cursor);
  switch (section) {
    case 'SET':
      cursor.expect('=');
      return { kind: 'set', path, value: readValue(cursor) };
    case 'REMOVE':
      return { kind: 'remove', path };
    default:
      if (cursor.kind !== 'value') throw cursor.refuse();
      return { kind: section === 'ADD' ? 'add' : 'delete', path, key: cursor.take() };
  }
}

function readValue(cursor: Cursor): Written {
  const left = cursor.sees('(') ? readGroup(cursor) : readOperand(cursor);
  const operator = (['+', '-'] as const).find((sign) => cursor.sees(sign));
  if (!operator) return left;
  cursor.take();
  cursor.countOperator();
  const right = cursor.sees('(') ? readGroup(cursor) : readOperand(cursor);
  return { kind: 'sum', operator, operands: [left, right] };
}

/** `( value )`: here a sum may stand between parentheses. */
function readGroup(cursor: Cursor): Written {
  cursor.expect('(');
  return cursor.within('', () => {
    const isDoubled = cursor.sees('(');
    const inner = readValue(cursor);
    cursor.expect(')');
    if (isDoubled && inner.kind !== 'sum') cursor.noteRedundant();
    return inner;
  });
}

function refuseUnknown(operands: readonly Written[]): void {
  for (const operand of operands) {
    if (operand.kind !== 'call' && operand.kind !== 'sum') continue;
    refuseUnknown(operand.operands);
    if (operand.kind === 'sum' || FUNCTIONS.includes(operand.name)) continue;
    throw refuse(PLACE, `Invalid function name; function: ${operand.name}`);
  }
}

function refuseTwice(sections: readonly string[]): void {
  const twice = sections.find((name, index) => sections.indexOf(name) !== index);
  if (twice === undefined) return;
  throw refuse(PLACE, `The "${twice}" section can only be used once in an update expression;`);
}

function bindAction(action: WrittenAction, placeholders: Placeholders): Action {
  const path = bindPath(action.path, placeholders, PLACE);
  switch (action.kind) {
    case 'set':
      return { kind: 'set', path, value: bind(action.value, placeholders, PLACE) };
    case 'remove':
      return { kind: 'remove', path };
    default:
      return { kind: action.kind, path, value: placeholders.value(action.key, PLACE) };
  }
}

/** How the sentence about ADD and DELETE calls the types that they do not take. */
const LONG_NAMES: Readonly<Partial<Record<TypeName, string>>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
};

/** What ADD and DELETE take. */
function checkTaken(action: Action): void {
  if (action.kind === 'set' || action.kind === 'remove') return;
  const type = typeOf(action.value);
  const refused = action.kind === 'add' && type === 'N' ? undefined : LONG_NAMES[type];
  if (refused === undefined) return;
  throw refuse(
    PLACE,
    `Incorrect operand type for operator or function; operator: ${action.kind.toUpperCase()}, operand type: ${refused}`,
  );
}

function checkOperand(operand: Operand): void {
  if (operand.kind !== 'call' && operand.kind !== 'sum') return;
  for (const inner of operand.operands) checkOperand(inner);
  if (operand.kind === 'sum') {
    checkTypes(operand.operator, operand.operands, 'N');
    return;
  }
  checkCount(operand.name, operand.operands, { count: 2, place: PLACE });
  if (operand.name === 'list_append') checkTypes(operand.name, operand.operands, 'L');
  else if (operand.operands[0]?.kind !== 'path') throw needsPath(operand.name);
}

function needsPath(name: string): Error {
  return refuse(PLACE, `Operator or function requires a document path; operator or function: ${name}`);
}

function checkTypes(operator: string, operands: readonly Operand[], taken: TypeName): void {
  for (const operand of operands) {
    const type = knownType(operand);
    if (type !== undefined && type !== taken) throw refuseType(operator, type, PLACE);
  }
}
