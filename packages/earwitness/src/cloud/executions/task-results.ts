// What tasks of a state machine answer instead of being called, as a test says it.
import { demandLocal, type LocalNeed } from '../../local-cloud.ts';
import { askLocal } from '../admin.ts';
import { jsonOf } from '../json.ts';
import { callAws, loadSdk } from '../sdk.ts';
import { checkResults } from './check-results.ts';
import { stateMachineArn } from './find.ts';

/**
 * What a task answers.
 * Source of the form: Step Functions developer guide, "Configuration file for mocked service integrations".
 */
export type TaskResult =
  /** Its result. */
  | { readonly Return: unknown }
  /** Its failure, which Retry and Catch look at. */
  | { readonly Throw: { readonly Error?: string; readonly Cause?: string } };

/** By the state's name: the same result for every call, or a list with one for each call of an execution, in order. */
export type TaskResults = Readonly<Record<string, TaskResult | readonly TaskResult[]>>;

const CALL = 'cloud.mockTasks()';
const NEED: LocalNeed = {
  why: 'AWS calls what a state machine names',
  instead: 'test one state by TestState with its mock, or give the stack other functions by parameters',
};

/** @throws NotLocalError, ConfigurationError, TransportError */
export async function mockTasks(stateMachine: string, results: TaskResults): Promise<void> {
  const url = demandLocal(CALL, NEED);
  checkResults(CALL, stateMachine, results);
  const sdk = await loadSdk(CALL, '@aws-sdk/client-sfn', () => import('@aws-sdk/client-sfn'));
  const arn = await callAws(CALL, new sdk.SFNClient({}), (client) =>
    stateMachineArn(CALL, stateMachine, { sdk, client }),
  );
  const name = arn.split(':')[6] ?? stateMachine;
  await askLocal(url, 'task-results', jsonOf(`${CALL}: the results`, { stateMachines: { [name]: results } }));
}
