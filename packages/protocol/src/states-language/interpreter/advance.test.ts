// Whole executions, event by event, and what happens to them from outside. Sources: recorded on AWS: LocalStack,
// tests/aws/services/stepfunctions/v2, where a test is named; the developer guide.
import { describe, expect, it } from 'vitest';
import { linesOf, NOON, Play, pathOf, play, timesOf } from './test-play.ts';

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

describe('a history', () => {
  // Source: the recorded form of section 8.2: base/test_base, test_state_pass_result.
  it('begins and ends with the execution; its first state follows nothing', async () => {
    const { events, execution } = await play({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Result: { k: 1 }, End: true } },
    });
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 PassStateEntered {"name":"A","input":"{}"}
      3 <- 2 PassStateExited {"name":"A","output":"{\\"k\\":1}"}
      4 <- 3 ExecutionSucceeded {"output":"{\\"k\\":1}"}"
    `);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { k: 1 }, stoppedAt: NOON, threads: {} });
  });

  // Source: recorded: scenarios/test_base_scenarios, test_parallel_state_nested: `[[1, 2, 3]]` stays until it is changed.
  it('has the input as it was sent for as long as it goes through unchanged', async () => {
    const { events } = await play(
      {
        StartAt: 'Same',
        States: {
          Same: { Type: 'Pass', Next: 'Part' },
          Part: { Type: 'Pass', InputPath: '$[0]', End: true },
        },
      },
      { input: [[1, 2]], about: { inputText: '[ [1, 2] ]' } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"[ [1, 2] ]","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 PassStateEntered {"name":"Same","input":"[ [1, 2] ]"}
      3 <- 2 PassStateExited {"name":"Same","output":"[ [1, 2] ]"}
      4 <- 3 PassStateEntered {"name":"Part","input":"[ [1, 2] ]"}
      5 <- 4 PassStateExited {"name":"Part","output":"[1,2]"}
      6 <- 5 ExecutionSucceeded {"output":"[1,2]"}"
    `);
  });

  // Source: recorded: services/test_lambda_task_service; scenarios, test_lambda_service_invoke_with_retry_base: no event tells
  // of the wait before an attempt; the next schedule follows the last failure.
  it('of an integration has its schedule, start and end, for each attempt', async () => {
    const { events } = await play(
      {
        StartAt: 'Charge',
        States: {
          Charge: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'charge', 'Payload.$': '$', 'Tried.$': '$$.State.RetryCount' },
            TimeoutSeconds: 30,
            Retry: [{ ErrorEquals: ['States.ALL'] }],
            End: true,
          },
        },
      },
      { input: { a: 1 }, answers: { Charge: [{ error: 'Boom', cause: 'no' }, { output: { Payload: 2 } }] } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{\\"a\\":1}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 TaskStateEntered {"name":"Charge","input":"{\\"a\\":1}"}
      3 <- 2 TaskScheduled {"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\\"FunctionName\\":\\"charge\\",\\"Payload\\":{\\"a\\":1},\\"Tried\\":0}","timeoutInSeconds":30}
      4 <- 3 TaskStarted {"resourceType":"lambda","resource":"invoke"}
      5 <- 4 TaskFailed {"resourceType":"lambda","resource":"invoke","error":"Boom","cause":"no"}
      6 <- 5 TaskScheduled {"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\\"FunctionName\\":\\"charge\\",\\"Payload\\":{\\"a\\":1},\\"Tried\\":1}","timeoutInSeconds":30}
      7 <- 6 TaskStarted {"resourceType":"lambda","resource":"invoke"}
      8 <- 7 TaskSucceeded {"resourceType":"lambda","resource":"invoke","output":"{\\"Payload\\":2}"}
      9 <- 8 TaskStateExited {"name":"Charge","output":"{\\"Payload\\":2}"}
      10 <- 9 ExecutionSucceeded {"output":"{\\"Payload\\":2}"}"
    `);
  });

  // Source: recorded: services/test_lambda_task: a function's ARN has events of its own.
  it('of a function has events of its own', async () => {
    const { events } = await play(
      { StartAt: 'F', States: { F: { Type: 'Task', Resource: LAMBDA, End: true } } },
      { answers: { F: [{ output: 'done' }] } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 TaskStateEntered {"name":"F","input":"{}"}
      3 <- 2 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      4 <- 3 LambdaFunctionStarted
      5 <- 4 LambdaFunctionSucceeded {"output":"\\"done\\""}
      6 <- 5 TaskStateExited {"name":"F","output":"\\"done\\""}
      7 <- 6 ExecutionSucceeded {"output":"\\"done\\""}"
    `);
  });

  // Source: recorded: activities/test_activities.
  it('of an activity names its worker', async () => {
    const played = await new Play(
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:eu-west-1:123456789012:activity:a',
            HeartbeatSeconds: 10,
            End: true,
          },
        },
      },
      { answers: { A: ['untaken'] } },
    ).run(0);
    const task = played.taskOf('A');
    await played.happen({ kind: 'task started', task, workerName: 'w' });
    await played.happen({ kind: 'task succeeded', task, output: 1 });
    expect(linesOf(played.events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 TaskStateEntered {"name":"A","input":"{}"}
      3 <- 2 ActivityScheduled {"resource":"arn:aws:states:eu-west-1:123456789012:activity:a","input":"{}","heartbeatInSeconds":10}
      4 <- 3 ActivityStarted {"workerName":"w"}
      5 <- 4 ActivitySucceeded {"output":"1"}
      6 <- 5 TaskStateExited {"name":"A","output":"1"}
      7 <- 6 ExecutionSucceeded {"output":"1"}"
    `);
  });

  // Source: recorded: activities/test_activities, test_activity_task_on_deleted (there without ActivityScheduled).
  it('of a task that cannot be begun ends with its state', async () => {
    const activity = { Type: 'Task', Resource: 'arn:aws:states:eu-west-1:123456789012:activity:a', End: true };
    const played = await new Play({ StartAt: 'A', States: { A: activity } }, { answers: { A: ['untaken'] } }).run(0);
    const cause = `The activity ${activity.Resource} does not exist.`;
    await played.happen({ kind: 'task refused', task: played.taskOf('A'), error: 'States.Runtime', cause });
    expect(linesOf(played.events.slice(3))).toMatchInlineSnapshot(
      `"4 <- 3 ExecutionFailed {"error":"States.Runtime","cause":"An error occurred while executing the state 'A' (entered at the event id #2). The activity arn:aws:states:eu-west-1:123456789012:activity:a does not exist."}"`,
    );
  });

  // Source: recorded: callback/test_callback: TaskSubmitted has the call's answer, the token is seen in the parameters.
  it('of a callback has what the call answered before what the token brought', async () => {
    const { events, asks } = await play(
      {
        StartAt: 'Ask',
        States: {
          Ask: {
            Type: 'Task',
            Resource: QUEUE,
            Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
            HeartbeatSeconds: 5,
            End: true,
          },
        },
      },
      { answers: { Ask: [{ submitted: { MessageId: 'm' }, output: 'yes' }] } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 TaskStateEntered {"name":"Ask","input":"{}"}
      3 <- 2 TaskScheduled {"resourceType":"sqs","resource":"sendMessage.waitForTaskToken","region":"eu-west-1","parameters":"{\\"QueueUrl\\":\\"q\\",\\"MessageBody\\":\\"00000000-0000-4000-8000-000000000001\\"}","heartbeatInSeconds":5}
      4 <- 3 TaskStarted {"resourceType":"sqs","resource":"sendMessage.waitForTaskToken"}
      5 <- 4 TaskSubmitted {"resourceType":"sqs","resource":"sendMessage.waitForTaskToken","output":"{\\"MessageId\\":\\"m\\"}"}
      6 <- 5 TaskSucceeded {"resourceType":"sqs","resource":"sendMessage.waitForTaskToken","output":"\\"yes\\""}
      7 <- 6 TaskStateExited {"name":"Ask","output":"\\"yes\\""}
      8 <- 7 ExecutionSucceeded {"output":"\\"yes\\""}"
    `);
    expect(asks.find(({ kind }) => kind === 'task')).toMatchInlineSnapshot(`
      {
        "heartbeatMs": 5000,
        "input": {
          "MessageBody": "00000000-0000-4000-8000-000000000001",
          "QueueUrl": "q",
        },
        "kind": "task",
        "resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "retryCount": 0,
        "state": "Ask",
        "task": "3",
        "token": "00000000-0000-4000-8000-000000000001",
      }
    `);
  });
});

describe('what happens to something that is over', () => {
  const machine = {
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 10, End: true } },
  };

  it('changes nothing: the execution is the same, nothing is told or asked', async () => {
    const played = await play(machine, { answers: { T: [{ output: 1 }] } });
    const { execution } = played;
    const told = played.events.length;
    for (const happening of [
      { kind: 'started' },
      { kind: 'woken', wake: '1' },
      { kind: 'task succeeded', task: '3', output: 2 },
      { kind: 'stopped', error: undefined, cause: undefined },
      { kind: 'redriven' },
    ] as const) {
      await played.happen(happening);
    }
    expect(played.execution).toEqual(execution);
    expect(played.events.length).toBe(told);
  });

  it('a task that nobody knows, or that is started twice, is not told', async () => {
    const played = await new Play(machine).run(0);
    const told = played.events.length;
    await played.happen({ kind: 'task succeeded', task: 'unknown', output: 2 });
    await played.happen({ kind: 'task started', task: played.taskOf('T') });
    expect(played.events.length).toBe(told);
  });
});

describe('an end from outside', () => {
  // Source: recorded: test_sfn_api, test_stop_execution: ExecutionAborted follows nothing, no state is told to be aborted.
  it('stopped: it is aborted, and what it asked for is cancelled', async () => {
    const played = await new Play({ StartAt: 'T', States: { T: { Type: 'Task', Resource: LAMBDA, End: true } } }).run(
      0,
    );
    await played.happen({ kind: 'stopped', error: 'Mine', cause: 'why' });
    expect(linesOf(played.events.slice(-2))).toMatchInlineSnapshot(`
      "4 <- 3 LambdaFunctionStarted
      5 <- 0 ExecutionAborted {"error":"Mine","cause":"why"}"
    `);
    expect(played.asks.at(-1)).toEqual({ kind: 'cancel', task: played.taskOf('T') });
    expect(played.execution).toMatchObject({ status: 'ABORTED', failure: { error: 'Mine', cause: 'why' } });
  });

  // Source: API reference, DescribeExecution; recorded: TIMED_OUT has neither error nor cause.
  it.each([
    { type: 'STANDARD', seconds: 60, ends: 60 },
    { type: 'STANDARD', seconds: undefined, ends: 365 * 24 * 60 * 60 },
    { type: 'EXPRESS', seconds: undefined, ends: 300 },
    { type: 'EXPRESS', seconds: 600, ends: 300 },
  ] as const)('time: $type with TimeoutSeconds $seconds ends after $ends s', async ({ type, seconds, ends }) => {
    const { execution, events } = await play(
      {
        StartAt: 'T',
        ...(seconds !== undefined && { TimeoutSeconds: seconds }),
        States: { T: { Type: 'Task', Resource: LAMBDA, End: true } },
      },
      { about: { type } },
    );
    expect(execution).toMatchObject({ status: 'TIMED_OUT', stoppedAt: NOON + ends * 1_000 });
    expect('failure' in execution).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  });

  // Source: developer guide, quotas: 25,000 events. The sentence is not known.
  it('a history of 25,000 events: the last one fails the execution', async () => {
    const { events, execution } = await play({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    });
    expect(events.length).toBe(25_000);
    expect(linesOf(events.slice(-1))).toMatchInlineSnapshot(
      `"25000 <- 24999 ExecutionFailed {"error":"States.Runtime","cause":"The execution reached the maximum number of history events (25000)."}"`,
    );
    expect(execution.status).toBe('FAILED');
  });

  it('a loop without end gives others their turn and ends with its time', async () => {
    const played = new Play(
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } },
      { about: { type: 'EXPRESS' } },
    );
    await played.settle();
    expect(played.events.length).toBe(1 + 2 * 5_000);
    expect(played.asks.at(-1)).toMatchObject({ kind: 'wake', at: NOON });
    expect(played.execution.status).toBe('RUNNING');
  });
});

describe('a redrive', () => {
  // Source: developer guide, "Restarting state machine executions with redrive": the failed task is scheduled again, attempts
  // are counted anew, the execution keeps its ARN.
  it('goes on with the state that failed', async () => {
    const played = await play(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'T' },
          T: { Type: 'Task', Resource: LAMBDA, Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }], End: true },
        },
      },
      { answers: { T: [{ error: 'Boom' }, { error: 'Boom' }, { error: 'Boom' }, { output: 'ok' }] } },
    );
    expect(played.execution.status).toBe('FAILED');
    const told = played.events.length;
    await played.happen({ kind: 'redriven' });
    await played.run();
    expect(linesOf(played.events.slice(told - 1))).toMatchInlineSnapshot(`
      "11 <- 10 ExecutionFailed {"error":"Boom"}
      12 <- 11 ExecutionRedriven {"redriveCount":1}
      13 <- 12 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      14 <- 13 LambdaFunctionStarted
      15 <- 14 LambdaFunctionFailed {"error":"Boom"}
      16 <- 15 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      17 <- 16 LambdaFunctionStarted
      18 <- 17 LambdaFunctionSucceeded {"output":"\\"ok\\""}
      19 <- 18 TaskStateExited {"name":"T","output":"\\"ok\\""}
      20 <- 19 ExecutionSucceeded {"output":"\\"ok\\""}"
    `);
    expect(played.execution).toMatchObject({ status: 'SUCCEEDED', output: 'ok', redriveCount: 1 });
    expect('failure' in played.execution).toBe(false);
  });

  it('runs only the branches that did not come to their end', async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: LAMBDA, End: true } },
    });
    const played = await play(
      {
        StartAt: 'P',
        States: { P: { Type: 'Parallel', Branches: [branch('Done'), branch('Bad'), branch('Slow')], End: true } },
      },
      { answers: { Done: [{ output: 1 }], Bad: [{ error: 'Boom' }, { output: 2 }], Slow: ['silent', { output: 3 }] } },
    );
    expect(played.execution.status).toBe('FAILED');
    const told = played.events.length;
    await played.happen({ kind: 'redriven' });
    expect(linesOf(played.events.slice(told))).toMatchInlineSnapshot(`
      "19 <- 18 ExecutionRedriven {"redriveCount":1}
      20 <- 19 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      21 <- 19 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      22 <- 20 LambdaFunctionStarted
      23 <- 22 LambdaFunctionSucceeded {"output":"2"}
      24 <- 23 TaskStateExited {"name":"Bad","output":"2"}
      25 <- 21 LambdaFunctionStarted
      26 <- 25 LambdaFunctionSucceeded {"output":"3"}
      27 <- 26 TaskStateExited {"name":"Slow","output":"3"}
      28 <- 27 ParallelStateSucceeded
      29 <- 27 ParallelStateExited {"name":"P","output":"[1,2,3]"}
      30 <- 29 ExecutionSucceeded {"output":"[1,2,3]"}"
    `);
    expect(played.execution.output).toEqual([1, 2, 3]);
  });

  it('a Fail state is entered again, and fails again', async () => {
    const played = await play({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Mine' } } });
    await played.happen({ kind: 'redriven' });
    expect(linesOf(played.events.slice(2))).toMatchInlineSnapshot(`
      "3 <- 2 ExecutionFailed {"error":"Mine"}
      4 <- 3 ExecutionRedriven {"redriveCount":1}
      5 <- 4 FailStateEntered {"name":"F","input":"{}"}
      6 <- 5 ExecutionFailed {"error":"Mine"}"
    `);
  });

  it('goes on after a stop and after a time-out, with time counted anew', async () => {
    const machine = {
      StartAt: 'W',
      TimeoutSeconds: 10,
      States: { W: { Type: 'Wait', Seconds: 8, Next: 'X' }, X: { Type: 'Wait', Seconds: 8, End: true } },
    };
    const played = await play(machine);
    expect(played.execution).toMatchObject({ status: 'TIMED_OUT', stoppedAt: NOON + 10_000 });
    await played.happen({ kind: 'redriven' });
    await played.run();
    expect(played.execution).toMatchObject({ status: 'SUCCEEDED', stoppedAt: NOON + 18_000 });
    expect(pathOf(played.events)).toEqual(['W', 'X']);
    expect(timesOf(played.events, 'ExecutionRedriven')).toEqual([10_000]);
  });
});
