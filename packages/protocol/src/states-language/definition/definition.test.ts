// What a definition may say, and what the service says of one that it refuses. The sources are written out: recordings
// of AWS (LocalStack's snapshots), measurements with ValidateStateMachineDefinition that others have published, the
// developer guide.
import { expect, test } from 'vitest';
import type { State } from './definition.ts';
import { readDefinition } from './read.ts';
import { inExpression, inner, inState, LAMBDA, map, pass, problemsOf, task } from './test-problems.ts';

// --- The machine

// Source: recorded on AWS: LocalStack, test_sfn_api_validation, EMPTY_DICT.
test('a machine has States and StartAt', () => {
  expect(problemsOf({})).toEqual(['SCHEMA: These fields are required: [States, StartAt] at /']);
  expect(problemsOf({ States: { X: { Type: 'Succeed' } } })).toEqual([
    'SCHEMA: These fields are required: [StartAt] at /',
  ]);
});

// Source: recorded on AWS: LocalStack, test_sfn_api_validation, EMPTY_STRING and NOT_A_DEF.
test('a text that is no object is refused without a place', () => {
  expect(problemsOf('')).toEqual(['SCHEMA: Definition must be a valid JSON object']);
  expect(problemsOf('[]')).toEqual(['SCHEMA: Definition must be a valid JSON object']);
  expect(problemsOf('not a definition')).toEqual([
    "INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ]);
});

// Source: measured with ValidateStateMachineDefinition, 2026-09-05: cdk-preflight, pf-sfn-asl-state-fields.
test('the machine has Version 1.0, a time-out, a comment and a query language, and nothing else', () => {
  const machine = { Version: '1.0', TimeoutSeconds: 0, Comment: 'c', QueryLanguage: 'JSONPath' };
  expect(inState(pass, machine)).toEqual([]);
  expect(inState(pass, { Version: '1.1' })).toEqual([
    'SCHEMA: Value should be one of the following: [1.0] at /Version',
  ]);
  expect(inState(pass, { timeoutSeconds: 1 })).toEqual(["SCHEMA: Field 'timeoutSeconds' is not supported at /"]);
  expect(inState(pass, { QueryLanguage: 'jsonata' })).toEqual([
    'SCHEMA: Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage',
  ]);
});

// Source: botocore, stepfunctions, Definition: 1048576.
test('a definition has 1,048,576 characters at most', () => {
  const text = JSON.stringify({ ...inner, Comment: 'x'.repeat(1_048_576) });
  expect(problemsOf(text)).toEqual(['SCHEMA: Definition is longer than 1048576 characters']);
});

// --- States

// Source: recorded on AWS: LocalStack, test_state, base_invalid_state_definition.
test('a state has one of eight types', () => {
  expect(inState({ Type: 'Unsupported', Next: 'End' })).toEqual([
    "SCHEMA: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/X/Type",
  ]);
  expect(inState({ Next: 'End' })).toEqual(['SCHEMA: These fields are required: [Type] at /States/X']);
});

// Source: measured on AWS, 2026-08-29: floci issue 2735, every combination of three fields and eight types.
test.each(['TimeoutSeconds', 'Retry', 'Catch'])('%s belongs to states that do something', (field) => {
  const value = field === 'TimeoutSeconds' ? 1 : [];
  expect(inState({ ...pass, [field]: value })).toEqual([`SCHEMA: Field '${field}' is not supported at /States/X`]);
  expect(inState({ ...task, [field]: value })).toEqual([]);
});

// Source: "An unlisted field is refused": measured with ValidateStateMachineDefinition: cdk-preflight.
test('an unlisted field is refused with its place, never ignored', () => {
  expect(inState({ ...pass, Colour: 'red' })).toEqual(["SCHEMA: Field 'Colour' is not supported at /States/X"]);
  expect(inState({ ...task, Retry: [{ ErrorEquals: ['A'], Attempts: 1 }] })).toEqual([
    "SCHEMA: Field 'Attempts' is not supported at /States/X/Retry[0]",
  ]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight, pf-sfn-asl-next-end.
test('a state has Next or End, and not both', () => {
  expect(inState({ Type: 'Pass' })).toEqual([
    'SCHEMA: This object should have only one of the following fields: [Next, End] at /States/X',
  ]);
  expect(inState({ ...pass, End: true })).toEqual([
    'SCHEMA: There should only be one of the following fields: [Next, End] at /States/X',
  ]);
  expect(inState({ ...pass, End: false })).toEqual([]);
});

// Source: Amazon States Language, "States"; the code: ValidateStateMachineDefinitionDiagnostic.
test('names of states have 80 characters at most', () => {
  const name = 'n'.repeat(81);
  expect(problemsOf({ StartAt: name, States: { [name]: { Type: 'Succeed' } } })).toEqual([
    `INVALID_STATE_NAME: State name '${name}' exceeds the 80-character limit allowed by the service at /States/${name}`,
  ]);
});

// Source: recorded by Step Functions Local: LocalStack, test_create_state_machines_in_parallel; Amazon States Language.
test('names of states are unique in the whole machine', () => {
  const state = { ...map, ItemProcessor: { StartAt: 'X', States: { X: { Type: 'Succeed' } } } };
  expect(inState(state)).toEqual(['DUPLICATE_STATE_NAME: Duplicate State name: X at /States/X/ItemProcessor/States/X']);
});

// --- Transitions

// Source: measured on AWS: localstack issue 11978.
test('a target that is not there and a state that is not reached are told together', () => {
  const States = { pass1: { Type: 'Pass', Next: 'pass3' }, pass2: { Type: 'Pass', End: true } };
  expect(problemsOf({ StartAt: 'pass1', States })).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
    'MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2',
  ]);
});

// Source: measured on AWS, 2026-08-30: floci pull request 2786.
test("targets of Default, Catch and rules are called 'Next', too", () => {
  const Choices = [{ Variable: '$.x', IsNull: true, Next: 'A' }];
  expect(inState({ Type: 'Choice', Choices, Default: 'B' }).slice(0, 2)).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/X/Default",
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /States/X/Choices[0]/Next",
  ]);
  expect(inState({ ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] })).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/X/Catch[0]/Next",
  ]);
});

