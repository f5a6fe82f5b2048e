// Expected values are those of aws-sam-translator 1.110 for the same templates, but for the hash of a deployment's
// body.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSource } from '../source.ts';
import type { Value, ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

function resourcesOf(resources: ValueMap, more: ValueMap = {}): Record<string, ValueMap> {
  const root = { Transform: 'AWS::Serverless-2016-10-31', Resources: resources, ...more };
  const options = { source: createSource(), parameters: { 'AWS::Partition': 'aws', Stage: 'dev' }, sha1 };
  const made = JSON.stringify(transformServerless(root, options)['Resources']);
  return JSON.parse(made.replace(/(Deployment)[0-9a-f]{10}/g, '$1HASH').replace(/(deployment id: )\w+/, '$1HASH'));
}

const createOrder = (properties: ValueMap = {}, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 'src/', Handler: 'app.handler', Runtime: 'nodejs20.x', ...properties },
  ...more,
});
const event = (Type: string, Properties: ValueMap = {}): ValueMap => ({ E: { Type, Properties } });
const permission = (Principal: string, SourceArn: Value) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'CreateOrder' }, Principal, SourceArn },
});

test('a function gets a role, globals, its policies and its local code', () => {
  const made = resourcesOf(
    {
      CreateOrder: createOrder(
        {
          Environment: { Variables: { BUS: { Ref: 'Bus' } } },
          Policies: [
            { EventBridgePutEventsPolicy: { EventBusName: { Ref: 'Bus' } } },
            'AWSLambdaBasicExecutionRole',
            'arn:aws:iam::aws:policy/AmazonSQSFullAccess',
            { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
          ],
        },
        { Metadata: { BuildMethod: 'esbuild' } },
      ),
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
    },
    { Globals: { Function: { Timeout: 10, Environment: { Variables: { A: '1' } }, Tags: { x: 'y' } } } },
  );
  const Tags = [
    { Key: 'lambda:createdBy', Value: 'SAM' },
    { Key: 'x', Value: 'y' },
  ];
  expect(made).toEqual({
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
    CreateOrder: {
      Type: 'AWS::Lambda::Function',
      Metadata: { BuildMethod: 'esbuild' },
      Properties: {
        Code: 'src/',
        Handler: 'app.handler',
        Runtime: 'nodejs20.x',
        Timeout: 10,
        Environment: { Variables: { A: '1', BUS: { Ref: 'Bus' } } },
        Role: { 'Fn::GetAtt': ['CreateOrderRole', 'Arn'] },
        Tags,
      },
    },
    CreateOrderRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] } },
          ],
        },
        ManagedPolicyArns: [
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
          'arn:aws:iam::aws:policy/AmazonSQSFullAccess',
        ],
        Policies: [
          {
            PolicyName: 'CreateOrderRolePolicy0',
            PolicyDocument: {
              Statement: [
                {
                  Action: ['events:PutEvents'],
                  Effect: 'Allow',
                  Resource: {
                    'Fn::Sub': [
                      'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}',
                      { EventBusName: { Ref: 'Bus' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            PolicyName: 'CreateOrderRolePolicy3',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
          },
        ],
        Tags,
      },
    },
  });
});

describe('events', () => {
  const functionArn = { 'Fn::GetAtt': ['CreateOrder', 'Arn'] };
  const api = (id: string, resource: string) => ({
    'Fn::Sub': [
      `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${resource}`,
      { __ApiId__: { Ref: id }, __Stage__: '*' },
    ],
  });
  const uri = {
    'Fn::Sub':
      'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${CreateOrder.Arn}/invocations',
  };
  const added = (Events: ValueMap, more?: ValueMap) => {
    const { CreateOrder: _, ...rest } = resourcesOf({ CreateOrder: createOrder({ Role: 'r', Events }) }, more);
    return rest;
  };

  test('Api makes the implicit REST API, its deployment and its stage Prod', () => {
    expect(added(event('Api', { Path: '/orders/{id}', Method: 'post' }))).toEqual({
      CreateOrderEPermissionProd: permission('apigateway.amazonaws.com', api('ServerlessRestApi', 'POST/orders/*')),
      ServerlessRestApi: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Body: {
            swagger: '2.0',
            info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
            paths: {
              '/orders/{id}': {
                post: {
                  'x-amazon-apigateway-integration': { httpMethod: 'POST', type: 'aws_proxy', uri },
                  responses: {},
                },
              },
            },
          },
        },
      },
      ServerlessRestApiDeploymentHASH: {
        Type: 'AWS::ApiGateway::Deployment',
        Properties: {
          Description: 'RestApi deployment id: HASH',
          RestApiId: { Ref: 'ServerlessRestApi' },
          StageName: 'Stage',
        },
      },
      ServerlessRestApiProdStage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: {
          DeploymentId: { Ref: 'ServerlessRestApiDeploymentHASH' },
          RestApiId: { Ref: 'ServerlessRestApi' },
          StageName: 'Prod',
        },
      },
    });
  });

  test('HttpApi makes the implicit HTTP API with its default stage; without a path it is the default route', () => {
    const made = added(event('HttpApi'), { Globals: { HttpApi: { CorsConfiguration: true } } });
    expect(made).toEqual({
      CreateOrderEPermission: permission('apigateway.amazonaws.com', api('ServerlessHttpApi', '*')),
      ServerlessHttpApi: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: {
          Body: {
            openapi: '3.0.1',
            info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
            paths: {
              $default: {
                'x-amazon-apigateway-any-method': {
                  'x-amazon-apigateway-integration': {
                    httpMethod: 'POST',
                    type: 'aws_proxy',
                    uri,
                    payloadFormatVersion: '2.0',
                  },
                  isDefaultRoute: true,
                  responses: {},
                },
              },
            },
            'x-amazon-apigateway-cors': { allowOrigins: ['*'] },
            tags: [{ name: 'httpapi:createdBy', 'x-amazon-apigateway-tag-value': 'SAM' }],
          },
        },
      },
      ServerlessHttpApiApiGatewayDefaultStage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: {
          ApiId: { Ref: 'ServerlessHttpApi' },
          StageName: '$default',
          AutoDeploy: true,
          Tags: { 'httpapi:createdBy': 'SAM' },
        },
      },
    });
  });

  test('EventBridgeRule makes a rule, its permission, and a dead-letter queue when asked for', () => {
    const rule = { EventBusName: 'orders', Pattern: { source: ['a'] }, DeadLetterConfig: { Type: 'SQS' } };
    const queueArn = { 'Fn::GetAtt': ['CreateOrderEQueue', 'Arn'] };
    expect(added(event('EventBridgeRule', rule))).toEqual({
      CreateOrderE: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: 'orders',
          EventPattern: { source: ['a'] },
          Targets: [{ Arn: functionArn, Id: 'CreateOrderELambdaTarget', DeadLetterConfig: { Arn: queueArn } }],
        },
      },
      CreateOrderEPermission: permission('events.amazonaws.com', { 'Fn::GetAtt': ['CreateOrderE', 'Arn'] }),
      CreateOrderEQueue: { Type: 'AWS::SQS::Queue', Properties: {} },
      CreateOrderEQueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'CreateOrderEQueue' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Action: 'sqs:SendMessage',
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Resource: queueArn,
                Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['CreateOrderE', 'Arn'] } } },
              },
            ],
          },
        },
      },
    });
  });

  test('Schedule makes a rule with its state; SQS makes a mapping', () => {
    expect(added(event('Schedule', { Schedule: 'rate(1 minute)', Enabled: false, Name: 'n' }))['CreateOrderE']).toEqual(
      {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          Name: 'n',
          State: 'DISABLED',
          Targets: [{ Arn: functionArn, Id: 'CreateOrderELambdaTarget' }],
        },
      },
    );
    expect(added(event('SQS', { Queue: 'arn', BatchSize: 5 }))).toEqual({
      CreateOrderE: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: 'arn', FunctionName: { Ref: 'CreateOrder' }, BatchSize: 5 },
      },
    });
  });
});

