// What the fields of states may hold, and what the service says of those that it refuses. "cdk-preflight" is
// badmintoncryer/cdk-preflight, whose rules pf-sfn-asl-* were measured with ValidateStateMachineDefinition, 2026-09-05.
import { expect, test } from 'vitest';
import { readDefinition } from '../read.ts';
import { distributed, inner, inState, LAMBDA, map, pass, problemsOf, task, told } from '../test-problems.ts';

// --- JSONPath

// Source: recorded on AWS: LocalStack, test_illegal_escapes: at the template, not at the field.
test('a member of a template whose name ends in .$ has a path or a call', () => {
  const sentence = (field: string) =>
    `SCHEMA: The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call at /States/X/Parameters`;
  const parsed = String.raw`States.StringToJson('{\"text\":\"Hello\"}')`;
  expect(inState({ ...pass, Parameters: { 'parsed.$': parsed } })).toEqual([sentence('parsed.$')]);
  expect(inState({ ...pass, Parameters: { 'a.$': 'text' } })).toEqual([sentence('a.$')]);
  expect(inState({ ...pass, Parameters: { 'a.$': 1 } })).toEqual([sentence('a.$')]);
  expect(inState({ ...pass, Parameters: { 'a.$': 'States.NoSuch()' } })).toEqual([sentence('a.$')]);
  expect(inState({ ...pass, Parameters: { 'a.$': "States.Format('{}', $.b)", 'c.$': '$$.Execution.Id' } })).toEqual([]);
});

