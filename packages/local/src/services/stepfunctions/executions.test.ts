// What Step Functions does with executions, through the dispatcher. "Recorded" are answers that LocalStack's tests
// recorded on AWS (tests/aws/services/stepfunctions/v2, the file named); "API" is the Step Functions API reference.
import type { Operations } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import {
  callerOf,
  createTestCloud,
  isSkippedOnTwoNodes,
  refusalOf,
  TEST_ACCOUNT,
  TEST_START,
} from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createStepFunctionsService } from './service.ts';

let cloud: Cloud;
const states = callerOf('stepfunctions', () => cloud);

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const arnOf = (resource: string) => `arn:aws:states:eu-west-1:${TEST_ACCOUNT}:${resource}`;
const stateMachineArn = arnOf('stateMachine:orders');
const pass = { StartAt: 'A', States: { A: { Type: 'Pass', Result: { k: 1 }, End: true } } };
const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3600, Next: 'A' }, ...pass.States } };
const fail = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Broken', Cause: 'It broke.' } } };

const create = (definition: object, input: Partial<Operations['CreateStateMachine']['input']> = {}) =>
  states('CreateStateMachine', { name: 'orders', definition: JSON.stringify(definition), roleArn, ...input });
const start = (input: Partial<Operations['StartExecution']['input']> = {}) =>
  states('StartExecution', { stateMachineArn, ...input });
const describeExecution = (executionArn = arnOf('execution:orders:run')) =>
  states('DescribeExecution', { executionArn });
const names = async (input: Operations['ListExecutions']['input']) =>
  (await states('ListExecutions', input)).executions.map(({ name }) => name);

beforeEach(() => {
  cloud = createTestCloud(createStepFunctionsService, createIamService);
});

