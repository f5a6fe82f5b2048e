// Fields of JSONPath states as a whole: paths, templates, what goes where. The paths themselves are in `cases/`.
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { evaluateField } from './field.ts';
import { parsePath } from './json-path/parse.ts';
import { selectPath } from './json-path/select-path.ts';
import { placeResult } from './placement.ts';
import type { Scope } from './scope.ts';
import { fillTemplate } from './template.ts';
import type { World } from './world.ts';

const world: World = { now: 0, random: () => 0.5, uuid: () => 'id', hash: () => '' };

const scope: Scope = {
  input: { order: { id: 7, lines: [{ price: 2 }, { price: 3 }] }, n: null },
  context: { Execution: { Id: 'arn', Input: { a: 1 } } },
  variables: { cart: { items: ['x', 'y'] }, count: 2 },
};

const failureOf = (call: () => unknown): string => {
  try {
    return JSON.stringify(call());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

// Source: Step Functions developer guide, "Context object", "Passing data with variables"; recorded on AWS (LocalStack,
// test_assign_reference_variables, test_context_object).
test('a path looks at the input, the context object or a variable', () => {
  expect(selectPath('$', scope)).toBe(scope.input);
  expect(selectPath('$.order.lines[*].price', scope)).toEqual([2, 3]);
  expect(selectPath('$$', scope)).toBe(scope.context);
  expect(selectPath('$$.Execution.Id', scope)).toBe('arn');
  expect(selectPath("$$['Execution']['Input']", scope)).toEqual({ a: 1 });
  expect(selectPath('$cart', scope)).toEqual({ items: ['x', 'y'] });
  expect(selectPath('$cart.items[1]', scope)).toBe('y');
  expect(selectPath("$cart['items'][0:1]", scope)).toEqual(['x']);
});

// Source: recorded on AWS (LocalStack, test_base, test_base_scenarios: catch_states_runtime).
test('a path field that finds nothing says so in the engine’s words', () => {
  const sentence = (path: string) => failureOf(() => selectPath(path, scope));
  expect(sentence('$.NoSuchInputPath')).toBe(
    "States.Runtime: Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']",
  );
  expect(sentence('$.no.such.result.path')).toBe(
    "States.Runtime: Invalid path '$.no.such.result.path' : Missing property in path $['no']",
  );
  expect(sentence('$missing.x')).toBe("States.Runtime: Invalid path '$missing.x' : No results for path: $missing.x");
});

test('names that every object inherits are not there', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(failureOf(() => selectPath(`$.${name}`, scope))).toMatch(/No results for path/);
    expect(failureOf(() => selectPath(`$${name}`, scope))).toMatch(/No results for path/);
  }
});

// Source: Step Functions developer guide, "Manipulate parameters"; recorded on AWS (LocalStack, test_state, comments).
test('a template is filled at any depth, in arrays of objects too', () => {
  const template = {
    'id.$': '$.order.id',
    'text.$': "States.Format('{} of {}', $count, $$.Execution.Id)",
    literal: '$.order.id',
    list: [{ 'price.$': '$.order.lines[0].price' }, '$.order.id', [{ 'x.$': '$cart.items' }]],
    '.$': '$.n',
    deep: { 'all.$': '$' },
  };
  expect(fillTemplate(template, scope, world)).toEqual({
    id: 7,
    text: '2 of arn',
    literal: '$.order.id',
    list: [{ price: 2 }, '$.order.id', [{ x: ['x', 'y'] }]],
    '': null,
    deep: { all: scope.input },
  });
});

// Source: recorded on AWS (LocalStack, test_base: no_such_jsonpath; ErrorPath and CausePath alike); that the context
// object is told where it was searched: Floci, AslExecutorIntrinsicMissingArgumentTest.
test('a template that finds nothing names the path, the field and what was searched', () => {
  const input = { a: 1 };
  const given = { ...scope, input };
  expect(failureOf(() => fillTemplate({ deep: { 'value.$': '$.x' } }, given, world))).toBe(
    "States.Runtime: The JSONPath '$.x' specified for the field 'value.$' could not be found in the input '{\"a\":1}'",
  );
  expect(failureOf(() => fillTemplate({ 'value.$': '$$.Execution.Input.x' }, given, world))).toBe(
    "States.Runtime: The JSONPath '$$.Execution.Input.x' specified for the field 'value.$' could not be found in the " +
      `input '${JSON.stringify(scope.context)}'`,
  );
  expect(failureOf(() => evaluateField('$.x', given, { field: 'CausePath', world }))).toBe(
    "States.Runtime: The JSONPath '$.x' specified for the field 'CausePath' could not be found in the input '{\"a\":1}'",
  );
});

