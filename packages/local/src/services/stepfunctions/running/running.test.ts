// Executions as they run, through the service. Recordings: LocalStack's snapshots of AWS, tests/aws/services/
// stepfunctions/v2, read 2026-11-28. Long because it is one way, from the start of an execution to its end.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_REGION } from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createLogsService } from '../../logs/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createStepFunctionsService } from '../service.ts';

let cloud: Cloud;
const sfn = callerOf('stepfunctions', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const logs = callerOf('logs', () => cloud);

beforeEach(() => {
  cloud = createTestCloud(
    ...[createEventsService, createLogsService, createS3Service, createSqsService, createStepFunctionsService],
  );
});
afterEach(() => cloud.close());

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const HOUR = 3_600_000;

async function create(
  states: object,
  more: { name?: string; type?: 'EXPRESS'; logging?: object; StartAt?: string; top?: object } = {},
): Promise<string> {
  const [first = ''] = Object.keys(states);
  const { stateMachineArn } = await sfn('CreateStateMachine', {
    name: more.name ?? 'orders',
    definition: JSON.stringify({ StartAt: more.StartAt ?? first, States: states, ...more.top }),
    roleArn,
    ...(more.type && { type: more.type }),
    ...(more.logging && { loggingConfiguration: more.logging }),
  });
  return stateMachineArn;
}

async function start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
  const named = name !== undefined && { name };
  const asked = { stateMachineArn, input: JSON.stringify(input), ...named };
  const { executionArn } = await sfn('StartExecution', asked);
  await cloud.clock.advance(0);
  return executionArn;
}

async function outcomeOf(executionArn: string) {
  const { status, output, error, cause } = await sfn('DescribeExecution', { executionArn });
  return {
    status,
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

async function historyOf(executionArn: string): Promise<readonly HistoryEvent[]> {
  return (await sfn('GetExecutionHistory', { executionArn, maxResults: 1000 })).events;
}
const typesOf = async (executionArn: string) => (await historyOf(executionArn)).map(({ type }) => type);

const PASS = { Type: 'Pass', Result: { paid: true }, End: true };

test('an execution runs to its end, and its history is there in order', async () => {
  const arn = await start(await create({ A: { ...PASS, End: undefined, Next: 'B' }, B: { Type: 'Succeed' } }));
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: { paid: true } });
  expect((await historyOf(arn)).map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
    [1, 0, 'ExecutionStarted'],
    [2, 0, 'PassStateEntered'],
    [3, 2, 'PassStateExited'],
    [4, 3, 'SucceedStateEntered'],
    [5, 4, 'SucceedStateExited'],
    [6, 5, 'ExecutionSucceeded'],
  ]);
});

test('a Wait of a day passes in an instant of a test', async () => {
  const arn = await start(await create({ Sleep: { Type: 'Wait', Seconds: 86_400, Next: 'Done' }, Done: PASS }));
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  await cloud.clock.advance(23 * HOUR);
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  await cloud.clock.advance(HOUR);
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: { paid: true } });
  const [entered, exited] = (await historyOf(arn)).filter(({ type }) => type.startsWith('Wait'));
  expect((exited?.timestamp ?? 0) - (entered?.timestamp ?? 0)).toBe(24 * HOUR);
  const told = cloud.journal.read().flatMap((fact) => (fact.kind === 'state.entered' ? [fact] : []));
  expect(told.map(({ state, waitMs }) => [state, waitMs])).toEqual([
    ['Sleep', 24 * HOUR],
    ['Done', undefined],
  ]);
});

async function createQueue(): Promise<string> {
  return (await sqs('CreateQueue', { QueueName: 'work' })).QueueUrl ?? '';
}

async function takeToken(QueueUrl: string): Promise<string> {
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl });
  const { token }: { token: string } = JSON.parse(Messages[0]?.Body ?? '{}');
  return token;
}

function callback(QueueUrl: string, more: object = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
    End: true,
    ...more,
  };
}