describe('starting', () => {
  // Recorded: test_sfn_api, test_start_execution and test_describe_execution.
  test('an execution runs and is described', async () => {
    await create(pass);
    expect(await start({ name: 'run' })).toEqual({
      executionArn: arnOf('execution:orders:run'),
      startDate: TEST_START,
    });
    await cloud.clock.advance(0);
    expect(await describeExecution()).toEqual({
      executionArn: arnOf('execution:orders:run'),
      stateMachineArn,
      name: 'run',
      status: 'SUCCEEDED',
      startDate: TEST_START,
      stopDate: TEST_START,
      input: '{}',
      inputDetails: { included: true },
      output: '{"k":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  // API: StartExecution, name.
  test('without a name it gets a UUID', async () => {
    await create(pass);
    const { executionArn } = await start();
    expect(executionArn).toMatch(/:execution:orders:[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });

  // Recorded: test_sfn_api, test_start_execution_idempotent.
  test('the same name and input again is the one that runs; another input is refused, and so is one that is over', async () => {
    await create(wait);
    const first = await start({ name: 'run', input: '{"a":1}' });
    await cloud.clock.advance(1000);
    expect(await start({ name: 'run', input: '{"a":1}' })).toEqual(first);
    const refusal = `ExecutionAlreadyExists: Execution Already Exists: '${first.executionArn}'`;
    expect(await refusalOf(start({ name: 'run', input: '{"a":2}' }))).toBe(refusal);
    await states('StopExecution', { executionArn: first.executionArn });
    expect(await refusalOf(start({ name: 'run', input: '{"a":1}' }))).toBe(refusal);
  });

  // Recorded: test_sfn_api, test_invalid_start_execution_input.
  test.each([
    [
      'not some json',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    [`{'not': 'json'}`, "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['', 'Invalid execution input.'],
  ])('the input %j is refused', async (input, why) => {
    await create(pass);
    expect(await refusalOf(start({ input }))).toBe(
      `InvalidExecutionInput: Invalid State Machine Execution Input: '${why}'`,
    );
  });

  // Ours, in Jackson's words: what cannot be written out again must not be let in.
  test('an input that is nested too deep is refused, and brackets in strings are none', async () => {
    await create(pass);
    expect(await refusalOf(start({ input: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }))).toBe(
      "InvalidExecutionInput: Invalid State Machine Execution Input: 'Document nesting depth (1001) exceeds the maximum allowed (1000)'",
    );
    const input = `${'['.repeat(1000)}"${'['.repeat(2000)}\\"["${']'.repeat(1000)}`;
    const { executionArn } = await start({ input });
    expect((await describeExecution(executionArn)).input).toBe(input);
  });

  // Recorded: test_sfn_api, test_invalid_start_execution_input: start_res_num, start_res_str, start_res_null.
  test.each(['2', '"text"', 'null'])('the input %s is taken', async (input) => {
    await create(wait);
    const { executionArn } = await start({ input });
    expect((await describeExecution(executionArn)).input).toBe(input);
  });

  // API: StartExecution, input: 262,144 bytes of UTF-8.
  test('an input of too many bytes is refused', async () => {
    await create(pass);
    expect(await refusalOf(start({ input: JSON.stringify('ü'.repeat(140_000)) }))).toBe(
      "ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
  });

  // Recorded: test_sfn_api, test_invalid_start_execution_arn; API: StartExecution, name.
  test('no machine, no good name', async () => {
    expect(await refusalOf(start())).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
    );
    await create(pass);
    expect(await refusalOf(start({ name: 'a b' }))).toBe("InvalidName: Invalid Name: 'a b'");
  });

  // API: StartExecution: "If you provide a qualified state machine ARN that refers to a Distributed Map state, the
  // request fails with ValidationException."
  test('the machine of a distributed Map is not started', async () => {
    await create(pass);
    expect(await refusalOf(start({ stateMachineArn: `${stateMachineArn}/label` }))).toMatch(/^ValidationException: /);
  });

  // Recorded: test_sfn_api_aliasing, test_base_lifecycle_create_invoke_describe_list.
  test('through an alias and a version, and listed by them', async () => {
    await create(wait, { publish: true });
    const version = `${stateMachineArn}:1`;
    await states('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
    });
    const alias = `${stateMachineArn}:live`;
    await start({ stateMachineArn: alias, name: 'run' });
    await start({ stateMachineArn: version, name: 'other' });
    await start({ name: 'third' });
    expect(await describeExecution()).toMatchObject({
      stateMachineArn,
      stateMachineAliasArn: alias,
      stateMachineVersionArn: version,
    });
    expect(await names({ stateMachineArn: alias })).toEqual(['run']);
    expect(await names({ stateMachineArn: version })).toEqual(['other', 'run']);
    expect(await names({ stateMachineArn })).toEqual(['third', 'other', 'run']);
  });

  // API: UpdateStateMachine: "Running executions will continue to use the previous definition and roleArn."
  test('it keeps the definition that it was started with', async () => {
    await create(wait);
    await start({ name: 'run' });
    await states('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(fail) });
    await cloud.clock.advance(3_600_000);
    expect((await describeExecution()).status).toBe('SUCCEEDED');
    const told = await states('DescribeStateMachineForExecution', { executionArn: arnOf('execution:orders:run') });
    expect(told).toMatchObject({ definition: JSON.stringify(wait), name: 'orders', roleArn, updateDate: TEST_START });
    expect(told.revisionId).toBeUndefined();
  });
});

describe('lists', () => {
  // Recorded: test_sfn_api, test_list_executions_pagination.
  const skipped = isSkippedOnTwoNodes('the order of one moment', 'each node counts its own');
  test.skipIf(skipped)('newest first, in pages, also of one moment', async () => {
    await create(wait);
    for (const name of ['a', 'b', 'c']) await start({ name });
    const first = await states('ListExecutions', { stateMachineArn, maxResults: 2 });
    expect(first.executions.map(({ name }) => name)).toEqual(['c', 'b']);
    await start({ name: 'd' });
    expect(await names({ stateMachineArn, nextToken: first.nextToken })).toEqual(['a']);
  });

  // Recorded: test_sfn_api, test_state_machine_status_filter.
  test('by status', async () => {
    await create(wait);
    for (const name of ['a', 'b']) await start({ name });
    await states('StopExecution', { executionArn: arnOf('execution:orders:a') });
    expect(await names({ stateMachineArn, statusFilter: 'ABORTED' })).toEqual(['a']);
    expect(await names({ stateMachineArn, statusFilter: 'RUNNING' })).toEqual(['b']);
    // What an application might send, that has no types.
    const wrong = { stateMachineArn, statusFilter: 'succeeded' as 'SUCCEEDED' };
    expect(await refusalOf(states('ListExecutions', wrong))).toBe(
      "ValidationException: 1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    );
  });

  // API: ListExecutions, stateMachineArn and mapRunArn, statusFilter.
  test('of a machine or of a map run', async () => {
    await create(pass);
    expect(await refusalOf(states('ListExecutions', {}))).toMatch(/^ValidationException: /);
    const pending = { stateMachineArn, statusFilter: 'PENDING_REDRIVE' } as const;
    expect(await refusalOf(states('ListExecutions', pending))).toMatch(/^ValidationException: /);
    const mapRunArn = arnOf('mapRun:orders/label:1');
    expect(await refusalOf(states('ListExecutions', { mapRunArn }))).toMatch(/^ResourceNotFound: /);
    expect(await refusalOf(states('DescribeMapRun', { mapRunArn }))).toMatch(/^ResourceNotFound: /);
    await start({ name: 'run' });
    expect(await states('ListMapRuns', { executionArn: arnOf('execution:orders:run') })).toEqual({ mapRuns: [] });
  });

  // API: DeleteStateMachine; ours: at once, and the executions of a machine made anew are its own.
  test('a machine that is deleted takes what runs with it, and one made anew begins with nothing', async () => {
    await create(wait);
    await start({ name: 'run' });
    await states('DeleteStateMachine', { stateMachineArn });
    expect((await describeExecution()).status).toBe('ABORTED');
    await create(wait);
    expect(await names({ stateMachineArn })).toEqual([]);
    await start({ name: 'run' });
    expect((await describeExecution()).status).toBe('RUNNING');
  });
});

describe('histories', () => {
  const history = (input: Partial<Operations['GetExecutionHistory']['input']> = {}) =>
    states('GetExecutionHistory', { executionArn: arnOf('execution:orders:run'), ...input });

  beforeEach(async () => {
    await create(pass);
    await start({ name: 'run', input: '{ "a": 1 }' });
    await cloud.clock.advance(0);
  });

  // Recorded: test_sfn_api, test_get_execution_history_reversed.
  test('from the first event or from the last, in pages', async () => {
    const types = ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'];
    const typesOf = async (input: Parameters<typeof history>[0]) =>
      (await history(input)).events.map(({ type }) => type);
    expect(await typesOf({})).toEqual(types);
    expect(await typesOf({ reverseOrder: true })).toEqual(types.toReversed());
    const { nextToken, events } = await history({ reverseOrder: true, maxResults: 3 });
    expect(events.length).toBe(3);
    expect(await typesOf({ reverseOrder: true, nextToken })).toEqual(['ExecutionStarted']);
  });

  // Recorded: test_sfn_api, test_start_execution.
  test('the first event has the input as it was sent', async () => {
    const [first] = (await history()).events;
    expect(first).toEqual({
      id: 1,
      previousEventId: 0,
      timestamp: TEST_START,
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: '{ "a": 1 }', inputDetails: { truncated: false }, roleArn },
    });
  });

  // API: GetExecutionHistory, includeExecutionData.
  test('without inputs and outputs when asked', async () => {
    const { events } = await history({ includeExecutionData: false });
    expect(JSON.stringify(events)).not.toMatch(/input|output/);
    expect(events[1]?.stateEnteredEventDetails).toEqual({ name: 'A' });
  });

  // Recorded: test_sfn_api, test_get_execution_history_no_such_execution and test_get_execution_history_invalid_arn.
  test('of an execution that is not there', async () => {
    const executionArn = arnOf('execution:orders:other');
    expect(await refusalOf(history({ executionArn }))).toBe(
      `ExecutionDoesNotExist: Execution Does Not Exist: '${executionArn}'`,
    );
    expect(await refusalOf(history({ executionArn: 'invalid' }))).toBe(
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: invalid'",
    );
  });
});

describe('stopping and redriving', () => {
  const executionArn = arnOf('execution:orders:run');

  // Recorded: test_sfn_api, test_stop_execution.
  test('one is stopped with error and cause', async () => {
    await create(wait);
    await start({ name: 'run' });
    await cloud.clock.advance(1000);
    expect(await states('StopExecution', { executionArn, error: 'Enough', cause: 'Of it.' })).toEqual({
      stopDate: TEST_START + 1000,
    });
    expect(await describeExecution()).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'Of it.',
      stopDate: TEST_START + 1000,
      redriveStatus: 'REDRIVABLE',
    });
  });

  // API: RedriveExecution.
  test('one that was stopped goes on where it was, once for each token', async () => {
    await create(wait);
    await start({ name: 'run' });
    await states('StopExecution', { executionArn });
    await cloud.clock.advance(1000);
    const redriven = { redriveDate: TEST_START + 1000 };
    expect(await states('RedriveExecution', { executionArn, clientToken: 't' })).toEqual(redriven);
    await cloud.clock.advance(1000);
    expect(await states('RedriveExecution', { executionArn, clientToken: 't' })).toEqual(redriven);
    expect(await describeExecution()).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate: TEST_START + 1000,
    });
    await cloud.clock.advance(3_600_000);
    expect((await describeExecution()).status).toBe('SUCCEEDED');
    expect(await names({ stateMachineArn })).toEqual(['run']);
    expect(await refusalOf(states('RedriveExecution', { executionArn, clientToken: 'u' }))).toBe(
      'ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven',
    );
  });

  // API: RedriveExecution: within 14 days.
  test('not after two weeks', async () => {
    await create(fail);
    await start({ name: 'run' });
    await cloud.clock.advance(0);
    expect(await describeExecution()).toMatchObject({ status: 'FAILED', error: 'Broken', redriveStatus: 'REDRIVABLE' });
    await cloud.clock.advance(14 * 86_400_000 + 1);
    expect((await describeExecution()).redriveStatus).toBe('NOT_REDRIVABLE');
    expect(await refusalOf(states('RedriveExecution', { executionArn }))).toMatch(/^ExecutionNotRedrivable: /);
  });
});

describe('Express', () => {
  // Recorded: test_sfn_api_express, test_start_sync_execution.
  test('a synchronous one answers with its output', async () => {
    await create(pass, { type: 'EXPRESS' });
    const answer = await states('StartSyncExecution', { stateMachineArn, name: 'run', input: '{"a":1}' });
    expect(answer).toEqual({
      executionArn: expect.stringMatching(/:express:orders:run:[\da-f-]{36}$/),
      stateMachineArn,
      name: 'run',
      startDate: TEST_START,
      stopDate: TEST_START,
      status: 'SUCCEEDED',
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"k":1}',
      outputDetails: { included: true },
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
    });
  });

  // API: StartSyncExecution: the status of an execution that failed is told with HTTP 200.
  test('a synchronous one that fails answers, too', async () => {
    await create(fail, { type: 'EXPRESS' });
    const answer = await states('StartSyncExecution', { stateMachineArn });
    expect(answer).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
      cause: 'It broke.',
      // Recorded: test_express_sync, BASE_RAISE_FAILURE.
      outputDetails: { included: true },
    });
    expect(answer.output).toBeUndefined();
  });

  // Recorded: test_sfn_api, test_start_sync_execution; test_sfn_api_express,
  // test_start_async_describe_history_execution.
  test('what is for one type is refused for the other', async () => {
    await create(pass);
    const refusal = 'StateMachineTypeNotSupported: This operation is not supported by this type of state machine';
    expect(await refusalOf(states('StartSyncExecution', { stateMachineArn }))).toBe(refusal);
    await create(pass, { name: 'fast', type: 'EXPRESS' });
    const fast = arnOf('stateMachine:fast');
    expect(await refusalOf(states('ListExecutions', { stateMachineArn: fast }))).toBe(refusal);
    const { executionArn } = await start({ stateMachineArn: fast });
    const kind = "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'";
    expect(await refusalOf(states('DescribeExecution', { executionArn }))).toBe(kind);
    expect(await refusalOf(states('StopExecution', { executionArn }))).toBe(kind);
    expect(await refusalOf(states('GetExecutionHistory', { executionArn }))).toBe(kind);
  });
});

describe('tasks', () => {
  // Recorded: test_callback, invalid token.
  test('a token of nobody', async () => {
    const refusal = "InvalidToken: Invalid Token: 'Invalid token'";
    expect(await refusalOf(states('SendTaskSuccess', { taskToken: 'x', output: '{}' }))).toBe(refusal);
    expect(await refusalOf(states('SendTaskFailure', { taskToken: 'x' }))).toBe(refusal);
    expect(await refusalOf(states('SendTaskHeartbeat', { taskToken: 'x' }))).toBe(refusal);
  });

  // API: SendTaskSuccess, InvalidOutput. Recorded: test_sfn_send_task_outcome_with_no_such_token: the token is first.
  test('an output that is no JSON, of a task that waits', async () => {
    const { activityArn } = await states('CreateActivity', { name: 'pack' });
    await create({ StartAt: 'Pack', States: { Pack: { Type: 'Task', Resource: activityArn, End: true } } });
    await start({});
    const { taskToken = '' } = await states('GetActivityTask', { activityArn });
    expect(await refusalOf(states('SendTaskSuccess', { taskToken, output: '{' }))).toMatch(/^InvalidOutput: /);
    expect(await refusalOf(states('SendTaskSuccess', { taskToken: 'x', output: '{' }))).toMatch(/^InvalidToken: /);
  });
});
