// What a template of a megabyte can be made of. No time is measured: the sizes are such that work which grows with
// their square, or doubles with each level, does not end within a test's time-out, and that recursion ends at
// JavaScript's stack.
import { describe, expect, test } from 'vitest';
import { creationWaves } from './graph.ts';
import { conditionScope } from './intrinsics/condition.ts';
import { expandLoops } from './loops.ts';
import { problemText } from './problem.ts';
import { resolveValue } from './resolve.ts';
import { transformServerless } from './sam/transform.ts';
import { createSource } from './source.ts';
import { parseTemplate } from './template.ts';
import type { Value } from './value.ts';

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
}

/** Maps `count` names to what is made of their numbers. */
function members(count: number, make: (index: number) => readonly [string, Value]): Record<string, Value> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)));
}

/** The value inside `times` calls of a function. */
function nested(times: number, wrap: (value: Value) => Value, value: Value): Value {
  return times === 0 ? value : nested(times - 1, wrap, wrap(value));
}

function scopeOf(conditions: Record<string, Value>) {
  const root = { Conditions: conditions, Resources: { Q: { Type: 'T' } } };
  return conditionScope(parseTemplate(root, createSource()), { parameters: {}, region: 'eu-west-1' });
}

const evaluate = (value: Value) => resolveValue(value, scopeOf({}));

describe('conditions', () => {
  const first: [string, Value] = ['C0', { 'Fn::Equals': ['a', 'a'] }];
  test('ten thousand, each the opposite of the one before, are decided', () => {
    const chain = members(10_000, (index) => [`C${index + 1}`, { 'Fn::Not': [{ Condition: `C${index}` }] }]);
    expect(scopeOf({ ...Object.fromEntries([first]), ...chain }).condition('C10000')).toBe(true);
  });

  test('each of which asks ten times for the one before, are decided once each', () => {
    const all = (index: number) => ({ 'Fn::And': new Array(10).fill({ Condition: `C${index}` }) });
    const chain = members(1000, (index) => [`C${index + 1}`, all(index)]);
    expect(scopeOf({ ...Object.fromEntries([first]), ...chain }).condition('C1000')).toBe(true);
  });

  test('a circle of thousands is refused', () => {
    const circle = members(5000, (index) => [`C${index}`, { 'Fn::Not': [{ Condition: `C${(index + 1) % 5000}` }] }]);
    expect(messageOf(() => scopeOf(circle).condition('C0'))).toBe(
      'Template error: Circular dependency of condition C0 on itself',
    );
  });
});

describe('order of creation', () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, index) => [`R${index}`, new Set(index === 0 ? [] : [`R${index - 1}`])] as const);

  test('twenty thousand in a row stand in as many waves', () => {
    const waves = creationWaves(new Map(chain(20_000).reverse()));
    expect(waves).toHaveLength(20_000);
    expect(waves.slice(0, 2)).toEqual([['R0'], ['R1']]);
  });

  test('a circle is told without the twenty thousand that wait for it', () => {
    const graph = new Map<string, ReadonlySet<string>>([...chain(20_000), ['R0', new Set(['R1'])]]);
    expect(messageOf(() => creationWaves(graph))).toBe('Circular dependency between resources: [R0, R1]');
  });
});

describe('a text of more than a million characters is refused', () => {
  const long = 'x'.repeat(2000);
  test.each<[string, Value]>([
    ['Fn::Sub', { 'Fn::Sub': ['${A}'.repeat(100_000), { A: long }] }],
    ['Fn::Join', { 'Fn::Join': [long, { 'Fn::Split': [',', ','.repeat(400_000)] }] }],
    ['Fn::Base64', nested(90, (value) => ({ 'Fn::Base64': value }), long)],
    ['Fn::ToJsonString', nested(90, (value) => ({ 'Fn::ToJsonString': { a: value } }), '"')],
  ])('of %s', (name, value) => {
    expect(messageOf(() => evaluate(value))).toBe(
      `Template error: ${name} makes a text of more than 1000000 characters`,
    );
  });
});

test('a list of a hundred thousand is looked up in another', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => `a${index}`);
  expect(evaluate({ 'Fn::EachMemberIn': [items, [...items].reverse()] })).toBe(true);
});

test('loops that would write a million resources are refused', () => {
  const list = Array.from({ length: 10 }, (_, index) => `a${index}`);
  const loops = ['A', 'B', 'C', 'D', 'E', 'F'].reduce<Value>(
    (body, name) => ({ [`Fn::ForEach::${name}`]: [name, list, body] }),
    { 'Q${A}${B}${C}${D}${E}${F}': { Type: 'AWS::SQS::Queue' } },
  );
  expect(messageOf(() => expandLoops(loops, { source: createSource(), parameters: {}, mappings: {} }))).toBe(
    'Transformation data limit exceeded',
  );
});

test('a loop that would write a long text a hundred thousand times is refused', () => {
  const loop = { 'Fn::ForEach::L': ['A', ['x'.repeat(500_000)], { k: '${A}'.repeat(100_000) }] };
  expect(messageOf(() => expandLoops(loop, { source: createSource(), parameters: {}, mappings: {} }))).toBe(
    'Transformation data limit exceeded',
  );
});

test('Globals of tens of thousands of values are refused', () => {
  const root = {
    Globals: { Function: { Tags: members(50_000, (index) => [`t${index}`, 'x']) } },
    Resources: { F: { Type: 'AWS::Serverless::Function' } },
  };
  expect(
    messageOf(() => transformServerless(root, { source: createSource(), parameters: {}, sha1: (text) => text })),
  ).toBe("'Globals' section is invalid. Earwitness merges no more than 20000 values and characters");
});

test('of many problems a hundred are told', () => {
  const problems = Array.from({ length: 200_000 }, (_, index) => ({ message: `p${index % 150_000}` }));
  expect(problemText(problems)).toMatch(/^p0; p1; .*; p99; and up to 199900 more$/);
  const text = Array.from({ length: 200_000 }, (_, index) => `\${x${index}}`).join('');
  const root = { Resources: { Q: { Type: 'T', Properties: { a: { 'Fn::Sub': text } } } } };
  expect(messageOf(() => parseTemplate(root, createSource()))).toMatch(/; and up to 199900 more$/);
});

test('a Fn::Cidr of bits that are no number is refused', () => {
  expect(messageOf(() => evaluate({ 'Fn::Cidr': ['10.0.0.0/16', 4, 'x'] }))).toBe(
    'Template error: Fn::Cidr cannot make 4 blocks of x bits in 10.0.0.0/16',
  );
});
