// Details in which a good guess at SAM's transform is wrong. Expected values are those of aws-sam-translator 1.110 for
// the same templates, unless a test names another source.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSource } from '../source.ts';
import type { Value, ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

const noValue = { Ref: 'AWS::NoValue' };

function transform(Resources: ValueMap, more: ValueMap = {}) {
  const root = { Transform: 'AWS::Serverless-2016-10-31', Resources, ...more };
  const parameters = { 'AWS::Partition': 'aws', Stage: 'dev', Wanted: 'true' };
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
  const made: Readonly<Record<string, Record<string, Record<string, Value>>>> = JSON.parse(
    JSON.stringify(transformServerless(root, { source: createSource(), parameters, sha1 })),
  );
  return { resources: made['Resources'] ?? {}, conditions: made['Conditions'] };
}

const fn = (Properties: ValueMap, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs22.x', ...Properties },
  ...more,
});
const withEvent = (Type: string, Properties: ValueMap) => fn({ Events: { E: { Type, Properties } } });
const propertiesOf = (resource: Record<string, Value> | undefined) => resource?.['Properties'];

/** SAM's problems, without their heading. */
function problemsOf(Resources: ValueMap, more: ValueMap = {}): string {
  try {
    transform(Resources, more);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*?errors found: \d+\. /, '') : '';
  }
  return 'nothing was refused';
}

test.each([
  ['EventBridgeRule', { Pattern: { source: ['a'] } }],
  ['CloudWatchEvent', { Pattern: { source: ['a'] } }],
  ['Schedule', { Schedule: 'rate(1 hour)' }],
])('the target of a long %s event has an id of 64 characters that ends as ever', (Type, Properties) => {
  const logicalId = 'ProcessEveryOrderThatWasPlacedInTheShopOfTheCustomer'.slice(0, 52);
  const target = (id: string) => {
    const { resources } = transform({ [id]: withEvent(Type, Properties) });
    return JSON.stringify(propertiesOf(resources[`${id}E`])).match(/"Id":"([^"]+)"/)?.[1];
  };
  expect(target(logicalId)).toBe(`${logicalId}LambdaTarget`);
  expect(target(`${logicalId.slice(0, 51)}`)).toBe(`${logicalId.slice(0, 51)}ELambdaTarget`);
  expect(target(logicalId)?.length).toBe(64);
});

describe('Enabled', () => {
  const stateOf = (Enabled: Value, Type = 'Schedule') => {
    const own: ValueMap = Type === 'Schedule' ? { Schedule: 'rate(1 hour)' } : { Pattern: { source: ['a'] } };
    const { resources } = transform({ Fn: withEvent(Type, { ...own, Enabled }) });
    return propertiesOf(resources['FnE']);
  };

  test.each<[string, Value, string]>([
    ['true', true, 'ENABLED'],
    ['false', false, 'DISABLED'],
    ['a parameter, whatever its value', { Ref: 'Wanted' }, 'ENABLED'],
    ['a choice', { 'Fn::If': ['C', true, false] }, 'ENABLED'],
    ['AWS::NoValue', noValue, 'ENABLED'],
  ])('%s', (_name, enabled, State) => {
    expect(stateOf(enabled)).toMatchObject({ State });
    expect(stateOf(enabled, 'EventBridgeRule')).toMatchObject({ State });
  });
});

test('an alias may be named by a parameter, in its id, its name and the asynchronous settings', () => {
  const { resources } = transform({
    Fn: fn({ AutoPublishAlias: { Ref: 'Stage' }, EventInvokeConfig: { MaximumRetryAttempts: 0 } }),
  });
  expect(propertiesOf(resources['FnAliasdev'])).toMatchObject({ Name: 'dev' });
  expect(propertiesOf(resources['FnEventInvokeConfig'])).toMatchObject({ Qualifier: 'dev' });
  expect(problemsOf({ Fn: fn({ AutoPublishAlias: { 'Fn::If': ['C', 'a', 'b'] } }) })).toBe(
    "Resource with id [Fn] is invalid. 'AutoPublishAlias' must be a string or a Ref to a template parameter",
  );
});

test('the name of a stage is part of ids only where it is written out', () => {
  const api = (StageName: Value) => ({ Type: 'AWS::Serverless::Api', Properties: { StageName } });
  const http = (StageName: Value) => ({ Type: 'AWS::Serverless::HttpApi', Properties: { StageName } });
  const route = { Path: '/o', Method: 'GET' };
  const ids = (stage: Value) => {
    const events = { E: { Type: 'Api', Properties: { ...route, RestApiId: { Ref: 'Api' } } } };
    const { resources } = transform({ Api: api(stage), Http: http(stage), Fn: fn({ Events: events }) });
    return Object.keys(resources).filter((id) => /Stage|Permission/.test(id));
  };
  expect(ids({ Ref: 'Stage' })).toEqual(['FnEPermissionStage', 'ApiStage', 'HttpStage']);
  expect(ids('dev')).toEqual(['FnEPermissiondev', 'ApidevStage', 'HttpdevStage']);
});

