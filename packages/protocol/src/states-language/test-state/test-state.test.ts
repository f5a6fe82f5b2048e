// Source, where nothing else is said: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2/test_state.
import { expect, test } from 'vitest';
import type { TestStateInput } from '../../aws/models/stepfunctions.types.ts';
import type { TaskAsk } from '../interpreter/happening.ts';
import type { World } from '../query/world.ts';
import { type TestStateOptions, testState } from './test-state.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const world: World = { now: NOW, random: () => 0.5, uuid: () => 'u', hash: () => '' };
const place = {
  executionArn: 'arn:aws:states:eu-west-1:123456789012:express:test:run',
  name: 'run',
  stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:test',
  stateMachineName: 'test',
};
const roleArn = 'arn:aws:iam::123456789012:role/r';

interface Asked extends Omit<TestStateInput, 'definition' | 'input' | 'variables' | 'context'> {
  readonly input?: unknown;
  readonly variables?: unknown;
  readonly context?: unknown;
}

async function tried(definition: object, asked: Asked = {}, options: Partial<TestStateOptions> = {}) {
  const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
  const { input, variables, context, ...rest } = asked;
  const output = await testState(
    {
      definition: JSON.stringify(definition),
      inspectionLevel: 'DEBUG',
      input: text(input),
      variables: text(variables),
      context: text(context),
      ...rest,
    },
    { world, place, performTask: () => Promise.reject(new Error('no task')), ...options },
  );
  // As the recordings tell it: what is JSON text is read.
  const inspectionData = Object.entries(output.inspectionData ?? {}).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? JSON.parse(value) : value,
  ]);
  return {
    ...output,
    ...(output.output !== undefined && { output: JSON.parse(output.output) }),
    ...(output.inspectionData && { inspectionData: Object.fromEntries(inspectionData) }),
  };
}

const refusal = (definition: object, asked: Asked = {}) =>
  tried(definition, asked).then(
    () => 'taken',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

const hello = { Value: 'HelloWorld' };
const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const jsonataTask = { ...invoke, QueryLanguage: 'JSONata', Arguments: { FunctionName: 'foo', Payload: 'bar' } };
const mockError = { errorOutput: { error: 'MockException', cause: 'Mock the cause of the error.' } };
const processor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'TestState',
  States: { TestState: { Type: 'Pass', End: true } },
};
const map = { Type: 'Map', ItemsPath: '$.Values', ItemProcessor: processor, End: true };
const branches = ['B1', 'B2'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } }));
const parallel = { Type: 'Parallel', Branches: branches, End: true };

// test_base_inspection_level_info
test('INFO tells what came of the state, and nothing of the way', async () => {
  expect(await tried({ Type: 'Pass', End: true }, { input: hello, inspectionLevel: 'INFO' })).toEqual({
    status: 'SUCCEEDED',
    output: hello,
  });
  expect(await tried({ Type: 'Pass', Next: 'B' }, { inspectionLevel: 'INFO' })).toEqual({
    status: 'SUCCEEDED',
    output: {},
    nextState: 'B',
  });
});

// test_base_inspection_level_debug, IO_PASS_STATE and IO_RESULT_PASS_STATE
test('a Pass tells each step; with a Result it tells nothing of its input', async () => {
  const initialData = { fieldFromInput: 'value from input', otherField: 'other' };
  const input = { initialData, unrelatedData: { someOtherField: 1234 } };
  const pass = { Type: 'Pass', InputPath: '$.initialData', ResultPath: '$.modifiedData', End: true };
  const Parameters = { staticValue: 'some value', 'inputValue.$': '$.fieldFromInput' };
  const modifiedData = { staticValue: 'some value', inputValue: 'value from input' };
  expect(await tried({ ...pass, Parameters }, { input })).toEqual({
    status: 'SUCCEEDED',
    output: { ...input, modifiedData },
    inspectionData: {
      input,
      afterInputPath: initialData,
      afterParameters: modifiedData,
      afterResultSelector: modifiedData,
      afterResultPath: { ...input, modifiedData },
    },
  });
  const result = { resultKey: 'result value' };
  expect((await tried({ ...pass, Result: result }, { input })).inspectionData).toEqual({
    input,
    result,
    afterResultSelector: result,
    afterResultPath: { ...input, modifiedData: result },
  });
});

