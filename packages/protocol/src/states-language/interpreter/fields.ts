// Fields that hold a number or a text, or lead to one: `X` with the value or an expression, `XPath` with a path.
//
// Source of the sentences: recorded on AWS: LocalStack, tests/aws/services/stepfunctions, test_max_concurrency_path,
// test_map_state_tolerated_failure_count_path, test_reference_in_map_state_max_items_path.
import type { NumberField } from '../definition/definition.ts';
import type { Json } from '../json.ts';
import { selectPath } from '../query/json-path/select-path.ts';
import { evaluateExpression } from '../query/jsonata/evaluate.ts';
import { StatesError } from '../states-error.ts';
import { effectiveScope } from './data-flow.ts';
import type { Visit } from './visit.ts';

interface Field {
  readonly name: string;
  readonly value: NumberField | undefined;
  readonly path: string | undefined;
  readonly range?: 'integer' | 'float';
}

/**
 * The number that a field gives; `undefined` when neither form is there. By a path, a text that is a number counts as
 * one.
 */
export async function numberOf(
  at: Visit,
  { name, value, path, range = 'integer' }: Field,
): Promise<number | undefined> {
  if (path !== undefined) {
    const found = selectPath(path, effectiveScope(at));
    const number = toNumber(found, range);
    if (number !== undefined) return number;
    const cause = `The ${name}Path field refers to value "${textOf(found)}" which is not a valid ${range}: ${path}`;
    throw new StatesError('States.Runtime', cause);
  }
  if (typeof value !== 'string') return value;
  const found = await evaluateExpression(value, at.scope, { field: name, world: at.turn.world, expected: 'number' });
  const number = toNumber(found, range);
  if (number !== undefined) return number;
  const cause = `The ${name} field is not a valid ${range}: ${textOf(found)}`;
  throw new StatesError('States.QueryEvaluationError', cause, { location: name });
}

/** The same within the bounds that a definition has to keep. The sentences are ours. */
export async function boundedNumberOf(
  at: Visit,
  field: Field & { readonly least: number; readonly most: number },
): Promise<number | undefined> {
  const { name, path, least, most } = field;
  const number = await numberOf(at, field);
  if (number === undefined || (number >= least && number <= most)) return number;
  const told = `which is not between ${least} and ${most}`;
  if (path !== undefined) {
    throw new StatesError('States.Runtime', `The ${name}Path field refers to value "${number}" ${told}: ${path}`);
  }
  const cause = `The ${name} field has the value ${number}, ${told}.`;
  throw new StatesError('States.QueryEvaluationError', cause, { location: name });
}

/** Texts that count as numbers. */
const NUMERIC = { integer: /^[+-]?\d+$/, float: /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/ };

export function toNumber(value: Json, range: 'integer' | 'float'): number | undefined {
  const number = typeof value === 'string' && NUMERIC[range].test(value) ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  return (range === 'integer' ? Number.isInteger(number) : Number.isFinite(number)) ? number : undefined;
}

/** As sentences show a value: a text without its quotes. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
