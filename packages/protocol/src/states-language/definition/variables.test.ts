// Source: recorded on AWS: LocalStack, test_sfn_api_variable_references.
import { expect, test } from 'vitest';
import { readDefinition } from './read.ts';
import { variableReferences } from './variables.ts';

function referencesOf(States: Record<string, object>, more: object = {}): Record<string, string[]> {
  const text = JSON.stringify({ StartAt: Object.keys(States)[0], States, ...more });
  const { machine, problems } = readDefinition(text, { type: 'STANDARD' });
  if (!machine) throw new Error(JSON.stringify(problems));
  return variableReferences(machine);
}

const of = (state: object) => referencesOf({ X: { End: true, ...state } });

test('a template reads variables behind .$ only', () => {
  expect(of({ Type: 'Pass', Parameters: { result: '$result' } })).toEqual({});
  expect(of({ Type: 'Pass', Parameters: { a: { 'result.$': '$result' } } })).toEqual({ X: ['result'] });
});

test('variables are sorted, and those that are assigned only are not told', () => {
  const Choices = [{ Variable: '$guess', StringEqualsPath: '$answer', Next: 'Right' }];
  expect(
    referencesOf({
      Check: { Type: 'Choice', Choices, Default: 'Wrong' },
      Right: { Type: 'Pass', Result: { 'a.$': '$no' }, End: true },
      Wrong: { Type: 'Pass', Assign: { 'guess.$': '$answer' }, Next: 'Check' },
    }),
  ).toEqual({ Check: ['answer', 'guess'], Wrong: ['answer'] });
});

test('paths of all fields, arguments of calls and filters read variables', () => {
  expect(of({ Type: 'Wait', SecondsPath: '$waitTime' })).toEqual({ X: ['waitTime'] });
  expect(of({ Type: 'Pass', InputPath: '$answer', OutputPath: '$answer' })).toEqual({ X: ['answer'] });
  expect(of({ Type: 'Pass', Parameters: { 's.$': 'States.MathAdd(States.MathAdd($y, $x), $bias)' } })).toEqual({
    X: ['bias', 'x', 'y'],
  });
  expect(of({ Type: 'Pass', InputPath: '$.a[?(@.b == $c)]' })).toEqual({ X: ['c'] });
});

test('states in a Map stand under their own names', () => {
  const processor = {
    StartAt: 'P',
    States: { P: { Type: 'Pass', Parameters: { 'Question.$': '$Question' }, End: true } },
  };
  expect(of({ Type: 'Map', ItemsPath: '$list', ItemProcessor: processor })).toEqual({ X: ['list'], P: ['Question'] });
  expect(
    of({
      Type: 'Map',
      MaxConcurrencyPath: '$n',
      ItemSelector: { 'a.$': 'States.Format($t, $$.Map.Item.Value)' },
      ItemProcessor: processor,
    }),
  ).toEqual({ X: ['n', 't'], P: ['Question'] });
});

test.each([
  ['$a + $b.c', ['a', 'b']],
  ['$states.input.$c', ['c']],
  ['"$no" & \'$no\' & $states.input.`$no` /* $no */', []],
  ['($x := $y; $x)', ['y']],
  ['$map($list, function($v, $i) { $v * $factor })', ['factor', 'list']],
  ['$sum($prices) ~> $uppercase', ['prices']],
  ['$states.input.a@$v.b#$i[$i > $from]', ['from']],
])('an expression reads variables: %s', (expression, names) => {
  const states = { X: { Type: 'Pass', Output: { o: [`{% ${expression} %}`] }, End: true } };
  expect(referencesOf(states, { QueryLanguage: 'JSONata' })).toEqual(names.length === 0 ? {} : { X: names });
});

test('a hostile expression is read in one pass', () => {
  const output = `{% ${'/*'.repeat(100_000)}${'function('.repeat(50_000)} %}`;
  expect(referencesOf({ X: { Type: 'Pass', Output: output, End: true } }, { QueryLanguage: 'JSONata' })).toEqual({});
});