// test_base_inspection_level_debug, BASE_FAIL_STATE, BASE_SUCCEED_STATE, BASE_CHOICE_STATE; test_base_state_name:
// JSONata
test('Fail, Succeed, Choice and Wait tell what InputPath let through; in JSONata there is none', async () => {
  const fail = { Type: 'Fail', Error: 'SomeFailure', Cause: 'c' };
  expect(await tried(fail, { input: hello })).toEqual({
    status: 'FAILED',
    error: 'SomeFailure',
    cause: 'c',
    inspectionData: { input: hello, afterInputPath: hello },
  });
  expect((await tried({ ...fail, QueryLanguage: 'JSONata' }, { input: hello })).inspectionData).toEqual({
    input: hello,
  });
  expect(await tried({ Type: 'Succeed' }, { input: hello })).toEqual({
    status: 'SUCCEEDED',
    output: hello,
    inspectionData: { input: hello, afterInputPath: hello },
  });
  const Choices = [{ Variable: '$.value', NumericGreaterThan: 20, Next: 'ValueInTwenties' }];
  expect(await tried({ Type: 'Choice', Choices, Default: 'Other' }, { input: { value: 22 } })).toEqual({
    status: 'SUCCEEDED',
    output: { value: 22 },
    nextState: 'ValueInTwenties',
    inspectionData: { input: { value: 22 }, afterInputPath: { value: 22 } },
  });
  expect((await tried({ Type: 'Wait', Seconds: 86_400, End: true }, { input: hello })).status).toBe('SUCCEEDED');
});

// test_base_lambda_task_state
test('a Task without a mock is performed', async () => {
  const asked: TaskAsk[] = [];
  const answer = await tried(
    { ...invoke, Parameters: { 'Payload.$': '$.Value' }, ResultPath: '$.r' },
    { input: hello, roleArn },
    {
      performTask: async (ask) => {
        asked.push(ask);
        return { output: 'done' };
      },
    },
  );
  expect(asked.map(({ resource, input }) => [resource, input])).toEqual([[invoke.Resource, { Payload: 'HelloWorld' }]]);
  expect(answer).toEqual({
    status: 'SUCCEEDED',
    output: { ...hello, r: 'done' },
    inspectionData: {
      input: hello,
      afterInputPath: hello,
      afterParameters: { Payload: 'HelloWorld' },
      result: 'done',
      afterResultSelector: 'done',
      afterResultPath: { ...hello, r: 'done' },
    },
  });
  const performTask = async () => ({ failure: { error: 'Broken', cause: 'c' } });
  expect(await tried(invoke, { roleArn, inspectionLevel: 'INFO' }, { performTask })).toEqual({
    status: 'FAILED',
    error: 'Broken',
    cause: 'c',
  });
});

// test_localstack_blogpost_scenario
test('a mocked Task in JSONata tells its Arguments and its result', async () => {
  const state = { ...jsonataTask, Output: '{% $states.result.approval %}', Next: 'Check', End: undefined };
  expect(await tried(state, { input: hello, mock: { result: '{"approval":true}' } })).toEqual({
    status: 'SUCCEEDED',
    output: true,
    nextState: 'Check',
    inspectionData: { input: hello, afterArguments: jsonataTask.Arguments, result: { approval: true } },
  });
});

// test_state_configuration_retrier_retry_count
test('a failure is RETRIABLE while its retrier has attempts, with the time to wait', async () => {
  const Retry = [{ ErrorEquals: ['MockException'], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 }];
  const run = (retrierRetryCount: number) =>
    tried({ ...jsonataTask, Retry }, { mock: mockError, stateConfiguration: { retrierRetryCount } });
  const inspected = { input: {}, afterArguments: jsonataTask.Arguments };
  expect(await run(4)).toEqual({
    status: 'RETRIABLE',
    error: 'MockException',
    cause: 'Mock the cause of the error.',
    inspectionData: { ...inspected, errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 16 } },
  });
  expect(await run(5)).toMatchObject({
    status: 'FAILED',
    inspectionData: { ...inspected, errorDetails: { retryIndex: 0 } },
  });
});

// test_state_task_catch_error
test('a failure that is caught tells by which catcher, and what it makes of it', async () => {
  const Catch = [
    { ErrorEquals: ['Other'], Next: 'A' },
    { ErrorEquals: ['States.TaskFailed'], Output: '{% $states.errorOutput %}', Next: 'Handle' },
  ];
  expect(await tried({ ...jsonataTask, Catch }, { mock: mockError })).toEqual({
    status: 'CAUGHT_ERROR',
    error: 'MockException',
    cause: 'Mock the cause of the error.',
    output: { Error: 'MockException', Cause: 'Mock the cause of the error.' },
    nextState: 'Handle',
    inspectionData: { input: {}, afterArguments: jsonataTask.Arguments, errorDetails: { catchIndex: 1 } },
  });
});

