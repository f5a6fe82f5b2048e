// Retry, Catch, time-outs and heartbeats. Sources: developer guide, "Handling errors in Step Functions workflows";
// recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, where a test is named.
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { type Answer, linesOf, NOON, Play, play, timesOf } from './test-play.ts';

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

/** A task with these fields, and a state `Caught` when it has catchers. */
const taskMachine = (fields: object) => ({
  StartAt: 'T',
  States: {
    T: { Type: 'Task', Resource: LAMBDA, End: true, ...fields },
    ...('Catch' in fields && { Caught: { Type: 'Pass', End: true } }),
  },
});

const failing = (...errors: string[]): readonly Answer[] => errors.map((error) => ({ error, cause: 'no' }));

/** Seconds between the attempts. */
async function waits(fields: object, errors: readonly Answer[], random?: () => number): Promise<number[]> {
  const { events } = await play(taskMachine(fields), { answers: { T: errors }, ...(random && { random }) });
  const times = timesOf(events, 'LambdaFunctionScheduled').map((time) => time / 1_000);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('Retry', () => {
  it('tries three times more, after 1, 2 and 4 seconds', async () => {
    expect(await waits({ Retry: [{ ErrorEquals: ['States.ALL'] }] }, failing('Boom'))).toEqual([1, 2, 4]);
  });

  it('waits no longer than MaxDelaySeconds', async () => {
    const Retry = [{ ErrorEquals: ['Boom'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 10 }];
    expect(await waits({ Retry }, failing('Boom'))).toEqual([3, 6, 10, 10]);
  });

  it('with full jitter waits a part of it by chance', async () => {
    const Retry = [{ ErrorEquals: ['Boom'], IntervalSeconds: 4, JitterStrategy: 'FULL' }];
    const chances = [0, 0.25, 0.75];
    expect(await waits({ Retry }, failing('Boom'), () => chances.shift() ?? 0)).toEqual([0, 2, 12]);
  });

  it('with MaxAttempts 0 never tries again', async () => {
    const Retry = [{ ErrorEquals: ['Boom'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    expect(await waits({ Retry }, failing('Boom'))).toEqual([]);
  });

  // Source: developer guide, the example with ErrorA, ErrorB and ErrorC.
  it('counts for each retrier by itself: A, B, C, B waits 1, 2 and 5 seconds, then Catch', async () => {
    const Retry = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
    ];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    expect(await waits({ Retry, Catch }, failing('A', 'B', 'C', 'B'))).toEqual([1, 2, 5]);
  });

  it('counts anew when the state is entered again', async () => {
    const { events } = await play(
      {
        StartAt: 'T',
        States: {
          T: { Type: 'Task', Resource: LAMBDA, Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }], Next: 'Again' },
          Again: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'T' }], Default: 'End' },
          End: { Type: 'Succeed' },
        },
      },
      { answers: { T: [{ error: 'Boom' }, { output: 1 }, { error: 'Boom' }, { output: 2 }] } },
    );
    expect(events.at(-1)?.type).toBe('ExecutionSucceeded');
  });
});

