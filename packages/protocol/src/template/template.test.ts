import { expect, test } from 'vitest';
import { createWholeMatch } from '../regular-expression/whole-match.ts';
import { creationWaves, dependencies } from './graph.ts';
import { expandLoops } from './loops.ts';
import { hasAllowedPattern, parameterReference, parameterValues } from './parameter.ts';
import { collect, type Problem, problemsOf, problemText, refuse } from './problem.ts';
import { createSource } from './source.ts';
import { parseTemplate } from './template.ts';
import type { Value, ValueMap } from './value.ts';

const queue = (properties: Value = {}, more: Record<string, Value> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...more,
});
const parse = (root: Value) => parseTemplate(root, createSource());

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
}

test.each<[string, Value, string]>([
  ['no resources', { Resources: {} }, 'Template format error: At least one Resources member must be defined.'],
  [
    'too many resources',
    { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`Q${index}`, queue()])) },
    'Template format error: Number of resources, 501, is greater than maximum allowed, 500',
  ],
  [
    'an unknown section',
    { Resources: { A: queue() }, Resource: {} },
    'Invalid template property or properties [Resource]',
  ],
  [
    'a resource without a type',
    { Resources: { A: { Properties: {} } } },
    'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
  ],
  [
    'a name with a dash',
    { Resources: { 'my-queue': queue() } },
    'Template format error: Resource name my-queue is non alphanumeric.',
  ],
  [
    'Ref to nothing',
    { Resources: { A: queue({ a: { Ref: 'B' } }) } },
    'Template format error: Unresolved resource dependencies [B] in the Resources block of the template',
  ],
  [
    'DependsOn nothing',
    { Resources: { A: queue({}, { DependsOn: 'B' }) } },
    'Template format error: Unresolved resource dependencies [B] in the Resources block of the template',
  ],
  [
    'Ref to nothing in an output',
    { Resources: { A: queue() }, Outputs: { O: { Value: { Ref: 'B' } } } },
    'Template format error: Unresolved resource dependencies [B] in the Outputs block of the template',
  ],
  [
    'GetAtt of nothing',
    { Resources: { A: queue({ a: { 'Fn::GetAtt': ['B', 'Arn'] } }) } },
    'Template error: instance of Fn::GetAtt references undefined resource B',
  ],
  [
    'a resource in a condition',
    { Conditions: { C: { 'Fn::Equals': [{ Ref: 'A' }, 'x'] } }, Resources: { A: queue() } },
    'Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'an unknown condition',
    { Resources: { A: queue({}, { Condition: 'C' }) } },
    'Template format error: Unresolved condition dependency [C] in the Resources block of the template',
  ],
])('%s is refused', (_name, root, message) => {
  expect(messageOf(() => parse(root))).toBe(message);
});

test('what was meant by a name that is not there is told with it', () => {
  const root = {
    Parameters: { StageName: { Type: 'String' } },
    Mappings: { Sizes: { dev: { delay: 1 } } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'StageNam' }, 'x'] } },
    Resources: {
      Orders: queue({
        a: { Ref: 'Stagename' },
        b: { 'Fn::Sub': '${Order.Arn} ${AWS::StackNam}' },
        c: { 'Fn::GetAtt': ['Ordres', 'Arn'] },
        d: { 'Fn::If': ['IsPrd', 1, { 'Fn::FindInMap': ['Size', 'dev', 'delay'] }] },
        e: { Ref: 'SomethingElse' },
      }),
      Dead: queue({}, { Condition: 'isprod', DependsOn: 'order' }),
    },
  };
  try {
    parse(root);
  } catch (error) {
    expect(problemsOf(error).map(({ mend }) => mend)).toEqual([
      'did you mean StageName?',
      'did you mean Orders?',
      'did you mean AWS::StackName?',
      'did you mean Orders?',
      'did you mean IsProd?',
      'did you mean Sizes?',
      undefined,
      'did you mean IsProd?',
      'did you mean Orders?',
      'did you mean StageName?',
    ]);
  }
  expect.assertions(1);
});

test('a property Condition may hold any name', () => {
  expect(() => parse({ Resources: { A: queue({ a: { Condition: 'default' } }) } })).not.toThrow();
});

