import type { Operations } from '@earwitness/protocol/internal/aws/models/ssm.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { deployStack } from '../../deploying/deploy.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createCloudFormationService } from '../cloudformation/service.ts';
import { createSsmService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSsmService);
});

const ssm = callerOf('ssm', () => cloud);

const put = (Name: string, Value: string, more: Partial<Operations['PutParameter']['input']> = {}) =>
  ssm('PutParameter', { Name, Value, Type: 'String', ...more });

test('a parameter is read by name, version and ARN', async () => {
  expect(await put('/app/url', 'a')).toEqual({ Version: 1, Tier: 'Standard' });
  expect(await put('/app/url', 'b', { Overwrite: true })).toEqual({ Version: 2, Tier: 'Standard' });
  const ARN = 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/url';
  const expected = {
    Name: '/app/url',
    Type: 'String',
    Value: 'b',
    Version: 2,
    LastModifiedDate: TEST_START,
    ARN,
    DataType: 'text',
  };
  expect(await ssm('GetParameter', { Name: '/app/url' })).toEqual({ Parameter: expected });
  expect(await ssm('GetParameter', { Name: ARN })).toEqual({ Parameter: expected });
  expect(await ssm('GetParameter', { Name: '/app/url:1' })).toEqual({
    Parameter: { ...expected, Value: 'a', Version: 1, Selector: ':1' },
  });
  expect(await refusalOf(ssm('GetParameter', { Name: '/app/url:3' }))).toBe(
    'ParameterVersionNotFound: Systems Manager could not find version 3 of /app/url. Verify the version and try again.',
  );
});

test('a SecureString is read with decryption only, and its value gets nowhere else', async () => {
  await put('/app/key', 'hush', { Type: 'SecureString' });
  const read = async (WithDecryption: boolean) =>
    (await ssm('GetParameter', { Name: '/app/key', WithDecryption })).Parameter?.Value;
  expect(await read(true)).toBe('hush');
  const described = [await read(false), await ssm('DescribeParameters', {}), cloud.journal.read()];
  expect(JSON.stringify(described)).not.toContain('hush');
});

test('parameters are read by path, one level or all, page by page', async () => {
  for (const name of ['/a', '/app/x', '/app/y', '/app/deep/z', '/apple/q']) await put(name, 'v');
  const names = async (input: Operations['GetParametersByPath']['input']) => {
    const { Parameters: found = [] } = await ssm('GetParametersByPath', input);
    return found.map((parameter) => parameter.Name);
  };
  expect(await names({ Path: '/app' })).toEqual(['/app/x', '/app/y']);
  expect(await names({ Path: '/app/', Recursive: true })).toEqual(['/app/deep/z', '/app/x', '/app/y']);
  expect(await names({ Path: '/' })).toEqual(['/a']);
  const first = await ssm('GetParametersByPath', { Path: '/app', Recursive: true, MaxResults: 2 });
  expect(await names({ Path: '/app', Recursive: true, NextToken: first.NextToken })).toEqual(['/app/y']);
});

test('what is missing is named', async () => {
  await put('a', '1');
  const { Parameters: found, InvalidParameters: invalid } = await ssm('GetParameters', { Names: ['a', 'b'] });
  expect([found?.map((one) => one.Value), invalid]).toEqual([['1'], ['b']]);
  expect(await ssm('DeleteParameters', { Names: ['a', 'b'] })).toEqual({
    DeletedParameters: ['a'],
    InvalidParameters: ['b'],
  });
  expect(await refusalOf(ssm('DeleteParameter', { Name: 'a' }))).toBe('ParameterNotFound: Parameter a not found.');
});