test('tags of a REST API stand on its stage', () => {
  const { resources } = transform({
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'dev', Tags: { team: 'shop' } } },
    Fn: withEvent('Api', { Path: '/o', Method: 'GET', RestApiId: { Ref: 'Api' } }),
  });
  expect(propertiesOf(resources['ApidevStage'])).toMatchObject({ Tags: [{ Key: 'team', Value: 'shop' }] });
  expect(propertiesOf(resources['Api'])).not.toHaveProperty('Tags');
});

test('a route is added to the definition of an HTTP API, and not to that of a REST API', () => {
  const own = { '/x': { get: { responses: { '200': { description: 'own' } } } } };
  const definition = (more: ValueMap) => ({
    DefinitionBody: { ...more, info: { title: 't', version: '1' }, paths: own },
  });
  const { resources } = transform({
    Http: { Type: 'AWS::Serverless::HttpApi', Properties: definition({ openapi: '3.0.1' }) },
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'a', ...definition({ swagger: '2.0' }) } },
    Fn: fn({
      Events: {
        Added: { Type: 'HttpApi', Properties: { ApiId: { Ref: 'Http' }, Path: '/o/{id}', Method: 'GET' } },
        Own: { Type: 'HttpApi', Properties: { ApiId: { Ref: 'Http' }, Path: '/x', Method: 'GET' } },
        Rest: { Type: 'Api', Properties: { RestApiId: { Ref: 'Api' }, Path: '/o', Method: 'GET' } },
      },
    }),
  });
  const uri = {
    'Fn::Sub': 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations',
  };
  const integration = { httpMethod: 'POST', type: 'aws_proxy', uri, payloadFormatVersion: '2.0' };
  expect(propertiesOf(resources['Http'])).toMatchObject({
    Body: {
      paths: {
        '/x': { get: { 'x-amazon-apigateway-integration': integration, responses: { '200': { description: 'own' } } } },
        '/o/{id}': {
          get: {
            'x-amazon-apigateway-integration': integration,
            responses: {},
            parameters: [{ required: true, name: 'id', in: 'path' }],
          },
        },
      },
    },
  });
  expect(propertiesOf(resources['Api'])).toMatchObject({ Body: { paths: own } });
  expect(JSON.stringify(propertiesOf(resources['Api']))).not.toContain('/o');
});

test.each(['AWS::Serverless::Api', 'AWS::Serverless::HttpApi'])(
  'a definition that a macro makes is passed on as it is: %s',
  (Type) => {
    const DefinitionBody = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 'api.yaml' } } };
    const { resources } = transform({ Api: { Type, Properties: { StageName: 'a', DefinitionBody } } });
    expect(propertiesOf(resources['Api'])).toEqual({ Body: DefinitionBody });
  },
);

test('a role that is chosen or left out is made under the contrary of the condition', () => {
  const arn = 'arn:aws:iam::123456789012:role/own';
  const role = (yes: Value, no: Value) => {
    const { resources, conditions } = transform({ Fn: fn({ Role: { 'Fn::If': ['C', yes, no] } }) });
    const given = propertiesOf(resources['Fn']);
    const { Role } = typeof given === 'object' && given !== null && 'Role' in given ? given : { Role: undefined };
    return [Role, resources['FnRole']?.['Condition'], conditions];
  };
  const made = { 'Fn::GetAtt': ['FnRole', 'Arn'] };
  const not = { NOTC: { 'Fn::Not': [{ Condition: 'C' }] } };
  expect(role(arn, noValue)).toEqual([{ 'Fn::If': ['C', arn, made] }, 'NOTC', not]);
  expect(role(noValue, arn)).toEqual([{ 'Fn::If': ['C', made, arn] }, 'C', undefined]);
  expect(role(arn, 'arn:other')).toEqual([{ 'Fn::If': ['C', arn, 'arn:other'] }, undefined, undefined]);
});

test('the version of an archive in a bucket is told apart from its key', () => {
  const { resources } = transform({ Fn: fn({ CodeUri: 's3://b/k?versionId=v7' }) });
  expect(propertiesOf(resources['Fn'])).toMatchObject({
    Code: { S3Bucket: 'b', S3Key: 'k', S3ObjectVersion: 'v7' },
  });
});

// Source: `sam build` and `sam package`, on which the official `sam init` templates rely
// (aws/aws-sam-cli-app-templates).
test('a function without CodeUri is the folder of the template', () => {
  const { resources } = transform({
    Fn: { Type: 'AWS::Serverless::Function', Properties: { Handler: 'a.b', Runtime: 'nodejs22.x' } },
  });
  expect(propertiesOf(resources['Fn'])).toMatchObject({ Code: './' });
});

test('null is what was left out, in a function and in its events; an event that is null is refused', () => {
  const Events = { E: { Type: 'Schedule', Properties: { Schedule: 'rate(1 hour)', State: null, Name: null } } };
  const { resources } = transform({ Fn: fn({ Role: null, Description: null, Events }), Bare: fn({ Events: null }) });
  expect(Object.keys(resources)).toEqual(['Fn', 'FnE', 'FnEPermission', 'FnRole', 'Bare', 'BareRole']);
  expect(propertiesOf(resources['Fn'])).not.toHaveProperty('Description');
  expect(problemsOf({ Fn: fn({ Events: { E: null } }) })).toBe(
    "Resource with id [Fn] is invalid. Type of property 'Events' is invalid.",
  );
});

