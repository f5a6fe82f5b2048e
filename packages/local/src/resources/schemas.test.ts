// The resource types beside CloudFormation's own resource schemas.
import { SERVED_SCHEMAS } from '@earwitness/protocol/internal/aws/models/served-schemas';
import { loadResourceSchemas } from '@earwitness/protocol/internal/aws/resource-schema';
import { afterAll, expect, test } from 'vitest';
import { deployStack } from '../deploying/deploy.ts';
import { startLocal } from '../local.ts';
import { createStackStore } from '../services/cloudformation/stack.ts';
import { testCall } from '../test-cloud.ts';
import { inflate } from './inflate.ts';

const local = await startLocal();
afterAll(() => local.close());
const families = local.cloud.services.flatMap((service) => service.laterResources ?? []);
const later = await Promise.all(families.map(async ({ prefix, load }) => ({ prefix, made: await load() })));
const resources = [
  ...local.cloud.services.flatMap((service) => service.resources ?? []),
  ...later.flatMap(({ made }) => made),
];
const find = await loadResourceSchemas(
  resources.map(({ type }) => type),
  inflate,
);
// CloudFormation has no schema of AWS::CDK::Metadata.
const types = resources.filter(({ type }) => find(type));

// `npm run schemas` finds the types in the sources of the services; this asks the services themselves.
test('the table that is loaded with the first template has the types that are served, and no other ones', () => {
  const inTable = [...SERVED_SCHEMAS.matchAll(/^([^|\n]+)\|/gm)].map(([, type]) => type);
  expect(inTable).toEqual(types.map(({ type }) => type).sort());
});

test('a type that is loaded when a template has it has a name that tells so', () => {
  const lost = later.flatMap(({ prefix, made }) => made.filter(({ type }) => !type.startsWith(prefix)));
  expect(lost.map(({ type }) => type)).toEqual([]);
});

