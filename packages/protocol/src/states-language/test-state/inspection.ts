// What TestState tells of a state's way, step by step: what was reached before a failure is there, what was not is
// missing.
//
//   JSONPath   input → afterInputPath → afterParameters → result → afterResultSelector → afterResultPath
//   JSONata    input → afterArguments → result
//
// Which types tell which steps is as recorded on AWS: a Pass with a Result tells nothing of its input, a Parallel
// begins with the selected result.
import type { State } from '../definition/definition.ts';
import { inputOf } from '../interpreter/data-flow.ts';
import type { Visit } from '../interpreter/visit.ts';
import type { Json } from '../json.ts';
import { placeResult } from '../query/placement.ts';
import { fillTemplate } from '../query/template.ts';

export interface Inspection {
  readonly values: Readonly<Record<string, Json>>;
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly errorDetails?: ErrorDetails;
}

export interface ErrorDetails {
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
}

/** An inspection while it is made. */
export class Steps {
  readonly values: Record<string, Json> = {};
  numbers: Omit<Inspection, 'values' | 'errorDetails'> = {};
  errorDetails: ErrorDetails | undefined;

  see(name: string, value: Json): void {
    this.values[name] = value;
  }

  /** Before the state does anything. */
  seeInput(at: Visit): void {
    this.see('input', at.scope.input);
    if (isByPath(at.state) && !isFixed(at.state) && at.state.Type !== 'Parallel')
      this.see('afterInputPath', inputOf(at));
  }

  /** What `Parameters` or `Arguments` made. */
  seeArguments({ state }: Visit, value: Json): void {
    if (!isByPath(state)) {
      if ('Arguments' in state && state.Arguments !== undefined && state.Type === 'Task')
        this.see('afterArguments', value);
    } else if (state.Type === 'Task' || (state.Type === 'Pass' && !isFixed(state))) this.see('afterParameters', value);
  }

  seeResult(at: Visit, result: Json): void {
    const { state, scope, turn } = at;
    if (state.Type === 'Task' || isFixed(state)) this.see('result', result);
    if (!isByPath(state)) return;
    const selector = 'ResultSelector' in state ? state.ResultSelector : undefined;
    const selected = selector ? fillTemplate(selector, { ...scope, input: result }, turn.world) : result;
    this.see('afterResultSelector', selected);
    const path = 'ResultPath' in state ? state.ResultPath : undefined;
    this.see('afterResultPath', path === null ? scope.input : placeResult(path ?? '$', scope.input, selected));
  }

  seeVariables(variables: Readonly<Record<string, Json>>): void {
    if (Object.keys(variables).length > 0) this.see('variables', variables);
  }

  finish(): Inspection {
    const { values, numbers, errorDetails } = this;
    return { values, ...numbers, ...(errorDetails && { errorDetails }) };
  }
}

function isByPath({ QueryLanguage: language }: State): boolean {
  return language === 'JSONPath';
}

/** A Pass that gives the same whatever comes. */
function isFixed(state: State): boolean {
  return state.Type === 'Pass' && state.Result !== undefined;
}