// Source: recorded on AWS, callback/test_callback: test_sqs_wait_for_task_token.
test('a task waits for its token, a day if need be, and goes on with the output that comes', async () => {
  const url = await createQueue();
  const arn = await start(await create({ Ask: callback(url) }));
  const token = await takeToken(url);
  expect(token.length).toBeLessThanOrEqual(1024);
  await cloud.clock.advance(24 * HOUR);
  await sfn('SendTaskSuccess', { taskToken: token, output: '{"approved":true}' });
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: { approved: true } });
  expect(await typesOf(arn)).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded'],
    ...['TaskStateExited', 'ExecutionSucceeded'],
  ]);
});

// Source: recorded on AWS, callback/test_callback: test_sqs_failure_in_wait_for_task_token.
test('SendTaskFailure fails the task with its error and cause', async () => {
  const url = await createQueue();
  const arn = await start(await create({ Ask: callback(url) }));
  await sfn('SendTaskFailure', { taskToken: await takeToken(url), error: 'Failure error', cause: 'Failure cause' });
  expect(await outcomeOf(arn)).toEqual({ status: 'FAILED', error: 'Failure error', cause: 'Failure cause' });
});

// Source: recorded on AWS, services/test_aws_sdk_task_service (InvalidToken); the other sentence is from memory of
// AWS's.
test('a token that was never given out is invalid; one that was used is of a task that does not exist anymore', async () => {
  const url = await createQueue();
  await start(await create({ Ask: callback(url) }));
  const taskToken = await takeToken(url);
  await sfn('SendTaskSuccess', { taskToken, output: '1' });
  expect(await refusalOf(sfn('SendTaskSuccess', { taskToken: 'NoSuchTaskToken', output: '1' }))).toBe(
    "InvalidToken: Invalid Token: 'Invalid token'",
  );
  for (const late of [
    sfn('SendTaskSuccess', { taskToken, output: '1' }),
    sfn('SendTaskFailure', { taskToken }),
    sfn('SendTaskHeartbeat', { taskToken }),
  ]) {
    expect(await refusalOf(late)).toBe("TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
  }
});

// Source: recorded on AWS, callback/test_callback: test_multiple_heartbeat_notifications; timeouts/test_heartbeats.
test('a heartbeat keeps a task alive; without one it is timed out', async () => {
  const url = await createQueue();
  const arn = await start(await create({ Ask: callback(url, { HeartbeatSeconds: 60 }) }));
  const taskToken = await takeToken(url);
  for (let minute = 0; minute < 3; minute++) {
    await cloud.clock.advance(50_000);
    await sfn('SendTaskHeartbeat', { taskToken });
  }
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  await cloud.clock.advance(60_000);
  expect(await outcomeOf(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(await typesOf(arn)).toContain('TaskTimedOut');
  expect(await refusalOf(sfn('SendTaskHeartbeat', { taskToken }))).toContain('TaskTimedOut');
});

// Source: recorded on AWS, callback/test_callback: test_sqs_wait_for_task_token_no_token_parameter.
test('a token need not be passed on: then only time ends the task', async () => {
  const url = await createQueue();
  const states = { Ask: callback(url, { Parameters: { QueueUrl: url, MessageBody: 'x' }, TimeoutSeconds: 5 }) };
  const arn = await start(await create(states));
  await cloud.clock.advance(5000);
  expect(await outcomeOf(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
});

const EXPRESS = { name: 'fast', type: 'EXPRESS' } as const;

const nested = (pattern: string, stateMachineArn: string, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${pattern}`,
  Parameters: { StateMachineArn: stateMachineArn, Name: 'child', Input: { id: 7 } },
  End: true,
  ...more,
});

// Source: recorded on AWS, callback/test_callback: test_start_execution_sync, test_start_execution_sync2; of redrives,
// credentials/test_credentials_base: test_cross_account_states_start_sync_execution.
test('.sync waits for the other execution and gets its output as text, .sync:2 as JSON', async () => {
  const child = await create({ Sleep: { Type: 'Wait', Seconds: 60, Next: 'Done' }, Done: PASS }, { name: 'child' });
  const childArn = child.replace(':stateMachine:', ':execution:').concat(':child');
  const described = {
    ExecutionArn: childArn,
    InputDetails: { Included: true },
    Name: 'child',
    OutputDetails: { Included: true },
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    StartDate: expect.any(Number),
    StateMachineArn: child,
    Status: 'SUCCEEDED',
    StopDate: expect.any(Number),
  };
  const arn = await start(await create({ Run: nested('.sync', child) }));
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  await cloud.clock.advance(60_000);
  expect(await outcomeOf(arn)).toEqual({
    status: 'SUCCEEDED',
    output: { ...described, Input: '{"id":7}', Output: '{"paid":true}' },
  });
  const other = await start(
    await create({ Run: nested('.sync:2', child, { Parameters: { StateMachineArn: child } }) }, { name: 'two' }),
  );
  await cloud.clock.advance(60_000);
  expect(await outcomeOf(other)).toMatchObject({ output: { Input: {}, Output: { paid: true } } });
  expect(await typesOf(other)).toContain('TaskSubmitted');
});

// Source: developer guide, sample project "Selective checkpointing": `startExecution.sync` of an Express machine by a
// role that may StartExecution.
test('.sync waits for an Express execution, too', async () => {
  const child = await create({ Sleep: { Type: 'Wait', Seconds: 60, Next: 'Done' }, Done: PASS }, { ...EXPRESS });
  const arn = await start(await create({ Run: nested('.sync:2', child) }));
  await cloud.clock.advance(59_000);
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  expect((await typesOf(arn)).at(-1)).toBe('TaskSubmitted');
  await cloud.clock.advance(1_000);
  expect(await outcomeOf(arn)).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      ...{ ExecutionArn: expect.stringMatching(/:express:fast:child:[0-9a-f-]{36}$/), StateMachineArn: child },
      ...{ Name: 'child', Status: 'SUCCEEDED', Input: { id: 7 }, Output: { paid: true } },
    },
  });
});

// The same: one that is over before its call was answered, one that fails, and many at once under one name.
test('the end of an Express execution is told once, however early it comes', async () => {
  const quick = await create({ A: PASS }, { ...EXPRESS });
  const bad = await create({ No: { Type: 'Fail', Error: 'No' } }, { ...EXPRESS, name: 'bad' });
  const parents = await Promise.all(
    Array.from({ length: 30 }, async (_, index) =>
      start(await create({ Run: nested('.sync', index % 3 === 0 ? bad : quick) }, { name: `parent${index}` })),
    ),
  );
  await cloud.clock.advance(0);
  for (const [index, arn] of parents.entries()) {
    const { status, error } = await outcomeOf(arn);
    expect([status, error]).toEqual(index % 3 === 0 ? ['FAILED', 'States.TaskFailed'] : ['SUCCEEDED', undefined]);
    const types = await typesOf(arn);
    expect(types.filter((type) => /^Task(Submitted|Succeeded|Failed)$/.test(type))).toEqual([
      'TaskSubmitted',
      index % 3 === 0 ? 'TaskFailed' : 'TaskSucceeded',
    ]);
  }
});

// Source: recorded on AWS, callback/test_callback: test_start_execution_sync_delegate_failure.
test('an execution that fails fails the task that waits for it by States.TaskFailed, with what it was', async () => {
  const child = await create({ No: { Type: 'Fail', Error: 'SomeFailure', Cause: 'This failed.' } }, { name: 'child' });
  const arn = await start(await create({ Run: nested('.sync', child) }));
  const outcome = await outcomeOf(arn);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(outcome.cause ?? '')).toEqual({
    Cause: 'This failed.',
    Error: 'SomeFailure',
    ExecutionArn: child.replace(':stateMachine:', ':execution:').concat(':child'),
    Input: '{"id":7}',
    InputDetails: { Included: true },
    Name: 'child',
    RedriveCount: 0,
    RedriveStatus: 'REDRIVABLE',
    StartDate: expect.any(Number),
    StateMachineArn: child,
    Status: 'FAILED',
    StopDate: expect.any(Number),
  });
});

// Source: Step Functions developer guide, "Start workflow executions from a task state": stopping the parent stops it.
test('an execution that is stopped stops the one that it waits for', async () => {
  const child = await create({ Sleep: { Type: 'Wait', Seconds: 60, End: true } }, { name: 'child' });
  const arn = await start(await create({ Run: nested('.sync', child) }));
  await sfn('StopExecution', { executionArn: arn, error: 'Enough', cause: 'of it' });
  await cloud.clock.advance(0);
  expect(await outcomeOf(arn)).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'of it' });
  const childArn = child.replace(':stateMachine:', ':execution:').concat(':child');
  expect(await outcomeOf(childArn)).toMatchObject({ status: 'ABORTED' });
});

async function createActivity(): Promise<string> {
  return (await sfn('CreateActivity', { name: 'pack' })).activityArn;
}

// Source: API reference, GetActivityTask; recorded on AWS, activities/test_activities.
test('a worker polls for the task of an activity, before or after it comes, and answers by its token', async () => {
  const activityArn = await createActivity();
  const machine = await create({ Pack: { Type: 'Task', Resource: activityArn, End: true } });
  const poll = sfn('GetActivityTask', { activityArn, workerName: 'w1' });
  const arn = await start(machine, { id: 7 });
  const { taskToken = '', input } = await poll;
  expect(input).toBe('{"id":7}');
  await sfn('SendTaskSuccess', { taskToken, output: '"packed"' });
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: 'packed' });
  expect(await historyOf(arn)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'ActivityStarted', activityStartedEventDetails: { workerName: 'w1' } }),
    ]),
  );
  const later = await start(machine, { id: 8 });
  const next = await sfn('GetActivityTask', { activityArn });
  await sfn('SendTaskFailure', { taskToken: next.taskToken ?? '', error: 'Broken' });
  expect(await outcomeOf(later)).toEqual({ status: 'FAILED', error: 'Broken' });
});

// Source: API reference, GetActivityTask: 60 seconds, and a null string.
test('a poll that gets nothing ends after 60 seconds; what is over meanwhile is not handed out', async () => {
  const activityArn = await createActivity();
  const arn = await start(await create({ Pack: { Type: 'Task', Resource: activityArn, End: true } }));
  await sfn('StopExecution', { executionArn: arn });
  let answer: unknown;
  void sfn('GetActivityTask', { activityArn }).then((got) => {
    answer = got;
  });
  await cloud.clock.advance(59_000);
  expect(answer).toBeUndefined();
  await cloud.clock.advance(1000);
  expect(answer).toEqual({});
});

// Source: recorded on AWS, activities/test_activities: test_activity_task_on_deleted.
test('an activity that does not exist fails the execution', async () => {
  const gone = `arn:aws:states:${TEST_REGION}:${TEST_ACCOUNT}:activity:nobody`;
  const arn = await start(await create({ Pack: { Type: 'Task', Resource: gone, End: true } }));
  expect(await outcomeOf(arn)).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'Pack' (entered at the event id #2). The activity ${gone} does not exist.`,
  });
  const types = ['ExecutionStarted', 'TaskStateEntered', 'ActivityScheduled', 'ExecutionFailed'];
  expect(await typesOf(arn)).toEqual(types);
});

// Source: recorded on AWS, services/test_apigetway_task_service: test_invoke_with_headers: no TaskFailed, and a place.
test('a task whose parameters are of no use fails the execution, and is not told as a task that failed', async () => {
  const put = {
    ...{ Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', End: true },
    ...{ Parameters: { Entries: 'x' }, Retry: [{ ErrorEquals: ['States.ALL'] }] },
  };
  const arn = await start(await create({ Put: put }));
  expect(await outcomeOf(arn)).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: expect.stringMatching(
      /^An error occurred while executing the state 'Put' \(entered at the event id #2\)\. The Parameters '\{"Entries":"x"\}' could not be used to start the Task: /,
    ),
  });
  const types = ['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'ExecutionFailed'];
  expect(await typesOf(arn)).toEqual(types);
});

test('a retry waits as its definition says, and each attempt calls anew', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2 }];
  const task = {
    ...{ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueUrl', End: true },
    ...{ Parameters: { QueueName: 'work' }, Retry },
  };
  const arn = await start(await create({ Find: task }));
  await cloud.clock.advance(2000);
  expect(await outcomeOf(arn)).toEqual({ status: 'RUNNING' });
  const url = await createQueue();
  await cloud.clock.advance(4000);
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: { QueueUrl: url } });
});