// test_state_map_context_object
test('a Map tells its items and how many run at once; without an array it fails', async () => {
  const mock = { result: '["A","B"]' };
  expect(await tried({ ...map, MaxConcurrency: 1 }, { input: { Values: ['a', 'b'] }, mock })).toEqual({
    status: 'SUCCEEDED',
    output: ['A', 'B'],
    inspectionData: {
      input: { Values: ['a', 'b'] },
      afterInputPath: { Values: ['a', 'b'] },
      afterItemsPath: ['a', 'b'],
      afterResultSelector: ['A', 'B'],
      afterResultPath: ['A', 'B'],
      maxConcurrency: 1,
    },
  });
  expect(await tried({ ...map, ItemsPath: '$' }, { input: { a: 1 }, mock })).toEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'Reference path "$" must point to array.',
    inspectionData: { input: { a: 1 }, afterInputPath: { a: 1 } },
  });
});

// test_state_map_context_object
test('a path into the context object that leads to no array is told without its first sign', async () => {
  const state = { ...map, ItemsPath: '$$.Execution.Input' };
  expect(await tried(state, { input: { a: 1 }, mock: { result: '[]' } })).toMatchObject({
    cause: 'Reference path "$.Execution.Input" must point to array.',
  });
});

// test_map_state_failure_count: without a tolerance any number passes
test('more failures than a Map tolerates fail it', async () => {
  const run = (more: object) =>
    tried(
      { ...map, ...more },
      {
        input: { Values: [1, 2, 3] },
        mock: { result: '[0,0,1]' },
        stateConfiguration: { mapIterationFailureCount: 2 },
      },
    );
  expect((await run({})).status).toBe('SUCCEEDED');
  expect((await run({ ToleratedFailureCount: 2 })).status).toBe('SUCCEEDED');
  expect((await run({ ToleratedFailurePercentage: 67 })).status).toBe('SUCCEEDED');
  expect(await run({ ToleratedFailureCount: 1 })).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
    inspectionData: { maxConcurrency: 0, toleratedFailureCount: 1 },
  });
});

// test_base_parallel_state_mock_success, test_io_parallel_state_mock_success
test('a Parallel tells its result only', async () => {
  const state = { ...parallel, InputPath: '$.parallelInput', ResultPath: '$.parallelResult' };
  const input = { parallelInput: { data: 'input_value' } };
  const result = [{ branch1: 'result' }, { branch2: 'result' }];
  expect(await tried(state, { input, mock: { result: JSON.stringify(result) } })).toEqual({
    status: 'SUCCEEDED',
    output: { ...input, parallelResult: result },
    inspectionData: { input, afterResultSelector: result, afterResultPath: { ...input, parallelResult: result } },
  });
});

// test_state_with_variables; API reference, InspectionData: given ones and those that the state assigns
test('variables are given, read and told', async () => {
  const state = {
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Output: '{% $x + 1 %}',
    Assign: { y: '{% $x %}' },
    End: true,
  };
  expect(await tried(state, { variables: { x: 10 } })).toMatchObject({
    output: 11,
    inspectionData: { variables: { x: 10, y: 10 } },
  });
});

// test_state_with_variables[base_expressions]: no role, no RetryCount in a Pass
test('the context object is that of a synchronous Express execution', async () => {
  const { output } = await tried({ Type: 'Pass', OutputPath: '$$', End: true }, { input: hello });
  expect(output).toEqual({
    Execution: {
      Id: place.executionArn,
      Input: hello,
      StartTime: '2026-11-28T12:00:00Z',
      Name: 'run',
      RoleArn: null,
    },
    StateMachine: { Id: place.stateMachineArn, Name: 'test' },
    State: { Name: 'StateName', EnteredTime: '2026-11-28T12:00:00Z' },
  });
});

// test_state_wait_task_context_object, test_state_context_object_edge_cases
test('a given context object takes the place of it, with a token where there is one', async () => {
  const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  const waits = { ...invoke, Resource, Parameters: { 'Token.$': '$$.Task.Token' } };
  const context = { Task: { Token: 'abcd123' } };
  expect(await tried(waits, { context, mock: { result: '{}' } })).toMatchObject({
    status: 'SUCCEEDED',
    inspectionData: { afterParameters: { Token: 'abcd123' } },
  });
  const whole = { ...invoke, ResultSelector: { 'c.$': '$$' } };
  expect((await tried(whole, { context: {}, mock: { result: '{}' } })).output).toEqual({ c: {} });
});

