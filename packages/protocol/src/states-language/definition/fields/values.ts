// What the value of a field may be: types, ranges, paths. What is wrong is told in the service's words.
//
// Source of the sentences: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2); measured with
// ValidateStateMachineDefinition, 2026-09-05 (badmintoncryer/cdk-preflight, rules pf-sfn-asl-*).
import { parseInstant } from '../../choice/timestamp.ts';
import { isArray, type Json } from '../../json.ts';
import { parseField } from '../../query/field.ts';
import { parsePath } from '../../query/json-path/parse.ts';
import type { Path } from '../../query/json-path/path.ts';
import { SyntaxFault } from '../../query/reading.ts';
import { fail, inside, type Place } from '../place.ts';
import type { Check } from './shape.ts';

export const anything: Check = () => {};

export const text: Check = (value, at) => {
  if (typeof value !== 'string') fail(at, 'Expected value of type String');
};

export const flag: Check = (value, at) => {
  if (typeof value !== 'boolean') fail(at, 'Expected value of type Boolean');
};

export const anyNumber: Check = (value, at) => {
  if (typeof value !== 'number') fail(at, 'Expected value of type Float');
};

interface Range {
  readonly min: number;
  readonly max?: number;
}

export function integer({ min, max = Number.POSITIVE_INFINITY }: Range): Check {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) fail(at, 'Expected value of type Integer');
    else if (value < min) fail(at, `Minimum value is ${min}`);
    else if (value > max) fail(at, `Maximum value is ${max}`);
  };
}

/** Its bounds are told with a fraction. */
export function float({ min, max = Number.POSITIVE_INFINITY }: Range): Check {
  return (value, at) => {
    if (typeof value !== 'number') fail(at, 'Expected value of type Float');
    else if (value < min) fail(at, `Minimum value is ${min.toFixed(1)}`);
    else if (value > max) fail(at, `Maximum value is ${max.toFixed(1)}`);
  };
}

export function oneOf(...values: readonly string[]): Check {
  return (value, at) => {
    if (typeof value === 'string' && values.includes(value)) return;
    fail(at, `Value should be one of the following: [${values.join(', ')}]`);
  };
}

/** An array with something in it. */
export function filled(check: Check): Check {
  return (value, at) => {
    if (isArray(value) && value.length === 0) fail(at, 'Value cannot be empty');
    else list(check)(value, at);
  };
}

export function list(check: Check): Check {
  return (value, at) => {
    if (!isArray(value)) fail(at, 'Expected value of type Array');
    else for (const [index, item] of value.entries()) check(item, inside(at, value, index));
  };
}

export const timestamp: Check = (value, at) => {
  if (typeof value !== 'string') fail(at, 'Expected value of type String');
  else if (parseInstant(value) === undefined) fail(at, 'String does not match RFC3339 timestamp');
};

export function nullable(check: Check): Check {
  return (value, at) => {
    if (value !== null) check(value, at);
  };
}

/** `InputPath` and its like: any JSONPath, the context object and variables too. */
export const path: Check = (value, at) => {
  readPath(value, at);
};

/** A path that names one place of the input or a variable. */
export const referencePath: Check = (value, at) => {
  const read = readPath(value, at);
  if (read && (!read.isReference || read.root.kind === 'context')) fail(at, 'Value is not a Reference Path');
};

/** Where a result goes: a place in the input. */
export const resultPath: Check = (value, at) => {
  const read = readPath(value, at);
  if (read && (!read.isReference || read.root.kind !== 'input')) fail(at, 'Value is not a Reference Path');
};

/** What Choice compares. */
export const variablePath: Check = (value, at) => {
  if (typeof value === 'string' && !value.startsWith('$')) {
    fail(at, "Value is not a Reference Path: Reference path didn't start with '$'");
  } else readPath(value, at);
};

/** `ErrorPath`, `CausePath`: a path or a call of an intrinsic function. */
export const pathOrCall: Check = (value, at) => {
  if (typeof value !== 'string') fail(at, 'Expected value of type String');
  else if (!parses(() => parseField(value))) {
    fail(at, 'Value must be a valid JSONPath or a valid intrinsic function call');
  }
};

function readPath(value: Json, at: Place): Path | undefined {
  if (typeof value !== 'string') {
    fail(at, 'Expected value of type String');
    return undefined;
  }
  const read = parses(() => parsePath(value));
  if (!read) fail(at, 'Value must be a valid JSONPath.');
  return read;
}

export function parses<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}