// Source: Step Functions developer guide, "Log levels": includeExecutionData; data above 248 KB is cut.
test('variables are data, too; data that is too large is cut, and nothing is lost', async () => {
  await logs('CreateLogGroup', { logGroupName: 'orders' });
  const logGroupArn = `arn:aws:logs:${TEST_REGION}:${TEST_ACCOUNT}:log-group:orders:*`;
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  const logging = { level: 'ALL', includeExecutionData: true, destinations };
  const states = { A: { ...PASS, Result: undefined, Assign: { secret: 'word' }, Next: 'B', End: undefined } };
  const bare = { logging: { ...logging, includeExecutionData: false } };
  await start(await create({ ...states, B: { Type: 'Succeed' } }, bare));
  const big = await create({ ...states, B: { Type: 'Succeed' } }, { name: 'big', logging });
  // Escaped twice as long: each of five events is larger than 248 KB.
  await start(big, '"'.repeat(130_000));
  expect(cloud.journal.read().filter(({ kind }) => kind === 'warning')).toEqual([]);
  const { events = [] } = await logs('FilterLogEvents', { logGroupName: 'orders' });
  const written = events.map(({ message = '' }) => JSON.parse(message));
  expect(JSON.stringify(written.filter(({ execution_arn: arn }) => arn.includes(':orders:')))).not.toContain('word');
  const large = events.filter(({ message = '' }) => message.includes(':big:')).map(({ message = '' }) => message);
  expect(large.map((message) => JSON.parse(message).type)).toEqual([
    ...['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'SucceedStateEntered', 'SucceedStateExited'],
    'ExecutionSucceeded',
  ]);
  for (const message of large) {
    const { inputDetails, outputDetails } = JSON.parse(message).details;
    expect(inputDetails ?? outputDetails).toEqual({ truncated: true });
    expect(message.length).toBeLessThan(255 * 1024);
  }
});

// Source: recorded on AWS, logs/test_logs: test_base; the file's Express twin has the same form.
test('events are written to the log group as the level says, with or without data', async () => {
  await logs('CreateLogGroup', { logGroupName: 'orders' });
  const logGroupArn = `arn:aws:logs:${TEST_REGION}:${TEST_ACCOUNT}:log-group:orders:*`;
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  const logging = { level: 'ALL', includeExecutionData: false, destinations };
  const all = await start(await create({ A: PASS }, { logging }));
  const fatal = { ...logging, level: 'FATAL' };
  const failing = { No: { Type: 'Fail', Error: 'SomeFailure', Cause: 'This failed.' } };
  const bad = await start(await create(failing, { name: 'bad', logging: fatal }));
  const express = await create(
    { A: PASS },
    { name: 'fast', type: 'EXPRESS', logging: { ...logging, includeExecutionData: true } },
  );
  await start(express, {}, 'quick');
  expect(cloud.journal.read().filter(({ kind }) => kind === 'warning')).toEqual([]);
  const { events = [] } = await logs('FilterLogEvents', { logGroupName: 'orders' });
  const written = events.map(({ message = '' }) => JSON.parse(message));
  const of = (arn: string) => written.filter(({ execution_arn: one }) => one === arn);
  const at = String(cloud.clock.now());
  const about = { event_timestamp: at, execution_arn: all, redrive_count: '0' };
  expect(of(all)).toEqual([
    { id: '1', type: 'ExecutionStarted', details: { roleArn }, previous_event_id: '0', ...about },
    { id: '2', type: 'PassStateEntered', details: { name: 'A' }, previous_event_id: '0', ...about },
    { id: '3', type: 'PassStateExited', details: { name: 'A' }, previous_event_id: '2', ...about },
    { id: '4', type: 'ExecutionSucceeded', details: {}, previous_event_id: '3', ...about },
  ]);
  expect(of(bad).map(({ type, details }) => ({ type, details }))).toEqual([
    { type: 'ExecutionFailed', details: { error: 'SomeFailure', cause: 'This failed.' } },
  ]);
  const quick = written.filter(({ execution_arn: one }) => one.includes(':express:fast:quick:'));
  expect(quick.map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'],
  ]);
  expect(quick[3].details).toEqual({ output: '{"paid":true}', outputDetails: { truncated: false } });
});

