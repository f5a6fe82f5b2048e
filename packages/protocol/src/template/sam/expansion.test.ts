// What each serverless type and event expands to: logical ids and types, and of some the properties. Expected values
// are those of aws-sam-translator 1.110 for the same templates.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Problem } from '../problem.ts';
import { createSource } from '../source.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

const options = {
  source: createSource(),
  parameters: { 'AWS::Partition': 'aws' },
  sha1: (text: string) => createHash('sha1').update(text).digest('hex'),
};

function made(Resources: ValueMap): Record<string, ValueMap> {
  return JSON.parse(JSON.stringify(transformServerless({ Resources }, options)['Resources']));
}

function typesOf(Resources: ValueMap): Record<string, Value | undefined> {
  return Object.fromEntries(Object.entries(made(Resources)).map(([id, { Type }]) => [id, Type]));
}

const fn = (Properties: ValueMap): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'app.handler', Runtime: 'nodejs22.x', Role: 'r', ...Properties },
});
const withEvent = (Type: string, Properties: ValueMap): ValueMap => fn({ Events: { E: { Type, Properties } } });
const secret = { SourceAccessConfigurations: [{ Type: 'BASIC_AUTH', URI: 's' }] };

const MAPPING = { FnE: 'AWS::Lambda::EventSourceMapping' };
const PERMISSION = { FnEPermission: 'AWS::Lambda::Permission' };

test.each<[string, ValueMap, Record<string, string>]>([
  ['Kinesis', { Stream: 'arn', StartingPosition: 'LATEST' }, MAPPING],
  ['DynamoDB', { Stream: 'arn', StartingPosition: 'LATEST' }, MAPPING],
  ['MSK', { Stream: 'arn', StartingPosition: 'LATEST', Topics: ['t'] }, MAPPING],
  ['MQ', { Broker: 'arn', Queues: ['q'], ...secret }, MAPPING],
  ['DocumentDB', { Cluster: 'arn', DatabaseName: 'd', ...secret }, MAPPING],
  ['SelfManagedKafka', { KafkaBootstrapServers: ['k'], Topics: ['t'], ...secret }, MAPPING],
  ['SNS', { Topic: 'arn' }, { FnE: 'AWS::SNS::Subscription', ...PERMISSION }],
  [
    'SNS',
    { Topic: 'arn', SqsSubscription: true },
    {
      FnEQueue: 'AWS::SQS::Queue',
      FnE: 'AWS::SNS::Subscription',
      FnEQueuePolicy: 'AWS::SQS::QueuePolicy',
      FnEEventSourceMapping: 'AWS::Lambda::EventSourceMapping',
    },
  ],
  [
    'ScheduleV2',
    { ScheduleExpression: 'rate(1 minute)' },
    { FnE: 'AWS::Scheduler::Schedule', FnERole: 'AWS::IAM::Role' },
  ],
  ['IoTRule', { Sql: 'SELECT * FROM "t"' }, { FnE: 'AWS::IoT::TopicRule', ...PERMISSION }],
  ['AlexaSkill', {}, PERMISSION],
  ['CloudWatchLogs', { LogGroupName: 'g', FilterPattern: '' }, { FnE: 'AWS::Logs::SubscriptionFilter', ...PERMISSION }],
])('event %s %j of a function', (type, properties, expected) => {
  expect(typesOf({ Fn: withEvent(type, properties) })).toEqual({ Fn: 'AWS::Lambda::Function', ...expected });
});

test('a bucket of the template notifies the function and waits for its permission', () => {
  const Fn = withEvent('S3', { Bucket: { Ref: 'Bucket' }, Events: 's3:ObjectCreated:*' });
  const resources = made({ Fn, Bucket: { Type: 'AWS::S3::Bucket' } });
  expect(resources['Bucket']).toEqual({
    Type: 'AWS::S3::Bucket',
    DependsOn: ['FnEPermission'],
    Properties: {
      NotificationConfiguration: {
        LambdaConfigurations: [{ Function: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Event: 's3:ObjectCreated:*' }],
      },
    },
  });
});

