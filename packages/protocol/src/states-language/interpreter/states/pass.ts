// Pass: hands on its input, or a fixed result. `Result` is never filled in: a member `x.$` in it stays as it is.
import type { PassState } from '../../definition/definition.ts';
import { argumentsOf, leaveWithResult } from '../data-flow.ts';
import type { Outcome } from '../outcome.ts';
import type { Visit } from '../visit.ts';

export async function beginPass(at: Visit<PassState>): Promise<Outcome> {
  const { state } = at;
  const result = state.Result === undefined ? await argumentsOf(at) : state.Result;
  return leaveWithResult(at, result, { next: state.Next });
}