test('all problems of a template are named at once', () => {
  const root = { Resources: { A: queue({ a: { Ref: 'X' }, b: { 'Fn::Sub': '${Y.Arn} ${a b}' } }) } };
  expect(messageOf(() => parse(root)).split('; ')).toEqual([
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
    'Template format error: Unresolved resource dependencies [Y] in the Resources block of the template',
    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons (found 'a b')",
  ]);
});

test('resources are made in waves, and a circle is named', () => {
  const nodes = {
    Rule: { properties: { a: { 'Fn::Sub': '${Queue.Arn}' } }, dependsOn: [] },
    Queue: { properties: {}, dependsOn: ['Dlq'] },
    Dlq: { properties: {}, dependsOn: [] },
    Bus: { properties: {}, dependsOn: [] },
  };
  expect(creationWaves(dependencies(nodes))).toEqual([['Dlq', 'Bus'], ['Queue'], ['Rule']]);
  const circle = {
    A: { properties: { Ref: 'B' }, dependsOn: [] },
    B: { properties: { 'Fn::GetAtt': ['A', 'Arn'] }, dependsOn: [] },
    C: { properties: { Ref: 'B' }, dependsOn: [] },
  };
  expect(messageOf(() => creationWaves(dependencies(circle)))).toBe('Circular dependency between resources: [A, B]');
  const lines = new Map([
    ['A', 7],
    ['B', 3],
  ]);
  const problems: Problem[] = [];
  collect(problems, () => creationWaves(dependencies(circle), (name) => lines.get(name)), []);
  expect(problems).toEqual([{ message: 'Circular dependency between resources: [A, B]', line: 3 }]);
});

const matchesWhole = createWholeMatch();

const parameters = {
  parameters: {
    Name: { Type: 'String', Default: 'orders', AllowedPattern: '[a-z]+', MaxLength: '8' },
    Stage: { Type: 'String', AllowedValues: ['dev', 'prod'] },
    Rate: { Type: 'Number', Default: 300, MinValue: 1, MaxValue: 300 },
    Token: { Type: 'String', Default: 't', NoEcho: true },
  },
  source: createSource(),
};

test('parameters take what was given, then what was before, then the default', () => {
  const before = parameterValues(
    parameters,
    [
      { key: 'Stage', value: 'dev' },
      { key: 'Rate', value: '5' },
    ],
    { matchesWhole },
  ).values;
  const { values } = parameterValues(
    parameters,
    [
      { key: 'Stage', value: 'prod' },
      { key: 'Rate', usePreviousValue: true },
    ],
    { previous: before, matchesWhole },
  );
  expect(values).toEqual([
    { key: 'Name', type: 'String', text: 'orders', noEcho: false },
    { key: 'Stage', type: 'String', text: 'prod', noEcho: false },
    { key: 'Rate', type: 'Number', text: '5', noEcho: false },
    { key: 'Token', type: 'String', text: 't', noEcho: true },
  ]);
});

test.each<[string, Record<string, string>, string]>([
  ['a missing one', {}, 'Parameters: [Stage] must have values'],
  ['an unknown one', { Stage: 'dev', Other: 'x' }, 'Parameters: [Other] do not exist in the template'],
  ['one of other values', { Stage: 'test' }, "Parameter 'Stage' must be one of AllowedValues"],
  ['a wrong pattern', { Stage: 'dev', Name: 'A1' }, "Parameter 'Name' must match pattern [a-z]+"],
  ['a long one', { Stage: 'dev', Name: 'abcdefghi' }, "Parameter 'Name' must contain at most 8 characters"],
  ['no number', { Stage: 'dev', Rate: 'x' }, "Parameter 'Rate' must be a number."],
  ['a big number', { Stage: 'dev', Rate: '301' }, "Parameter 'Rate' must be a number not greater than 300"],
])('of parameters, %s is refused', (_name, given, message) => {
  const list = Object.entries(given).map(([key, value]) => ({ key, value }));
  expect(problemText(parameterValues(parameters, list, { matchesWhole }).problems)).toBe(message);
});

function valuesOf(declared: ValueMap, value: string) {
  const template = { parameters: { P: declared }, source: createSource() };
  const { values, problems } = parameterValues(template, [{ key: 'P', value }], { matchesWhole });
  refuse(problems);
  return values.map(({ text }) => text);
}