test('every property that a type serves or ignores is in its schema, and every required one is served', () => {
  const wrong = types.flatMap(({ type, serves, ignores = [] }) => {
    const { properties = {} } = find(type) ?? {};
    const named = [...serves, ...ignores];
    return [
      ...named.filter((name) => !Object.hasOwn(properties, name)).map((name) => `${type} has no property ${name}`),
      ...named.filter((name, at) => named.indexOf(name) !== at).map((name) => `${type} names ${name} twice`),
      ...Object.entries(properties)
        .filter(([name, { required }]) => required && !serves.includes(name))
        .map(([name]) => `${type} does not serve ${name}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test('a type has an update where its schema lets a property change in place, and no property replaces only sometimes', () => {
  const wrong = types.flatMap(({ type, serves, update }) => {
    const rules = Object.entries(find(type)?.properties ?? {}).filter(([name]) => serves.includes(name));
    return [
      ...rules.filter(([, rule]) => rule.requiresRecreation === 'Never' && !update).map(([name]) => `${type}.${name}`),
      ...rules.filter(([, rule]) => rule.requiresRecreation === 'Conditionally').map(([name]) => `${type}.${name}`),
    ];
  });
  expect(wrong).toEqual([]);
});

/** One resource of every type. */
const everything = `
Resources:
  Queue: {Type: AWS::SQS::Queue}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}]}
  Topic: {Type: AWS::SNS::Topic}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: &key [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: &id [{AttributeName: id, AttributeType: S}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: KEYS_ONLY}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
  GlobalTable:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      KeySchema: *key
      AttributeDefinitions: *id
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: KEYS_ONLY}
      Replicas: [{Region: eu-west-1}]
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties: {Topics: [!Ref Topic], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sns:Publish, Resource: !Ref Topic}]}}
  TopicInlinePolicy:
    Type: AWS::SNS::TopicInlinePolicy
    Properties: {TopicArn: !Ref Topic, PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sns:Publish, Resource: !Ref Topic}]}}
  Subscription: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: secret}}
  SecretPolicy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties: {SecretId: !Ref Secret, ResourcePolicy: &policy {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: '*'}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: [lambda.amazonaws.com, scheduler.amazonaws.com, states.amazonaws.com]}, Action: sts:AssumeRole}]}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole]
  Policy:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: a, Roles: [!Ref Role], PolicyDocument: &own {Version: '2012-10-17', Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}}
  RolePolicy: {Type: AWS::IAM::RolePolicy, Properties: {PolicyName: b, RoleName: !Ref Role, PolicyDocument: *own}}
  ManagedPolicy: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: *own}}
  LogGroup: {Type: AWS::Logs::LogGroup}
  LogStream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: !Ref LogGroup}}
  LogPolicy: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyName: a, PolicyDocument: *policy}}
  ScheduleGroup: {Type: AWS::Scheduler::ScheduleGroup}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties: {RoleArn: !GetAtt Role.Arn, Definition: {StartAt: A, States: {A: {Type: Succeed}}}}
  MachineVersion: {Type: AWS::StepFunctions::StateMachineVersion, Properties: {StateMachineArn: !Ref Machine}}
  MachineAlias:
    Type: AWS::StepFunctions::StateMachineAlias
    Properties: {RoutingConfiguration: [{StateMachineVersionArn: !Ref MachineVersion, Weight: 100}]}
  Activity: {Type: AWS::StepFunctions::Activity, Properties: {Name: pack}}
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties: {Source: !GetAtt Queue.Arn, Target: !GetAtt Function.Arn, RoleArn: !GetAtt Role.Arn, DesiredState: STOPPED}
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 8 1 * ? *)
      FlexibleTimeWindow: {Mode: 'OFF'}
      GroupName: !Ref ScheduleGroup
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: !GetAtt Role.Arn}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Consumer: {Type: AWS::Kinesis::StreamConsumer, Properties: {ConsumerName: audit, StreamARN: !GetAtt Stream.Arn}}
  Key: {Type: AWS::KMS::Key}
  KeyAlias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/orders, TargetKeyId: !Ref Key}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}}}
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: s3:GetObject, Resource: !Join ['', [!GetAtt Bucket.Arn, '/*']]}]}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
  BusPolicy:
    Type: AWS::Events::EventBusPolicy
    Properties: {EventBusName: !Ref Bus, StatementId: other, Action: events:PutEvents, Principal: '111111111111'}
  Connection:
    Type: AWS::Events::Connection
    Properties: {AuthorizationType: API_KEY, AuthParameters: {ApiKeyAuthParameters: {ApiKeyName: a, ApiKeyValue: b}}}
  Destination:
    Type: AWS::Events::ApiDestination
    Properties: {ConnectionArn: !GetAtt Connection.Arn, HttpMethod: POST, InvocationEndpoint: 'https://example.com/a'}
  Rule: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus, EventPattern: {source: [shop]}}}
  Archive: {Type: AWS::Events::Archive, Properties: {SourceArn: !GetAtt Bus.Arn}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Handler: index.handler, Runtime: nodejs22.x, Role: !GetAtt Role.Arn, Code: {ZipFile: 'exports.handler = async () => {}'}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function}}
  Alias:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Function, FunctionVersion: !GetAtt Version.Version, Name: live}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Function, Action: lambda:InvokeFunction, Principal: events.amazonaws.com}
  InvokeConfig: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Function, Qualifier: $LATEST, MaximumRetryAttempts: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}
  Layer: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: wares, S3Key: k}}}
  LayerPermission:
    Type: AWS::Lambda::LayerVersionPermission
    Properties: {LayerVersionArn: !Ref Layer, Action: lambda:GetLayerVersion, Principal: '*'}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Function, AuthType: NONE}}
  Account: {Type: AWS::ApiGateway::Account}
  RestApi: {Type: AWS::ApiGateway::RestApi}
  Part:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref RestApi, ParentId: !GetAtt RestApi.RootResourceId, PathPart: orders}
  Method:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref RestApi, ResourceId: !Ref Part, HttpMethod: GET, Integration: {Type: MOCK, IntegrationResponses: [{StatusCode: 200}]}, MethodResponses: [{StatusCode: 200}]}
  Authorizer:
    Type: AWS::ApiGateway::Authorizer
    Properties: {RestApiId: !Ref RestApi, Name: gate, Type: TOKEN, AuthorizerUri: !GetAtt Function.Arn}
  GatewayResponse: {Type: AWS::ApiGateway::GatewayResponse, Properties: {RestApiId: !Ref RestApi, ResponseType: DEFAULT_4XX}}
  Deployment: {Type: AWS::ApiGateway::Deployment, DependsOn: Method, Properties: {RestApiId: !Ref RestApi}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref RestApi, DeploymentId: !Ref Deployment, StageName: live}
  ApiKey: {Type: AWS::ApiGateway::ApiKey}
  UsagePlan: {Type: AWS::ApiGateway::UsagePlan}
  UsagePlanKey: {Type: AWS::ApiGateway::UsagePlanKey, Properties: {KeyId: !Ref ApiKey, KeyType: API_KEY, UsagePlanId: !Ref UsagePlan}}
  HttpApi: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: orders, ProtocolType: HTTP}}
  HttpIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref HttpApi, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn}
  HttpRoute: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref HttpApi, RouteKey: $default}}
  HttpAuthorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref HttpApi
      Name: gate
      AuthorizerType: REQUEST
      AuthorizerUri: !GetAtt Function.Arn
      AuthorizerPayloadFormatVersion: '2.0'
  HttpStage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref HttpApi, StageName: live}}
  HttpDeployment: {Type: AWS::ApiGatewayV2::Deployment, Properties: {ApiId: !Ref HttpApi}}
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://wares.s3.amazonaws.com/stack.yaml'}}
  Macro: {Type: AWS::CloudFormation::Macro, Properties: {Name: Upper, FunctionName: !Ref Function}}
  Custom:
    Type: AWS::CloudFormation::CustomResource
    Properties: {ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:elsewhere'}
`;

test('every type is made, and has no attribute that its schema does not have', async () => {
  const { cloud } = local;
  await deployStack(cloud, { name: 'all', template: everything }, { call: testCall, variables: async () => ({}) });
  const made = Object.values(createStackStore(cloud).get('all', testCall).resources);
  expect(made.map(({ type }) => type).sort()).toEqual(types.map(({ type }) => type).sort());
  const unknown = made.flatMap(({ type, made }) =>
    Object.keys(made?.attributes ?? {})
      .filter((name) => !find(type)?.attributes.includes(name))
      .map((name) => `${type}.${name}`),
  );
  expect(unknown).toEqual([]);
});
