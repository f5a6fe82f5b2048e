// What SAM refuses, in its sentences. Expected values are those of aws-sam-translator 1.110 for the same templates.
import { expect, test } from 'vitest';
import type { Problem } from '../../problem.ts';
import { createSource } from '../../source.ts';
import type { Value, ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

function problemsOf(Resources: ValueMap): string[] {
  const problems: Problem[] = [];
  const parameters = { Empty: '', Off: 'false' };
  transformServerless({ Resources }, { source: createSource(), parameters, sha1: (text) => text, problems });
  return problems.map(({ message }) => message.replace('Resource with id [Fn] is invalid. ', ''));
}

const fn = (Properties: ValueMap, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'app.handler', Runtime: 'nodejs22.x', ...Properties },
  ...more,
});

test.each<[string, Value, string | undefined]>([
  ['AutoPublishAlias', { Ref: 'Empty' }, 'Alias name is required to create an alias'],
  [
    'AutoPublishAlias',
    'a*b',
    "AutoPublishAlias name ('a*b') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.",
  ],
  ['AutoPublishAliasAllProperties', 'yes', "Type of property 'AutoPublishAliasAllProperties' is invalid."],
  ['DeploymentPreference', {}, undefined],
  [
    'DeploymentPreference',
    { Type: 'AllAtOnce' },
    "'DeploymentPreference' requires AutoPublishAlias property to be specified.",
  ],
  ['DeploymentPreference', { Enabled: false }, undefined],
  ['DeploymentPreference', { Enabled: { Ref: 'Off' } }, undefined],
  ['Role', 2, "Property 'Role' should be a string."],
  ['Role', { 'Fn::If': ['C', 'r'] }, "Malformed 'Role' property: Fn::If requires 3 arguments."],
  ['FunctionUrlConfig', { AuthType: 'NONE', Cors: 'x' }, "Property 'FunctionUrlConfig.Cors' should be a map."],
  [
    'FunctionUrlConfig',
    { AuthType: 'NONE', Cors: { AllowOrigin: ['*'] } },
    'AllowOrigin is not a valid property for configuring Cors.',
  ],
  ['FunctionUrlConfig', { AuthType: 'NONE', Cors: { MaxAge: 'a' } }, 'MaxAge must be of type int.'],
  [
    'Tags',
    { 'lambda:createdBy': 'me' },
    'lambda:createdBy is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.',
  ],
  [
    'EventInvokeConfig',
    { DestinationConfig: { OnSuccess: { Type: 'Lambda' } } },
    "Destination is required if Type is not ['SQS', 'SNS']",
  ],
  [
    'EventInvokeConfig',
    { DestinationConfig: { OnSuccess: { Type: 'Fax' } } },
    "'Type: Fax' must be one of ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']",
  ],
])('%s: %j', (name, value, message) => {
  expect(problemsOf({ Fn: fn({ [name]: value }) })).toEqual(message === undefined ? [] : [message]);
});

test('a function that is kept apart by tenant has no URL and only events of APIs', () => {
  const FunctionUrlConfig = { AuthType: 'NONE' };
  const Events = { E: { Type: 'SQS', Properties: { Queue: 'arn' } } };
  const unsupported = 'is not supported for functions enabled with tenancy configuration.';
  expect(
    problemsOf({ Fn: fn({ TenancyConfig: { TenantIsolationMode: 'PER_TENANT' }, FunctionUrlConfig, Events }) }),
  ).toEqual([
    `Function URL ${unsupported}`,
    `Event source 'SQS' ${unsupported} Only Api and HttpApi event sources are supported.`,
  ]);
});

test('an id of the template cannot be that of a resource which SAM makes', () => {
  const FnRole = { Type: 'AWS::IAM::Role' };
  expect(problemsOf({ Fn: fn({}), FnRole })).toEqual([
    'Transforming resource with id [Fn] attempts to create a new resource with id [FnRole] and type "AWS::IAM::Role". A resource with that id already exists within this template. Please use a different id for that resource.',
  ]);
});

test('IgnoreGlobals names globals that there are', () => {
  expect(problemsOf({ Fn: fn({}, { IgnoreGlobals: ['Timeout'] }) })).toEqual([
    "Resource Fn has invalid resource attribute 'IgnoreGlobals' on item 'Timeout'.",
  ]);
});