test('each value of a list has to match the pattern', () => {
  const declared = { Type: 'CommaDelimitedList', AllowedPattern: '\\w+', ConstraintDescription: 'letters' };
  expect(valuesOf(declared, 'a,b')).toEqual(['a,b']);
  expect(messageOf(() => valuesOf(declared, 'a,-'))).toBe('Parameter P failed to satisfy constraint: letters');
});

test.each([
  ['(a)\\1', 'uses a back-reference `\\1`, which Earwitness cannot match in linear time'],
  ['(a', 'is not a Java regular expression: Unclosed group'],
  ['(a{1000}){1000}', 'is larger than Earwitness runs: more than 10000 instructions'],
])('the pattern %s is refused by name', (AllowedPattern, why) => {
  expect(messageOf(() => valuesOf({ Type: 'String', AllowedPattern }, 'a'))).toBe(
    `AllowedPattern of parameter 'P' ${why}`,
  );
});

test('a list that breaks a constraint many times is refused once', () => {
  const declared = { Type: 'List<Number>', AllowedValues: ['1'] };
  expect(messageOf(() => valuesOf(declared, 'x,'.repeat(2000)))).toBe(
    "Parameter 'P' must be a number.; Parameter 'P' must be one of AllowedValues",
  );
});

test('a value may have 4,096 characters', () => {
  expect(valuesOf({ Type: 'String' }, 'x'.repeat(4096))).toHaveLength(1);
  expect(messageOf(() => valuesOf({ Type: 'String' }, 'x'.repeat(4097)))).toBe(
    "Parameter 'P' must contain at most 4096 characters",
  );
});

test('a template without an AllowedPattern needs no engine for it', () => {
  expect(hasAllowedPattern({ parameters: { P: { Type: 'String' } } })).toBe(false);
  expect(hasAllowedPattern(parameters)).toBe(true);
});

test('a list parameter is referred to as a list', () => {
  expect(parameterReference('CommaDelimitedList', 'a, b')).toEqual(['a', 'b']);
  expect(parameterReference('AWS::SSM::Parameter::Value<List<String>>', 'a,b')).toEqual(['a', 'b']);
  expect(parameterReference('String', 'a,b')).toBe('a,b');
});

test('loops are written out, also inside one another', () => {
  const expanded = expandLoops(
    {
      'Fn::ForEach::Queues': [
        'Name',
        { Ref: 'Names' },
        {
          'Queue${Name}': {
            Type: 'AWS::SQS::Queue',
            Properties: { QueueName: { 'Fn::Sub': 'q-${Name}' }, x: { Ref: 'Name' } },
          },
        },
      ],
    },
    { source: createSource(), parameters: { Names: ['A', 'B'] }, mappings: {} },
  );
  expect(expanded).toEqual({
    QueueA: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'q-A' }, x: 'A' } },
    QueueB: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'q-B' }, x: 'B' } },
  });
});

// Source: aws-cloudformation/cfn-language-discussion, RFC 0009 (a collection that Fn::FindInMap leads to).
test('a collection comes from a mapping, too, and every loop that cannot be written out is told', () => {
  const options = {
    source: createSource(),
    parameters: { 'AWS::AccountId': '000000000000', Text: 'one' },
    mappings: { Accounts: { '000000000000': { Names: ['A', 'B'] } } },
  };
  const found = { 'Fn::FindInMap': ['Accounts', { Ref: 'AWS::AccountId' }, 'Names'] };
  const loop = (collection: Value) => ['N', collection, { 'Queue${N}': { Type: 'AWS::SQS::Queue' } }];
  expect(expandLoops({ 'Fn::ForEach::L': loop(found) }, options)).toEqual({
    QueueA: { Type: 'AWS::SQS::Queue' },
    QueueB: { Type: 'AWS::SQS::Queue' },
  });
  const faulty = { 'Fn::ForEach::L': loop({ Ref: 'Text' }), 'Fn::ForEach::M': loop({ 'Fn::Split': [',', 'a'] }) };
  expect(messageOf(() => expandLoops(faulty, options))).toBe(
    'Template error: the collection of Fn::ForEach::L is neither a list nor leads to one; ' +
      'Template error: the collection of Fn::ForEach::M is neither a list nor leads to one',
  );
});
