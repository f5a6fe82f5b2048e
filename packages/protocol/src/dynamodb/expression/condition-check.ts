// What can be said of one comparison or function without an item. Order of the checks: paritysuite/dynamodb-conformance
// and dynalite's tests against AWS: number of operands, distinct operands, types.

import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { encodeBase64 } from '../../aws/scalar.ts';
import { compareValues } from '../value/order.ts';
import type { TypeName } from '../value/value.ts';
import type { Test } from './condition-node.ts';
import { checkCount, knownType, type Operand, refuseType } from './operand.ts';
import { type Path, showPath } from './path.ts';
import { type Place, refuse } from './refusal.ts';

/** Operands of one IN. Source: DynamoDB developer guide, "Comparison operator and function reference". */
const MAX_IN_OPERANDS = 100;

const TYPES = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];
const OPERAND_COUNTS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** @throws ValidationException */
export function checkTest(test: Test, place: Place): void {
  for (const operand of test.operands) if (operand.kind === 'call') checkCall(operand.name, operand.operands, place);
  if (test.kind === 'call') {
    checkCall(test.name, test.operands, place);
    return;
  }
  const { operator, operands } = test;
  if (operator === 'IN') checkInCount(operands.length - 1, place);
  checkDistinct(operator, operands, place);
  if (operator === '=' || operator === '<>' || operator === 'IN') return;
  checkTypes(operator, operands, { place, takes: ['S', 'N', 'B'] });
  if (operator === 'BETWEEN') checkBounds(operands, place);
}

function checkCall(name: string, operands: readonly Operand[], place: Place): void {
  for (const operand of operands) if (operand.kind === 'call') checkCall(operand.name, operand.operands, place);
  checkCount(name, operands, { count: OPERAND_COUNTS[name] ?? 0, place });
  checkDistinct(name, operands, place);
  const [first, second] = operands;
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      if (first?.kind === 'path') return;
      throw refuse(place, `Operator or function requires a document path; operator or function: ${name}`);
    case 'attribute_type':
      checkTypeName(second, place);
      return;
    case 'begins_with':
      checkTypes(name, operands, { place, takes: ['S', 'B'] });
      return;
    case 'size':
      checkTypes(name, operands, { place, takes: ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'] });
      return;
  }
}

function checkInCount(count: number, place: Place): void {
  if (count <= MAX_IN_OPERANDS) return;
  throw refuse(place, `The IN operator is provided with too many operands; number of operands: ${count}`);
}

function checkBounds([, low, high]: readonly Operand[], place: Place): void {
  if (low?.kind !== 'value' || high?.kind !== 'value') return;
  const bounds = `lower bound operand: AttributeValue: ${showValue(low.value)}, upper bound operand: AttributeValue: ${showValue(high.value)}`;
  if (knownType(low) !== knownType(high)) {
    throw refuse(place, `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if (compareValues(low.value, high.value) <= 0) return;
  throw refuse(
    place,
    `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
  );
}

/** As sentences show a value: `{N:1}`; a binary as base64. */
function showValue({ S: text, N: number, B: bytes }: AttributeValue): string {
  if (text !== undefined) return `{S:${text}}`;
  if (number !== undefined) return `{N:${number}}`;
  return `{B:${encodeBase64(bytes ?? new Uint8Array())}}`;
}

interface Taken {
  readonly place: Place;
  readonly takes: readonly TypeName[];
}

function checkTypes(operator: string, operands: readonly Operand[], { place, takes }: Taken): void {
  for (const operand of operands) {
    const type = knownType(operand);
    if (type !== undefined && !takes.includes(type)) throw refuseType(operator, type, place);
  }
}

function checkTypeName(operand: Operand | undefined, place: Place): void {
  const type = operand && knownType(operand);
  if (operand?.kind !== 'value' || operand.value.S === undefined) {
    throw refuseType('attribute_type', type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}', place);
  }
  if (TYPES.includes(operand.value.S)) return;
  throw refuse(place, `Invalid attribute type name found; type: ${operand.value.S}, valid types: {${TYPES.join(',')}}`);
}

function checkDistinct(operator: string, [first, ...others]: readonly Operand[], place: Place): void {
  if (first?.kind !== 'path') return;
  const shown = showPath(first.path);
  if (!others.some((other) => other.kind === 'path' && isSame(other.path, first.path))) return;
  throw refuse(
    place,
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${shown}`,
  );
}

function isSame(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