// Source: Step Functions developer guide, "Execution status change": one event for each status, Standard only.
test('the default bus hears of each status of a Standard execution, with dates in milliseconds', async () => {
  const url = await createQueue();
  await start(await create({ A: PASS }, { name: 'fast', type: 'EXPRESS' }));
  const arn = await start(await create({ Ask: callback(url) }), { id: 7 }, 'one');
  const taskToken = await takeToken(url);
  await sfn('SendTaskSuccess', { taskToken, output: '{}' });
  await cloud.clock.advance(0);
  const events = cloud.journal
    .read()
    .flatMap((fact) =>
      fact.kind === 'event.accepted' && fact.source === 'aws.states' ? [JSON.parse(fact.event)] : [],
    );
  const at = cloud.clock.now();
  const detail = {
    executionArn: arn,
    stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:one$/, ''),
    name: 'one',
    status: 'RUNNING',
    startDate: at,
    stopDate: null,
    input: '{"id":7}',
    output: null,
    inputDetails: { included: true },
    outputDetails: null,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    error: null,
    cause: null,
  };
  expect(
    events.map((event) => ({ type: event['detail-type'], resources: event.resources, detail: event.detail })),
  ).toEqual([
    { type: 'Step Functions Execution Status Change', resources: [arn], detail },
    {
      type: 'Step Functions Execution Status Change',
      resources: [arn],
      detail: {
        ...{ ...detail, status: 'SUCCEEDED', stopDate: at, output: '{}', outputDetails: { included: true } },
        redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      },
    },
  ]);
});

