// Parallel and Map: order, concurrency, scopes, and what becomes of the others when one fails. Sources: developer guide;
// recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, where a test is named.
import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import type { Happening } from './happening.ts';
import { linesOf, machineOf, NOON, Play, play, timesOf } from './test-play.ts';

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const task = (fields: object = {}) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...fields });
const one = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } });
const map = (name: string, state: object, fields: object = {}) =>
  one('M', { Type: 'Map', ItemProcessor: one(name, state), ...fields });

describe('Parallel', () => {
  // Source: recorded: scenarios, test_parallel_state: the state's success and its exit follow the last branch's last event.
  it('gives the outputs in the order of its branches', async () => {
    const { events, execution } = await play(
      one('P', {
        Type: 'Parallel',
        Branches: [one('Slow', { Type: 'Wait', Seconds: 5 }), one('Quick', { Type: 'Pass', Result: 2 })],
      }),
      { input: 1 },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"1","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 ParallelStateEntered {"name":"P","input":"1"}
      3 <- 2 ParallelStateStarted
      4 <- 3 WaitStateEntered {"name":"Slow","input":"1"}
      5 <- 3 PassStateEntered {"name":"Quick","input":"1"}
      6 <- 5 PassStateExited {"name":"Quick","output":"2"}
      7 <- 4 WaitStateExited {"name":"Slow","output":"1"}
      8 <- 7 ParallelStateSucceeded
      9 <- 7 ParallelStateExited {"name":"P","output":"[1,2]"}
      10 <- 9 ExecutionSucceeded {"output":"[1,2]"}"
    `);
    expect(execution.output).toEqual([1, 2]);
  });

  it('gives each branch the same Parameters or Arguments', async () => {
    const Branches = [one('A', { Type: 'Pass' }), one('B', { Type: 'Pass' })];
    const paths = await play(one('P', { Type: 'Parallel', Branches, Parameters: { 'x.$': '$.a' } }), {
      input: { a: 1 },
    });
    expect(paths.execution.output).toEqual([{ x: 1 }, { x: 1 }]);
    const expressions = await play(
      {
        QueryLanguage: 'JSONata',
        ...one('P', {
          Type: 'Parallel',
          Branches,
          Arguments: '{% $states.input.a %}',
          Output: '{% $sum($states.result) %}',
        }),
      },
      { input: { a: 2 } },
    );
    expect(expressions.execution.output).toBe(4);
  });

  // Source: recorded: callback, test_sqs_failure_in_wait_for_task_tok_no_error_field; scenarios, test_parallel_state_catch.
  it('fails with the branch’s own error; the states of all branches are aborted, the failed one’s too', async () => {
    const { events, asks, execution } = await play(
      {
        StartAt: 'P',
        States: {
          P: {
            Type: 'Parallel',
            Branches: [one('Wait', { Type: 'Wait', Seconds: 60 }), one('Bad', task()), one('Other', task())],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Pass', End: true },
        },
      },
      { answers: { Bad: [{ error: 'Boom', cause: 'no' }] } },
    );
    expect(linesOf(events.slice(7))).toMatchInlineSnapshot(`
      "8 <- 7 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:123456789012:function:f","input":"{}"}
      9 <- 6 LambdaFunctionStarted
      10 <- 9 LambdaFunctionFailed {"error":"Boom","cause":"no"}
      11 <- 10 TaskStateAborted
      12 <- 10 WaitStateAborted
      13 <- 10 TaskStateAborted
      14 <- 10 ParallelStateFailed
      15 <- 14 ParallelStateExited {"name":"P","output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}
      16 <- 15 PassStateEntered {"name":"Caught","input":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}
      17 <- 16 PassStateExited {"name":"Caught","output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}
      18 <- 17 ExecutionSucceeded {"output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":\\"no\\"}"}"
    `);
    expect(asks.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
    expect(execution.threads).toEqual({});
  });

  // Source: recorded: scenarios, test_parallel_state_retry: all branches run again, no event tells of the failed attempt.
  it('is tried again with all its branches', async () => {
    const { events } = await play(
      one('P', {
        Type: 'Parallel',
        Branches: [one('Bad', { Type: 'Fail', Error: 'Boom', End: undefined }), one('Good', { Type: 'Pass' })],
        Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
      }),
    );
    expect(linesOf(events.slice(2))).toMatchInlineSnapshot(`
      "3 <- 2 ParallelStateStarted
      4 <- 3 FailStateEntered {"name":"Bad","input":"{}"}
      5 <- 4 ParallelStateStarted
      6 <- 5 FailStateEntered {"name":"Bad","input":"{}"}
      7 <- 6 ParallelStateFailed
      8 <- 7 ExecutionFailed {"error":"Boom"}"
    `);
    expect(timesOf(events, 'ParallelStateStarted')).toEqual([0, 1_000]);
  });

  it('within Parallel hands its error on up to the one that catches it', async () => {
    const inner = one('In', {
      Type: 'Parallel',
      Branches: [one('Bad', { Type: 'Fail', Error: 'Boom', End: undefined })],
    });
    const { events, execution } = await play({
      StartAt: 'Out',
      States: {
        Out: { Type: 'Parallel', Branches: [inner], Catch: [{ ErrorEquals: ['Boom'], Next: 'Caught' }], End: true },
        Caught: { Type: 'Pass', End: true },
      },
    });
    expect(linesOf(events.slice(5))).toMatchInlineSnapshot(`
      "6 <- 5 FailStateEntered {"name":"Bad","input":"{}"}
      7 <- 6 ParallelStateFailed
      8 <- 7 ParallelStateAborted
      9 <- 7 ParallelStateFailed
      10 <- 9 ParallelStateExited {"name":"Out","output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":null}"}
      11 <- 10 PassStateEntered {"name":"Caught","input":"{\\"Error\\":\\"Boom\\",\\"Cause\\":null}"}
      12 <- 11 PassStateExited {"name":"Caught","output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":null}"}
      13 <- 12 ExecutionSucceeded {"output":"{\\"Error\\":\\"Boom\\",\\"Cause\\":null}"}"
    `);
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('a failure that nobody catches goes through all of them', async () => {
    const inner = one('In', { Type: 'Parallel', Branches: [one('Bad', task()), one('Slow', task())] });
    const { execution, asks } = await play(one('Out', { Type: 'Parallel', Branches: [inner, one('Else', task())] }), {
      answers: { Bad: [{ error: 'Boom', cause: 'no' }] },
    });
    expect(execution.failure).toEqual({ error: 'Boom', cause: 'no' });
    expect(asks.filter(({ kind }) => kind === 'cancel')).toHaveLength(2);
  });
});

describe('Map', () => {
  // Source: recorded: scenarios, test_map_state: an iteration follows the last event of the one before; the state's success and
  // its exit follow the success of the last iteration.
  it('with MaxConcurrency 1 goes from item to item', async () => {
    const { events } = await play(map('I', { Type: 'Pass' }, { MaxConcurrency: 1 }), { input: ['a', 'b'] });
    expect(linesOf(events.slice(1))).toMatchInlineSnapshot(`
      "2 <- 0 MapStateEntered {"name":"M","input":"[\\"a\\",\\"b\\"]"}
      3 <- 2 MapStateStarted {"length":2}
      4 <- 3 MapIterationStarted {"name":"M","index":0}
      5 <- 4 PassStateEntered {"name":"I","input":"\\"a\\""}
      6 <- 5 PassStateExited {"name":"I","output":"\\"a\\""}
      7 <- 6 MapIterationSucceeded {"name":"M","index":0}
      8 <- 6 MapIterationStarted {"name":"M","index":1}
      9 <- 8 PassStateEntered {"name":"I","input":"\\"b\\""}
      10 <- 9 PassStateExited {"name":"I","output":"\\"b\\""}
      11 <- 10 MapIterationSucceeded {"name":"M","index":1}
      12 <- 11 MapStateSucceeded
      13 <- 11 MapStateExited {"name":"M","output":"[\\"a\\",\\"b\\"]"}
      14 <- 13 ExecutionSucceeded {"output":"[\\"a\\",\\"b\\"]"}"
    `);
  });

  it('keeps the order of results however the iterations end', async () => {
    const played = await new Play(map('I', task()), { input: [0, 1, 2], answers: { I: ['untaken'] } }).run(0);
    const tasks = played.asks.flatMap((ask) => (ask.kind === 'task' ? ask.task : []));
    for (const [index, id] of [...tasks.entries()].reverse()) {
      await played.happen({ kind: 'task succeeded', task: id, output: `result ${index}` });
    }
    expect(played.execution.output).toEqual(['result 0', 'result 1', 'result 2']);
  });

  it.each([
    { MaxConcurrency: 2, atOnce: 2 },
    { MaxConcurrency: 0, atOnce: 40 },
    { MaxConcurrency: 100, atOnce: 40 },
    { MaxConcurrencyPath: '$.n', atOnce: 3 },
  ])('$MaxConcurrency$MaxConcurrencyPath runs $atOnce at once', async ({ atOnce, ...fields }) => {
    const input = { n: 3, items: Array.from({ length: 50 }, (_, index) => index) };
    const played = await new Play(map('I', task(), { ItemsPath: '$.items', ...fields }), { input }).run(0);
    expect(played.asks.filter(({ kind }) => kind === 'task')).toHaveLength(atOnce);
  });

  // Source: recorded: scenarios, test_map_state_items_input_array[empty].
  it('over nothing gives nothing', async () => {
    const { events } = await play(map('I', { Type: 'Pass' }), { input: [] });
    expect(linesOf(events.slice(2))).toMatchInlineSnapshot(`
      "3 <- 2 MapStateStarted {"length":0}
      4 <- 3 MapStateSucceeded
      5 <- 3 MapStateExited {"name":"M","output":"[]"}
      6 <- 5 ExecutionSucceeded {"output":"[]"}"
    `);
  });

  // Source: recorded: timeouts/test_timeouts, test_service_lambda_map_timeout: each iteration's end is followed by its state's.
  it('one failing iteration ends the others', async () => {
    const { events } = await play(map('I', task()), {
      input: [0, 1, 2],
      answers: { I: ['silent', { error: 'Boom' }, 'silent'] },
    });
    expect(linesOf(events.slice(-8))).toMatchInlineSnapshot(`
      "16 <- 15 MapIterationFailed {"name":"M","index":1}
      17 <- 15 TaskStateAborted
      18 <- 15 MapIterationAborted {"name":"M","index":0}
      19 <- 15 TaskStateAborted
      20 <- 15 MapIterationAborted {"name":"M","index":2}
      21 <- 15 TaskStateAborted
      22 <- 15 MapStateFailed
      23 <- 22 ExecutionFailed {"error":"Boom"}"
    `);
  });

  // Source: recorded: scenarios, test_map_state_retry.
  it('is tried again with all its items', async () => {
    const { events, execution } = await play(
      map('I', task(), { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Boom'] }] }),
      {
        input: [0, 1],
        answers: { I: [{ output: 'a' }, { error: 'Boom' }, { output: 'b' }, { output: 'c' }] },
      },
    );
    expect(timesOf(events, 'MapStateStarted')).toEqual([0, 1_000]);
    expect(execution.output).toEqual(['b', 'c']);
  });

  // Source: recorded: scenarios, test_map_state_items_eval_jsonata_fail, …_variable_sampling_fail, test_max_concurrency_path.
  it.each([
    [
      { QueryLanguage: 'JSONata', Items: '{% 1 %}' },
      "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    ],
    [{ QueryLanguage: 'JSONata' }, 'Map state input must be an array but was: {"n":"NoNumber","items":[]}'],
    [
      { MaxConcurrencyPath: '$.n', ItemsPath: '$.items' },
      'The MaxConcurrencyPath field refers to value "NoNumber" which is not a valid integer: $.n',
    ],
  ])('%j fails', async (fields, sentence) => {
    const input = { n: 'NoNumber', items: [] };
    const { execution, events } = await play(map('I', { Type: 'Pass' }, fields), { input });
    const started = "An error occurred while executing the state 'M' (entered at the event id #2). ";
    expect(execution.failure?.cause).toBe(`${started}${sentence}`);
    expect(events.some(({ type }) => type === 'MapStateFailed')).toBe(fields.QueryLanguage === 'JSONata');
  });

  it('Items may be an array with expressions', async () => {
    const fields = {
      QueryLanguage: 'JSONata',
      Items: [1, '{% $states.input %}'],
      ItemSelector: '{% $states.context.Map.Item.Value * 10 %}',
    };
    const { execution } = await play(map('I', { Type: 'Pass' }, fields), { input: 2 });
    expect(execution.output).toEqual([10, 20]);
  });

  it('an item that cannot be selected fails the state and ends the iterations that run', async () => {
    const { execution, asks } = await play(
      map('I', task(), { MaxConcurrency: 2, ItemSelector: { 'x.$': '$$.Map.Item.Value.x' } }),
      { input: [{ x: 1 }, { x: 2 }, {}], answers: { I: [{ output: 1 }, 'silent'] } },
    );
    expect(execution.failure?.error).toBe('States.Runtime');
    expect(asks.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
  });
});

describe('variables', () => {
  // Source: recorded: assign/test_assign_base, BASE_SCOPE_MAP; developer guide: inner ones vanish at the end.
  it('of an iteration see the outer ones, and end with it', async () => {
    const { execution } = await play(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { x: 40 }, Next: 'M' },
          M: {
            Type: 'Map',
            ItemProcessor: {
              StartAt: 'I',
              States: {
                I: { Type: 'Pass', Assign: { inner: '{% $x + $states.input %}' }, Next: 'J' },
                J: { Type: 'Pass', Output: '{% $inner %}', End: true },
              },
            },
            Assign: { all: '{% $states.result %}' },
            Next: 'B',
          },
          B: { Type: 'Pass', Output: { all: '{% $all %}', inner: '{% $exists($inner) %}' }, End: true },
        },
      },
      { input: [1, 2] },
    );
    expect(execution.output).toEqual({ all: [41, 42], inner: false });
  });
});

describe('a distributed Map', () => {
  const distributed = (fields: object = {}) => ({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          ...one('I', { Type: 'Pass' }),
        },
        End: true,
        ...fields,
      },
    },
  });

  // Source: recorded: scenarios, test_map_state_config_distributed…, since November 2024.
  it('asks for a map run, and follows its start when it is left', async () => {
    const { events, asks } = await play(
      distributed({
        Label: 'L',
        ItemsPath: '$.items',
        ItemSelector: { 'x.$': '$$.Map.Item.Value' },
        ToleratedFailurePercentagePath: '$.p',
      }),
      { input: { items: [1, 2], p: '1.5' }, answers: { M: [{ output: ['a', 'b'] }] } },
    );
    expect(linesOf(events.slice(1))).toMatchInlineSnapshot(`
      "2 <- 0 MapStateEntered {"name":"M","input":"{\\"items\\":[1,2],\\"p\\":\\"1.5\\"}"}
      3 <- 2 MapStateStarted {"length":2}
      4 <- 3 MapRunStarted {"mapRunArn":"arn:aws:states:eu-west-1:123456789012:mapRun:m/M:1"}
      5 <- 4 MapRunSucceeded
      6 <- 5 MapStateSucceeded
      7 <- 4 MapStateExited {"name":"M","output":"[\\"a\\",\\"b\\"]"}
      8 <- 7 ExecutionSucceeded {"output":"[\\"a\\",\\"b\\"]"}"
    `);
    const { scope, ...ask } = asks.flatMap((each) => (each.kind === 'map run' ? each : []))[0] ?? {};
    expect(ask).toMatchInlineSnapshot(`
      {
        "kind": "map run",
        "place": [
          "States",
          "M",
        ],
        "run": {
          "executionType": "EXPRESS",
          "items": [
            1,
            2,
          ],
          "label": "L",
          "maxConcurrency": 0,
          "toleratedPercentage": 1.5,
        },
        "state": "M",
        "task": "3",
      }
    `);
    expect(scope).toMatchObject({ input: { items: [1, 2], p: '1.5' }, variables: {} });
  });

  it('evaluates what its reader, batcher and writer are given', async () => {
    const { asks } = await play(
      distributed({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Parameters: { 'Bucket.$': '$.b', Key: 'k' },
          ReaderConfig: { InputType: 'CSV', MaxItemsPath: '$.n' },
        },
        ItemBatcher: { MaxItemsPerBatchPath: '$.n', BatchInput: { 'b.$': '$.b' } },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { 'Bucket.$': '$.b', Prefix: 'p' } },
      }),
      { input: { b: 'bucket', n: 2 } },
    );
    const [ask] = asks.flatMap((each) => (each.kind === 'map run' ? each.run : []));
    expect(ask).toMatchInlineSnapshot(`
      {
        "batcher": {
          "input": {
            "b": "bucket",
          },
          "maxItems": 2,
        },
        "executionType": "EXPRESS",
        "maxConcurrency": 0,
        "reader": {
          "arguments": {
            "Bucket": "bucket",
            "Key": "k",
          },
          "config": {
            "InputType": "CSV",
            "MaxItems": 2,
          },
          "resource": "arn:aws:states:::s3:getObject",
        },
        "writer": {
          "arguments": {
            "Bucket": "bucket",
            "Prefix": "p",
          },
          "config": {},
          "resource": "arn:aws:states:::s3:putObject",
        },
      }
    `);
  });

  // Source: recorded: scenarios, test_map_item_reader_csv_headers…: duplicates.
  it('fails as its map run does', async () => {
    const { events } = await play(distributed(), {
      input: [1],
      answers: { M: [{ error: 'States.ItemReaderFailed', cause: 'no' }] },
    });
    expect(linesOf(events.slice(3))).toMatchInlineSnapshot(`
      "4 <- 3 MapRunStarted {"mapRunArn":"arn:aws:states:eu-west-1:123456789012:mapRun:m/M:1"}
      5 <- 4 MapRunFailed {"error":"States.ItemReaderFailed","cause":"no"}
      6 <- 5 MapStateFailed
      7 <- 6 ExecutionFailed {"error":"States.ItemReaderFailed","cause":"no"}"
    `);
  });

  // Source: recorded: scenarios, test_map_state_tolerated_failure_…_path: they are read after MapStateStarted.
  it.each([
    [{ ToleratedFailureCountPath: '$' }, -1, 'ToleratedFailureCount cannot be negative.'],
    [{ ToleratedFailurePercentagePath: '$' }, 101, 'ToleratedFailurePercentage must be between 0 and 100.'],
    [
      { ToleratedFailureCountPath: '$' },
      'x',
      'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $',
    ],
  ])('%j of %j fails', async (fields, input, sentence) => {
    const ItemReader = { Resource: 'arn:aws:states:::s3:getObject' };
    const { events } = await play(distributed({ ItemReader, ...fields }), { input });
    expect(events.at(-1)?.executionFailedEventDetails?.cause).toContain(`(entered at the event id #2). ${sentence}`);
    expect(events.at(-2)?.type).toBe('MapStateStarted');
  });

  it('is redriven as the map run that it has', async () => {
    const played = await play(distributed(), { input: [1], answers: { M: [{ error: 'Boom' }, { output: ['x'] }] } });
    const told = played.events.length;
    await played.happen({ kind: 'redriven' });
    expect(linesOf(played.events.slice(told))).toMatchInlineSnapshot(`
      "8 <- 7 ExecutionRedriven {"redriveCount":1}
      9 <- 8 MapRunRedriven {"mapRunArn":"arn:aws:states:eu-west-1:123456789012:mapRun:m/M:1","redriveCount":1}
      10 <- 9 MapRunSucceeded
      11 <- 10 MapStateSucceeded
      12 <- 9 MapStateExited {"name":"M","output":"[\\"x\\"]"}
      13 <- 12 ExecutionSucceeded {"output":"[\\"x\\"]"}"
    `);
    const runs = played.asks.flatMap((ask) => (ask.kind === 'map run' ? [ask.mapRunArn] : []));
    expect(runs).toEqual([undefined, 'arn:aws:states:eu-west-1:123456789012:mapRun:m/M:1']);
  });
});

describe('ten thousand items', () => {
  it('are gone through without looking at all of them each time', async () => {
    const input = Array.from({ length: 10_000 }, (_, index) => index);
    const machine = machineOf(map('I', task()));
    const about = { type: 'EXPRESS', input, inputText: JSON.stringify(input) } as const;
    let { execution } = new Play(map('I', task()), { about });
    const happenings: Happening[] = [{ kind: 'started' }];
    const threads = new Set<number>();
    for (let next = happenings.shift(); next; next = happenings.shift()) {
      const step = await advance(machine, execution, next, {
        now: NOON,
        random: () => 0,
        uuid: () => '',
        hash: () => '',
      });
      execution = step.execution;
      threads.add(Object.keys(execution.threads).length);
      for (const ask of step.asks) {
        if (ask.kind === 'task') happenings.push({ kind: 'task succeeded', task: ask.task, output: ask.input });
      }
    }
    expect(execution.output).toEqual(input);
    expect(Math.max(...threads)).toBe(41);
  });
});
