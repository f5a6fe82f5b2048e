// The operators of JSONPath rules. A value of another type than the operator's is no error, the comparison is false.
//
// Source: Amazon States Language, "Choice state"; recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/
// choice_operators, some 190 comparisons).
import type { Json } from '../json.ts';
import { parseInstant } from './timestamp.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whether the variable's value and the operand fit; `undefined` is a variable that is not there, for `IsPresent`. */
export type Test = (value: Json, operand: Json) => boolean;

type Comparable = string | number | bigint;

const ORDERS: Readonly<Record<string, (left: Comparable, right: Comparable) => boolean>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  GreaterThan: (left, right) => left > right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThanEquals: (left, right) => left >= right,
};

const KINDS: Readonly<Record<string, (value: Json) => Comparable | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Timestamp: (value) => (typeof value === 'string' ? parseInstant(value) : undefined),
};

/** `StringLessThan` and its like. */
const COMPARISONS = Object.entries(KINDS).flatMap(([kind, read]) =>
  Object.entries(ORDERS).map(([order, holds]): [string, Test] => [
    `${kind}${order}`,
    (value, operand) => {
      const [left, right] = [read(value), read(operand)];
      return left !== undefined && right !== undefined && holds(left, right);
    },
  ]),
);

/** What compares with an operand; each but `StringMatches` has a form whose operand is a path, `StringEqualsPath`. */
const COMPARING: Readonly<Record<string, Test>> = {
  ...Object.fromEntries(COMPARISONS),
  BooleanEquals: (value, operand) => typeof value === 'boolean' && value === operand,
  StringMatches: (value, operand) =>
    typeof value === 'string' && typeof operand === 'string' && matchesWildcard(operand, value),
};

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && parseInstant(value) !== undefined,
};

/** Operators whose operand stands in the rule. `IsPresent` is not among them: it looks at no value. */
export const OPERATORS: Readonly<Record<string, Test>> = {
  ...COMPARING,
  ...Object.fromEntries(
    Object.entries(TYPES).map(([name, is]): [string, Test] => [name, (value, operand) => is(value) === operand]),
  ),
};

/** Operators whose operand is found by a path, as `NumericEqualsPath`. */
export const PATH_OPERATORS: Readonly<Record<string, Test>> = Object.fromEntries(
  Object.entries(COMPARING)
    .filter(([name]) => name !== 'StringMatches')
    .map(([name, test]) => [`${name}Path`, test]),
);
