// Key conditions: which partition, and which stretch of it. The conditions of a key may be written in any order; all
// that an expression says by itself is checked before the key schema is looked at.
import type { AttributeValue, KeySchemaElement } from '../../aws/models/dynamodb.types.ts';
import { typeOf } from '../value/value.ts';
import { parseCondition } from './condition.ts';
import type { ConditionNode, Test } from './condition-node.ts';
import type { Operand } from './operand.ts';
import type { Placeholders } from './placeholders.ts';
import { invalid, refuse } from './refusal.ts';

type BoundOperator = '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with';

/** Values in the order of the key's attributes. */
export interface KeyCondition {
  readonly partition: readonly AttributeValue[];
  readonly sort: {
    /** Values of the first sort attributes. */
    readonly equal: readonly AttributeValue[];
    /** What is asked of the attribute after those: BETWEEN has two values. */
    readonly bound?: { readonly operator: BoundOperator; readonly values: readonly AttributeValue[] };
  };
}

/** What one attribute has to be. */
interface KeyTest {
  readonly name: string;
  readonly operator: '=' | BoundOperator;
  readonly values: readonly AttributeValue[];
}

/** A key condition that has not met a key schema yet. */
export type KeyTests = readonly KeyTest[];

interface KeySchema {
  /** HASH attributes, then RANGE attributes: one of each at most, in a global index up to four of each. */
  readonly keys: readonly KeySchemaElement[];
  /** The types of key attributes: S, N or B. */
  readonly types: Readonly<Record<string, string>>;
}

const PLACE = 'KeyConditionExpression';

/** @throws ValidationException */
export function parseKeyCondition(
  text: string,
  { placeholders, ...schema }: KeySchema & { readonly placeholders: Placeholders },
): KeyCondition {
  return matchKeys(readKeyTests(text, { placeholders }), schema);
}

/** What can be said without the table. @throws ValidationException */
export function readKeyTests(text: string, { placeholders }: { readonly placeholders: Placeholders }): KeyTests {
  const { root } = parseCondition(text, { place: PLACE, placeholders });
  const tests: KeyTest[] = [];
  for (const test of conjuncts(root)) {
    const key = keyTestOf(test);
    if (tests.some(({ name }) => name === key.name)) {
      throw refuse(PLACE, 'KeyConditionExpressions must only contain one condition per key');
    }
    tests.push(key);
  }
  return tests;
}

/** The part of a table or index that the tests mean. @throws ValidationException */
export function matchKeys(tests: KeyTests, { keys, types }: KeySchema): KeyCondition {
  if (tests.length > keys.length) {
    throw invalid(
      `The number of query conditions (${tests.length}) exceeds the number of key attributes defined in the schema (${keys.length})`,
    );
  }
  const partition = namesOf(keys, 'HASH').map((name) => partitionValue(name, tests));
  const ranges = namesOf(keys, 'RANGE');
  const strange = tests.find(({ name }) => !keys.some(({ AttributeName }) => AttributeName === name));
  if (strange) throw missed(ranges.find((name) => !tests.some((test) => test.name === name)) ?? strange.name);
  checkTypes(tests, types);
  return { partition, sort: sortOf(ranges, tests) };
}

/** A partition is named by equality alone. */
function partitionValue(name: string, tests: KeyTests): AttributeValue {
  const test = tests.find((one) => one.name === name);
  if (!test) throw missed(name);
  const [value] = test.values;
  if (test.operator === '=' && value) return value;
  throw invalid('Query key condition not supported');
}

/** Equal values from the left, and at most one bound behind them. */
function sortOf(ranges: readonly string[], tests: KeyTests): KeyCondition['sort'] {
  const equal: AttributeValue[] = [];
  const open: string[] = [];
  let bound: KeyCondition['sort']['bound'];
  for (const name of ranges) {
    const test = tests.find((one) => one.name === name);
    if (test && open.length > 0) {
      throw invalid(
        `RANGE key attributes ${open.join(', ')} must have equality conditions specified in the query because a condition is present on key attribute ${name}`,
      );
    }
    if (test?.operator === '=') {
      equal.push(...test.values);
    } else {
      if (test) bound = { operator: test.operator, values: test.values };
      open.push(name);
    }
  }
  return bound ? { equal, bound } : { equal };
}

function checkTypes(tests: KeyTests, types: KeySchema['types']): void {
  for (const { name, operator, values } of tests) {
    const isPrefixOfNumber = operator === 'begins_with' && types[name] === 'N';
    if (!isPrefixOfNumber && values.every((value) => typeOf(value) === types[name])) continue;
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
}

function namesOf(keys: readonly KeySchemaElement[], type: 'HASH' | 'RANGE'): string[] {
  return keys.filter(({ KeyType }) => KeyType === type).map(({ AttributeName }) => AttributeName);
}

function missed(name: string): Error {
  return invalid(`Query condition missed key schema element: ${name}`);
}

/** The tests that AND joins; nothing else may join them. */
function conjuncts(node: ConditionNode): Test[] {
  if (node.kind === 'or' || node.kind === 'not') throw refuseOperator(node.kind.toUpperCase());
  return node.kind === 'and' ? node.parts.flatMap(conjuncts) : [node];
}

function keyTestOf(test: Test): KeyTest {
  const { operands } = test;
  const operator = operatorOf(test);
  if (operands.some(({ kind }) => kind === 'call')) {
    throw refuse(PLACE, 'KeyConditionExpressions cannot contain nested operations');
  }
  if ((operator === 'BETWEEN' || operator === 'begins_with') && operands[0]?.kind !== 'path') {
    throw badCondition(`${operator} operator must have the key attribute as its first operand`);
  }
  const paths = operands.flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []));
  const [path, another] = paths;
  if (another) throw badCondition('Multiple attribute names used in one condition');
  if (!path) throw badCondition('No key attribute specified');
  if (path.length > 1) {
    throw refuse(PLACE, 'KeyConditionExpressions cannot have conditions on nested attributes');
  }
  const isTurned = operands[0]?.kind !== 'path';
  return { name: String(path[0]), operator: isTurned ? turn(operator) : operator, values: operands.flatMap(valuesOf) };
}

function operatorOf(test: Test): KeyTest['operator'] {
  if (test.kind === 'call') {
    if (test.name === 'begins_with') return test.name;
    throw refuseOperator(test.name);
  }
  if (test.operator === '<>' || test.operator === 'IN') throw refuseOperator(test.operator);
  return test.operator;
}

/** `:v < a` is `a > :v`. */
function turn(operator: KeyTest['operator']): KeyTest['operator'] {
  switch (operator) {
    case '<':
      return '>';
    case '<=':
      return '>=';
    case '>':
      return '<';
    case '>=':
      return '<=';
    default:
      return operator;
  }
}

function valuesOf(operand: Operand): AttributeValue[] {
  return operand.kind === 'value' ? [operand.value] : [];
}

function refuseOperator(operator: string): Error {
  return invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function badCondition(what: string): Error {
  return refuse(PLACE, `Invalid condition in KeyConditionExpression: ${what}`);
}
