// Sentences with which CloudFormation refuses a template, word for word. Source of each: the test of LocalStack's
// cloudformation suite that recorded it on AWS, or the public report that it is named with.
import { describe, expect, test } from 'vitest';
import { JOIN_FORM, SELECT_FORM, SPLIT_FORM, SUB_VALUES_FORM } from './intrinsics/form.ts';
import { chooseBranches, resolveValue, type Scope } from './resolve.ts';
import { createSource } from './source.ts';
import { parseTemplate } from './template.ts';
import type { Value } from './value.ts';

const parse = (root: Value) => parseTemplate(root, createSource());
/** Every problem of the template. */
function problemsOf(root: Value): string[] {
  try {
    parse(root);
  } catch (error) {
    return error instanceof Error ? error.message.split('; ') : [];
  }
  return [];
}

const queue = (QueueName: Value) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const withName = (name: Value) => ({
  Parameters: { Names: { Type: 'CommaDelimitedList' }, Name: { Type: 'String' } },
  Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] } },
  Resources: { A: queue(name), B: queue('b') },
});
const noValue = { Ref: 'AWS::NoValue' };

describe('a template is refused for', () => {
  test.each<[string, Value, string]>([
    [
      'null in a property (cfn-lint #38)',
      { Resources: { A: queue(null) } },
      "[/Resources/A/Type/QueueName] 'null' values are not allowed in templates",
    ],
    [
      'null in an output (test_invalid_output_structure)',
      { Resources: { A: queue('a') }, Outputs: { O: { Value: null } } },
      "[/Outputs/O/Value] 'null' values are not allowed in templates",
    ],
    [
      'null in a mapping (awsnetworkshop #10)',
      { Resources: { A: queue('a') }, Mappings: { M: { a: { b: null } } } },
      "[/Mappings/M/a/b] 'null' values are not allowed in templates",
    ],
    [
      'an output without a value (test_invalid_output_structure)',
      { Resources: { A: queue('a') }, Outputs: { O: {} } },
      'Template format error: Every Outputs member must contain a Value object',
    ],
    [
      'resources that are a text (test_linting_error_during_creation)',
      { Resources: '' },
      'Template format error: Any Resources member must be an object.',
    ],
    [
      'outputs that are a text',
      { Resources: { A: queue('a') }, Outputs: '' },
      'Template format error: Any Outputs member must be an object.',
    ],
    [
      'an attribute that no resource has (test_resources_blocks)',
      { Resources: { A: { Type: 'AWS::SQS::Queue', Invalid: 10 } } },
      "Invalid template resource property 'Invalid'",
    ],
    [
      'a condition of Fn::If that is missing (test_missing_condition)',
      withName({ 'Fn::If': ['MissingCondition', 'a', 'b'] }),
      'Template error: unresolved condition dependency MissingCondition in Fn::If',
    ],
    [
      'a mapping of one level (test_mapping_minimum_nesting_depth)',
      { Resources: { A: queue('a') }, Mappings: { M: { A: 'x' } } },
      'Template format error: Every Mappings member A must be a map',
    ],
    [
      'a mapping of three levels (test_mapping_maximum_nesting_depth)',
      { Resources: { A: queue('a') }, Mappings: { M: { A: { B: { C: 'x' } } } } },
      'Template format error: Every Mappings attribute must be a String or a List.',
    ],
    [
      'a function in a mapping (test_mapping_with_invalid_refs)',
      { Resources: { A: queue('a') }, Mappings: { M: { A: { B: { Ref: 'AWS::Region' } } } } },
      'Template format error: Every Mappings attribute must be a String or a List.',
    ],
  ])('%s', (_name, root, sentence) => {
    expect(problemsOf(root)).toContain(sentence);
  });
});

// Source: test_invalid_select_index_type; the first three are the recorded ones.
describe('Fn::Select with', () => {
  test.each<[string, Value]>([
    ['an index that is no number', ['bad', ['test']]],
    ['a list that is none', [0, 2]],
    ['an index beyond the end', [100, ['test']]],
    ['a negative index', [-1, ['test']]],
    ['an index with a fraction', ['0.5', ['test']]],
    ['an empty list', [0, []]],
    ['a map for its list', [0, { a: 'b' }]],
    ['one element', [0]],
  ])('%s is refused before anything is made', (_name, argument) => {
    expect(() => parse(withName({ 'Fn::Select': argument }))).toThrow(SELECT_FORM);
  });

  test.each<[string, Value]>([
    ['a function for its list', [9, { Ref: 'Names' }]],
    ['a function for its index', [{ Ref: 'Name' }, ['a']]],
    ['an index written as text', ['0', ['a']]],
  ])('%s is well formed', (_name, argument) => {
    expect(() => parse(withName({ 'Fn::Select': argument }))).not.toThrow();
  });
});