describe('Catch', () => {
  // Source: recorded: error_handling/test_task_lambda, test_raise_exception_catch.
  it('replaces the input by error and cause', async () => {
    const { events, execution } = await play(taskMachine({ Catch: [{ ErrorEquals: ['Boom'], Next: 'Caught' }] }), {
      input: { a: 1 },
      answers: { T: failing('Boom') },
    });
    expect(linesOf(events.slice(4, 7))).toMatchInlineSnapshot(`
      "5 <- 4 LambdaFunctionFailed {"error":"Boom","cause":"no"}
      6 <- 5 TaskStateExited {"name":"T","output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}
      7 <- 6 PassStateEntered {"name":"Caught","input":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}"
    `);
    expect(execution.output).toEqual({ Error: 'Boom', Cause: 'no' });
  });

  // Source: recorded: error_handling/test_task_service_lambda, raise_exception_catch_output_path.
  it('puts them where ResultPath says, and leaves OutputPath and the state’s own Assign out', async () => {
    const { execution } = await play(
      taskMachine({
        OutputPath: '$.nowhere',
        Assign: { never: 1 },
        Catch: [
          { ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Assign: { 'why.$': '$.Cause' }, Next: 'Caught' },
        ],
      }),
      { input: { a: 1 }, answers: { T: failing('Boom') } },
    );
    expect(execution.output).toEqual({ a: 1, failed: { Error: 'Boom', Cause: 'no' } });
  });

  // Source: recorded: callback/test_callback, test_sqs_failure_in_wait_for_task_tok_no_error_field.
  it('of a failure without error and cause has null for both', async () => {
    const { execution } = await play(
      taskMachine({ Resource: QUEUE, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'Caught' }] }),
      { answers: { T: [{ submitted: {}, error: undefined as never }] } },
    );
    expect(execution.output).toEqual({ e: { Error: null, Cause: null } });
  });

  // Source: recorded: states_variables/test_error_output, test_task_catch_error.
  it('of JSONata has $states.errorOutput, and gives it out when there is no Output', async () => {
    const catching = (catcher: object) => ({
      QueryLanguage: 'JSONata',
      ...taskMachine({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...catcher }] }),
    });
    const options = { input: { a: 1 }, answers: { T: failing('Boom') } };
    expect((await play(catching({}), options)).execution.output).toEqual({ Error: 'Boom', Cause: 'no' });
    const Output = { why: '{% $states.errorOutput.Cause %}', was: '{% $states.input %}' };
    expect((await play(catching({ Output }), options)).execution.output).toEqual({ why: 'no', was: { a: 1 } });
  });

  // Source: recorded: scenarios/test_base_scenarios, catch_states_runtime.
  it('never catches States.Runtime, by any name', async () => {
    const { events } = await play(
      taskMachine({
        OutputPath: '$.no.such',
        Catch: [
          { ErrorEquals: ['States.Runtime'], Next: 'Caught' },
          { ErrorEquals: ['States.ALL'], Next: 'Caught' },
        ],
      }),
      { answers: { T: [{ output: {} }] } },
    );
    expect(linesOf(events.slice(4))).toMatchInlineSnapshot(`
      "5 <- 4 LambdaFunctionSucceeded {"output":"{}"}
      6 <- 5 ExecutionFailed {"error":"States.Runtime","cause":"An error occurred while executing the state 'T' (entered at the event id #2). Invalid path '$.no.such' : Missing property in path $['no']"}"
    `);
  });

  it('whose own expression fails takes the failure no further than its block', async () => {
    const { execution } = await play(
      {
        QueryLanguage: 'JSONata',
        ...taskMachine({ Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $nothing %}', Next: 'Caught' }] }),
      },
      { answers: { T: failing('Boom') } },
    );
    expect(execution.failure?.error).toBe('States.QueryEvaluationError');
  });

  // Source: developer guide, States.TaskFailed: any error but States.Timeout.
  it.each([
    { names: ['States.TaskFailed'], error: 'Boom', caught: true },
    { names: ['States.TaskFailed'], error: 'States.Timeout', caught: false },
    { names: ['States.Timeout'], error: 'States.Timeout', caught: true },
    { names: ['Other'], error: 'Boom', caught: false },
  ])('$names takes $error: $caught', async ({ names, error, caught }) => {
    const { execution } = await play(taskMachine({ Catch: [{ ErrorEquals: names, Next: 'Caught' }] }), {
      answers: { T: failing(error) },
    });
    expect(execution.status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
  });
});

describe('time of a task', () => {
  // Source: recorded: timeouts/test_timeouts; error_handling, test_invoke_timeout: an empty cause where it is caught.
  it('counts from its start, and ends it with States.Timeout', async () => {
    const { events, asks, execution } = await play(
      taskMachine({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }] }),
    );
    expect(linesOf(events.slice(2, 6))).toMatchInlineSnapshot(`
      "3 <- 2 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}","timeoutInSeconds":5}
      4 <- 3 LambdaFunctionStarted
      5 <- 4 LambdaFunctionTimedOut {"error":"States.Timeout"}
      6 <- 5 TaskStateExited {"name":"T","output":"{\\"Error\\":\\"States.Timeout\\",\\"Cause\\":\\"\\"}"}"
    `);
    expect(timesOf(events, 'LambdaFunctionTimedOut')).toEqual([5_000]);
    expect(asks.some(({ kind }) => kind === 'cancel')).toBe(true);
    expect(execution.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('of a task that nobody takes does not run', async () => {
    const played = await new Play(taskMachine({ TimeoutSeconds: 5 }), { answers: { T: ['untaken'] } }).run(60_000);
    expect(played.execution.status).toBe('RUNNING');
  });

  // Source: recorded: timeouts/test_timeouts, test_fixed_timeout_service_lambda_with_path.
  it('may come by a path, or by an expression', async () => {
    const byPath = await play(taskMachine({ TimeoutSecondsPath: '$.s' }), { input: { s: 7 } });
    expect(timesOf(byPath.events, 'LambdaFunctionTimedOut')).toEqual([7_000]);
    const byExpression = await play(
      { QueryLanguage: 'JSONata', ...taskMachine({ TimeoutSeconds: '{% $states.input.s * 2 %}' }) },
      { input: { s: 7 } },
    );
    expect(timesOf(byExpression.events, 'LambdaFunctionTimedOut')).toEqual([14_000]);
  });

  // Source: recorded: callback/test_callback, test_sqs_wait_for_task_token_timeout.
  it('ends a wait for a token', async () => {
    const { events } = await play(taskMachine({ Resource: QUEUE, TimeoutSeconds: 3 }), {
      answers: { T: [{ submitted: { MessageId: 'm' } }] },
    });
    expect(linesOf(events.slice(-2))).toMatchInlineSnapshot(`
      "6 <- 5 TaskTimedOut {"resourceType":"sqs","resource":"sendMessage.waitForTaskToken","error":"States.Timeout"}
      7 <- 6 ExecutionFailed {"error":"States.Timeout"}"
    `);
  });

  // Source: recorded: timeouts/test_heartbeats: told as States.Timeout. Developer guide: States.HeartbeatTimeout
  // matches it.
  it('without a heartbeat ends as a time-out that is known by two names', async () => {
    for (const name of ['States.HeartbeatTimeout', 'States.Timeout']) {
      const { events, execution } = await play(
        taskMachine({ HeartbeatSeconds: 5, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] }),
      );
      expect(timesOf(events, 'LambdaFunctionTimedOut')).toEqual([5_000]);
      expect(execution.output).toMatchObject({ Error: 'States.Timeout' });
    }
  });

  // Source: API reference, SendTaskHeartbeat: it resets the heartbeat's clock, not the time-out's, and makes no event.
  it('a heartbeat sets back its own clock only', async () => {
    const played = await new Play(taskMachine({ HeartbeatSeconds: 5, TimeoutSeconds: 12 })).run(4_000);
    const told = played.events.length;
    await played.happen({ kind: 'task heartbeat', task: played.taskOf('T') });
    await played.run(8_000);
    await played.happen({ kind: 'task heartbeat', task: played.taskOf('T') });
    await played.run(11_000);
    expect(played.events.length).toBe(told);
    await played.run();
    expect(timesOf(played.events, 'LambdaFunctionTimedOut')).toEqual([12_000]);
  });
});

