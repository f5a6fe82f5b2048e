// asl-validator 4.0.0 beside our reader: definitions that both take or both refuse, and each that one of them sees
// otherwise, with its reason.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { checkDefinition } from './check.ts';

/** It has no types of its own. */
const require = createRequire(import.meta.url);
const validate: (definition: object) => { readonly isValid: boolean } = require('asl-validator');

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:charge';
const end = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: LAMBDA, End: true };
const inner = { StartAt: 'I', States: { I: end } };
const map = { Type: 'Map', ItemProcessor: inner, End: true };
const distributed = {
  ...map,
  ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
};

const one = (state: object, more: object = {}) => ({ StartAt: 'X', States: { X: state }, ...more });
const choice = (rule: object, more: object = {}) => ({
  StartAt: 'X',
  States: { X: { Type: 'Choice', Choices: [{ Next: 'E', ...rule }], ...more }, E: end },
});

async function verdicts(definition: object): Promise<string> {
  const { machine } = await checkDefinition(JSON.stringify(definition), { type: 'STANDARD' });
  // It writes query languages into what it is given.
  const theirs = validate(structuredClone(definition)).isValid;
  return `we ${machine ? 'take' : 'refuse'}, asl-validator ${theirs ? 'takes' : 'refuses'} it`;
}

