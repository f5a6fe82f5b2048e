// How data goes through states: paths, expressions, variables and the context object. Sources: developer guide,
// "Processing input and output", "Passing data between states with variables"; recorded on AWS: LocalStack,
// tests/aws/services/stepfunctions/v2, where a test is named.
import { describe, expect, it } from 'vitest';
import { linesOf, NOON, type PlayOptions, play } from './test-play.ts';

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:f';

/** What one state makes of an input. */
async function through(state: object, options: PlayOptions = {}): Promise<unknown> {
  const { execution } = await play({ StartAt: 'S', States: { S: { End: true, ...state } } }, options);
  return execution.failure ?? execution.output;
}

const input = { a: { b: 1 }, c: 2 };

describe('JSONPath', () => {
  it.each([
    ['InputPath narrows it', { Type: 'Pass', InputPath: '$.a' }, { b: 1 }],
    ['InputPath null lets nothing through', { Type: 'Pass', InputPath: null }, {}],
    ['OutputPath null lets nothing out', { Type: 'Pass', OutputPath: null }, {}],
    [
      'Parameters see what InputPath let through',
      { Type: 'Pass', InputPath: '$.a', Parameters: { 'x.$': '$.b' } },
      { x: 1 },
    ],
    [
      'ResultPath goes into the raw input',
      { Type: 'Pass', InputPath: '$.a', ResultPath: '$.r' },
      { ...input, r: { b: 1 } },
    ],
    ['ResultPath makes what is missing', { Type: 'Pass', Result: 7, ResultPath: '$.x.y' }, { ...input, x: { y: 7 } }],
    [
      'ResultPath null keeps the raw input, though InputPath narrowed it',
      { Type: 'Pass', InputPath: '$.a', ResultPath: null },
      input,
    ],
    ['OutputPath comes last', { Type: 'Pass', Result: 7, ResultPath: '$.x.y', OutputPath: '$.x' }, { y: 7 }],
    ['OutputPath may be of the context object', { Type: 'Pass', OutputPath: '$$.Execution.Name' }, 'run-1'],
    // Source: recorded: base/test_base, test_state_pass_result_jsonpaths.
    ['Result is not a template', { Type: 'Pass', Result: { 'x.$': '$.a' } }, { 'x.$': '$.a' }],
    ['Succeed has paths', { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b', End: undefined }, 1],
    ['Wait has paths', { Type: 'Wait', Seconds: 0, InputPath: '$.a' }, { b: 1 }],
  ])('%s', async (_, state, output) => {
    expect(await through(state, { input })).toEqual(output);
  });

  it('a task’s result goes through ResultSelector, ResultPath and OutputPath', async () => {
    const state = {
      Type: 'Task',
      Resource: LAMBDA,
      InputPath: '$.a',
      ResultSelector: { 'got.$': '$.x', run: 1 },
      ResultPath: '$.r',
      OutputPath: '$.r.got',
    };
    expect(await through(state, { input, answers: { S: [{ output: { x: 'y' } }] } })).toBe('y');
  });

  // Source: recorded: scenarios, test_base_scenarios.
  it.each([
    ['InputPath', { Type: 'Pass', InputPath: '$.z' }, "Invalid path '$.z' : No results for path: $['z']"],
    [
      'Parameters',
      { Type: 'Pass', Parameters: { 'x.$': '$.z' } },
      `The JSONPath '$.z' specified for the field 'x.$' could not be found in the input '{"a":{"b":1},"c":2}'`,
    ],
  ])('%s that leads nowhere fails with the state and its event', async (_, state, sentence) => {
    expect(await through(state, { input })).toEqual({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'S' (entered at the event id #2). ${sentence}`,
    });
  });

  // Source: recorded: base/test_base, test_state_fail_path, test_state_fail_empty.
  it('Fail takes error and cause by path and by intrinsic function; they may be missing', async () => {
    const fail = { Type: 'Fail', End: undefined };
    expect(
      await through(
        { ...fail, ErrorPath: '$.e', CausePath: "States.Format('no {}', $.n)" },
        { input: { e: 'E', n: 1 } },
      ),
    ).toEqual({
      error: 'E',
      cause: 'no 1',
    });
    const { events } = await play({ StartAt: 'F', States: { F: { Type: 'Fail' } } });
    expect(linesOf(events.slice(-1))).toBe('3 <- 2 ExecutionFailed');
  });
});

describe('JSONata', () => {
  const jsonata = (fields: object) => ({ QueryLanguage: 'JSONata', Type: 'Pass', ...fields });

  it.each([
    ['without Output gives the input', {}, input],
    ['Output may be any value', { Output: null }, null],
    ['Output has expressions at any depth', { Output: [{ x: '{% $states.input.a.b + 1 %}' }] }, [{ x: 2 }]],
    // Source: recorded: outputdecl/test_output.
    ['a blank outside makes a text of it', { Output: ' {% 1 %} ' }, ' {% 1 %} '],
  ])('%s', async (_, fields, output) => {
    expect(await through(jsonata(fields), { input })).toEqual(output);
  });

  it('a task has Arguments and $states.result; without Output it gives the result', async () => {
    const task = { Type: 'Task', Resource: LAMBDA, Arguments: { x: '{% $states.input.c %}' } };
    const { asks } = await play({ StartAt: 'S', States: { S: jsonata({ ...task, End: true }) } }, { input });
    expect(asks.find(({ kind }) => kind === 'task')).toMatchObject({ input: { x: 2 } });
    const answers = { S: [{ output: { y: 3 } }] };
    expect(await through(jsonata(task), { input, answers })).toEqual({ y: 3 });
    expect(
      await through(jsonata({ ...task, Output: '{% $states.result.y & $states.input.c %}' }), { input, answers }),
    ).toBe('32');
  });

  // Source: recorded: assign/test_assign_reference_variables, test_undefined_reference: the evaluation that failed
  // follows what came before the state.
  it('a value that is undefined is told by an event of its own, with its place', async () => {
    const { events } = await play({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Output: { result: '{% $nothing %}' }, End: true } },
    });
    expect(linesOf(events.slice(3))).toMatchInlineSnapshot(`
      "4 <- 3 PassStateEntered {"name":"B","input":"{}"}
      5 <- 3 EvaluationFailed {"state":"B","location":"Output/result","error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression '$nothing' specified for the field 'Output/result' returned nothing (undefined)."}
      6 <- 5 ExecutionFailed {"error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression '$nothing' specified for the field 'Output/result' returned nothing (undefined)."}"
    `);
  });

  // Source: recorded: scenarios, test_wait_timestamp_jsonata: in a Wait state it follows the state's entrance.
  it('in a Wait state the evaluation follows the entrance', async () => {
    const { events } = await play({
      QueryLanguage: 'JSONata',
      StartAt: 'W',
      States: { W: { Type: 'Wait', Timestamp: "{% '2016-12-05 21:29:29Z' %}", End: true } },
    });
    expect(linesOf(events.slice(1))).toMatchInlineSnapshot(`
      "2 <- 0 WaitStateEntered {"name":"W","input":"{}"}
      3 <- 2 EvaluationFailed {"state":"W","location":"Timestamp","error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'W' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05 21:29:29Z"}
      4 <- 3 ExecutionFailed {"error":"States.QueryEvaluationError","cause":"An error occurred while executing the state 'W' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05 21:29:29Z"}"
    `);
  });

  it('Fail has expressions', async () => {
    expect(
      await through(jsonata({ Type: 'Fail', End: undefined, Error: "{% 'E' & $states.input.c %}", Cause: 'plain' }), {
        input,
      }),
    ).toEqual({
      error: 'E2',
      cause: 'plain',
    });
  });
});

describe('Choice', () => {
  const choice = (fields: object) => ({
    StartAt: 'C',
    States: {
      C: { Type: 'Choice', ...fields },
      Yes: { Type: 'Pass', End: true },
      ...('Default' in fields && { No: { Type: 'Pass', End: true } }),
    },
  });

  // The sentence is not known.
  it('without a match and without Default fails with States.NoChoiceMatched', async () => {
    const { events } = await play(choice({ Choices: [{ Variable: '$.c', NumericEquals: 3, Next: 'Yes' }] }), { input });
    expect(linesOf(events.slice(2))).toMatchInlineSnapshot(
      `"3 <- 2 ExecutionFailed {"error":"States.NoChoiceMatched","cause":"An error occurred while executing the state 'C' (entered at the event id #2). No choice rule matched, and there is no Default."}"`,
    );
  });

  it('hands on its input, narrowed by its paths', async () => {
    const machine = choice({
      InputPath: '$.a',
      Choices: [{ Variable: '$.b', NumericEquals: 1, Next: 'Yes' }],
      OutputPath: '$.b',
    });
    const { execution } = await play(machine, { input });
    expect(execution.output).toBe(1);
  });

  // Source: recorded: assign/test_assign_base, test_assign_in_choice_state.
  it('a rule’s Assign and Output are taken with the rule, the state’s own with Default', async () => {
    const machine = {
      QueryLanguage: 'JSONata',
      ...choice({
        Choices: [{ Condition: '{% $states.input.c = 2 %}', Next: 'Yes', Output: 'rule', Assign: { v: 'rule' } }],
        Default: 'No',
        Output: 'default',
        Assign: { v: 'default' },
      }),
    };
    const taken = await play(machine, { input });
    expect(taken.events[2]?.stateExitedEventDetails).toMatchObject({
      output: '"rule"',
      assignedVariables: { v: '"rule"' },
    });
    const other = await play(machine, { input: { c: 3 } });
    expect(other.events[2]?.stateExitedEventDetails).toMatchObject({
      output: '"default"',
      assignedVariables: { v: '"default"' },
    });
  });
});

describe('variables', () => {
  // Source: recorded: assign/test_assign_base: JSON text for each variable.
  it('are told when the state that assigns them is left', async () => {
    const { events } = await play(
      { StartAt: 'A', States: { A: { Type: 'Pass', Assign: { n: 42, 's.$': '$.a', t: 'x' }, End: true } } },
      { input: { a: [1] } },
    );
    expect(linesOf(events.slice(2, 3))).toMatchInlineSnapshot(
      `"3 <- 2 PassStateExited {"name":"A","output":"{\\"a\\":[1]}","assignedVariables":{"n":"42","s":"[1]","t":"\\"x\\""}}"`,
    );
  });

  // Source: recorded: assign/test_assign_base, BASE_EMPTY.
  it('are not told when none is assigned', async () => {
    const { events } = await play({ StartAt: 'A', States: { A: { Type: 'Pass', Assign: {}, End: true } } });
    expect(events[2]?.stateExitedEventDetails).toEqual({
      ...{ name: 'A', output: '{}' },
      outputDetails: { truncated: false },
    });
  });

  // Source: developer guide: Assign and Output see the variables as they were when the state was entered.
  it('swap, because both are read before either is assigned', async () => {
    const { execution } = await play({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' },
        C: { Type: 'Pass', Output: { before: '{% $states.input %}', now: '{% [$x, $y] %}' }, End: true },
      },
    });
    expect(execution.output).toEqual({ before: [1, 2], now: [2, 1] });
  });

  // Source: developer guide: `$` in Assign is the raw result of Task, the effective input of Wait, what Pass made.
  it.each([
    ['Task', { Type: 'Task', Resource: LAMBDA, ResultSelector: { no: 1 } }, { raw: 1 }],
    ['Wait', { Type: 'Wait', Seconds: 0, InputPath: '$.a' }, { b: 1 }],
    ['Pass', { Type: 'Pass', Parameters: { p: 1 }, ResultPath: '$.x' }, { p: 1 }],
  ])('$ in the Assign of %s', async (_, state, value) => {
    const { execution } = await play(
      {
        StartAt: 'S',
        States: { S: { ...state, Assign: { 'v.$': '$' }, Next: 'E' }, E: { Type: 'Pass', InputPath: '$v', End: true } },
      },
      { input, answers: { S: [{ output: { raw: 1 } }] } },
    );
    expect(execution.output).toEqual(value);
  });
});

