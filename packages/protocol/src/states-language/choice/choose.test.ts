import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { ChoiceRule, ChoiceState } from '../definition/definition.ts';
import type { Json } from '../json.ts';
import type { Scope } from '../query/scope.ts';
import type { World } from '../query/world.ts';
import { chooseRule } from './choose.ts';
import { OPERATORS, PATH_OPERATORS } from './operators.ts';

interface Case {
  readonly operator: string;
  /** Variable and operand. */
  readonly holds: readonly (readonly [Json, Json])[];
  readonly fails: readonly (readonly [Json, Json])[];
  readonly source: string;
}

const world: World = { now: 0, random: () => 0.5, uuid: () => '', hash: () => '' };

const { about, cases } = JSON.parse(readFileSync(new URL('cases/operators.json', import.meta.url), 'utf8')) as {
  readonly about: string;
  readonly cases: readonly Case[];
};

const choose = (
  rules: readonly Partial<ChoiceRule>[],
  scope: Partial<Scope>,
  language: 'JSONPath' | 'JSONata' = 'JSONPath',
) => {
  const Choices = rules.map((rule, index) => ({ Next: `rule ${index}`, ...rule }));
  const state: ChoiceState = { Type: 'Choice', QueryLanguage: language, Choices };
  return chooseRule(state, { input: {}, context: {}, variables: {}, ...scope }, world).then(
    (rule) => rule?.Next,
    (error: Error) => `${error.name}: ${error.message}`,
  );
};

describe(about, () => {
  for (const { operator, holds, fails, source } of cases) {
    it(`${operator} tells what fits (${source})`, async () => {
      const isMet = async ([variable, operand]: readonly [Json, Json]) => {
        const operandOf = operator.endsWith('Path') ? '$.operand' : operand;
        const input = { variable, operand };
        return (await choose([{ Variable: '$.variable', [operator]: operandOf }], { input })) === 'rule 0';
      };
      const pairs = [...holds, ...fails];
      const outcomes = await Promise.all(pairs.map(isMet));
      expect(pairs.filter((_, index) => outcomes[index])).toEqual(holds);
    });
  }

  it('has a case for each operator', () => {
    const known = [...Object.keys(OPERATORS), ...Object.keys(PATH_OPERATORS), 'IsPresent'].sort();
    expect([...new Set(cases.map(({ operator }) => operator))].sort()).toEqual(known);
    expect(known).toHaveLength(39);
  });
});

const yes = { Variable: '$.a', NumericEquals: 1 };
const no = { Variable: '$.a', NumericEquals: 2 };
const input = { a: 1 };

// Source: Amazon States Language, "Boolean expression".
test.each([
  ['And of all that hold', { And: [yes, yes] }, true],
  ['And of one that does not', { And: [yes, no] }, false],
  ['Or of one that holds', { Or: [no, yes] }, true],
  ['Or of none', { Or: [no, no] }, false],
  ['Not of what does not', { Not: no }, true],
  ['Not of what holds', { Not: yes }, false],
  ['them inside one another', { Not: { And: [yes, { Or: [no, { Not: yes }] }] } }, true],
])('%s', async (_, rule, holds) => {
  expect(await choose([rule], { input })).toBe(holds ? 'rule 0' : undefined);
});

test('the first rule that holds decides, and what is behind it is not looked at', async () => {
  expect(await choose([no, yes, { Variable: '$.missing', IsNull: true }], { input })).toBe('rule 1');
});

// Source: Step Functions developer guide, "Choice workflow state", IsPresent; recorded on AWS (LocalStack,
// test_is_present).
test('IsPresent asks whether there is a value, null too', async () => {
  const present = (path: string, is: boolean) =>
    choose([{ Variable: path, IsPresent: is }], { input: { n: null, list: [1] }, variables: { v: 1 } });
  expect(await present('$.n', true)).toBe('rule 0');
  expect(await present('$.missing', true)).toBe(undefined);
  expect(await present('$.missing.deeper', false)).toBe('rule 0');
  expect(await present('$.list[0]', true)).toBe('rule 0');
  expect(await present('$.list[1]', true)).toBe(undefined);
  expect(await present('$v', true)).toBe('rule 0');
  expect(await present('$w', true)).toBe(undefined);
});

// Source: failures of AWS's executions in public repositories, as "precompute … Invalid path '$.worker_result …'".
test('any other operator fails where there is no value', async () => {
  const sentence = (path: string) =>
    `States.Runtime: Invalid path '${path}': The choice state's condition path references an invalid value.`;
  expect(await choose([{ Variable: '$.x', IsNull: true }], { input })).toBe(sentence('$.x'));
  expect(await choose([{ Variable: '$.x', StringEquals: 'a' }], { input })).toBe(sentence('$.x'));
  expect(await choose([{ Variable: '$.a', NumericEqualsPath: '$.x' }], { input })).toBe(sentence('$.x'));
});

test('variables and the context object can be compared', async () => {
  const scope = { input, context: { Execution: { Name: 'run' } }, variables: { limit: 1 } };
  expect(await choose([{ Variable: '$$.Execution.Name', StringEquals: 'run' }], scope)).toBe('rule 0');
  expect(await choose([{ Variable: '$limit', NumericEqualsPath: '$.a' }], scope)).toBe('rule 0');
});

// Source: recorded on AWS (LocalStack, test_choice_condition_constant_jsonata, test_choice_singleton_composite).
test('a Condition is true, false or an expression that is', async () => {
  const jsonata = (...conditions: (string | boolean)[]) =>
    choose(
      conditions.map((Condition) => ({ Condition })),
      { input },
      'JSONata',
    );
  expect(await jsonata(false, true)).toBe('rule 1');
  expect(await jsonata('{% $states.input.a = 2 %}', '{% $states.input.a = 1 %}')).toBe('rule 1');
  expect(await jsonata(false, '{% $states.input.a %}')).toBe(
    "States.QueryEvaluationError: The JSONata expression '$states.input.a' specified for the field " +
      "'Choices[1]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
  );
  expect(await jsonata('{% $x %}')).toBe(
    "States.QueryEvaluationError: The JSONata expression '$x' specified for the field 'Choices[0]/Condition' " +
      'returned nothing (undefined).',
  );
});
