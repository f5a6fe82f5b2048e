import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../json.ts';
import type { StatesError } from '../../states-error.ts';
import type { Scope } from '../scope.ts';
import type { World } from '../world.ts';
import { type EvaluationOptions, evaluateExpression } from './evaluate.ts';
import { fillExpressions } from './fill.ts';

interface Case extends Partial<Omit<Scope, 'context'>>, Pick<EvaluationOptions, 'expected'> {
  readonly expression: string;
  readonly gives?: Json;
  /** What follows `The JSONata expression … specified for the field … `. */
  readonly fails?: string;
  readonly source: string;
}

const world: World = {
  now: Date.parse('2026-11-29T12:00:00Z'),
  random: () => 0.5,
  uuid: () => '00000000-0000-4000-8000-000000000000',
  hash: (algorithm, text) => createHash(algorithm.replace('SHA-', 'sha')).update(text).digest('hex'),
};

const context: JsonObject = { Execution: { Name: 'run' } };

const { about, cases } = JSON.parse(readFileSync(new URL('../cases/jsonata.json', import.meta.url), 'utf8')) as {
  readonly about: string;
  readonly cases: readonly Case[];
};

const members = Object.getOwnPropertyNames(Object.prototype);

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(members);
});

describe(about, () => {
  for (const { expression, gives, fails, source, expected, ...given } of cases) {
    it(`${expression.slice(0, 90)} ${fails === undefined ? 'gives' : 'fails'} (${source})`, async () => {
      const scope: Scope = { input: {}, variables: {}, ...given, context };
      const before = JSON.stringify(scope);
      const options = { field: 'Output', world, ...(expected && { expected }) };
      expect(await outcomeOf(expression, scope, options)).toEqual(fails === undefined ? { gives } : { fails });
      expect(JSON.stringify(scope)).toBe(before);
    });
  }
});

async function outcomeOf(expression: string, scope: Scope, options: EvaluationOptions) {
  try {
    return { gives: await evaluateExpression(`{% ${expression} %}`, scope, options) };
  } catch (error) {
    const { message } = error as StatesError;
    return { fails: message.replace(`The JSONata expression '${expression}' specified for the field 'Output' `, '') };
  }
}

const scope: Scope = { input: { a: 1 }, context, variables: {} };

// Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/outputdecl).
test('expressions are evaluated at any depth, and only a whole string is one', async () => {
  const template = {
    a: '{% $states.input.a %}',
    b: [{ c: '{%$states.input.a+1%}' }, ' {% $states.input.a %}', 'is {% $states.input.a %}', '{%}'],
    d: [null, true, 1.5],
    e: '{% null %}',
  };
  expect(await fillExpressions(template, scope, { field: 'Output', world })).toEqual({
    a: 1,
    b: [{ c: 2 }, ' {% $states.input.a %}', 'is {% $states.input.a %}', '{%}'],
    d: [null, true, 1.5],
    e: null,
  });
});

// Source: measured on AWS by a third party (Floci, JsonataEvaluatorTest, templatesWhoseExpressionReturnsNothing).
test.each([
  [{ v: '{% $x %}' }, 'Output', 'Output/v'],
  [{ a: { b: '{% $x %}' } }, 'Output', 'Output/a/b'],
  ['{% $x %}', 'Output', 'Output'],
  [{ values: ['{% $x %}', 1] }, 'Output', 'Output/values[0]'],
  [{ a: { b: [[1, '{% $x %}']] } }, 'Output', 'Output/a/b[0][1]'],
  [{ x: { y: '{% $x %}' } }, 'Choices[1]/Assign', 'Choices[1]/Assign/x/y'],
])('what fails in %j of %s is told as %s', async (template, field, location) => {
  const error = await fillExpressions(template, scope, { field, world }).catch((refused: StatesError) => refused);
  expect(error).toMatchObject({
    name: 'States.QueryEvaluationError',
    message: `The JSONata expression '$x' specified for the field '${location}' returned nothing (undefined).`,
    evaluation: { location },
  });
});

test('an expression that runs beside others is counted by itself', async () => {
  const endless = '{% ($f := function($x){ $f($x+1) }; $f(1)) %}';
  const outcomes = await Promise.allSettled(
    ['{% $sum([1..1000]) %}', endless, "{% $replace('aaa', /a/, 'b') %}", '{% $sum([1..1000]) %}'].map((expression) =>
      evaluateExpression(expression, scope, { field: 'Output', world }),
    ),
  );
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).toEqual([
    500500,
    'failed',
    'bbb',
    500500,
  ]);
});