// Source: measured on AWS by a third party (Floci, AslExecutorIntrinsicMissingArgumentTest).
test('an index behind the end is null', () => {
  expect(fillTemplate({ 'v.$': '$.order.lines[5]' }, scope, world)).toEqual({ v: null });
});

// Source: reports of failed executions (stackoverflow.com, "AWS Step function parameters are not moving to the next
// step").
test('a path cannot be applied to null', () => {
  const sentence = 'States.Runtime: Unable to apply Path transformation to null or empty input.';
  expect(failureOf(() => fillTemplate({ 'x.$': '$' }, { ...scope, input: null }, world))).toBe(sentence);
  expect(failureOf(() => selectPath('$.a', { ...scope, input: null }))).toBe(sentence);
  expect(selectPath('$$.Execution.Id', { ...scope, input: null })).toBe('arn');
  // What InputPath and its like are when they are left out.
  expect(selectPath('$', { ...scope, input: null })).toBe(null);
});

// Source: Step Functions developer guide, "ResultPath"; recorded on AWS (LocalStack, test_state).
test.each<[string, Json, Json]>([
  ['$', { a: 1 }, 'result'],
  ['$.b', { a: 1 }, { a: 1, b: 'result' }],
  ['$.a', { a: 1, c: 2 }, { a: 'result', c: 2 }],
  ['$.b.c.d', { a: 1 }, { a: 1, b: { c: { d: 'result' } } }],
  ['$.b.c', { b: { x: 1 } }, { b: { x: 1, c: 'result' } }],
  ["$['b c']['d']", {}, { 'b c': { d: 'result' } }],
  ['$.list[1]', { list: [1, 2] }, { list: [1, 'result'] }],
  ['$[1].payload', [{ a: 1 }, { id: 7 }], [{ a: 1 }, { id: 7, payload: 'result' }]],
  ['$.__proto__.x', {}, JSON.parse('{"__proto__":{"x":"result"}}')],
])('ResultPath %s of %j puts the result there', (path, input, output) => {
  const before = JSON.stringify(input);
  expect(placeResult(path, input, 'result')).toEqual(output);
  expect(JSON.stringify(input)).toBe(before);
});

// Source: Amazon States Language, "States.ResultPathMatchFailure"; AWS's sentence is not known.
test.each<[string, Json]>([
  ['$.a', 'text'],
  ['$.a', [1]],
  ['$.a', null],
  ['$.a.b', { a: 5 }],
  ['$.list[2]', { list: [1, 2] }],
  ['$.list[0]', {}],
])('ResultPath %s cannot be applied to %j', (path, input) => {
  expect(failureOf(() => placeResult(path, input, 1))).toBe(
    `States.ResultPathMatchFailure: Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
  );
});

// Source: Amazon States Language, "Reference Paths".
test('a reference path has names and indexes only', () => {
  const isReference = (path: string) => parsePath(path).isReference;
  expect(['$', '$.a', "$['a'].b[0]", '$$.Execution.Id', '$x.y'].filter((path) => !isReference(path))).toEqual([]);
  expect(['$.*', '$..a', '$.a[0:1]', '$.a[0,1]', '$.a[?(@.b)]', "$['a','b']"].filter(isReference)).toEqual([]);
});

test('a path that visits too much fails', () => {
  const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
  for (const path of ['$..*..*..*..*', `$${'[0,0]'.repeat(50)}`]) {
    expect(failureOf(() => selectPath(path, { ...scope, input: nested(100) }))).toBe(
      `States.Runtime: Invalid path '${path}' : The path visits more than 1000000 places`,
    );
  }
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  expect(failureOf(() => selectPath('$..a', { ...scope, input: deep }))).toMatch(/nested more than 1000 deep$/);
  expect(failureOf(() => selectPath('$[-900000000:900000000]', { ...scope, input: [1] }))).toMatch(/more than 1000000/);
});
