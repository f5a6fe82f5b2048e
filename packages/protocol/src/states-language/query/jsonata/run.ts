// Runs an expression: in what it can see, within the bounds, and with nothing of the library left on what comes out.
import type { Json } from '../../json.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import { copyIn, copyOut } from './copy.ts';
import { Exceeded, STACK } from './failure.ts';
import { Meter } from './meter.ts';
import { parseExpression } from './parse.ts';
import { SESSION } from './session.ts';

/**
 * `undefined`: the expression gives nothing.
 * @throws Exceeded, Unsupported, and what the library throws
 */
export async function run(text: string, scope: Scope, world: World): Promise<Json | undefined> {
  try {
    const { tree, functions, evaluate } = await parseExpression(text);
    const meter = new Meter(tree, functions);
    const bindings: Record<string, unknown> = { [SESSION]: { world, meter } };
    for (const name of tree.variables) {
      if (name === 'states') bindings[name] = meter.trust(statesOf(scope));
      else if (Object.hasOwn(scope.variables, name)) bindings[name] = copyIn(scope.variables[name] ?? null);
    }
    return copyOut(await evaluate(bindings));
  } catch (error) {
    // The language's own stack, in what the library does in one go: values nested very deep.
    if (error instanceof RangeError) throw new Exceeded(STACK);
    throw error;
  }
}

/** `$states`. What an expression does not look at is not copied. */
function statesOf(scope: Scope): object {
  const states = {};
  for (const [name, value] of Object.entries({
    input: scope.input,
    result: scope.result,
    errorOutput: scope.errorOutput,
    context: scope.context,
  })) {
    if (value === undefined) continue;
    let copy: Json | undefined;
    Object.defineProperty(states, name, { enumerable: true, get: () => (copy ??= copyIn(value)) });
  }
  return states;
}