test('the journal tells why an execution failed, and where', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
  const find = {
    ...{ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueUrl', End: true },
    ...{ Parameters: { QueueName: 'work' }, Retry },
  };
  const arn = await start(await create({ Begin: { Type: 'Pass', Next: 'Find' }, Find: find }), {}, 'one');
  await cloud.clock.advance(1000);
  const facts = cloud.journal.read().flatMap((fact) => {
    if (!('executionArn' in fact)) return [];
    const { seq: _, at: __, executionArn, ...told } = fact;
    expect(executionArn).toBe(arn);
    return [told];
  });
  const error = 'Sqs.QueueDoesNotExistException';
  const cause = expect.stringMatching(/^The specified queue does not exist. \(Service: Sqs, Status Code: 400, /);
  const attempted = {
    kind: 'task.attempted',
    state: 'Find',
    resource: find.Resource,
    durationMs: 0,
    outcome: 'failed',
  };
  const retry = { attempt: 2, attempts: 2, inMs: 1000 };
  expect(facts).toEqual([
    { kind: 'execution.started', type: 'STANDARD' },
    { kind: 'state.entered', state: 'Begin', type: 'Pass' },
    { kind: 'state.entered', state: 'Find', type: 'Task' },
    { ...attempted, attempt: 1, error, cause },
    { kind: 'state.failed', state: 'Find', error, cause, next: 'tried again', retry },
    { ...attempted, attempt: 2, error, cause },
    { kind: 'state.failed', state: 'Find', error, cause, next: 'not caught' },
    { kind: 'execution.ended', status: 'FAILED', durationMs: 1000, error, cause, state: 'Find' },
  ]);
});

test('an Express execution runs at once when it is waited for, with its tasks and waits', async () => {
  const url = await createQueue();
  const states = {
    Send: {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Next: 'Sleep' },
      ...{ Parameters: { QueueUrl: url, MessageBody: 'x' }, ResultPath: '$.sent' },
    },
    Sleep: { Type: 'Wait', Seconds: 10, End: true },
  };
  const stateMachineArn = await create(states, { type: 'EXPRESS' });
  const running = sfn('StartSyncExecution', { stateMachineArn, input: '{"id":7}' });
  await cloud.clock.advance(0);
  await cloud.clock.advance(10_000);
  const { status, output = '{}' } = await running;
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output)).toMatchObject({ id: 7, sent: { MessageId: expect.any(String) } });
});

