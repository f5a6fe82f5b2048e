// What a test says: the state, alone or in its machine, and what takes the place of an execution and of what it would
// call.
//
// Source of the sentences: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2/test_state
// (test_state_mock_validation, test_state_context_object, test_test_state_machine_scenarios).
import { ServiceError } from '../../aws/errors.ts';
import type { TestStateInput } from '../../aws/models/stepfunctions.types.ts';
import { checkDefinition } from '../definition/check.ts';
import type { Block, State, StateMachine } from '../definition/definition.ts';
import type { Problem } from '../definition/problem.ts';
import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { jsonFault, parseJson } from '../json-text.ts';
import type { Variables } from '../query/scope.ts';
import { hasToken, parseResource } from '../resource.ts';
import type { Failure } from '../states-error.ts';
import { readContext } from './test-context.ts';

/** What a state's work comes to, said by the test. */
export type Mock = { readonly result: Json } | { readonly failure: Failure };

export interface StateTest {
  /** Nothing but the state. */
  readonly machine: StateMachine;
  readonly name: string;
  readonly input: Json;
  readonly inputText: string;
  readonly variables: Variables;
  readonly roleArn: string | undefined;
  /** The whole context object, in place of one of the test's own. */
  readonly context: JsonObject | undefined;
  readonly mock: Mock | undefined;
  /** How often the retrier that takes the failure has been used before. */
  readonly retryCount: number;
  readonly iterationFailures: number | undefined;
  readonly readerItems: readonly Json[] | undefined;
}

/** @returns why a mocked result does not fit */
export type MockCheck = (resource: string, result: Json, mode: 'STRICT' | 'PRESENT') => Promise<string | undefined>;

/** @returns why a Task cannot have a Resource */
export type FindResourceProblem = (resource: string) => Promise<string | undefined>;

interface ReadOptions {
  readonly checkMock?: MockCheck;
  readonly findResourceProblem?: FindResourceProblem;
}

/** What a state is called while it is tested. Recorded: test_state_with_variables, whatever its definition calls it. */
const ALONE = 'StateName';

/** @throws ValidationException, InvalidDefinition, InvalidExecutionInput */
export async function readRequest(request: TestStateInput, options: ReadOptions): Promise<StateTest> {
  const { checkMock, findResourceProblem } = options;
  const { machine, name, state } = await readState(request);
  const problem = state.Type === 'Task' ? await findResourceProblem?.(state.Resource) : undefined;
  if (problem !== undefined)
    throw refused([{ code: 'SCHEMA_VALIDATION_FAILED', message: problem, location: `/States/${name}/Resource` }]);
  const mock = readMock(request.mock);
  const { retrierRetryCount = 0, mapIterationFailureCount, mapItemReaderData } = request.stateConfiguration ?? {};
  checkFailureCount(mapIterationFailureCount, mock);
  checkMocking(state, request);
  if (mock && 'result' in mock) checkResult(state, mock.result);
  const mode = request.mock?.fieldValidationMode ?? 'STRICT';
  if (mock && 'result' in mock && state.Type === 'Task' && checkMock && mode !== 'NONE') {
    const misfit = await checkMock(state.Resource, mock.result, mode);
    if (misfit !== undefined) throw invalid(misfit);
  }
  const inputText = request.input ?? '{}';
  const variables = readJson('Variables', request.variables);
  if (variables !== undefined && !isObject(variables)) throw invalid('Variables must be a JSON object.');
  const readerItems = readJson('MapItemReaderData', mapItemReaderData);
  if (readerItems !== undefined && !isArray(readerItems)) throw invalid('MapItemReaderData must be a JSON array.');
  return {
    machine: { QueryLanguage: machine.QueryLanguage, StartAt: ALONE, States: { [ALONE]: state } },
    name: ALONE,
    input: readInput(inputText),
    inputText,
    variables: variables ?? {},
    roleArn: request.roleArn,
    context: readContext(readJson('Context', request.context), state),
    mock,
    retryCount: retrierRetryCount,
    iterationFailures: mapIterationFailureCount,
    readerItems,
  };
}