test('parameters are described and filtered', async () => {
  await put('/app/x', '1', { Description: 'An x', Tags: [{ Key: 'team', Value: 'orders' }] });
  await put('/app/y', '1,2', { Type: 'StringList' });
  const names = async (filter: { Key: string; Option?: string; Values: string[] }) => {
    const { Parameters: found = [] } = await ssm('DescribeParameters', { ParameterFilters: [filter] });
    return found.map((parameter) => parameter.Name);
  };
  expect(await names({ Key: 'Name', Option: 'Contains', Values: ['/y'] })).toEqual(['/app/y']);
  expect(await names({ Key: 'Type', Values: ['StringList'] })).toEqual(['/app/y']);
  expect(await names({ Key: 'Path', Option: 'Recursive', Values: ['/app'] })).toEqual(['/app/x', '/app/y']);
  expect(await names({ Key: 'tag:team', Values: ['orders'] })).toEqual(['/app/x']);
});

test.each([
  [
    { Name: 'a', Value: '2', Type: 'String' },
    'ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  ],
  [{ Name: 'b', Value: '2' }, 'ValidationException: A parameter type is required when you create a parameter.'],
  [{ Name: 'a/b', Value: '2', Type: 'String' }, 'ValidationException: Parameter name must be a fully qualified name.'],
  [
    { Name: '/aws/b', Value: '2', Type: 'String' },
    'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
  ],
  [
    { Name: 'b', Value: 'x', Type: 'String', AllowedPattern: '\\d+' },
    "ParameterPatternMismatchException: Parameter value can't be validated based on the allowedPattern specified. The parameter value must match the required pattern.",
  ],
  // Its sentence of the API reference, and why.
  [
    { Name: 'b', Value: 'x', Type: 'String', AllowedPattern: '(x' },
    "InvalidAllowedPatternException: The request doesn't meet the regular expression requirement. AllowedPattern is not a Java regular expression: Unclosed group.",
  ],
  [
    { Name: 'b', Value: 'x', Type: 'String', AllowedPattern: '(x)\\1' },
    "InvalidAllowedPatternException: The request doesn't meet the regular expression requirement. AllowedPattern uses a back-reference `\\1`, which Earwitness cannot match in linear time.",
  ],
  [
    { Name: 'b', Value: 'x', Type: 'String', Policies: '[{}]' },
    'ValidationException: Earwitness does not apply parameter policies (Policies).',
  ],
] as const)('PutParameter %j is refused', async (input, expected) => {
  await put('a', '1');
  expect(await refusalOf(ssm('PutParameter', input))).toBe(expected);
});

// Recorded on AWS: LocalStack, test_hierarchical_parameter (`/a//b//c` and `a/b/c`), test_put_parameters.
test('a name with an empty sub-path, or a path that begins with no slash, names no parameter', async () => {
  await put('/a/b/c', 'v');
  const invalid =
    'ValidationException: Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
  for (const name of ['/a//b//c', 'a/b/c', '/a/b/c/']) {
    expect(await refusalOf(ssm('GetParameter', { Name: name }))).toBe(invalid);
    expect(await refusalOf(ssm('GetParameters', { Names: ['/a/b/c', name] }))).toBe(invalid);
    expect(await refusalOf(put(name, 'v'))).toContain('ValidationException: Parameter name');
  }
  expect(await refusalOf(ssm('GetParameter', { Name: '/a/b' }))).toBe('ParameterNotFound: Parameter /a/b not found.');
});

// Recorded on AWS: LocalStack, test_put_parameters.
test('a name without a path may be asked for with a leading slash, and is shown as asked', async () => {
  await put('plain', '123');
  expect((await ssm('GetParameter', { Name: '/plain' })).Parameter).toMatchObject({ Name: '/plain', Value: '123' });
  expect((await ssm('GetParameters', { Names: ['/plain'] })).Parameters).toMatchObject([{ Name: '/plain' }]);
  expect((await ssm('GetParameter', { Name: 'plain' })).Parameter).toMatchObject({ Name: 'plain', Value: '123' });
});

// Source: moto, test_parameter_lifecycle_with_leading_slash and test_list_parameter_tags_created_with_leading_slash,
// which run against AWS.
test.each([
  ['/path', 'path'],
  ['path', '/path'],
])('%s is %s in every operation', async (name, other) => {
  await put(name, 'v');
  expect((await ssm('GetParameter', { Name: other })).Parameter).toMatchObject({ Name: other, Value: 'v' });
  expect(await refusalOf(put(other, 'w'))).toContain('ParameterAlreadyExists');
  await put(other, 'w', { Overwrite: true });
  expect((await ssm('GetParameterHistory', { Name: name })).Parameters).toHaveLength(2);
  const resource = { ResourceType: 'Parameter', ResourceId: other } as const;
  await ssm('AddTagsToResource', { ...resource, Tags: [{ Key: 'a', Value: '1' }] });
  expect((await ssm('ListTagsForResource', { ...resource, ResourceId: name })).TagList).toHaveLength(1);
  expect(await ssm('DeleteParameters', { Names: [other] })).toEqual({
    DeletedParameters: [other],
    InvalidParameters: [],
  });
  expect(await refusalOf(ssm('GetParameter', { Name: name }))).toBe(`ParameterNotFound: Parameter ${name} not found.`);
});

// Source: getmoto/moto issue 1700 (seen on AWS).
test('a name without a slash lies directly under /', async () => {
  for (const name of ['a', '/b', '/c/d']) await put(name, 'v');
  const found = await ssm('GetParametersByPath', { Path: '/' });
  expect(found.Parameters?.map(({ Name }) => Name)).toEqual(['/b', 'a']);
});

// Source: Systems Manager API reference, PutParameter, DataType.
test('a data type that there is not is refused', async () => {
  expect(await refusalOf(put('p', 'v', { DataType: 'Text' }))).toBe(
    'ValidationException: The following data type is not supported: Text (Data type names are all lowercase.)',
  );
});

// Source: AWS CLI's example of get-parameter-history.
test('each version of the history has its own description', async () => {
  await put('p', 'v1', { Description: 'first' });
  await put('p', 'v2', { Description: 'second', Overwrite: true });
  const { Parameters: history = [] } = await ssm('GetParameterHistory', { Name: 'p' });
  expect(history.map(({ Version, Description }) => [Version, Description])).toEqual([
    [1, 'first'],
    [2, 'second'],
  ]);
  expect((await ssm('DescribeParameters', {})).Parameters).toMatchObject([{ Description: 'second', Version: 2 }]);
});

// Source: LocalStack, test_get_parameters_by_path_and_filter_by_labels (runs against AWS); user guide, "Working with
// parameter labels".
test('parameters under a path are found by label, in the version that has it', async () => {
  await put('/app/a', '1');
  await ssm('LabelParameterVersion', { Name: '/app/a', Labels: ['prod'] });
  await put('/app/a', '2', { Overwrite: true });
  await put('/app/b', '1');
  const ParameterFilters = [{ Key: 'Label', Values: ['prod'] }];
  const found = await ssm('GetParametersByPath', { Path: '/app', ParameterFilters });
  expect(found.Parameters).toMatchObject([{ Name: '/app/a', Value: '1', Version: 1 }]);
});

// Source: Systems Manager user guide, "Working with parameter labels", and API reference.
test('labels name versions, move from one to another, and are in the history', async () => {
  await put('/app/key', 'a');
  await put('/app/key', 'b', { Overwrite: true });
  const label = (ParameterVersion: number | undefined, ...Labels: string[]) =>
    ssm('LabelParameterVersion', { Name: '/app/key', ParameterVersion, Labels });
  expect(await label(1, 'prod', '1st', 'aws-x')).toEqual({ InvalidLabels: ['1st', 'aws-x'], ParameterVersion: 1 });
  const read = async (selector: string) => (await ssm('GetParameter', { Name: `/app/key:${selector}` })).Parameter;
  expect(await read('prod')).toMatchObject({ Value: 'a', Version: 1, Selector: ':prod' });
  expect(await label(undefined, 'prod', 'new')).toEqual({ InvalidLabels: [], ParameterVersion: 2 });
  expect(await read('prod')).toMatchObject({ Value: 'b', Version: 2, Selector: ':prod' });
  expect(await refusalOf(read('none'))).toBe(
    'ParameterVersionNotFound: Systems Manager could not find label none of /app/key. Verify the label and try again.',
  );
  const history = async () => (await ssm('GetParameterHistory', { Name: '/app/key' })).Parameters;
  expect((await history())?.map(({ Version, Value, Labels }) => [Version, Value, Labels])).toEqual([
    [1, 'a', []],
    [2, 'b', ['prod', 'new']],
  ]);
  const Labels = ['prod', 'none'];
  expect(await ssm('UnlabelParameterVersion', { Name: '/app/key', ParameterVersion: 2, Labels })).toEqual({
    RemovedLabels: ['prod'],
    InvalidLabels: ['none'],
  });
  expect(await refusalOf(label(2, ...Array.from({ length: 10 }, (_, index) => `l${index}`)))).toContain(
    'ParameterVersionLabelLimitExceeded',
  );
  await put('/app/sealed', 'hush', { Type: 'SecureString' });
  const sealed = async (WithDecryption: boolean) =>
    (await ssm('GetParameterHistory', { Name: '/app/sealed', WithDecryption })).Parameters?.[0]?.Value;
  expect([await sealed(true), (await sealed(false))?.includes('hush')]).toEqual(['hush', false]);
  expect(await refusalOf(ssm('GetParameterHistory', { Name: '/none' }))).toBe(
    'ParameterNotFound: Parameter /none not found.',
  );
});

// Source: Systems Manager API reference, AddTagsToResource and its siblings.
test('tags of a parameter are added, replaced, listed and removed', async () => {
  await put('p', 'v', { Tags: [{ Key: 'a', Value: '1' }] });
  const resource = { ResourceType: 'Parameter', ResourceId: 'p' } as const;
  const tags = async () => (await ssm('ListTagsForResource', resource)).TagList;
  const Tags = [
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '3' },
  ];
  await ssm('AddTagsToResource', { ...resource, Tags });
  expect(await tags()).toEqual(Tags);
  await ssm('RemoveTagsFromResource', { ...resource, TagKeys: ['a', 'none'] });
  expect(await tags()).toEqual([{ Key: 'b', Value: '3' }]);
  expect(await refusalOf(ssm('ListTagsForResource', { ...resource, ResourceId: 'none' }))).toBe(
    'InvalidResourceId: The resource ID "none" is not valid. Verify the ID and try again.',
  );
  expect(await refusalOf(ssm('ListTagsForResource', { ...resource, ResourceType: 'Document' }))).toBe(
    'InvalidResourceType: Earwitness has no resources of the type Document, only parameters.',
  );
});

// Source of the name: recorded on AWS (LocalStack cloudformation resource_providers/ssm/test_parameter).
test('a template makes a parameter with a generated name and tags, and changes the tags', async () => {
  const stacks = createTestCloud(createSsmService, createCloudFormationService);
  const deploy = (Tags: object, Value: string) => {
    const Parameter = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value, Tags } };
    const template = JSON.stringify({ Resources: { Parameter }, Outputs: { Name: { Value: { Ref: 'Parameter' } } } });
    const source = { name: 'settings', directory: '.', template };
    return deployStack(stacks, source, { call: testCall, variables: async () => ({}) });
  };
  const call = callerOf('ssm', () => stacks);
  const tagsOf = async (ResourceId = '') =>
    (await call('ListTagsForResource', { ResourceType: 'Parameter', ResourceId })).TagList;
  const { Name } = await deploy({ a: '1', b: '2' }, 'x');
  expect(Name).toMatch(/^CFN-Parameter-[A-Z0-9]{12}$/);
  expect(await tagsOf(Name)).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]);
  expect(await deploy({ b: '3' }, 'y')).toMatchObject({ Name });
  expect(await tagsOf(Name)).toEqual([{ Key: 'b', Value: '3' }]);
  await stacks.close();
});