const TAKEN: Readonly<Record<string, object>> = {
  'a Pass': one(end),
  'a Task': one({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 4, Retry: [{ ErrorEquals: ['A'] }], Catch: [] }),
  'a time-out by its path': one({ ...task, TimeoutSecondsPath: '$.t' }),
  'an empty Fail': one({ Type: 'Fail' }),
  'a Fail by its paths': one({ Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{}', $.c)" }),
  'a Wait for a timestamp': one({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', End: true }),
  'a Succeed': one({ Type: 'Succeed', InputPath: '$.a' }),
  'a Choice': choice({ Variable: '$.x', StringEquals: 'a' }),
  'a Choice with And, Or, Not': choice({ Not: { And: [{ Variable: '$.x', IsPresent: true }] } }),
  'a Choice in JSONata': choice({ Condition: '{% $states.input.a %}' }, { QueryLanguage: 'JSONata' }),
  'a Parallel': one({ Type: 'Parallel', Branches: [inner], End: true }),
  'a Map': one({ ...map, ItemsPath: '$.items', ItemSelector: { 'i.$': '$$.Map.Item.Value' }, MaxConcurrency: 2 }),
  'a Map by its old name': one({ Type: 'Map', Iterator: inner, End: true }),
  'a distributed Map': one({ ...distributed, Label: 'l', ToleratedFailureCount: 1 }),
  'a machine in JSONata': one({ ...end, Output: '{% $states.input %}' }, { QueryLanguage: 'JSONata' }),
  'a Task in JSONata': one(
    { ...task, Arguments: { a: '{% $x %}' }, TimeoutSeconds: '{% 1 %}' },
    { QueryLanguage: 'JSONata' },
  ),
  variables: one({ ...end, Assign: { 'a.$': '$.b' } }),
};

const REFUSED: Readonly<Record<string, object>> = {
  'no StartAt': { States: { X: end } },
  'no States': { StartAt: 'X' },
  'an unknown type': one({ Type: 'Sleep', End: true }),
  'no type': one({ End: true }),
  'neither Next nor End': one({ Type: 'Pass' }),
  'Next and End': one({ ...end, Next: 'X' }),
  'a field of another state': one({ ...end, Retry: [] }),
  'a field that there is not': one({ ...end, Colour: 'red' }),
  'a field of the machine that there is not': one(end, { Colour: 'red' }),
  'a state that nothing leads to': { StartAt: 'A', States: { A: end, B: end } },
  'a Task without Resource': one({ Type: 'Task', End: true }),
  'a Resource that is no ARN': one({ ...task, Resource: 'charge' }),
  'a target that is not there': one({ Type: 'Pass', Next: 'Y' }),
  'a name in two blocks': { StartAt: 'I', States: { I: { ...map, End: true } } },
  'no end': { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
  'two times in a Wait': one({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true }),
  'no time in a Wait': one({ Type: 'Wait', End: true }),
  'a time that is none': one({ Type: 'Wait', Timestamp: 'tomorrow', End: true }),
  'two time-outs': one({ ...task, TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }),
  'a time-out of nothing': one({ ...task, TimeoutSeconds: 0 }),
  'two errors in a Fail': one({ Type: 'Fail', Error: 'a', ErrorPath: '$.b' }),
  'a Choice without rules': one({ Type: 'Choice', Choices: [] }),
  'a rule without Next': one({ Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true }] }),
  'an empty And': choice({ And: [] }),
  'an operand of another type': choice({ Variable: '$.x', NumericEquals: '1' }),
  'a path that is none': one({ ...end, InputPath: 'x' }),
  'a ResultPath with a wildcard': one({ ...end, ResultPath: '$.a[*]' }),
  'a retrier without errors': one({ ...task, Retry: [{}] }),
  'a catcher without Next': one({ ...task, Catch: [{ ErrorEquals: ['A'] }] }),
  'JSONPath in JSONata': one({ ...end, InputPath: '$' }, { QueryLanguage: 'JSONata' }),
  'JSONata in JSONPath': one({ ...end, Output: 1 }),
  'a distributed Map without ExecutionType': one({
    ...map,
    ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
  }),
  'two processors': one({ ...map, Iterator: { StartAt: 'J', States: { J: end } } }),
  'a name and its template': one({ ...end, Parameters: { a: 1, 'a.$': '$.b' } }),
};

const APART: readonly (readonly [string, object, string])[] = [
  [
    'two states that lead to one another only: it looks whether a state is named, not whether it is reached',
    { StartAt: 'A', States: { A: end, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Pass', Next: 'B' } } },
    'we refuse, asl-validator takes it',
  ],
  [
    'States.ALL that is not last: its schema knows names, not their order',
    one({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a field of Retry that there is not: its schema of retriers is open',
    one({ ...task, Retry: [{ ErrorEquals: ['A'], Attempts: 1 }] }),
    'we refuse, asl-validator takes it',
  ],
  [
    'no names in ErrorEquals: its schema has no least number',
    one({ ...task, Retry: [{ ErrorEquals: [] }] }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a BackoffRate below 1: its schema has 0 as the least',
    one({ ...task, Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a JitterStrategy that there is not: its schema of retriers is open',
    one({ ...task, Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a heartbeat as long as the time-out: a rule of the specification that it does not check',
    one({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
    'we refuse, asl-validator takes it',
  ],
  [
    'Parallel without branches: AWS refuses it (Value cannot be empty), its schema has no least number',
    one({ Type: 'Parallel', Branches: [], End: true }),
    'we refuse, asl-validator takes it',
  ],
  ['a Version that there is not', one(end, { Version: '2.0' }), 'we refuse, asl-validator takes it'],
  ['a label with forbidden signs', one({ ...distributed, Label: 'a?' }), 'we refuse, asl-validator takes it'],
  [
    'Next within Not',
    choice({ Not: { Variable: '$.x', IsNull: true, Next: 'E' } }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a timestamp in a rule that is none',
    choice({ Variable: '$.x', TimestampEquals: 'tomorrow' }),
    'we refuse, asl-validator takes it',
  ],
  [
    '$states.result in Arguments: it parses JSONata, but does not know what a field can see',
    one({ ...task, Arguments: { a: '{% $states.result %}' } }, { QueryLanguage: 'JSONata' }),
    'we refuse, asl-validator takes it',
  ],
  [
    'a name at the top level of JSONata: AWS refuses it (UNSUPPORTED_JSONATA_EXPRESSION)',
    one({ ...end, Output: '{% phone %}' }, { QueryLanguage: 'JSONata' }),
    'we refuse, asl-validator takes it',
  ],
  ['a variable with a bad name', one({ ...end, Assign: { 'a b': 1 } }), 'we refuse, asl-validator takes it'],
];

test.each(Object.entries(TAKEN))('both take %s', async (_, definition) => {
  expect(await verdicts(definition)).toBe('we take, asl-validator takes it');
});

test.each(Object.entries(REFUSED))('both refuse %s', async (_, definition) => {
  expect(await verdicts(definition)).toBe('we refuse, asl-validator refuses it');
});

test.each(APART)('they differ: %s', async (_, definition, expected) => {
  expect(await verdicts(definition)).toBe(expected);
});
