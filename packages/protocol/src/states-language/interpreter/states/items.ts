// What a Map goes over, and how many at once: the same for both kinds.
import type { MapState } from '../../definition/definition.ts';
import { isArray, type Json } from '../../json.ts';
import { selectPath } from '../../query/json-path/select-path.ts';
import { evaluateExpression } from '../../query/jsonata/evaluate.ts';
import { fillExpressions } from '../../query/jsonata/fill.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveScope } from '../data-flow.ts';
import { numberOf } from '../fields.ts';
import type { Visit } from '../visit.ts';

export async function itemsOf(at: Visit<MapState>): Promise<readonly Json[]> {
  const { turn, state, scope } = at;
  if (state.QueryLanguage === 'JSONata') {
    if (state.Items === undefined) return checkItems(scope.input);
    const options = { field: 'Items', world: turn.world };
    if (typeof state.Items !== 'string') return checkItems(await fillExpressions(state.Items, scope, options));
    return checkItems(await evaluateExpression(state.Items, scope, { ...options, expected: 'array' }));
  }
  const path = state.ItemsPath ?? '$';
  const items = selectPath(path, effectiveScope(at));
  if (isArray(items)) return items;
  // A path into the context object is told as the path that it is there. Source: recorded on AWS: LocalStack,
  // test_state_map_context_object.
  const told = path.startsWith('$$') ? path.slice(1) : path;
  throw new StatesError('States.Runtime', `Reference path "${told}" must point to array.`);
}

function checkItems(input: Json): readonly Json[] {
  if (isArray(input)) return input;
  const cause = `Map state input must be an array but was: ${JSON.stringify(input)}`;
  throw new StatesError('States.QueryEvaluationError', cause, {});
}

/** What the definition wants; 0: no limit. */
export async function maxConcurrencyOf(at: Visit<MapState>): Promise<number> {
  const { MaxConcurrency: value, MaxConcurrencyPath: path } = at.state;
  const wanted = (await numberOf(at, { name: 'MaxConcurrency', value, path })) ?? 0;
  if (wanted >= 0) return wanted;
  throw new StatesError('States.Runtime', 'MaxConcurrency cannot be negative.');
}
