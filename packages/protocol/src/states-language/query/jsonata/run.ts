// Runs expressions in the jsonata library.
import type { Json } from '../../json.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import { copyOut } from './copy.ts';

/** `undefined`: the expression gives nothing. */
export async function run(expression: string, scope: Scope, _world: World): Promise<Json | undefined> {
  const { default: jsonata } = await import('jsonata');
  const { input, result, errorOutput, context } = scope;
  const states = {
    input,
    ...(result !== undefined && { result }),
    ...(errorOutput !== undefined && { errorOutput }),
    context,
  };
  return copyOut(await jsonata(expression).evaluate(undefined, { ...scope.variables, states }));
}