// Source: measured on AWS, 2026-08-29: floci issue 2735: no place; states that are not reached are not told then.
test('a machine ends somewhere', () => {
  const loop = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
  expect(problemsOf({ StartAt: 'A', States: { ...loop, C: { Type: 'Pass', Next: 'A' } } })).toEqual([
    'MISSING_END_STATE: Workflow has no terminal state',
  ]);
  expect(problemsOf({ StartAt: 'A', States: { ...loop, C: { Type: 'Pass', End: true } } })).toEqual([
    'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
  ]);
});

// Source: measured on AWS, 2026-08-30: floci pull request 2786, both in this order.
test('a target that is not there does not hide that nothing ends', () => {
  expect(problemsOf({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'NOPE' } } })).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next",
    'MISSING_END_STATE: Workflow has no terminal state',
  ]);
});

// Source: measured on AWS: serverless-step-functions issue 250.
test('StartAt names a state of its block', () => {
  expect(problemsOf({ StartAt: 'Z', States: { A: { Type: 'Succeed' } } })).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /StartAt",
    'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
  ]);
});

// --- Query languages

// Source: recorded on AWS: LocalStack, test_sfn_api_validation, INVALID_DOWNGRADE_QUERY_LANGUAGE.
test('a machine in JSONata has no state in JSONPath', () => {
  expect(inState({ ...pass, QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' })).toEqual([
    "SCHEMA: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/X",
  ]);
  expect(inState({ ...pass, QueryLanguage: 'JSONata' })).toEqual([]);
});

// Source: measured on AWS, 2026-09-02: floci issue 2968.
test('a field of the other query language is refused', () => {
  expect(inState({ ...pass, Output: 1 })).toEqual([
    "SCHEMA: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/X",
  ]);
  expect(inState({ ...pass, QueryLanguage: 'JSONata', InputPath: '$' })).toEqual([
    "SCHEMA: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/X",
  ]);
});

// Source: measured on AWS, 2026-09-02: floci issue 2968; the same: moto issue 9141.
test("states in a Map have the machine's query language, not the Map's", () => {
  const States = { P: { Type: 'Pass', Output: 1, End: true } };
  expect(inState({ ...map, QueryLanguage: 'JSONata', ItemProcessor: { StartAt: 'P', States } })).toEqual([
    "SCHEMA: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/X/ItemProcessor/States/P",
  ]);
  expect(inState({ ...map, ItemProcessor: { ...inner, QueryLanguage: 'JSONata' } })).toEqual([
    "SCHEMA: Field 'QueryLanguage' is not supported at /States/X/ItemProcessor",
  ]);
});

test('every state that is read has its query language, and fields of old have their names of today', () => {
  const { ItemProcessor: Iterator, ...old } = map;
  const States = { X: { ...old, Iterator, Parameters: { 'a.$': '$' }, End: false }, End: { Type: 'Succeed' } };
  const { machine } = readDefinition(JSON.stringify({ StartAt: 'X', States }), { type: 'STANDARD' });
  expect(machine).toEqual({
    QueryLanguage: 'JSONPath',
    StartAt: 'X',
    States: {
      X: {
        Type: 'Map',
        QueryLanguage: 'JSONPath',
        Next: 'End',
        ItemSelector: { 'a.$': '$' },
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', QueryLanguage: 'JSONPath', End: true } } },
      },
      End: { Type: 'Succeed', QueryLanguage: 'JSONPath' },
    },
  });
});

// --- JSONata

// Source: jsonata 2.0.6; that AWS tells its sentences without codes: measured, 2026-08-30: floci issue 2745.
test.each([
  ['1 +', 'Unexpected end of expression'],
  ['a[1,2)', 'Expected "]", got ","'],
  ['"unterminated', 'String literal must be terminated by a matching quote'],
  ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
  ['$match("a", /abc', 'No terminating / in regular expression'],
])('an expression that does not parse is refused: %s', async (expression, sentence) => {
  expect(await inExpression(expression)).toEqual([`INVALID_JSONATA_EXPRESSION: ${sentence} at /States/E/Output/v`]);
});

// Source: measured on AWS, 2026-08-28: floci issue 2670.
test.each([
  ['phone', "Reference to 'phone' at the top level is not supported."],
  ['$map($states.input.a, function($x){ b })', "Reference to 'b' at the top level is not supported."],
  ['phone[1] + phone', "Reference to 'phone' at the top level is not supported."],
  ['$$', "Reference to '$$' is not supported."],
])('an expression has no input of its own: %s', async (expression, sentence) => {
  expect(await inExpression(expression)).toEqual([`UNSUPPORTED_JSONATA_EXPRESSION: ${sentence} at /States/E/Output/v`]);
});

test.each([
  '$states.input.items[price > 1].name',
  '$states.input.items^(>price)',
  '$states.input.items{kind: $sum(price)}',
  '$states.input.(a + b)',
  '$states.input ~> |a|{"b": c}|',
  '$map($states.input.a, function($x){ $x.b })',
  '$uuid() & $parse("1") & $eval("1")',
])('names mean something behind a path: %s', async (expression) => {
  expect(await inExpression(expression)).toEqual([]);
});

// Source: measured on AWS: anomalyco/sst issue 6110; Step Functions developer guide, "Transforming data with JSONata".
test('$states.result and $states.errorOutput are where they are', async () => {
  const sentence = (name: string, place: string) =>
    `UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.${name}' does not exist. at /States/E/${place}`;
  expect(await inExpression('$states.result')).toEqual([sentence('result', 'Output/v')]);
  expect(await inExpression('$states.errorOutput')).toEqual([sentence('errorOutput', 'Output/v')]);
  expect(await inExpression('$states.result', { Type: 'Task', Resource: LAMBDA })).toEqual([]);
  expect(await inExpression('1', { Type: 'Task', Resource: LAMBDA, Arguments: { a: '{% $states.result %}' } })).toEqual(
    [sentence('result', 'Arguments/a')],
  );
  const Catch = [
    { ErrorEquals: ['A'], Next: 'E', Output: '{% $states.errorOutput %}', Assign: { r: '{% $states.result %}' } },
  ];
  expect(await inExpression('1', { Type: 'Task', Resource: LAMBDA, Catch })).toEqual([
    sentence('result', 'Catch[0]/Assign/r'),
  ]);
});

// Source: measured with ValidateStateMachineDefinition: cdk-preflight; text around it: recorded, LocalStack,
// test_output.
test('an expression is the whole string', () => {
  const jsonata = { ...pass, QueryLanguage: 'JSONata' };
  expect(inState({ ...jsonata, Output: '{% 1' })).toEqual([
    'SCHEMA: JSONata string must start with {% and end with %} at /States/X/Output',
  ]);
  expect(inState({ ...jsonata, Output: ' {% x %} ' })).toEqual([]);
});

// Source: Amazon States Language, "Task state" and "Wait state".
test('numbers can be expressions in JSONata only', () => {
  expect(inState({ ...task, TimeoutSeconds: '{% 1 %}', QueryLanguage: 'JSONata' })).toEqual([]);
  expect(inState({ ...task, TimeoutSeconds: '{% 1 %}' })).toEqual([
    'SCHEMA: Expected value of type Integer at /States/X/TimeoutSeconds',
  ]);
});

// --- The text

test('every problem has its line', () => {
  const text =
    '{\n "StartAt": "X",\n "States": {\n  "X": {"Type": "Pass", "End": true,\n    "ResultPath": "x"},\n  "Y": {}\n }\n}';
  const { problems } = readDefinition(text, { type: 'STANDARD' });
  expect(problems.map(({ location, line }) => [location, line])).toEqual([
    ['/States/X/ResultPath', 5],
    ['/States/Y', 6],
  ]);
});

// JSON's parser forgets the first of two members with one name: a state would be gone without a word.
test('a name that stands twice in one object is refused', () => {
  expect(problemsOf('{"StartAt":"X","States":{"X":{"Type":"Succeed"},\n"X":{"Type":"Succeed"}}}')).toEqual([
    "SCHEMA: Duplicate field 'X' at /",
  ]);
});

test('names of objects that every program has are names like others', () => {
  const text =
    '{"StartAt":"__proto__","States":{"__proto__":{"Type":"Pass","Next":"toString"},"toString":{"Type":"Succeed"}}}';
  const { machine, problems } = readDefinition(text, { type: 'STANDARD' });
  expect(problems).toEqual([]);
  expect(Object.entries(machine?.States ?? {}).map(([name, state]: [string, State]) => [name, state.Type])).toEqual([
    ['__proto__', 'Pass'],
    ['toString', 'Succeed'],
  ]);
  expect(problemsOf('{"StartAt":"X","States":{"X":{"Type":"Pass","Next":"hasOwnProperty"}}}')).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: hasOwnProperty at /States/X/Next",
    'MISSING_END_STATE: Workflow has no terminal state',
  ]);
});

