// How data goes through a state.
//
//   JSONPath   raw input → InputPath → Parameters → the state's result → ResultSelector → ResultPath → OutputPath
//                  └──────────────────────────────────────────────────────────────→ into the raw input
//   JSONata    raw input → Arguments → the state's result → Output
//
// Assign is evaluated beside the last step and sees the variables as they were when the state was entered.
//
// Source: developer guide, "Processing input and output in Step Functions", "Passing data between states with variables".
import type { Catcher, State } from '../definition/definition.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { selectPath } from '../query/json-path/select-path.ts';
import { fillExpressions } from '../query/jsonata/fill.ts';
import { placeResult } from '../query/placement.ts';
import type { Scope, Variables } from '../query/scope.ts';
import { fillTemplate } from '../query/template.ts';
import type { Leaves } from './outcome.ts';
import type { Visit } from './visit.ts';

/** What `InputPath` lets through. */
export function inputOf({ state, scope }: Visit): Json {
  return 'InputPath' in state ? alongPath(state.InputPath, scope) : scope.input;
}

/** What path fields and templates see: `$` is what `InputPath` let through. */
export function effectiveScope(at: Visit): Scope {
  const input = inputOf(at);
  return input === at.scope.input ? at.scope : { ...at.scope, input };
}

/** What `Parameters` or `Arguments` make of the input. */
export async function argumentsOf(at: Visit): Promise<Json> {
  const { state, scope, turn } = at;
  if (state.QueryLanguage === 'JSONata') {
    const template = 'Arguments' in state ? state.Arguments : undefined;
    if (template === undefined) return scope.input;
    return fillExpressions(template, scope, { field: 'Arguments', world: turn.world });
  }
  if (!('Parameters' in state) || state.Parameters === undefined) return inputOf(at);
  return fillTemplate(state.Parameters, effectiveScope(at), turn.world);
}

interface Exit {
  readonly next: string | undefined;
  /** The fields to follow: the state's own, or those of a rule of Choice. */
  readonly fields?: { readonly Assign?: JsonObject; readonly Output?: Json };
}

/** Leaves a state that has a result: Pass, Task, Parallel, Map. */
export async function leaveWithResult(at: Visit, result: Json, exit: Exit): Promise<Leaves> {
  const { state, scope, turn } = at;
  if (state.QueryLanguage === 'JSONata') return leaveByExpressions(at, { ...scope, result }, { result, ...exit });
  const selected =
    'ResultSelector' in state && state.ResultSelector
      ? fillTemplate(state.ResultSelector, { ...scope, input: result }, turn.world)
      : result;
  const placed = intoInput('ResultPath' in state ? state.ResultPath : undefined, scope.input, selected);
  return leaveByPaths(at, { output: placed, assignFrom: result, ...exit });
}

/** Leaves a state that has none: Choice, Wait, Succeed. */
export async function leaveWithInput(at: Visit, exit: Exit): Promise<Leaves> {
  if (at.state.QueryLanguage === 'JSONata')
    return leaveByExpressions(at, at.scope, { result: at.scope.input, ...exit });
  const input = inputOf(at);
  return leaveByPaths(at, { output: input, assignFrom: input, ...exit });
}

/** Leaves a state by one of its catchers. `OutputPath` and the state's own `Assign` have no part in it. */
export async function leaveByCatcher(at: Visit, catcher: Catcher, errorOutput: JsonObject): Promise<Leaves> {
  const { state, scope, turn } = at;
  const exit = { next: catcher.Next, fields: catcher };
  if (state.QueryLanguage === 'JSONata') {
    return leaveByExpressions(at, { ...scope, errorOutput }, { result: errorOutput, ...exit });
  }
  const output = intoInput(catcher.ResultPath, scope.input, errorOutput);
  if (!catcher.Assign) return { kind: 'leaves', output, next: catcher.Next };
  const assigned = variablesFrom(fillTemplate(catcher.Assign, { ...scope, input: errorOutput }, turn.world));
  return { kind: 'leaves', output, assigned, next: catcher.Next };
}

async function leaveByExpressions(at: Visit, scope: Scope, exit: Exit & { readonly result: Json }): Promise<Leaves> {
  const { Assign, Output } = exit.fields ?? assignAndOutputOf(at.state);
  const fill = (template: Json, field: string) => fillExpressions(template, scope, { field, world: at.turn.world });
  const assigned = Assign && variablesFrom(await fill(Assign, 'Assign'));
  const output = Output === undefined ? exit.result : await fill(Output, 'Output');
  return { kind: 'leaves', output, ...(assigned && { assigned }), next: exit.next };
}

function leaveByPaths(at: Visit, exit: Exit & { readonly output: Json; readonly assignFrom: Json }): Leaves {
  const { state, scope, turn } = at;
  const { Assign } = exit.fields ?? assignAndOutputOf(state);
  const assigned = Assign && variablesFrom(fillTemplate(Assign, { ...scope, input: exit.assignFrom }, turn.world));
  const path = 'OutputPath' in state ? state.OutputPath : undefined;
  const output = alongPath(path, { ...scope, input: exit.output });
  return { kind: 'leaves', output, ...(assigned && { assigned }), next: exit.next };
}

function assignAndOutputOf(state: State): NonNullable<Exit['fields']> {
  return state.Type === 'Fail' ? {} : state;
}

/** `InputPath` and `OutputPath`: `null` lets nothing through, `{}`. */
function alongPath(path: string | null | undefined, scope: Scope): Json {
  if (path === undefined || path === '$') return scope.input;
  return path === null ? {} : selectPath(path, scope);
}

/** `ResultPath`: `null` drops the result. */
function intoInput(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined || path === '$') return result;
  return path === null ? input : placeResult(path, input, result);
}

function variablesFrom(assigned: Json): Variables {
  return isObject(assigned) ? assigned : {};
}