test('an alias gets a version whose id changes with code, environment and memory, and is what events point at', () => {
  const made = resourcesOf({
    Fn: createOrder({
      CodeUri: 's3://b/k',
      MemorySize: 512,
      AutoPublishAlias: 'live-1',
      Environment: { Variables: { B: 'x', A: { Ref: 'Stage' } } },
      Events: event('Schedule', { Schedule: 'rate(1 minute)' }),
      EventInvokeConfig: { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Type: 'SQS' } } },
    }),
    Other: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: { Ref: 'Fn.Alias' }, x: { 'Fn::Sub': '${Fn.Version}' } },
    },
  });
  expect(Object.keys(made)).toEqual([
    'Other',
    'Fn',
    'FnVersion0a59d2a79f',
    'FnAliasliveD1',
    'FnEventInvokeConfigOnFailureQueue',
    'FnEventInvokeConfig',
    'FnE',
    'FnEPermission',
    'FnRole',
  ]);
  expect(made['Other']?.['Properties']).toEqual({
    QueueName: { Ref: 'FnAliasliveD1' },
    x: { 'Fn::Sub': '${FnVersion0a59d2a79f}' },
  });
  expect(made['FnE']?.['Properties']).toMatchObject({ Targets: [{ Arn: { Ref: 'FnAliasliveD1' } }] });
  expect(made['FnEventInvokeConfig']).toEqual({
    Type: 'AWS::Lambda::EventInvokeConfig',
    DependsOn: ['FnAliasliveD1'],
    Properties: {
      FunctionName: { Ref: 'Fn' },
      Qualifier: 'live-1',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FnEventInvokeConfigOnFailureQueue', 'Arn'] } } },
    },
  });
});