// Source: recorded on AWS: LocalStack, test_base: a member of a Result is never evaluated.
test('a Result is no template', () => {
  expect(inState({ ...pass, Result: { 'a.$': 'text' } })).toEqual([]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-jsonpath-syntax.
test('paths are paths, and those that name one place are reference paths', () => {
  expect(inState({ ...pass, InputPath: 'x' })).toEqual([
    'SCHEMA: Value must be a valid JSONPath. at /States/X/InputPath',
  ]);
  expect(inState({ ...pass, ResultPath: '$.a[*]' })).toEqual([
    'SCHEMA: Value is not a Reference Path at /States/X/ResultPath',
  ]);
  expect(inState({ ...pass, InputPath: '$.a[?(@.b)]', OutputPath: null, ResultPath: null })).toEqual([]);
});

// Source: Step Functions developer guide, "Passing data with variables": no variable and no context object.
test('a ResultPath is a place in the input', () => {
  for (const ResultPath of ['$$.x', '$name']) {
    expect(inState({ ...pass, ResultPath })).toEqual(['SCHEMA: Value is not a Reference Path at /States/X/ResultPath']);
  }
});

// Source: measured on AWS, 2026-09-16: floci issue 3733; recorded: LocalStack, test_assign_reference_variables.
test("numbers' paths can be variables, and not of the context object", () => {
  expect(inState({ ...map, MaxConcurrencyPath: '$maxConcurrency' })).toEqual([]);
  expect(inState({ ...map, MaxConcurrencyPath: '$$.Execution.Input.n' })).toEqual([
    'SCHEMA: Value is not a Reference Path at /States/X/MaxConcurrencyPath',
  ]);
});

// Source: recorded on AWS: LocalStack, test_base, raise_failure_path_intrinsic; test_context_object.
test('ErrorPath and CausePath take paths, variables, the context object and calls', () => {
  const fail = (ErrorPath: string) =>
    inState(
      { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'F' }] },
      {
        States: { X: { Type: 'Fail', ErrorPath, CausePath: '$$.State.Name' } },
      },
    );
  for (const path of ['$.Error', '$errorVar', '$$.State.Name', "States.Format('{}', $.Error)"])
    expect(fail(path)).toEqual([]);
  expect(fail('Error')).toEqual([
    'SCHEMA: Value must be a valid JSONPath or a valid intrinsic function call at /States/X/ErrorPath',
  ]);
});

// Source: Step Functions developer guide, "Passing data with variables"; the sentences: cdk-preflight.
test('only whole variables with good names can be assigned', () => {
  expect(inState({ ...pass, Assign: { x: 1, 'größe.$': '$.a' } })).toEqual([]);
  expect(inState({ ...pass, Assign: { states: 1 } })).toEqual([
    "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/X/Assign/states",
  ]);
  expect(inState({ ...pass, Assign: { 'x.y': 1 } })).toEqual([
    "INVALID_VARIABLE_NAME: Invalid variable name 'x.y': the variable name contains invalid characters. at /States/X/Assign/x.y",
  ]);
});

// Source: ValidateStateMachineDefinitionDiagnostic, NO_DOLLAR: a warning.
test('a value that looks like a path under a name without .$ is warned of', () => {
  const reading = readDefinition(
    JSON.stringify({ StartAt: 'X', States: { X: { Type: 'Pass', Parameters: { id: '$.id' }, End: true } } }),
    { type: 'STANDARD' },
  );
  expect(reading.problems.map(({ severity, code, location }) => [severity, code, location])).toEqual([
    ['WARNING', 'NO_DOLLAR', '/States/X/Parameters/id'],
  ]);
  expect(reading.machine).toBeDefined();
});

// --- Task

// Source: recorded on AWS: LocalStack, invalid_integration_dynamodb_query; the other: aws-sam-cli-app-templates issue
// 185.
test('a Resource is an ARN, and one that the service knows', () => {
  expect(inState({ ...task, Resource: 'charge' })).toEqual([
    'SCHEMA: Value is not a valid resource ARN at /States/X/Resource',
  ]);
  const definition = JSON.stringify({ StartAt: 'X', States: { X: { Type: 'Task', Resource: LAMBDA, End: true } } });
  expect(readDefinition(definition, { type: 'STANDARD', isServed: () => false }).problems.map(told)).toEqual([
    `SCHEMA: The resource provided ${LAMBDA} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/X/Resource`,
  ]);
});

// Source: recorded on AWS: LocalStack, test_sfn_api_express: two blanks before `at`.
test('an Express machine waits for nobody', () => {
  const express = (Resource: string) => inState({ ...task, Resource }, {}, 'EXPRESS');
  expect(express('arn:aws:states:::states:startExecution.sync')).toEqual([
    "SCHEMA: Express state machine does not support '.sync' service integration at /States/X/Resource",
  ]);
  expect(express('arn:aws:states:::sqs:sendMessage.waitForTaskToken')).toEqual([
    "SCHEMA: Express state machine does not support '.waitForTaskToken' service integration  at /States/X/Resource",
  ]);
  expect(express('arn:aws:states:eu-west-1:123456789012:activity:pack')).toEqual([
    'SCHEMA: Express state machine does not support Activity ARN at /States/X/Resource',
  ]);
  expect(inState({ ...distributed }, {}, 'EXPRESS')).toEqual([
    "SCHEMA: The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/X/ItemProcessor/ProcessorConfig/Mode",
  ]);
});

// Source: recorded on AWS: LocalStack, test_credentials_base; activities: cdk-preflight, pf-sfn-asl-credentials.
test('Credentials have a RoleArn', () => {
  expect(inState({ ...task, Credentials: {} })).toEqual([
    "SCHEMA: The field 'RoleArn' is required but was missing at /States/X/Credentials",
  ]);
  expect(inState({ ...task, Credentials: { InvalidField: 'x' } })).toEqual([
    "SCHEMA: The field 'RoleArn' is required but was missing at /States/X/Credentials",
  ]);
  expect(inState({ ...task, Credentials: { 'RoleArn.$': '$.role' } })).toEqual([]);
  const Resource = 'arn:aws:states:eu-west-1:123456789012:activity:pack';
  expect(inState({ ...task, Resource, Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/r' } })).toEqual([
    "SCHEMA: The field 'Credentials' is not supported for activities at /States/X/Credentials",
  ]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-numeric-ranges; cfn-lint issue 4075.
test.each([
  ['TimeoutSeconds', 0, 'Minimum value is 1'],
  ['TimeoutSeconds', 100_000_000, 'Maximum value is 99999999'],
  ['HeartbeatSeconds', 0, 'Minimum value is 1'],
  ['TimeoutSeconds', '60', 'Expected value of type Integer'],
  ['TimeoutSeconds', 1.5, 'Expected value of type Integer'],
])("a Task's %s is not %s", (field, value, sentence) => {
  expect(inState({ ...task, [field]: value })).toEqual([`SCHEMA: ${sentence} at /States/X/${field}`]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-path-exclusive.
test('a number and its path exclude one another', () => {
  expect(inState({ ...task, TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' })).toEqual([
    'SCHEMA: There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/X',
  ]);
});

// Source: Amazon States Language, "Task state".
test('a heartbeat comes before the time-out', () => {
  expect(inState({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 })).toEqual([
    "SCHEMA: 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds' at /States/X/HeartbeatSeconds",
  ]);
});

// --- Retry and Catch

// Source: measured on AWS: aws-cdk issue 10530.
test('States.ALL stands alone and last', () => {
  const sentence = (place: string) => `SCHEMA: States.ALL must appear alone and at end of list at /States/X/${place}`;
  const all = { ErrorEquals: ['States.ALL'] };
  expect(inState({ ...task, Retry: [all, { ErrorEquals: ['A'] }] })).toEqual([sentence('Retry[0]/ErrorEquals[0]')]);
  expect(inState({ ...task, Catch: [{ ErrorEquals: ['A', 'States.ALL'], Next: 'End' }] })).toEqual([
    sentence('Catch[0]/ErrorEquals[1]'),
  ]);
  expect(inState({ ...task, Retry: [{ ErrorEquals: ['A'] }, all], Catch: [{ ...all, Next: 'End' }] })).toEqual([]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-retry-catch and -numeric-ranges.
test.each([
  [{}, 'These fields are required: [ErrorEquals] at /States/X/Retry[0]'],
  [{ ErrorEquals: [] }, 'Value cannot be empty at /States/X/Retry[0]/ErrorEquals'],
  [{ ErrorEquals: ['A'], MaxAttempts: -1 }, 'Minimum value is 0 at /States/X/Retry[0]/MaxAttempts'],
  [{ ErrorEquals: ['A'], BackoffRate: 0.5 }, 'Minimum value is 1.0 at /States/X/Retry[0]/BackoffRate'],
  [
    { ErrorEquals: ['A'], MaxDelaySeconds: 31_622_401 },
    'Maximum value is 31622400 at /States/X/Retry[0]/MaxDelaySeconds',
  ],
  [
    { ErrorEquals: ['A'], JitterStrategy: 'HALF' },
    'Value should be one of the following: [NONE, FULL] at /States/X/Retry[0]/JitterStrategy',
  ],
])('a retrier is refused: %j', (retrier, sentence) => {
  expect(inState({ ...task, Retry: [retrier] })).toEqual([`SCHEMA: ${sentence}`]);
});

// Source: recorded on AWS: LocalStack (empty Retry and Catch); cdk-preflight (IntervalSeconds 0).
test('Retry and Catch can be empty, and a retrier can come at once', () => {
  expect(inState({ ...task, Retry: [], Catch: [] })).toEqual([]);
  const retrier = {
    ErrorEquals: ['A'],
    IntervalSeconds: 0,
    MaxAttempts: 0,
    BackoffRate: 1,
    MaxDelaySeconds: 1,
    JitterStrategy: 'FULL',
  };
  expect(inState({ ...task, Retry: [{ ...retrier, Comment: 'c' }] })).toEqual([]);
});

test('a catcher has Next, and what it makes of the error', () => {
  expect(inState({ ...task, Catch: [{ ErrorEquals: ['A'] }] })).toEqual([
    'SCHEMA: These fields are required: [Next] at /States/X/Catch[0]',
  ]);
  const catcher = { ErrorEquals: ['A'], Next: 'End', Comment: 'c' };
  expect(inState({ ...task, Catch: [{ ...catcher, ResultPath: '$.e', Assign: { 'e.$': '$' } }] })).toEqual([]);
  expect(inState({ ...task, QueryLanguage: 'JSONata', Catch: [{ ...catcher, Output: 1, Assign: { e: 1 } }] })).toEqual(
    [],
  );
});

// --- Choice

const chosen = (rule: object, more: object = {}) => inState({ Type: 'Choice', Choices: [rule], ...more });

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-choice-rules; cfn-lint issue 4077.
test.each([
  [{ Variable: '$.x', IsNull: true }, 'These fields are required: [Next] at /States/X/Choices[0]'],
  [
    { Next: 'End' },
    'The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/X/Choices[0]',
  ],
  [
    { Variable: '$.x', IsNull: true, IsString: true, Next: 'End' },
    'There should only be one of the following fields: [IsNull, IsString] at /States/X/Choices[0]',
  ],
  [
    { Variable: 'x', IsNull: true, Next: 'End' },
    "Value is not a Reference Path: Reference path didn't start with '$' at /States/X/Choices[0]/Variable",
  ],
  [
    { Not: { Variable: '$.x', IsNull: true, Next: 'End' }, Next: 'End' },
    "Field 'Next' is not supported at /States/X/Choices[0]/Not",
  ],
  [{ And: [], Next: 'End' }, 'Value cannot be empty at /States/X/Choices[0]/And'],
  [
    { Variable: '$.x', NumericEquals: '1', Next: 'End' },
    'Expected value of type Float at /States/X/Choices[0]/NumericEquals',
  ],
  [
    { Variable: '$.x', TimestampEquals: '2026-01-01', Next: 'End' },
    'String does not match RFC3339 timestamp at /States/X/Choices[0]/TimestampEquals',
  ],
])('a rule is refused: %j', (rule, sentence) => {
  expect(chosen(rule)).toEqual([`SCHEMA: ${sentence}`]);
});

// Source: Amazon States Language, "Choice state"; Condition true: recorded, LocalStack,
// choice_condition_constant_jsonata.
test('a Choice has rules, each with its condition, and perhaps a default', () => {
  expect(inState({ Type: 'Choice', Choices: [] })[0]).toBe('SCHEMA: Value cannot be empty at /States/X/Choices');
  expect(chosen({ Variable: '$.x', IsNull: true, Next: 'End' }, { End: true })).toEqual([
    "SCHEMA: Field 'End' is not supported at /States/X",
  ]);
  const of = { Variable: '$.x', StringEqualsPath: '$.y' };
  const rule = { Or: [{ And: [of, { Not: of }] }, of], Next: 'End', Comment: 'c', Assign: { x: 1 } };
  expect(chosen(rule, { Default: 'End', InputPath: '$.a', OutputPath: '$.b', Assign: { 'x.$': '$.c' } })).toEqual([]);
  const jsonata = { Condition: true, Next: 'End', Output: 1, Assign: { x: 1 }, Comment: 'c' };
  expect(chosen(jsonata, { QueryLanguage: 'JSONata', Output: 2, Assign: { y: 2 } })).toEqual([]);
  expect(chosen({ Condition: true, Next: 'End' })).toEqual([
    "SCHEMA: The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/X/Choices[0]",
  ]);
});

// --- Wait, Succeed, Fail, Pass, Parallel

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-wait-timing; recorded: LocalStack,
// test_wait.
test('a Wait has one time', () => {
  const wait = (time: object) => inState({ Type: 'Wait', ...time, Next: 'End' });
  expect(wait({ Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' })).toEqual([
    'SCHEMA: There should only be one of the following fields: [Seconds, Timestamp] at /States/X',
  ]);
  expect(wait({})).toEqual([
    'SCHEMA: This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/X',
  ]);
  expect(wait({ Timestamp: '2026-01-01T00:00:00' })).toEqual([
    'SCHEMA: String does not match RFC3339 timestamp at /States/X/Timestamp',
  ]);
  expect(wait({ Seconds: -1 })).toEqual(['SCHEMA: Minimum value is 0 at /States/X/Seconds']);
  for (const time of [
    { Seconds: 0 },
    { SecondsPath: '$.s' },
    { Timestamp: '2026-01-01T00:00:00.123456789+01:00' },
    { TimestampPath: '$t' },
  ]) {
    expect(wait(time)).toEqual([]);
  }
});

test('a Succeed and a Fail lead nowhere', () => {
  const ending = (state: object) => problemsOf({ StartAt: 'X', States: { X: state } });
  expect(ending({ Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b', Comment: 'c' })).toEqual([]);
  expect(ending({ Type: 'Succeed', QueryLanguage: 'JSONata', Output: '{% 1 %}' })).toEqual([]);
  expect(ending({ Type: 'Fail' })).toEqual([]);
  expect(ending({ Type: 'Fail', QueryLanguage: 'JSONata', Error: '{% "e" %}', Cause: 'c' })).toEqual([]);
  expect(ending({ Type: 'Fail', Error: 'e', ErrorPath: '$.e' })).toEqual([
    'SCHEMA: There should only be one of the following fields: [Error, ErrorPath] at /States/X',
  ]);
  expect(ending({ Type: 'Fail', End: true })).toEqual(["SCHEMA: Field 'End' is not supported at /States/X"]);
});

test('a Pass has all that flows through it', () => {
  const flow = { InputPath: '$.a', Parameters: { x: 1 }, ResultPath: '$.r', OutputPath: '$', Assign: { v: 1 } };
  expect(inState({ ...pass, ...flow, Comment: 'c' })).toEqual([]);
  expect(inState({ ...pass, Result: [1] })).toEqual([]);
  expect(inState({ ...pass, QueryLanguage: 'JSONata', Output: { o: 1 }, Assign: { v: [1] } })).toEqual([]);
});

test('a Task has all that flows through it', () => {
  const flow = {
    ...{ InputPath: '$.a', Parameters: { x: 1 }, ResultSelector: { 'y.$': '$.z' }, ResultPath: '$.r', OutputPath: '$' },
    ...{ Assign: { v: 1 }, TimeoutSecondsPath: '$.t', HeartbeatSecondsPath: '$h' },
  };
  expect(inState({ ...task, ...flow, Comment: 'c' })).toEqual([]);
  const jsonata = {
    Arguments: { a: '{% $states.input %}' },
    Output: '{% $states.result %}',
    HeartbeatSeconds: '{% 1 %}',
  };
  expect(inState({ ...task, ...jsonata, QueryLanguage: 'JSONata' })).toEqual([]);
});

// Source: recorded on AWS: LocalStack, "Value cannot be empty at /States/StateName/Branches".
test('a Parallel has branches, each with its states', () => {
  const parallel = (Branches: unknown, more: object = {}) =>
    inState({ Type: 'Parallel', Branches, Next: 'End', ...more });
  expect(parallel([])).toEqual(['SCHEMA: Value cannot be empty at /States/X/Branches']);
  expect(parallel([{ States: {} }])).toEqual([
    'SCHEMA: These fields are required: [StartAt] at /States/X/Branches[0]',
    'SCHEMA: Value cannot be empty at /States/X/Branches[0]/States',
  ]);
  const flow = {
    ...{ InputPath: '$.a', Parameters: { x: 1 }, ResultSelector: { 'y.$': '$[0]' }, ResultPath: null, OutputPath: '$' },
    ...{ Assign: { v: 1 }, Retry: [], Catch: [] },
  };
  expect(parallel([{ ...inner, Comment: 'c' }], flow)).toEqual([]);
  expect(parallel([inner], { QueryLanguage: 'JSONata', Arguments: {}, Output: '{% $states.result %}' })).toEqual([]);
});

// --- Map

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-path-exclusive.
test('a Map has one processor', () => {
  const { ItemProcessor: _, ...none } = map;
  expect(inState(none)).toEqual([
    'SCHEMA: This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/X',
  ]);
  expect(inState({ ...map, Iterator: inner })).toContain(
    'SCHEMA: There should only be one of the following fields: [ItemProcessor, Iterator] at /States/X',
  );
});

test('a Map has all that flows through it', () => {
  const flow = {
    ...{ InputPath: '$.a', ItemsPath: '$.items', ItemSelector: { 'i.$': '$$.Map.Item.Value' }, MaxConcurrency: 0 },
    ...{ ResultSelector: { 'y.$': '$' }, ResultPath: '$.r', OutputPath: '$', Assign: { v: 1 }, Retry: [], Catch: [] },
  };
  expect(inState({ ...map, ...flow })).toEqual([]);
  const jsonata = {
    Items: ['{% 1 %}'],
    ItemSelector: { a: 1 },
    MaxConcurrency: '{% 2 %}',
    Output: '{% $states.result %}',
  };
  expect(inState({ ...map, ...jsonata, QueryLanguage: 'JSONata' })).toEqual([]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-map-distributed.
test.each([
  [{ Mode: 'DISTRIBUTED' }, 'These fields are required: [ExecutionType] at /States/X/ItemProcessor/ProcessorConfig'],
  [
    { Mode: 'INLINE', ExecutionType: 'EXPRESS' },
    "Field 'ExecutionType' is not supported at /States/X/ItemProcessor/ProcessorConfig",
  ],
  [
    { Mode: 'DISTRIBUTED', ExecutionType: 'FAST' },
    'Value should be one of the following: [STANDARD, EXPRESS] at /States/X/ItemProcessor/ProcessorConfig/ExecutionType',
  ],
])("a Map's processor is refused: %j", (ProcessorConfig, sentence) => {
  expect(inState({ ...map, ItemProcessor: { ...inner, ProcessorConfig } })).toEqual([`SCHEMA: ${sentence}`]);
});

// Source: Step Functions developer guide, "Map state": fields of the distributed mode. The sentence is ours.
test.each(['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'])('%s belongs to a distributed Map', (field) => {
  const value = {
    Label: 'l',
    ItemReader: { Resource: 'arn:aws:states:::s3:getObject' },
  };
  const given = (value as Record<string, unknown>)[field] ?? {};
  expect(inState({ ...map, [field]: given })).toEqual([
    `SCHEMA: Field '${field}' is only supported for a Map in DISTRIBUTED mode at /States/X`,
  ]);
  expect(inState({ ...distributed, [field]: given })).toEqual([]);
});

// Source: recorded on AWS: LocalStack, evaluate_jsonata, test_base_map: taken. The warning is ours.
test.each(['ToleratedFailureCount', 'ToleratedFailurePercentage'])('%s of an inline Map is warned of', (field) => {
  const { machine, problems } = readDefinition(
    JSON.stringify({ StartAt: 'X', States: { X: { ...map, [field]: 1 }, End: { Type: 'Succeed' } } }),
    { type: 'STANDARD' },
  );
  expect(machine).toBeDefined();
  expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    `WARNING: '${field}' has an effect only on a Map in DISTRIBUTED mode`,
  ]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-map-distributed; floci issue 3733.
test.each([
  [
    { Resource: 'arn:aws:states:::s3:putObject' },
    "The field 'Resource' does not match any of the allowed values at /States/X/ItemReader/Resource",
  ],
  [
    { ReaderConfig: { InputType: 'CSV' } },
    "The field 'CSVHeaderLocation' is required at /States/X/ItemReader/ReaderConfig",
  ],
  [
    { ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' } },
    'These fields are required: [CSVHeaders] at /States/X/ItemReader/ReaderConfig',
  ],
  [
    { ReaderConfig: { InputType: 'JSON', CSVHeaderLocation: 'FIRST_ROW' } },
    "Field 'CSVHeaderLocation' is not supported at /States/X/ItemReader/ReaderConfig",
  ],
  [
    { ReaderConfig: { MaxItems: 1, MaxItemsPath: '$.m' } },
    'There should only be one of the following fields: [MaxItems, MaxItemsPath] at /States/X/ItemReader/ReaderConfig',
  ],
  [
    { ReaderConfig: { MaxItems: 100_000_001 } },
    'Maximum value is 100000000 at /States/X/ItemReader/ReaderConfig/MaxItems',
  ],
])('an ItemReader is refused: %j', (reader, sentence) => {
  const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', ...reader };
  expect(inState({ ...distributed, ItemReader })).toEqual([`SCHEMA: ${sentence}`]);
});

test('a distributed Map reads, batches, tolerates and writes', () => {
  const reader = {
    Resource: 'arn:aws:states:::s3:getObject',
    Parameters: { Bucket: 'b', 'Key.$': '$.k' },
    ReaderConfig: {
      InputType: 'CSV',
      CSVHeaderLocation: 'GIVEN',
      CSVHeaders: ['a'],
      CSVDelimiter: 'PIPE',
      MaxItems: 0,
    },
  };
  const batcher = { MaxItemsPerBatch: 10, MaxInputBytesPerBatchPath: '$.bytes', BatchInput: { 'x.$': '$.x' } };
  const writer = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'b', Prefix: 'p' },
    WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' },
  };
  const tolerance = { ToleratedFailureCountPath: '$c', ToleratedFailurePercentage: 12.5, Label: 'orders-1' };
  expect(
    inState({ ...distributed, ItemReader: reader, ItemBatcher: batcher, ResultWriter: writer, ...tolerance }),
  ).toEqual([]);
  const lines = { InputType: 'JSON', ItemsPointer: '/a/b', Transformation: 'NONE', MaxItemsPath: '$m' };
  expect(inState({ ...distributed, ItemReader: { ...reader, ReaderConfig: lines } })).toEqual([]);
  const manifest = { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY', Transformation: 'LOAD_AND_FLATTEN' };
  expect(
    inState({
      ...distributed,
      QueryLanguage: 'JSONata',
      ItemReader: { Resource: reader.Resource, Arguments: { Bucket: '{% $b %}' }, ReaderConfig: manifest },
      ItemBatcher: { MaxItemsPerBatch: '{% 1 %}', MaxInputBytesPerBatch: 1000, BatchInput: { x: '{% 1 %}' } },
      ResultWriter: { WriterConfig: { OutputType: 'JSON' } },
      ToleratedFailureCount: '{% 1 %}',
    }),
  ).toEqual([]);
});

// Source: measured on AWS, 2026-09-16: floci issue 3733: bounds of a percentage are told with a fraction.
test('a tolerated percentage is 0 to 100', () => {
  expect(inState({ ...distributed, ToleratedFailurePercentage: 101 })).toEqual([
    'SCHEMA: Maximum value is 100.0 at /States/X/ToleratedFailurePercentage',
  ]);
});

// Source: cdk-preflight, pf-sfn-asl-name-limits; ValidateStateMachineDefinitionDiagnostic, DUPLICATE_LABEL_NAME.
test('a label is short, plain and there once', () => {
  const labelled = (Label: string) => inState({ ...distributed, Label });
  expect(labelled('l'.repeat(41))).toEqual([
    `INVALID_LABEL_NAME: Label '${'l'.repeat(41)}' exceeds the 40-character limit allowed by the service at /States/X/Label`,
  ]);
  expect(labelled('a?')).toEqual(["INVALID_LABEL_NAME: Label 'a?' contains invalid characters at /States/X/Label"]);
  const second = {
    ...distributed,
    ItemProcessor: { ...distributed.ItemProcessor, StartAt: 'J', States: { J: { Type: 'Succeed' } } },
  };
  const States = {
    X: { ...distributed, Label: 'l', Next: 'Y' },
    Y: { ...second, Label: 'l' },
    End: { Type: 'Succeed' },
  };
  expect(problemsOf({ StartAt: 'X', States })).toEqual([
    'DUPLICATE_LABEL_NAME: Duplicate Label name: l at /States/Y/Label',
  ]);
});