// test_state_context_object_validation_failures, test_state_context_object_invalid_states
test.each([
  [{ Execution: { Id: 1 } }, 'Execution.Id must be a string'],
  [{ Map: {} }, "'Map' field is not supported when mocking a Context object"],
  [{ Execution: { pokemon: 1 } }, "Field 'pokemon' is not allowed"],
  [{ Pokedex: {} }, "Field 'Pokedex' is not allowed"],
  [
    { Task: { Token: 't' } },
    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
  ],
])('a context object is refused: %j', async (context, sentence) => {
  expect(await refusal(invoke, { context, mock: { result: '{}' } })).toBe(
    `ValidationException: Invalid Context object provided: ${sentence}`,
  );
});

// test_base_state_name
test('a state is found in its machine, within a Map too; where it leads to is not looked at', async () => {
  const States = { State0: { ...map, Next: 'Nowhere', End: undefined } };
  const machine = { StartAt: 'Elsewhere', States };
  expect(await tried(machine, { stateName: 'TestState', input: hello, inspectionLevel: 'INFO' })).toEqual({
    status: 'SUCCEEDED',
    output: hello,
  });
  expect(await refusal(machine, { stateName: 'dne' })).toBe('ValidationException: State not found in definition');
});

// test_state_name_invalid_state_definition, test_parallel_state_empty_branches
test('a definition that is wrong is refused, a state alone under the name that AWS gives it', async () => {
  expect(await refusal({ ...parallel, Branches: [] }, { mock: { result: '[]' } })).toBe(
    "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'",
  );
});

// test_state_mock_validation
test.each<[object, Asked, string]>([
  [
    map,
    {},
    'InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
  ],
  [
    { Type: 'Pass', End: true },
    { mock: { result: '1' } },
    "ValidationException: State type 'Pass' is not supported when a mock is specified",
  ],
  [
    { Type: 'Fail' },
    { mock: mockError },
    "ValidationException: State type 'Fail' is not supported when a mock is specified",
  ],
  [
    invoke,
    { mock: { result: '1', ...mockError } },
    'ValidationException: A test mock should have only one of the following fields: [result, errorOutput].',
  ],
  [
    invoke,
    { mock: { result: '1' }, revealSecrets: true },
    'ValidationException: TestState does not support RevealSecrets when a mock is specified.',
  ],
  [invoke, { mock: { result: 'not JSON' } }, 'ValidationException: Mocked result must be valid JSON'],
  [map, { mock: { result: '{}' } }, 'ValidationException: Mocked result must be an array.'],
  [
    { ...map, ResultWriter: { WriterConfig: {} } },
    { mock: { result: '[]' } },
    'ValidationException: Mocked result must be a JSON object.',
  ],
  [
    parallel,
    { mock: { result: '[1]' } },
    'ValidationException: Mocked result must contain the same number of items as number of Parallel branches.',
  ],
  [
    invoke,
    { stateConfiguration: { mapIterationFailureCount: 1 }, roleArn },
    'ValidationException: TestState does not support MapIterationFailureCount when a mock is not specified.',
  ],
  [
    map,
    { stateConfiguration: { mapIterationFailureCount: 2 }, mock: { result: '[1]' } },
    'ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations',
  ],
  [invoke, {}, 'ValidationException: RoleArn must be specified when testing a Task state'],
])('a test is refused: %j %j', async (definition, asked, sentence) => {
  expect(await refusal(definition, asked)).toBe(sentence);
});

test('a mocked result is held against the model of its API, unless the test says no', async () => {
  const checkMock = async (resource: string, _: unknown, mode: string) => `${mode} ${resource}`;
  const run = (fieldValidationMode?: 'NONE' | 'PRESENT') =>
    tried(invoke, { mock: { result: '{}', fieldValidationMode }, inspectionLevel: 'INFO' }, { checkMock });
  await expect(run()).rejects.toThrow(`STRICT ${invoke.Resource}`);
  await expect(run('PRESENT')).rejects.toThrow(`PRESENT ${invoke.Resource}`);
  expect((await run('NONE')).status).toBe('SUCCEEDED');
});

// The sentence and its place: recorded on AWS: LocalStack, invalid_integration_dynamodb_query.
test('a Resource that there is not is refused', async () => {
  const findResourceProblem = async () => 'The resource is not recognized.';
  await expect(tried(invoke, { roleArn }, { findResourceProblem })).rejects.toThrow(
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource is not recognized. at /States/StateName/Resource'",
  );
});

test('no mock waits for nobody: a task with a token needs one', async () => {
  const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  expect(await refusal({ ...invoke, Resource }, { roleArn })).toBe(
    `ValidationException: A mock must be specified when testing a Task state with the resource ${Resource}`,
  );
});
