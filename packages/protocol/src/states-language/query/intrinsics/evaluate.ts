// Evaluates calls of intrinsic functions. The sentence of a failure names the whole call, not the one inside it.
//
// Source: causes measured on AWS by a third party (Floci, AslExecutorIntrinsicMissingArgumentTest).
import type { Json } from '../../json.ts';
import { StatesError } from '../../states-error.ts';
import { NotApplicable, NotFound } from '../json-path/failure.ts';
import { findPath } from '../json-path/select-path.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import type { Argument, Call } from './call.ts';
import { Fault } from './fault.ts';
import { FUNCTIONS } from './functions.ts';
import { Values } from './values.ts';

/**
 * @throws StatesError `States.Runtime` for a path that finds nothing, `States.IntrinsicFailure` for what a function
 *   refuses
 */
export function evaluateCall(call: Call, scope: Scope, world: World): Json {
  const fail = (name: string, what: string) =>
    new StatesError(name, `The function '${call.text}' had the following error: ${what}`);
  try {
    return evaluate(call, scope, world);
  } catch (error) {
    if (error instanceof Fault) throw fail('States.IntrinsicFailure', error.message);
    if (error instanceof NotApplicable) throw fail('States.Runtime', error.message);
    if (error instanceof RangeError) throw fail('States.IntrinsicFailure', 'A value is nested too deep');
    throw error instanceof Missing ? fail('States.Runtime', error.message) : error;
  }
}

class Missing extends Error {
  override name = 'Missing';
}

function evaluate(call: Call, scope: Scope, world: World): Json {
  const values = call.args.map((argument) => evaluateArgument(argument, scope, world));
  const [template] = call.args;
  const raw = template?.kind === 'text' ? template.raw : undefined;
  return FUNCTIONS[call.name]?.run(new Values(call.name, values, raw), world) ?? null;
}

function evaluateArgument(argument: Argument, scope: Scope, world: World): Json {
  switch (argument.kind) {
    case 'literal':
      return argument.value;
    case 'text':
      return argument.text;
    case 'call':
      return evaluate(argument.call, scope, world);
    case 'path': {
      const { path } = argument;
      let found: Json | undefined;
      try {
        found = findPath(path, scope);
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
      if (found !== undefined) return found;
      // A path of the context object is told as one of the input.
      const text = path.text.replace(/^\$\$/, '$');
      throw new Missing(
        `The JsonPath argument for the field '${text}' could not be found in the input '${JSON.stringify(scope.input)}'`,
      );
    }
  }
}