test('a user pool of the template calls the function at its trigger', () => {
  const Fn = withEvent('Cognito', { UserPool: { Ref: 'Pool' }, Trigger: 'PreSignUp' });
  const resources = made({ Fn, Pool: { Type: 'AWS::Cognito::UserPool' } });
  expect(resources['Pool']?.['Properties']).toEqual({ LambdaConfig: { PreSignUp: { 'Fn::GetAtt': ['Fn', 'Arn'] } } });
  expect(Object.keys(resources)).toEqual(['Pool', 'Fn', 'FnCognitoPermission']);
});

test('a state machine has its definition as one text, a role, and a role for each event', () => {
  const Machine = {
    Type: 'AWS::Serverless::StateMachine',
    Properties: {
      Definition: { StartAt: 'A', States: { A: { Type: 'Task', Resource: { Ref: 'Q' }, End: true, Note: null } } },
      Events: { E: { Type: 'EventBridgeRule', Properties: { Pattern: { source: ['a'] } } } },
    },
  };
  const resources = made({ Machine });
  expect(Object.keys(resources)).toEqual(['Machine', 'MachineRole', 'MachineERole', 'MachineE']);
  expect(resources['Machine']?.['Properties']).toEqual({
    DefinitionSubstitutions: { definition_substitution_1: { Ref: 'Q' } },
    DefinitionString: {
      'Fn::Join': [
        '\n',
        [
          '{',
          '    "StartAt": "A",',
          '    "States": {',
          '        "A": {',
          '            "End": true,',
          '            "Note": null,',
          '            "Resource": "${definition_substitution_1}",',
          '            "Type": "Task"',
          '        }',
          '    }',
          '}',
        ],
      ],
    },
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    Tags: [{ Key: 'stateMachine:createdBy', Value: 'SAM' }],
  });
  expect(resources['MachineE']?.['Properties']).toEqual({
    EventPattern: { source: ['a'] },
    Targets: [
      {
        Arn: { Ref: 'Machine' },
        Id: 'MachineEStepFunctionsTarget',
        RoleArn: { 'Fn::GetAtt': ['MachineERole', 'Arn'] },
      },
    ],
  });
});

test('a table, a nested stack and a layer; references to the layer follow its id', () => {
  const resources = made({
    Table: { Type: 'AWS::Serverless::SimpleTable', Properties: { PrimaryKey: { Name: 'k', Type: 'Number' } } },
    App: { Type: 'AWS::Serverless::Application', Properties: { Location: 'https://h/t.yaml' } },
    Layer: { Type: 'AWS::Serverless::LayerVersion', Properties: { ContentUri: 's3://b/k' } },
    Fn: fn({ Layers: [{ Ref: 'Layer' }] }),
  });
  expect(resources['Table']?.['Properties']).toEqual({
    AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  expect(resources['App']).toEqual({
    Type: 'AWS::CloudFormation::Stack',
    Properties: { Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }], TemplateURL: 'https://h/t.yaml' },
  });
  expect(resources['Layera0afbf5ad8']).toEqual({
    Type: 'AWS::Lambda::LayerVersion',
    DeletionPolicy: 'Retain',
    Properties: { LayerName: 'Layer', Content: { S3Bucket: 'b', S3Key: 'k' } },
  });
  expect(resources['Fn']?.['Properties']).toMatchObject({ Layers: [{ Ref: 'Layera0afbf5ad8' }] });
});

test('an authorizer of a REST API stands in its definition, and may call its function', () => {
  const Auth = { DefaultAuthorizer: 'A', Authorizers: { A: { FunctionArn: 'arn' } } };
  const resources = made({
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'v1', Auth } },
    Fn: withEvent('Api', { Path: '/', Method: 'get', RestApiId: { Ref: 'Api' } }),
  });
  expect(resources['Api']?.['Properties']).toMatchObject({
    Body: {
      paths: { '/': { get: { security: [{ A: [] }] } } },
      securityDefinitions: {
        A: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': { type: 'token' },
        },
      },
    },
  });
  expect(resources['ApiAAuthorizerPermission']?.['Type']).toBe('AWS::Lambda::Permission');
});

