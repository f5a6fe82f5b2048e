// The details of the events that every kind of state has. Payloads are JSON text.
//
// Source: botocore, HistoryEvent; recorded on AWS: LocalStack, tests/aws/services/stepfunctions.
import type { HistoryEvent } from '../../aws/models/stepfunctions.types.ts';
import type { State } from '../definition/definition.ts';
import type { Variables } from '../query/scope.ts';
import type { Failure } from '../states-error.ts';
import type { Told } from './turn.ts';

export const WHOLE = { truncated: false };

export function stateEntered(type: State['Type'], name: string, input: string): Told {
  return { type: `${type}StateEntered`, stateEnteredEventDetails: { name, input, inputDetails: WHOLE } };
}

export function stateExited(
  type: Exclude<State['Type'], 'Fail'>,
  name: string,
  exit: { readonly output: string; readonly assigned: Variables | undefined },
): Told {
  return {
    type: `${type}StateExited`,
    stateExitedEventDetails: {
      name,
      output: exit.output,
      outputDetails: WHOLE,
      ...assignedDetails(exit.assigned),
    },
  };
}

/** Nothing of an `Assign` that assigns nothing. Recorded on AWS: LocalStack, test_base_cases, BASE_EMPTY. */
function assignedDetails(assigned: Variables | undefined) {
  if (!assigned || Object.keys(assigned).length === 0) return {};
  return { assignedVariables: textsOf(assigned), assignedVariablesDetails: WHOLE };
}

function textsOf(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** What is known of a failure. */
export function failureDetails(failure: Failure): { readonly error?: string; readonly cause?: string } {
  return {
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.cause !== undefined && { cause: failure.cause }),
  };
}

/** The states whose end from outside is told. */
const TOLD_WHEN_ABORTED: Partial<Record<State['Type'], HistoryEvent['type']>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
};

export function stateAborted(type: State['Type']): Told | undefined {
  const told = TOLD_WHEN_ABORTED[type];
  return told && { type: told };
}
