import { describe, expect, test } from 'vitest';
import { conditionScope } from './intrinsics/condition.ts';
import { refusal } from './problem.ts';
import { chooseBranches, resolveValue, type Scope } from './resolve.ts';
import { createSource } from './source.ts';
import { parseTemplate } from './template.ts';
import type { Value } from './value.ts';

const scope: Scope = {
  source: createSource(),
  region: 'eu-west-1',
  parameters: { Name: 'orders', Zones: ['a', 'b'], 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '000000000000' },
  mappings: { Sizes: { dev: { size: 1, list: ['x', 'y'] } } },
  condition: (name) => name === 'Yes',
  reference: (name) => (name === 'Queue' ? 'http://queue' : undefined),
  attribute: (name, attribute) => `${name}:${attribute}`,
  imported: (name) => {
    if (name === 'bus') return 'orders-bus';
    throw refusal(`No export named ${name} found.`);
  },
};
const resolve = (value: Value) => resolveValue(value, scope);

describe('intrinsic functions', () => {
  test.each<[string, Value, Value]>([
    ['Ref of a parameter', { Ref: 'Name' }, 'orders'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue:Arn'],
    ['GetAtt as a text, as JSON templates may have it', { 'Fn::GetAtt': 'Stack.Outputs.Url' }, 'Stack:Outputs.Url'],
    ['Sub', { 'Fn::Sub': '${Name}-${AWS::Region}-${Queue.Arn}-${!Kept}-$' }, 'orders-eu-west-1-Queue:Arn-${Kept}-$'],
    ['Sub with variables', { 'Fn::Sub': ['${A}/${Name}', { A: { Ref: 'Queue' } }] }, 'http://queue/orders'],
    ['Join', { 'Fn::Join': [':', ['arn', 5, { Ref: 'Name' }, { Ref: 'AWS::NoValue' }]] }, 'arn:5:orders'],
    ['Join of what another function lists', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Split', { 'Fn::Split': ['|', 'a||c'] }, ['a', '', 'c']],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'dev', 'size'] }, 1],
    ['FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'dev', 'list'] }, ['x', 'y']],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'no', 'size', { DefaultValue: 9 }] }, 9],
    ['If', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['Base64 of UTF-8', { 'Fn::Base64': 'Grüße €😀' }, 'R3LDvMOfZSDigqzwn5iA'],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['Cidr of IPv6', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'bus' } }, 'orders-bus'],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Name' }, b: [1] } }, '{"a":"orders","b":[1]}'],
    ['Length', { 'Fn::Length': { Ref: 'Zones' } }, 2],
    ['NoValue removes its member', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
    [
      "a policy's Condition is no function",
      { Condition: { StringEquals: { a: 'b' } } },
      { Condition: { StringEquals: { a: 'b' } } },
    ],
    // Source: CloudFormation template reference, AWS::Bedrock::Flow FlowConditionalConnectionConfiguration.
    ['a member Condition with a name is no function', { Condition: 'default' }, { Condition: 'default' }],
  ])('%s', (_name, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each<[string, Value, string]>([
    [
      'Select beyond the end',
      { 'Fn::Select': [7, ['a']] },
      'Template error: Fn::Select cannot select nonexistent value at index 7',
    ],
    [
      'FindInMap of nothing',
      { 'Fn::FindInMap': ['Sizes', 'prod', 'size'] },
      'Template error: Unable to get mapping for Sizes::prod::size',
    ],
    [
      'Sub of a list',
      { 'Fn::Sub': '${Zones}' },
      'Template error: variable Zones in Fn::Sub expression does not resolve to a string',
    ],
    ['ImportValue of nothing', { 'Fn::ImportValue': 'x' }, 'No export named x found.'],
  ])('%s is refused', (_name, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });

  test('branches are chosen before anything else is looked at', () => {
    const value = { a: { 'Fn::If': ['No', { Ref: 'Gone' }, { Ref: 'AWS::NoValue' }] }, b: { Ref: 'Queue' } };
    expect(chooseBranches(value, scope)).toEqual({ b: { Ref: 'Queue' } });
  });
});

describe('conditions', () => {
  const template = parseTemplate(
    {
      Parameters: { Stage: { Type: 'String' } },
      Conditions: {
        IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
        Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'NotProd' }] },
        Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'NotProd' }] },
        Loop: { 'Fn::Not': [{ Condition: 'Loop' }] },
      },
      Resources: { A: { Type: 'AWS::SQS::Queue' } },
    },
    createSource(),
  );
  const conditions = conditionScope(template, { region: 'eu-west-1', parameters: { Stage: 'prod' } });

  test('are evaluated from parameters and one another', () => {
    const values = ['IsProd', 'NotProd', 'Either', 'Both'].map((name) => conditions.condition(name));
    expect(values).toEqual([true, false, true, false]);
  });

  test('a condition that needs itself is refused', () => {
    expect(() => conditions.condition('Loop')).toThrow('Circular dependency of condition Loop on itself');
  });
});