test('null is what was left out, in a resource, in Globals and in an event', () => {
  const Fn = fn({ Environment: null, Events: null, VpcConfig: null, Timeout: null });
  const whole = transformServerless({ Globals: { Function: { Timeout: 3 } }, Resources: { Fn } }, options);
  expect(whole['Resources']).toMatchObject({ Fn: { Properties: { Role: 'r' } } });
  expect(JSON.stringify(whole)).not.toMatch(/null|Timeout/);
});

test('problems are collected when asked for, and the rest of the template is expanded', () => {
  const problems: Problem[] = [];
  const Resources = {
    Fn: fn({ Handlr: 'x' }),
    Odd: { Type: 'AWS::Serverless::Odd' },
    Queue: { Type: 'AWS::SQS::Queue' },
  };
  const whole = transformServerless({ Resources }, { ...options, problems });
  expect(problems.map(({ message }) => message)).toEqual([
    'Resource with id [Odd] is invalid. Earwitness does not know the resource type AWS::Serverless::Odd',
    'Resource with id [Fn] is invalid. property Handlr not defined for resource of type AWS::Serverless::Function',
  ]);
  expect(Object.keys(Object(whole['Resources']))).toEqual(['Queue', 'Fn']);
});

test('DeploymentPreference makes an application and a role for all functions, and a group for each', () => {
  const hooks = { PreTraffic: { Ref: 'Check' } };
  const preference = { Type: 'Canary10Percent5Minutes', Alarms: [{ Ref: 'Alarm' }], Hooks: hooks };
  const resources = made({
    A: fn({ AutoPublishAlias: 'live', DeploymentPreference: preference }),
    B: fn({ AutoPublishAlias: 'live', DeploymentPreference: { Type: 'Mine', Role: 'r' } }),
    C: fn({ AutoPublishAlias: 'live', DeploymentPreference: { Enabled: false, Type: 'AllAtOnce' } }),
  });
  const { ServerlessDeploymentApplication: application, ADeploymentGroup: group, AAliaslive: alias } = resources;
  expect(Object.keys(resources).filter((id) => /Deploy/.test(id))).toEqual([
    'ServerlessDeploymentApplication',
    'CodeDeployServiceRole',
    'ADeploymentGroup',
    'BDeploymentGroup',
  ]);
  expect(application).toEqual({ Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } });
  expect(group?.['Properties']).toEqual({
    AlarmConfiguration: { Alarms: [{ Name: { Ref: 'Alarm' } }], Enabled: true },
    ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    DeploymentConfigName: {
      'Fn::Sub': ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: 'Canary10Percent5Minutes' }],
    },
    DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
    ServiceRoleArn: { 'Fn::GetAtt': ['CodeDeployServiceRole', 'Arn'] },
  });
  expect(alias?.['UpdatePolicy']).toEqual({
    CodeDeployLambdaAliasUpdate: {
      ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
      DeploymentGroupName: { Ref: 'ADeploymentGroup' },
      BeforeAllowTrafficHook: { Ref: 'Check' },
    },
  });
  expect(resources['BDeploymentGroup']?.['Properties']).toMatchObject({
    DeploymentConfigName: 'Mine',
    ServiceRoleArn: 'r',
  });
  expect(resources['CAliaslive']).not.toHaveProperty('UpdatePolicy');
});

test.each(['Api', 'HttpApi'])('a DefinitionBody of %s that a condition chooses stays as it is', (kind) => {
  const DefinitionBody = { 'Fn::If': ['C', { swagger: '2.0', paths: {} }, { openapi: '3.0.1', paths: {} }] };
  const Api = { Type: `AWS::Serverless::${kind}`, Properties: { StageName: 's', DefinitionBody } };
  const properties = made({ Api })['Api']?.['Properties'];
  expect(isMap(properties) && properties['Body']).toEqual(DefinitionBody);
});
