// Evaluates one expression of a JSONata state. What goes wrong is `States.QueryEvaluationError`, in AWS's sentences,
// with the field that the expression stands in.
//
// Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/evaluate_jsonata, assign, outputdecl).
import { isArray, type Json } from '../../json.ts';
import { StatesError } from '../../states-error.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import { insideOf } from './expression.ts';
import { Exceeded, Unsupported } from './failure.ts';
import { run } from './run.ts';

/** What a field takes, as sentences name it. */
export type Expected = 'array' | 'boolean' | 'number' | 'string' | 'object';

export interface EvaluationOptions {
  /** The field, as `Output/total`. */
  readonly field: string;
  readonly world: World;
  readonly expected?: Expected;
}

/**
 * @param text with `{%` and `%}`
 * @throws StatesError `States.QueryEvaluationError`
 */
export async function evaluateExpression(text: string, scope: Scope, options: EvaluationOptions): Promise<Json> {
  const { field, world, expected } = options;
  const inside = insideOf(text);
  const fail = (what: string) =>
    new StatesError(
      'States.QueryEvaluationError',
      `The JSONata expression '${inside}' specified for the field '${field}' ${what}`,
      { location: field },
    );
  let value: Json | undefined;
  try {
    value = await run(inside, scope, world);
  } catch (error) {
    if (error instanceof Unsupported) throw fail('returned an unsupported result type.');
    if (error instanceof Exceeded) throw fail(`threw an error during evaluation: ${error.message}`);
    throw fail(`threw an error during evaluation. ${describe(error)}`);
  }
  if (value === undefined) throw fail('returned nothing (undefined).');
  const type = typeOf(value);
  if (expected !== undefined && type !== expected) {
    throw fail(
      `returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value)}`,
    );
  }
  return value;
}

/** As sentences name it. */
function typeOf(value: Json): string {
  return value === null ? 'null' : isArray(value) ? 'array' : typeof value;
}

/** `T1006: Attempted to invoke a non-function`: the library's errors are objects with a code and a message. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? `${code}: ${String(message)}` : String(message);
}