describe('the context object', () => {
  const context = { Type: 'Pass', Parameters: { 'c.$': '$$' }, OutputPath: '$.c' };

  // Source: recorded: context_object, base, test_query_context_object_values: order of the members; no Task and no Map
  // outside.
  it('tells of the execution, the machine and the state', async () => {
    const output = await through(context, { input: { a: 1 } });
    expect(JSON.stringify(output, null, 1)).toMatchInlineSnapshot(`
      "{
       "Execution": {
        "Id": "arn:aws:states:eu-west-1:123456789012:execution:m:run-1",
        "Input": {
         "a": 1
        },
        "StartTime": "2026-11-28T12:00:00Z",
        "Name": "run-1",
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "RedriveCount": 0
       },
       "StateMachine": {
        "Id": "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
        "Name": "m"
       },
       "State": {
        "Name": "S",
        "EnteredTime": "2026-11-28T12:00:00Z"
       }
      }"
    `);
  });

  it('has no RedriveCount in a synchronous Express execution', async () => {
    const output = await through(context, { about: { type: 'EXPRESS', isSync: true } });
    expect(JSON.stringify(output)).not.toContain('RedriveCount');
  });

  // Source: recorded: RetryCount stands in Task states; Task in those that answer by a token.
  it('has the attempts of a task, and its token', async () => {
    const { asks } = await play(
      {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            Parameters: { 'c.$': '$$' },
            End: true,
          },
        },
      },
      { about: { startedAt: NOON + 120 } },
    );
    const [ask] = asks.filter(({ kind }) => kind === 'task');
    expect(ask).toMatchObject({
      input: {
        c: {
          Execution: { StartTime: '2026-11-28T12:00:00.12Z' },
          State: { Name: 'T', EnteredTime: '2026-11-28T12:00:00Z', RetryCount: 0 },
          Task: { Token: '00000000-0000-4000-8000-000000000001' },
        },
      },
    });
  });

  it('has the item, within an iteration, the innermost one', async () => {
    const map = (body: object, fields: object = {}) => ({ Type: 'Map', ItemProcessor: body, ...fields });
    const one = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } });
    const inner = one('I', { Type: 'Pass', InputPath: '$$.Map.Item' });
    expect(await through(map(one('M', map(inner))), { input: [['a', 'b']] })).toEqual([
      [
        { Index: 0, Value: 'a' },
        { Index: 1, Value: 'b' },
      ],
    ]);
    const ItemSelector = { 'i.$': '$$.Map.Item.Index', 'all.$': '$' };
    const selected = map(one('I', { Type: 'Pass' }), { ItemSelector });
    expect(await through(selected, { input: ['a'] })).toEqual([{ i: 0, all: ['a'] }]);
  });
});

