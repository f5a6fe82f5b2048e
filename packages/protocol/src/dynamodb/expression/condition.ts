// Conditions: read, checked, and asked of an item. What can be refused without an item is refused before one is read.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { compareBytes, compareValues, equalValues } from '../value/order.ts';
import { type Item, typeOf } from '../value/value.ts';
import { checkTest } from './condition-check.ts';
import { type ConditionGrammar, readCondition, type WrittenCondition, writtenTests } from './condition-grammar.ts';
import type { ConditionNode, Test } from './condition-node.ts';
import { bind, type Operand, refuseReserved } from './operand.ts';
import { follow } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Place, refuse } from './refusal.ts';
import { Cursor } from './token.ts';

/** A condition that may be asked of items. */
export interface Condition {
  readonly root: ConditionNode;
  /** Names of the attributes that it looks at. */
  readonly attributes: ReadonlySet<string>;
}

interface ParseOptions {
  readonly place: Extract<Place, 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression'>;
  readonly placeholders: Placeholders;
}

/** @throws ValidationException */
export function parseCondition(text: string, { place, placeholders }: ParseOptions): Condition {
  const cursor = new Cursor(text, place);
  const written = readCondition(cursor);
  cursor.end();
  const tests = writtenTests(written);
  checkFunctions(tests, place);
  refuseReserved(
    tests.flatMap(({ operands }) => operands),
    place,
  );
  const attributes = new Set<string>();
  return { root: bindNode(written, { place, placeholders }, attributes), attributes };
}

/** Whether a condition is true of an item; of one that does not exist it sees no attributes. */
export function holds(condition: Condition, item: Item | undefined): boolean {
  return isTrue(condition.root, item ?? {});
}

const FUNCTIONS = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

/** Names first, then places: a function stands alone, `size` stands in a comparison or another function. */
function checkFunctions(tests: readonly ConditionGrammar[], place: Place): void {
  for (const name of functionNames(tests)) {
    if (!FUNCTIONS.has(name)) throw refuse(place, `Invalid function name; function: ${name}`);
  }
  for (const test of tests) {
    const isAlone = test.kind === 'call' && test.name === 'size';
    const misused = isAlone ? 'size' : functionNames(test.operands).find((name) => name !== 'size');
    if (misused === undefined) continue;
    throw refuse(place, `The function is not allowed to be used this way in an expression; function: ${misused}`);
  }
}

type WithOperands = { readonly kind: string; readonly name?: string; readonly operands?: readonly WithOperands[] };

function functionNames(nodes: readonly WithOperands[]): string[] {
  return nodes.flatMap(({ kind, name, operands = [] }) => [
    ...(kind === 'call' && name !== undefined ? [name] : []),
    ...functionNames(operands),
  ]);
}

function bindNode(written: WrittenCondition, options: ParseOptions, attributes: Set<string>): ConditionNode {
  const { place, placeholders } = options;
  switch (written.kind) {
    case 'and':
    case 'or':
      return { ...written, parts: written.parts.map((part) => bindNode(part, options, attributes)) };
    case 'not':
      return { ...written, part: bindNode(written.part, options, attributes) };
    default: {
      const operands = written.operands.map((operand) => bind(operand, placeholders, place));
      for (const operand of operands) noteAttributes(operand, attributes);
      const test: Test = { ...written, operands };
      checkTest(test, place);
      return test;
    }
  }
}

function noteAttributes(operand: Operand, attributes: Set<string>): void {
  if (operand.kind === 'path') attributes.add(String(operand.path[0]));
  if (operand.kind === 'call') for (const inner of operand.operands) noteAttributes(inner, attributes);
}

function isTrue(node: ConditionNode, item: Item): boolean {
  switch (node.kind) {
    case 'and':
      return node.parts.every((part) => isTrue(part, item));
    case 'or':
      return node.parts.some((part) => isTrue(part, item));
    case 'not':
      return !isTrue(node.part, item);
    default:
      return passes(
        node,
        node.operands.map((operand) => operandValue(operand, item)),
      );
  }
}

/** An operand's value, when the item has one. */
function operandValue(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return follow(operand.path, item);
    default: {
      const [of] = operand.operands;
      const measured = of && operandValue(of, item);
      const size = measured && measure(measured);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** `size`: UTF-16 units of a string, bytes, members; numbers, BOOL and NULL have none. */
function measure(value: AttributeValue): number | undefined {
  const counted = value.S ?? value.B ?? value.SS ?? value.NS ?? value.BS ?? value.L;
  if (counted !== undefined) return counted.length;
  return value.M && Object.keys(value.M).length;
}

function passes(test: Test, [first, ...others]: readonly (AttributeValue | undefined)[]): boolean {
  const [second, third] = others;
  if (test.kind === 'call') return passesFunction(test.name, first, second);
  // Of a missing attribute every comparison is false, but `<>` is true. Source: paritysuite/dynamodb-conformance.
  const isUnequal = test.operator === '<>';
  if (!first) return isUnequal;
  if (test.operator === 'IN') return others.some((other) => other !== undefined && equalValues(first, other));
  if (!second) return isUnequal;
  switch (test.operator) {
    case 'BETWEEN':
      return third !== undefined && compareValues(first, second) >= 0 && compareValues(first, third) <= 0;
    case '=':
      return equalValues(first, second);
    case '<>':
      return !equalValues(first, second);
    case '<':
      return compareValues(first, second) < 0;
    case '<=':
      return compareValues(first, second) <= 0;
    case '>':
      return compareValues(first, second) > 0;
    case '>=':
      return compareValues(first, second) >= 0;
  }
}

function passesFunction(name: string, first: AttributeValue | undefined, second: AttributeValue | undefined): boolean {
  if (name === 'attribute_exists') return first !== undefined;
  if (name === 'attribute_not_exists') return first === undefined;
  if (!first || !second) return false;
  if (name === 'attribute_type') return typeOf(first) === second.S;
  return name === 'begins_with' ? beginsWith(first, second) : contains(first, second);
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (!value.B || !prefix.B || prefix.B.length > value.B.length) return false;
  return compareBytes(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
}

/** A part of a string or binary, a member of a set, an element of a list. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some((element) => equalValues(element, part));
  const { S: text, N: number, B: bytes } = part;
  if (text !== undefined) return value.S?.includes(text) ?? value.SS?.includes(text) ?? false;
  if (number !== undefined) return value.NS?.includes(number) ?? false;
  if (!bytes) return false;
  if (value.BS) return value.BS.some((member) => compareBytes(member, bytes) === 0);
  return value.B !== undefined && includesBytes(value.B, bytes);
}

function includesBytes(bytes: Uint8Array, part: Uint8Array): boolean {
  const asText = (all: Uint8Array) => Array.from(all, (byte) => String.fromCharCode(byte)).join('');
  return asText(bytes).includes(asText(part));
}