test('a definition that is nested too deep is not looked at', () => {
  const deep = `{"StartAt":"X","States":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`;
  expect(problemsOf(deep)).toEqual(['TOO_DEEPLY_NESTED: The definition is nested too deep']);
  expect(problemsOf('['.repeat(1_000_000))).toHaveLength(1);
});

test('of a hostile definition a hundred problems are told', () => {
  const States = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`s${index}`, { Type: 'Pass', x: 1 }]),
  );
  expect(problemsOf({ StartAt: 's0', States })).toHaveLength(100);
});

test('warnings do not hide an error', () => {
  const Parameters = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`p${index}`, '$.a']));
  const reading = readDefinition(
    JSON.stringify({ StartAt: 'X', States: { X: { Type: 'Pass', Parameters, End: true, Colour: 1 } } }),
    { type: 'STANDARD' },
  );
  expect(reading.machine).toBeUndefined();
});

test('a hostile expression is refused or taken, and ends', async () => {
  expect(await inExpression(`[${'1,'.repeat(150_000)}1]`)).toEqual([]);
  for (const expression of ['('.repeat(50_000), `1${'+1'.repeat(50_000)}`]) {
    expect(await inExpression(expression)).toEqual([
      'INVALID_JSONATA_EXPRESSION: Maximum call stack size exceeded at /States/E/Output/v',
    ]);
  }
});
