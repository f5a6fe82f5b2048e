// Versions, and what is retained. Expected values are those of aws-sam-translator 1.110 for the same templates.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSource } from '../../source.ts';
import type { Value, ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

function transform(Resources: ValueMap): Readonly<Record<string, ValueMap>> {
  const root = { Transform: 'AWS::Serverless-2016-10-31', Resources };
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
  const options = { source: createSource(), parameters: { 'AWS::Partition': 'aws', Hash: 'abc' }, sha1 };
  return JSON.parse(JSON.stringify(transformServerless(root, options)['Resources']));
}

const fn = (Properties: ValueMap, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  ...more,
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs22.x', ...Properties },
});
const versionOf = (resources: Readonly<Record<string, ValueMap>>) =>
  Object.entries(resources).find(([, { Type }]) => Type === 'AWS::Lambda::Version');

function problemOf(Resources: ValueMap): string {
  try {
    transform(Resources);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*?errors found: \d+\. /, '') : '';
  }
  return 'nothing was refused';
}

test('with AutoPublishAliasAllProperties every property of the function makes a new version', () => {
  const versionId = (more: ValueMap) => versionOf(transform({ Fn: fn({ AutoPublishAlias: 'live', ...more }) }))?.[0];
  const all = { AutoPublishAliasAllProperties: true, Tags: { a: 'b' } };
  expect(versionId({ ...all, Timeout: 5 })).toBe('FnVersion05284e8753');
  expect(versionId({ ...all, Timeout: 6 })).not.toBe('FnVersion05284e8753');
  expect(versionId({ Timeout: 5 })).toBe(versionId({ Timeout: 6 }));
});

test.each<[string, Value]>([
  ['a text', 'abc'],
  ['a parameter', { Ref: 'Hash' }],
])('a hash that the author gives is the end of the id and of the description: %s', (_name, AutoPublishCodeSha256) => {
  const given = { AutoPublishAlias: 'live', AutoPublishCodeSha256 };
  const bare = transform({ Fn: fn(given) });
  expect([versionOf(bare)?.[0], bare['Fn']?.['Properties']]).toMatchObject(['FnVersionabc', { Description: 'abc' }]);
  const described = transform({ Fn: fn({ ...given, Description: 'own' }) });
  expect(described['Fn']?.['Properties']).toMatchObject({ Description: 'own abc' });
});

test('a version stays, unless VersionDeletionPolicy or the policy of the function says otherwise', () => {
  const policyOf = (own: ValueMap, more: ValueMap = {}) =>
    versionOf(transform({ Fn: fn({ AutoPublishAlias: 'live', ...own }, more) }))?.[1]['DeletionPolicy'];
  expect(policyOf({})).toBe('Retain');
  expect(policyOf({ VersionDeletionPolicy: 'Delete' })).toBe('Delete');
  expect(policyOf({ VersionDeletionPolicy: 'Retain' }, { DeletionPolicy: 'Delete' })).toBe('Delete');
  expect(problemOf({ Fn: fn({ VersionDeletionPolicy: 'Delete' }) })).toBe(
    "Resource with id [Fn] is invalid. 'VersionDeletionPolicy' requires 'AutoPublishAlias'.",
  );
});

test('an implicit API stays with any of its functions, and so do its deployment and its stage', () => {
  const routed = (path: string, more: ValueMap = {}) => {
    const event = (Type: string) => ({ Type, Properties: { Path: path, Method: 'get' } });
    return fn({ Events: { E: event('Api'), H: event('HttpApi') } }, more);
  };
  const made = transform({ Fn: routed('/a', { DeletionPolicy: 'Retain' }), Gn: routed('/b') });
  const retained = Object.entries(made).filter(([, resource]) => resource['DeletionPolicy'] === 'Retain');
  expect(
    retained
      .map(([id]) => id.replace(/Deployment.*/, 'Deployment'))
      .filter((id) => id.startsWith('S'))
      .sort(),
  ).toEqual([
    'ServerlessHttpApi',
    'ServerlessHttpApiApiGatewayDefaultStage',
    'ServerlessRestApi',
    'ServerlessRestApiDeployment',
    'ServerlessRestApiProdStage',
  ]);
  expect(made['GnEPermissionProd']).not.toHaveProperty('DeletionPolicy');
});

test.each<[string, ValueMap, string]>([
  [
    'AllowCredentials for every origin',
    {
      Type: 'AWS::Serverless::Api',
      Properties: { StageName: 'a', Cors: { AllowOrigin: "'*'", AllowCredentials: true } },
    },
    `Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is "'*'" or not set`,
  ],
  [
    'an unknown key of CorsConfiguration',
    { Type: 'AWS::Serverless::HttpApi', Properties: { CorsConfiguration: { AllowOrigin: '*' } } },
    "Invalid key 'AllowOrigin' for 'Cors' property.",
  ],
  [
    'an API without a stage',
    { Type: 'AWS::Serverless::Api', Properties: {} },
    "Missing required property 'StageName'.",
  ],
])('%s is refused in the words of SAM', (_name, Api, sentence) => {
  expect(problemOf({ Api })).toBe(`Resource with id [Api] is invalid. ${sentence}`);
});