test('a declared API takes the routes that name it, its stage may be a parameter, and CORS answers OPTIONS', () => {
  const made = resourcesOf({
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: { Ref: 'Stage' }, Cors: "'*'" } },
    Fn: createOrder({ Events: event('Api', { Path: '/', Method: 'any', RestApiId: { Ref: 'Api' } }) }),
  });
  expect(Object.keys(made)).toEqual(['Fn', 'FnEPermissionStage', 'FnRole', 'Api', 'ApiDeploymentHASH', 'ApiStage']);
  const anything = expect.anything();
  expect(made['Api']?.['Properties']).toMatchObject({
    Body: { paths: { '/': { options: anything, 'x-amazon-apigateway-any-method': anything } } },
  });
  expect(made['Api']?.['Properties']).toHaveProperty(
    ['Body', 'paths', '/', 'options'],
    expect.objectContaining({
      'x-amazon-apigateway-integration': expect.objectContaining({
        type: 'mock',
        responses: {
          default: expect.objectContaining({
            responseParameters: {
              'method.response.header.Access-Control-Allow-Origin': "'*'",
              'method.response.header.Access-Control-Allow-Methods': "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'",
            },
          }),
        },
      }),
    }),
  );
});

test('what is generated is there when its function is', () => {
  const made = resourcesOf({
    Fn: createOrder({ Events: event('Api', { Path: '/', Method: 'get' }) }, { Condition: 'C' }),
  });
  expect(Object.entries(made).map(([name, resource]) => [name, resource['Condition']])).toEqual([
    ['Fn', 'C'],
    ['FnEPermissionProd', 'C'],
    ['FnRole', 'C'],
    ['ServerlessRestApi', 'C'],
    ['ServerlessRestApiDeploymentHASH', 'C'],
    ['ServerlessRestApiProdStage', 'C'],
  ]);
  const api = (Path: string) => ({ Events: event('Api', { Path, Method: 'get' }) });
  const root = {
    Conditions: { C: {}, D: {} },
    Resources: { A: createOrder(api('/a'), { Condition: 'C' }), B: createOrder(api('/b'), { Condition: 'D' }) },
  };
  const both = transformServerless(root, { source: createSource(), parameters: {}, sha1 });
  expect(both['Conditions']).toEqual({
    C: {},
    D: {},
    ServerlessRestApiCondition: { 'Fn::Or': [{ Condition: 'C' }, { Condition: 'D' }] },
  });
  expect(both['Resources']).toMatchObject({ ServerlessRestApi: { Condition: 'ServerlessRestApiCondition' } });
});

test('what SAM refuses is refused in its words, all at once', () => {
  const refuse = () =>
    resourcesOf(
      {
        Table: { Type: 'AWS::Serverless::Tabel' },
        Fn: createOrder({ Handlr: 'x', Tags: 'x', Events: event('Kinesis'), Policies: [{ NoSuchPolicy: {} }] }),
      },
      { Globals: { Machine: {} } },
    );
  expect(refuse).toThrow(
    [
      "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 7. 'Globals' section is invalid. 'Machine' is not supported. Must be one of the following values - ['Api', 'CapacityProvider', 'Function', 'HttpApi', 'LayerVersion', 'SimpleTable', 'StateMachine', 'WebSocketApi']",
      'Resource with id [Table] is invalid. Earwitness does not know the resource type AWS::Serverless::Tabel',
      'Resource with id [Fn] is invalid. property Handlr not defined for resource of type AWS::Serverless::Function',
      "Resource with id [Fn] is invalid. Property 'Tags' should be a map.",
      "Resource with id [FnE] is invalid. Missing required property 'StartingPosition'.",
      "Resource with id [FnE] is invalid. Missing required property 'Stream'.",
      "Resource with id [Fn] is invalid. Policy at index 0 in the 'Policies' property is not valid",
    ].join('; '),
  );
});