describe('what SAM refuses is refused in its words', () => {
  const rule = { Pattern: { source: ['a'] } };
  test.each<[string, ValueMap, string]>([
    [
      'State beside Enabled',
      withEvent('Schedule', { Schedule: 'rate(1 hour)', Enabled: true, State: 'ENABLED' }),
      'Event with id [E] is invalid. State and Enabled Properties cannot both be specified.',
    ],
    [
      'a dead-letter queue with ARN and type',
      withEvent('EventBridgeRule', { ...rule, DeadLetterConfig: { Arn: 'x', Type: 'SQS' } }),
      "Event with id [FnE] is invalid. You can either define 'Arn' or 'Type' property of DeadLetterConfig.",
    ],
    [
      'a dead-letter queue with neither',
      withEvent('EventBridgeRule', { ...rule, DeadLetterConfig: {} }),
      "Event with id [FnE] is invalid. No 'Arn' or 'Type' property provided for DeadLetterConfig.",
    ],
    [
      'a path of an HTTP API without a method',
      withEvent('HttpApi', { Path: '/a' }),
      "Event with id [E] is invalid. Property 'Method' is required.",
    ],
    [
      'a method of an HTTP API without a path',
      withEvent('HttpApi', { Method: 'GET' }),
      "Event with id [E] is invalid. Property 'Path' is required.",
    ],
    [
      'no runtime',
      { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://b/k', Handler: 'a.b' } },
      'Runtime and Handler needs to be present when PackageType is of type `Zip`',
    ],
    [
      'no handler',
      { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 's3://b/k', Runtime: 'nodejs22.x' } },
      'Runtime and Handler needs to be present when PackageType is of type `Zip`',
    ],
    [
      'a URL without AuthType',
      fn({ FunctionUrlConfig: { Cors: {} } }),
      'AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.',
    ],
    [
      'warm instances without an alias',
      fn({ ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } }),
      'To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function',
    ],
  ])('%s', (_name, Fn, sentence) => {
    expect(problemsOf({ Fn })).toBe(`Resource with id [Fn] is invalid. ${sentence}`);
  });

  test('one method of one path for two events', () => {
    const twice = (Type: string) => {
      const event = (Method: string) => ({ Type, Properties: { Path: '/a', Method } });
      return problemsOf({ Fn: fn({ Events: { S: event('get'), T: event('GET') } }) });
    };
    expect(twice('Api')).toBe(
      'Resource with id [Fn] is invalid. Event with id [T] is invalid. API method "get" defined multiple times for path "/a".',
    );
    expect(twice('HttpApi')).toBe(
      "Resource with id [Fn] is invalid. Event with id [T] is invalid. API method 'get' defined multiple times for path '/a'.",
    );
  });

  test('an event of a queue without a queue', () => {
    expect(problemsOf({ Fn: withEvent('SQS', { BatchSize: 1 }) })).toBe(
      "Resource with id [FnE] is invalid. Missing required property 'Queue'.",
    );
  });

  test.each([
    ['Function', 'Policies'],
    ['Function', 'Events'],
    ['Api', 'StageName'],
    ['HttpApi', 'Name'],
  ])('Globals.%s.%s', (section, property) => {
    expect(problemsOf({ Fn: fn({}) }, { Globals: { [section]: { [property]: 'a' } } })).toContain(
      `'Globals' section is invalid. '${property}' is not a supported property of '${section}'. Must be one of the following values - ['`,
    );
  });
});

test('a deployment makes a stage called Stage, unless an OpenApiVersion is set on the API or in Globals', () => {
  const route = { E: { Type: 'Api', Properties: { Path: '/o', Method: 'GET', RestApiId: { Ref: 'Api' } } } };
  const stageOf = (own: ValueMap, more: ValueMap = {}) => {
    const Api = { Type: 'AWS::Serverless::Api', Properties: { StageName: 'dev', ...own } };
    const { resources } = transform({ Api, Fn: fn({ Events: route }) }, more);
    const deployment = Object.values(resources).find(({ Type }) => String(Type) === 'AWS::ApiGateway::Deployment');
    return JSON.stringify(propertiesOf(deployment)).match(/"StageName":"(\w+)"/)?.[1];
  };
  expect(stageOf({})).toBe('Stage');
  expect(stageOf({ OpenApiVersion: '3.0.1' })).toBeUndefined();
  expect(stageOf({}, { Globals: { Api: { OpenApiVersion: '3.0.1' } } })).toBeUndefined();
});

test('lists of Globals and of the function are put one behind the other, architectures as well', () => {
  const { resources } = transform(
    { Fn: fn({ Architectures: ['x86_64'], Layers: ['own'] }) },
    { Globals: { Function: { Architectures: ['arm64'], Layers: ['general'] } } },
  );
  expect(propertiesOf(resources['Fn'])).toMatchObject({
    Architectures: ['arm64', 'x86_64'],
    Layers: ['general', 'own'],
  });
});
