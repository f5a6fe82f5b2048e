// The definitions of APIs. Expected values are those of aws-sam-translator 1.110 for the same templates.
import { expect, test } from 'vitest';
import { createSource } from '../../source.ts';
import { isMap, type Value, type ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

function made(template: ValueMap): ValueMap {
  const options = { source: createSource(), parameters: {}, sha1: (text: string) => text };
  return JSON.parse(JSON.stringify(transformServerless(template, options)));
}

function at(value: Value | undefined, ...names: readonly string[]): Value | undefined {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  return isMap(value) ? at(value[name], ...rest) : undefined;
}

const fn = (Type: string, event: ValueMap, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: {
    ...{ CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs22.x', Role: 'r' },
    Events: { E: { Type, Properties: { Path: '/a', Method: 'get', ...event } } },
  },
  ...more,
});

test('OpenApiVersion writes an OpenAPI 3 definition', () => {
  const root = made({
    Globals: { Api: { OpenApiVersion: '3.0.1', Cors: "'*'" } },
    Resources: { Fn: fn('Api', {}) },
  });
  const body = at(root, 'Resources', 'ServerlessRestApi', 'Properties', 'Body');
  expect([at(body, 'openapi'), at(body, 'swagger')]).toEqual(['3.0.1', undefined]);
  const options = at(body, 'paths', '/a', 'options');
  expect([at(options, 'consumes'), at(options, 'produces')]).toEqual([undefined, undefined]);
  expect(at(options, 'responses', '200', 'headers')).toEqual({
    'Access-Control-Allow-Origin': { schema: { type: 'string' } },
    'Access-Control-Allow-Methods': { schema: { type: 'string' } },
  });
});

test('RequestParameters are parameters of the operation, and keys of its cache', () => {
  const RequestParameters = [
    'method.request.querystring.a',
    { 'method.request.header.B': { Required: true, Caching: true } },
  ];
  const root = made({ Resources: { Fn: fn('Api', { RequestParameters }) } });
  const get = at(root, 'Resources', 'ServerlessRestApi', 'Properties', 'Body', 'paths', '/a', 'get');
  expect(at(get, 'parameters')).toEqual([
    { in: 'query', name: 'a', required: false, type: 'string' },
    { in: 'header', name: 'B', required: true, type: 'string' },
  ]);
  expect(at(get, 'x-amazon-apigateway-integration', 'cacheKeyParameters')).toEqual(['method.request.header.B']);
});

test('RouteSettings of an event are settings of the stage', () => {
  const RouteSettings = { ThrottlingBurstLimit: 5 };
  const root = made({ Resources: { Fn: fn('HttpApi', { RouteSettings }) } });
  const stage = at(root, 'Resources', 'ServerlessHttpApiApiGatewayDefaultStage', 'Properties');
  expect(at(stage, 'RouteSettings')).toEqual({ 'GET /a': RouteSettings });
});

test('a path of functions of several conditions has a condition of its own', () => {
  const root = made({
    Conditions: { A: {}, B: {} },
    Resources: {
      First: fn('Api', {}, { Condition: 'A' }),
      Second: fn('Api', { Method: 'post' }, { Condition: 'B' }),
    },
  });
  const name = 'ServerlessRestApiSLASHaPathCondition';
  expect(at(root, 'Conditions', name)).toEqual({ 'Fn::Or': [{ Condition: 'A' }, { Condition: 'B' }] });
  const item = at(root, 'Resources', 'ServerlessRestApi', 'Properties', 'Body', 'paths', '/a');
  expect(item).toMatchObject({ 'Fn::If': [name, {}, { Ref: 'AWS::NoValue' }] });
});

test('managed policies by name have the path that AWS gives them', () => {
  const Fn: ValueMap = {
    Type: 'AWS::Serverless::Function',
    Properties: {
      ...{ CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs22.x' },
      Policies: ['AWSLambdaSQSQueueExecutionRole', 'AmazonS3ReadOnlyAccess', 'DatabaseAdministrator'],
    },
  };
  const root = made({ Resources: { Fn } });
  expect(at(root, 'Resources', 'FnRole', 'Properties', 'ManagedPolicyArns')).toEqual([
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
    'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    'arn:aws:iam::aws:policy/job-function/DatabaseAdministrator',
  ]);
});