// Ours: what waits keeps nothing else from its turn. AWS starts thousands of each in a second.
test('a thousand Express executions wait side by side', async () => {
  const url = await createQueue();
  const send = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true };
  const states = {
    Sleep: { Type: 'Wait', Seconds: 10, Next: 'Send' },
    Send: { ...send, Parameters: { QueueUrl: url, MessageBody: 'x' } },
  };
  const stateMachineArn = await create(states, { ...EXPRESS });
  for (let times = 0; times < 1000; times++) await sfn('StartExecution', { stateMachineArn });
  await cloud.clock.advance(10_000);
  const { Attributes: { ApproximateNumberOfMessages: sent } = {} } = await callerOf('sqs', () => cloud)(
    'GetQueueAttributes',
    { QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] },
  );
  expect(sent).toBe('1000');
});

// The same: three hundred requests that nobody answers, and one that is quick.
test('tasks that hang do not keep others from being called', async () => {
  const url = await createQueue();
  const hanging = createServer(() => {}).listen(0);
  onTestFinished(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  const Parameters = { ApiEndpoint: `127.0.0.1:${port}`, Method: 'GET' };
  const task = { Type: 'Task', End: true };
  const slow = await create({ Call: { ...task, Resource: 'arn:aws:states:::apigateway:invoke', Parameters } });
  for (let times = 0; times < 300; times++) await sfn('StartExecution', { stateMachineArn: slow });
  const send = { ...task, Resource: 'arn:aws:states:::sqs:sendMessage' };
  const quick = await create({ Send: { ...send, Parameters: { QueueUrl: url, MessageBody: 'x' } } }, { name: 'quick' });
  const { executionArn } = await sfn('StartExecution', { stateMachineArn: quick });
  await expect.poll(async () => (await outcomeOf(executionArn)).status).toBe('SUCCEEDED');
});

// Source: Step Functions developer guide, "Service quotas": Express executions last five minutes at most.
test('an Express execution is timed out after five minutes', async () => {
  const stateMachineArn = await create({ Sleep: { Type: 'Wait', Seconds: 400, End: true } }, { type: 'EXPRESS' });
  const running = sfn('StartSyncExecution', { stateMachineArn });
  await cloud.clock.advance(0);
  await cloud.clock.advance(300_000);
  expect(await running).toMatchObject({ status: 'TIMED_OUT' });
});

test('a purge forgets executions, and keeps machines; nothing hangs', async () => {
  const machine = await create({ Sleep: { Type: 'Wait', Seconds: 60, End: true } });
  const express = await create({ Sleep: { Type: 'Wait', Seconds: 60, End: true } }, { name: 'fast', type: 'EXPRESS' });
  const arn = await start(machine);
  const running = sfn('StartSyncExecution', { stateMachineArn: express });
  await cloud.clock.advance(0);
  await cloud.purge();
  expect(await running).toMatchObject({ status: 'FAILED' });
  expect(await refusalOf(sfn('DescribeExecution', { executionArn: arn }))).toBe(
    `ExecutionDoesNotExist: Execution Does Not Exist: '${arn}'`,
  );
  expect((await sfn('ListStateMachines', {})).stateMachines).toHaveLength(2);
  await cloud.clock.advance(60_000);
  expect(cloud.journal.read().filter(({ kind }) => kind === 'fault')).toEqual([]);
});

test('a redriven execution goes on at the task that failed', async () => {
  const find = {
    ...{ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:getQueueUrl', End: true },
    Parameters: { QueueName: 'work' },
  };
  const arn = await start(await create({ Begin: { Type: 'Pass', Next: 'Find' }, Find: find }));
  expect(await outcomeOf(arn)).toMatchObject({ status: 'FAILED' });
  const QueueUrl = await createQueue();
  await sfn('RedriveExecution', { executionArn: arn });
  await cloud.clock.advance(0);
  expect(await outcomeOf(arn)).toEqual({ status: 'SUCCEEDED', output: { QueueUrl } });
  expect((await typesOf(arn)).filter((type) => type === 'PassStateEntered')).toHaveLength(1);
});

// Source: recorded on AWS, test_sfn_api: the sentence. What AWS has and this cloud does not serve can be deployed.
test('a task that names what there is not is refused when the machine is made', async () => {
  const task = (Resource: string) => ({ Query: { Type: 'Task', Resource, End: true } });
  expect(await refusalOf(create(task('arn:aws:states:::dynamodb:query')))).toBe(
    "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Query/Resource'",
  );
  const arn = await start(await create(task('arn:aws:states:::bedrock:invokeModel')));
  expect(await outcomeOf(arn)).toEqual({
    status: 'FAILED',
    error: 'Earwitness.StandIn',
    cause:
      'Earwitness does not serve arn:aws:states:::bedrock:invokeModel: the task stands in. Mock the result of state "Query", or script an answer to bedrock:InvokeModel.',
  });
});
