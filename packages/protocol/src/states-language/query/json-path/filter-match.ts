// Whether a filter lets a value through.
//
// A literal of a filter is text, and what it is compared with decides: `@.a == 5` holds for 5 and for "5". A missing
// path makes a comparison false, `!=` too.
//
// Source: Jayway JsonPath 2.0.0, run locally.
import type { Json } from '../../json.ts';
import { NotApplicable, NotFound } from './failure.ts';
import type { Condition, Filter, Operand, Operator, Path } from './path.ts';

/** What a path selects from the value that is looked at, or from the whole document. */
type Read = (path: Path, from: 'item' | 'root') => Json | undefined;

export function accepts(filter: Filter, read: Read): boolean {
  return filter.some((together) => together.every((condition) => holds(condition, read)));
}

function holds(condition: Condition, read: Read): boolean {
  try {
    // Null is as good as missing; `$` is the item here, as the engine has it.
    if (condition.kind === 'exists') return ((read(condition.path, 'item') ?? null) !== null) !== condition.negated;
    return compares(readOperand(condition.left, read), condition.operator, readOperand(condition.right, read));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return condition.kind === 'exists' && condition.negated;
  }
}

function readOperand(operand: Operand, read: Read): Json {
  if (operand.kind === 'text') return operand.text;
  return read(operand.path, operand.path.root.kind === 'item' ? 'item' : 'root') ?? null;
}

function compares(left: Json, operator: Operator, right: Json): boolean {
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (operator === '==') return order === 0;
  if (operator === '!=') return order !== 0;
  if ((left === null) !== (right === null)) return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** Below 0 when `left` comes first; `undefined`: they cannot be compared. */
function orderOf(left: Json, right: Json): number | undefined {
  if (isNullish(left) || isNullish(right)) return Number(isNullish(right)) - Number(isNullish(left));
  if (typeof right === 'string') {
    if (typeof left === 'string') return order(left, right.replaceAll("\\'", "'"));
    if (typeof left === 'number') return order(left, parseNumber(right));
    if (typeof left === 'boolean') return order(Number(left), Number(right.toLowerCase() === 'true'));
    return undefined;
  }
  // Objects and arrays never compare, not with themselves.
  if (typeof left === 'number' && typeof right === 'number') return order(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return order(Number(left), Number(right));
  return undefined;
}

function order<T extends number | string>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isNullish(value: Json): boolean {
  return value === null || value === 'null';
}

/** The engine takes the text of a comparison with a number as a number, and fails if it is none. */
function parseNumber(text: string): number {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    throw new NotApplicable(`Filter: '${text}' is no number and cannot be compared with one`);
  }
  return Number(text);
}