describe('data over 262,144 bytes', () => {
  const large = 'ü'.repeat(131_072);

  // Source: recorded: error_handling/test_states_errors: States.ALL catches it on a task.
  it('fail a task, in words that name it', async () => {
    const { execution } = await play(taskMachine({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }), {
      answers: { T: [{ output: large }] },
    });
    expect(execution.output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause: `The state/task '${LAMBDA}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
  });

  // Source: recorded: the same, test_start_large_input.
  it('end the execution where a Pass state makes them', async () => {
    const { events } = await play({ StartAt: 'P', States: { P: { Type: 'Pass', Result: large, End: true } } });
    expect(linesOf(events.slice(-1))).toMatchInlineSnapshot(
      `"3 <- 2 ExecutionFailed {"error":"States.DataLimitExceeded","cause":"The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit."}"`,
    );
  });

  // Source: developer guide, "Passing data between states with variables". The sentence is not known.
  it('are too much for one Assign', async () => {
    const { execution } = await play({
      StartAt: 'P',
      States: { P: { Type: 'Pass', Assign: { v: large }, End: true } },
    });
    expect(execution.failure?.error).toBe('States.DataLimitExceeded');
  });

  it('exactly so many are let through', async () => {
    const Result = large.slice(0, 131_071);
    const { execution } = await play({ StartAt: 'P', States: { P: { Type: 'Pass', Result, End: true } } });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stoppedAt: NOON });
  });
});

// Source: developer guide, "Task state": a positive integer; recorded for MaxConcurrencyPath: the sentence of what is
// none. The others are ours.
describe('fields of a task that come at run time', () => {
  const causeOf = async (fields: object, input: { readonly [name: string]: Json }) => {
    const machine = 'json' in input ? { QueryLanguage: 'JSONata', ...taskMachine(fields) } : taskMachine(fields);
    const { failure } = (await play(machine, { input })).execution;
    return `${failure?.error}: ${failure?.cause?.replace(/^.*\(entered at the event id #2\)\. /, '')}`;
  };

  it.each([
    [0, 'refers to value "0" which is not between 1 and 99999999: $.s'],
    [-1, 'refers to value "-1" which is not between 1 and 99999999: $.s'],
    [1.5, 'refers to value "1.5" which is not a valid integer: $.s'],
    ['soon', 'refers to value "soon" which is not a valid integer: $.s'],
    ['0x10', 'refers to value "0x10" which is not a valid integer: $.s'],
    [1e300, 'refers to value "1e+300" which is not between 1 and 99999999: $.s'],
    [null, 'refers to value "null" which is not a valid integer: $.s'],
  ])('TimeoutSecondsPath and HeartbeatSecondsPath that lead to %j', async (s, told) => {
    for (const name of ['TimeoutSecondsPath', 'HeartbeatSecondsPath']) {
      expect(await causeOf({ [name]: '$.s' }, { s })).toBe(`States.Runtime: The ${name} field ${told}`);
    }
  });

  it('TimeoutSeconds by an expression is positive', async () => {
    const TimeoutSeconds = '{% $states.input.s %}';
    expect(await causeOf({ TimeoutSeconds }, { json: 1, s: 0 })).toBe(
      'States.QueryEvaluationError: The TimeoutSeconds field has the value 0, which is not between 1 and 99999999.',
    );
  });

  it('Credentials without a text for the role are not ignored', async () => {
    const byPath = { Credentials: { 'RoleArn.$': '$.role' } };
    expect(await causeOf(byPath, { role: 5 })).toBe(
      'States.Runtime: The RoleArn.$ field refers to value "5" which is not a string: $.role',
    );
    const byExpression = { Credentials: { RoleArn: '{% $states.input.role %}' } };
    expect(await causeOf(byExpression, { json: 1, role: {} })).toBe(
      'States.QueryEvaluationError: The Credentials/RoleArn field is not a string: {}',
    );
  });
});
