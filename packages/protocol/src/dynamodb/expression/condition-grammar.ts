// The grammar of conditions, as they are written. Precedence, high to low: comparison, NOT, AND, OR.
//
//   or := and { OR and }      and := not { AND not }      not := NOT not | test
//   test := ( or ) | function | operand comparator operand
//         | operand BETWEEN operand AND operand | operand IN ( operand, … )
import type { Comparator } from './condition-node.ts';
import { readOperand, type Written, type WrittenCall } from './operand.ts';
import type { Cursor } from './token.ts';

/** One comparison or function as it was written. */
export type ConditionGrammar =
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly operands: readonly Written[] }
  | WrittenCall;

export type WrittenCondition =
  | ConditionGrammar
  | { readonly kind: 'and'; readonly parts: readonly WrittenCondition[] }
  | { readonly kind: 'or'; readonly parts: readonly WrittenCondition[] }
  | { readonly kind: 'not'; readonly part: WrittenCondition };

/**
 * A parenthesis may hold either: `(a) = :v`, `(a = :v)`. A function call may be either: `size(a)`, `contains(a, :v)`.
 */
type Read =
  | { readonly is: 'condition'; readonly node: WrittenCondition; readonly isGroup: boolean }
  | { readonly is: 'operand'; readonly node: Written; readonly isGroup: boolean };

const SIGNS = ['=', '<>', '<', '<=', '>', '>='] as const;

/** @throws ValidationException at the first token that no condition could have there. */
export function readCondition(cursor: Cursor): WrittenCondition {
  return asCondition(cursor, readOr(cursor));
}

/** The comparisons and functions of a condition, in the order in which they were written. */
export function writtenTests(node: WrittenCondition): ConditionGrammar[] {
  if (node.kind === 'and' || node.kind === 'or') return node.parts.flatMap(writtenTests);
  return node.kind === 'not' ? writtenTests(node.part) : [node];
}

function readOr(cursor: Cursor): Read {
  return readJoined(cursor, { kind: 'or', keyword: 'OR', read: readAnd });
}

function readAnd(cursor: Cursor): Read {
  return readJoined(cursor, { kind: 'and', keyword: 'AND', read: readNot });
}

interface Joining {
  readonly kind: 'and' | 'or';
  readonly keyword: string;
  readonly read: (cursor: Cursor) => Read;
}

function readJoined(cursor: Cursor, { kind, keyword, read }: Joining): Read {
  const first = read(cursor);
  if (!cursor.sees(keyword)) return first;
  const parts = [asCondition(cursor, first)];
  while (cursor.takes(keyword)) {
    cursor.countOperator();
    parts.push(asCondition(cursor, read(cursor)));
  }
  return { is: 'condition', node: { kind, parts }, isGroup: false };
}

function readNot(cursor: Cursor): Read {
  let count = 0;
  while (cursor.takes('NOT')) count += 1;
  const read = readTest(cursor);
  if (count === 0) return read;
  let node = asCondition(cursor, read);
  for (; count > 0; count -= 1) {
    cursor.countOperator();
    node = { kind: 'not', part: node };
  }
  return { is: 'condition', node, isGroup: false };
}

function readTest(cursor: Cursor): Read {
  const first = cursor.takes('(') ? cursor.within('', () => readGroup(cursor)) : readLeaf(cursor);
  if (first.is === 'condition') return first;
  const comparator = SIGNS.find((operator) => cursor.sees(operator));
  if (comparator) {
    cursor.take();
    cursor.countOperator();
    return test({ kind: 'compare', operator: comparator, operands: [first.node, readOperand(cursor)] });
  }
  if (cursor.takes('BETWEEN')) {
    cursor.countOperator();
    const low = readOperand(cursor);
    cursor.expect('AND');
    return test({ kind: 'compare', operator: 'BETWEEN', operands: [first.node, low, readOperand(cursor)] });
  }
  if (!cursor.takes('IN')) return first;
  cursor.countOperator();
  cursor.expect('(');
  const operands = [first.node, readOperand(cursor)];
  while (cursor.takes(',')) operands.push(readOperand(cursor));
  cursor.expect(')');
  return test({ kind: 'compare', operator: 'IN', operands });
}

function readGroup(cursor: Cursor): Read {
  const inner = readOr(cursor);
  cursor.expect(')');
  if (inner.isGroup) cursor.noteRedundant();
  return { ...inner, isGroup: true };
}

function readLeaf(cursor: Cursor): Read {
  return { is: 'operand', node: readOperand(cursor), isGroup: false };
}

/** A function call may stand for a condition; of any other operand a comparison was expected to follow. */
function asCondition(cursor: Cursor, read: Read): WrittenCondition {
  if (read.is === 'condition') return read.node;
  if (read.node.kind === 'call') return read.node;
  throw cursor.refuse();
}

function test(node: ConditionGrammar): Read {
  return { is: 'condition', node, isGroup: false };
}