describe('Wait', () => {
  const wait = (fields: object) => ({ StartAt: 'W', States: { W: { Type: 'Wait', End: true, ...fields } } });
  const far = (days: number) => new Date(NOON + days * 24 * 60 * 60 * 1_000).toISOString();

  it.each([
    ['Seconds', { Seconds: 90 }, 90],
    ['SecondsPath', { SecondsPath: '$.s' }, 7],
    ['SecondsPath, a text', { SecondsPath: '$.text' }, 8],
    ['Timestamp', { Timestamp: '2026-11-28T13:00:00+00:30' }, 30 * 60],
    ['Timestamp that is past', { Timestamp: '2016-03-14T01:59:00Z' }, 0],
    ['TimestampPath', { TimestampPath: '$.at' }, 24 * 60 * 60],
  ])('%s', async (_, fields, seconds) => {
    const { execution } = await play(wait(fields), { input: { s: 7, text: '8', at: far(1) } });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', stoppedAt: NOON + seconds * 1_000 });
  });

  it('Seconds of an expression', async () => {
    const { execution } = await play(
      { QueryLanguage: 'JSONata', ...wait({ Seconds: '{% $states.input * 2 %}' }) },
      { input: 4 },
    );
    expect(execution.stoppedAt).toBe(NOON + 8_000);
  });

  // Source: recorded: base/test_wait.
  it.each([
    ['no time', { TimestampPath: '$.none' }, 'The TimestampPath parameter does not reference an input value: $.none'],
    ['no number', { SecondsPath: '$.none' }, 'The SecondsPath parameter does not reference an input value: $.none'],
    [
      'a negative number',
      { SecondsPath: '$.minus' },
      'The SecondsPath parameter references a negative value: $.minus == -1',
    ],
    [
      'a fraction',
      { SecondsPath: '$.part' },
      'The SecondsPath parameter cannot be parsed as a long value: $.part == 1.5',
    ],
    [
      'no time',
      { TimestampPath: '$.local' },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.local == 2016-03-14T01:59:00',
    ],
    ['a time too far ahead', { TimestampPath: '$.far' }, 'Wait state delay is too long.'],
  ])('%s fails', async (_, fields, sentence) => {
    const { execution } = await play(wait(fields), {
      input: { minus: -1, part: 1.5, local: '2016-03-14T01:59:00', far: far(24_856) },
    });
    expect(execution.failure).toEqual({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'W' (entered at the event id #2). ${sentence}`,
    });
  });

  it('24,855 days are not too far', async () => {
    const { execution } = await play(wait({ Timestamp: far(24_855) }));
    expect(execution.failure).toBeUndefined();
  });
});
