// Fail: its error and cause are fixed, or come by a path, an intrinsic function or an expression. Either may be missing.
import type { FailState } from '../../definition/definition.ts';
import { evaluateField } from '../../query/field.ts';
import { evaluateExpression } from '../../query/jsonata/evaluate.ts';
import { isExpression } from '../../query/jsonata/expression.ts';
import { StatesError } from '../../states-error.ts';
import type { Outcome } from '../outcome.ts';
import type { Visit } from '../visit.ts';

export async function beginFail(at: Visit<FailState>): Promise<Outcome> {
  return { kind: 'fails', failure: { error: await textOf(at, 'Error'), cause: await textOf(at, 'Cause') } };
}

async function textOf(at: Visit<FailState>, field: 'Error' | 'Cause'): Promise<string | undefined> {
  const { state, scope, turn } = at;
  const { world } = turn;
  const text = state[field];
  const path = state[`${field}Path`];
  if (path !== undefined) {
    const value = evaluateField(path, scope, { field: `${field}Path`, world });
    if (typeof value === 'string') return value;
    const cause = `The ${field}Path field refers to value "${JSON.stringify(value)}" which is not a string: ${path}`;
    throw new StatesError('States.Runtime', cause);
  }
  if (text === undefined || state.QueryLanguage === 'JSONPath' || !isExpression(text)) return text;
  return String(await evaluateExpression(text, scope, { field, world, expected: 'string' }));
}