interface Found {
  readonly machine: StateMachine;
  readonly name: string;
  readonly state: State;
}

async function readState({ definition, stateName }: TestStateInput): Promise<Found> {
  const parsed = parseJson(definition);
  const isAlone = stateName === undefined && isObject(parsed) && !Object.hasOwn(parsed, 'States');
  // On the same lines as it was sent.
  const text = isAlone ? `{"StartAt":"${ALONE}","States":{"${ALONE}":${definition}}}` : definition;
  const { machine, problems } = await checkDefinition(text, { type: 'STANDARD', isPart: true });
  if (!machine) throw refused(problems.filter(({ severity }) => severity === 'ERROR'));
  const name = isAlone ? ALONE : (stateName ?? machine.StartAt);
  const state = findState(machine, name);
  if (!state) throw invalid('State not found in definition');
  return { machine, name, state };
}

/** However deep it stands: names are unique in a machine. */
function findState({ States: states }: Block, name: string): State | undefined {
  if (Object.hasOwn(states, name)) return states[name];
  for (const state of Object.values(states)) {
    const blocks = state.Type === 'Parallel' ? state.Branches : state.Type === 'Map' ? [state.ItemProcessor] : [];
    for (const block of blocks) {
      const found = findState(block, name);
      if (found) return found;
    }
  }
  return undefined;
}

function readInput(text: string): Json {
  const input = parseJson(text);
  if (input !== undefined) return input;
  throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${jsonFault(text)}'`);
}

function readJson(name: string, text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (value === undefined) throw invalid(`${name} must be valid JSON.`);
  return value;
}

function readMock(mock: TestStateInput['mock']): Mock | undefined {
  if (!mock) return undefined;
  const { result: text, errorOutput } = mock;
  if (text !== undefined && errorOutput !== undefined) {
    throw invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  if (errorOutput) return { failure: { error: errorOutput.error, cause: errorOutput.cause } };
  if (text === undefined) throw invalid('A test mock should have one of the following fields: [result, errorOutput].');
  const result = parseJson(text);
  if (result === undefined) throw invalid('Mocked result must be valid JSON');
  return { result };
}

/** Which states can be mocked, and which must be. */
function checkMocking(state: State, { mock, revealSecrets = false, roleArn }: TestStateInput): void {
  const { Type: type } = state;
  const isMap = type === 'Map' || type === 'Parallel';
  if (!mock && isMap) {
    throw new ServiceError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (mock && !isMap && type !== 'Task')
    throw invalid(`State type '${type}' is not supported when a mock is specified`);
  if (mock && revealSecrets) throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  if (mock || type !== 'Task') return;
  if (roleArn === undefined) throw invalid('RoleArn must be specified when testing a Task state');
  // The sentence is ours.
  if (hasToken(parseResource(state.Resource))) {
    throw invalid(`A mock must be specified when testing a Task state with the resource ${state.Resource}`);
  }
}

/** Of Map and Parallel: a result of their form. */
function checkResult(state: State, result: Json): void {
  if (state.Type === 'Map' && state.ResultWriter) {
    if (!isObject(result)) throw invalid('Mocked result must be a JSON object.');
    return;
  }
  if (state.Type !== 'Map' && state.Type !== 'Parallel') return;
  if (!isArray(result)) throw invalid('Mocked result must be an array.');
  if (state.Type === 'Parallel' && result.length !== state.Branches.length) {
    throw invalid('Mocked result must contain the same number of items as number of Parallel branches.');
  }
}

function checkFailureCount(count: number | undefined, mock: Mock | undefined): void {
  if (count === undefined) return;
  if (!mock) throw invalid('TestState does not support MapIterationFailureCount when a mock is not specified.');
  if ('result' in mock && isArray(mock.result) && count > mock.result.length) {
    throw invalid('Map iteration failure count must be less than or equal to the number of Map iterations');
  }
}

function refused(problems: readonly Pick<Problem, 'code' | 'message' | 'location'>[]): ServiceError {
  const told = problems.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`,
  );
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${told.join(', ')}'`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