// Source: test_change_set_fn_split (a Join of what is no list); user guide, Fn::Join: no function as a delimiter.
test.each<[string, Value]>([
  ['a text for its list', [',', 'a']],
  ['a map in its list', [',', [{ a: 'b' }]]],
  ['a list in its list', [',', [['a']]]],
  ['a function that makes a list in its list', [',', [{ 'Fn::Split': [',', 'a'] }]]],
  ['a function for its delimiter', [{ Ref: 'Name' }, ['a']]],
  ['a list for its delimiter', [[','], ['a']]],
  ['one element', [',']],
])('Fn::Join is refused before anything is made with %s', (_name, argument) => {
  expect(() => parse(withName({ 'Fn::Join': argument }))).toThrow(JOIN_FORM);
});

// Source: test_validate_split_arguments_len; user guide, Fn::Split: no function as a delimiter.
test.each<[string, Value]>([
  ['one element', [',']],
  ['a list for its text', [',', ['a']]],
  ['a map for its text', [',', { a: 'b' }]],
  ['a function for its delimiter', [{ Ref: 'Name' }, 'a']],
])('Fn::Split is refused before anything is made with %s', (_name, argument) => {
  expect(() => parse(withName({ 'Fn::Select': [0, { 'Fn::Split': argument }] }))).toThrow(SPLIT_FORM);
});

// Source: localstack PR #13000, serverless-step-functions #203.
test.each<[string, Value]>([
  ['AWS::NoValue', noValue],
  ['a list', ['a']],
  ['a map', { a: 'b' }],
  ['a function that makes a list', { 'Fn::Split': [',', 'a'] }],
])('Fn::Sub is refused before anything is made when a variable is %s', (_name, f) => {
  expect(() => parse(withName({ 'Fn::Sub': ['${f}', { f }] }))).toThrow(SUB_VALUES_FORM);
});

const scope: Scope = {
  source: createSource(),
  region: 'eu-west-1',
  parameters: { Names: ['a'], Name: 'x', Beyond: '1' },
  mappings: {},
  condition: (name) => name === 'Yes',
  reference: () => undefined,
  attribute: () => 'plum',
  imported: () => 'plum',
};

test('a variable of Fn::Sub that a condition leaves out is refused when conditions are decided', () => {
  const value = (yes: Value) => ({ 'Fn::Sub': ['${f}', { f: { 'Fn::If': ['Yes', yes, 'b'] } }] });
  expect(() => chooseBranches(value(noValue), scope)).toThrow(SUB_VALUES_FORM);
  expect(resolveValue(value('a'), scope)).toBe('a');
});

test.each<[string, Value, string]>([
  ['a Join of a function that made no list', { 'Fn::Join': [',', { Ref: 'Name' }] }, JOIN_FORM],
  ['a Join of what was made no text', { 'Fn::Join': [',', [{ Ref: 'Names' }]] }, JOIN_FORM],
  ['a Split of what was made no text', { 'Fn::Split': [',', { Ref: 'Names' }] }, SPLIT_FORM],
  ['a Select with an index that was made no number', { 'Fn::Select': [{ Ref: 'Name' }, ['a']] }, SELECT_FORM],
  ['a Select from what was made no list', { 'Fn::Select': [0, { Ref: 'Name' }] }, SELECT_FORM],
  [
    'a Select beyond the end of what was made',
    { 'Fn::Select': [{ Ref: 'Beyond' }, { Ref: 'Names' }] },
    'Template error: Fn::Select cannot select nonexistent value at index 1',
  ],
])('%s is refused with the same sentence when it runs', (_name, value, sentence) => {
  expect(() => resolveValue(value, scope)).toThrow(sentence);
});

// Source: aws-cdk PR #10522 and cfn-lint #2641; `Version` stands on custom resources.
test('a resource may have a Description and a Version', () => {
  const resource = { ...queue('a'), Description: 'the queue', Version: '1.0' };
  expect(parse({ Resources: { A: resource } }).resources['A']?.type).toBe('AWS::SQS::Queue');
});
