// Stacks with everything on the road in them, created, changed and deleted: afterwards every API answers as if nothing had been.
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

const call = {
  account: '000000000000',
  region: 'us-east-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;

const application = `---
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: nodejs22.x, Handler: index.handler, Timeout: 5}
Resources:
  OrderBus: {Type: AWS::Events::EventBus, Properties: {Name: Orders}}
  Audit: {Type: AWS::SQS::Queue}
  AuditRule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !GetAtt OrderBus.Name
      EventPattern: {account: [!Sub '\${AWS::AccountId}']}
      Targets: [{Arn: !GetAtt Audit.Arn, Id: audit}]
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7}}
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Architectures: [arm64]
      Tracing: Active
      AutoPublishAlias: live
      InlineCode: |
        exports.handler = async (event) => ({ statusCode: 200, body: 'version 1 ' + process.env.BUS_NAME });
      Policies:
        - EventBridgePutEventsPolicy: {EventBusName: !Ref OrderBus}
        - Version: '2012-10-17'
          Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Audit.Arn}]
      Environment: {Variables: {BUS_NAME: !Ref OrderBus, NUMBER: 5, FLAG: true}}
      Events:
        Post: {Type: Api, Properties: {Path: /orders, Method: post}}
        Get: {Type: HttpApi, Properties: {Path: '/orders/{id}', Method: GET}}
        Nightly: {Type: Schedule, Properties: {Schedule: 'cron(0 2 * * ? *)', Input: '{"a":1}'}}
        OnOrder:
          Type: EventBridgeRule
          Properties:
            EventBusName: !Ref OrderBus
            Pattern: {detail-type: [OrderCreated]}
            DeadLetterConfig: {Type: SQS}
            RetryPolicy: {MaximumRetryAttempts: 1}
Outputs:
  RestUrl: {Value: !Sub 'https://\${ServerlessRestApi}.execute-api.\${AWS::Region}.amazonaws.com/Prod/orders'}
  HttpUrl: {Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/orders/7'}
  BusName: {Value: !Ref OrderBus, Export: {Name: OrderBusName}}
`;

const relay = `
Parameters:
  Endpoint: {Type: String, Default: 'http://127.0.0.1:9'}
  Token: {Type: String, NoEcho: 'true', Default: hush-hush}
  Rate: {Type: Number, Default: '300'}
Resources:
  DLQ: {Type: "AWS::SQS::Queue"}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Sub '{"token":"\${Token}"}'}}
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters:
        ApiKeyAuthParameters:
          ApiKeyName: Authorization
          ApiKeyValue: !Sub '{{resolve:secretsmanager:\${Secret}:SecretString:token}}'
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      Name: relay
      ConnectionArn: {Fn::GetAtt: Connection.Arn}
      HttpMethod: "POST"
      InvocationEndpoint: {Fn::Join: ["/", [!Ref Endpoint, topics]]}
      InvocationRateLimitPerSecond: !Ref Rate
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub ["\${AWS::StackName}-\${Suffix}", {Suffix: !Select [0, !Split ["-", "role-x"]]}]
      Path: /service-role/
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: invoke
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: [events:InvokeApiDestination], Resource: !GetAtt [Destination, Arn]}]
  Rule:
    Type: AWS::Events::Rule
    DependsOn: [Role]
    Properties:
      EventBusName: {Fn::ImportValue: OrderBusName}
      EventPattern: {source: [{prefix: ""}]}
      Targets:
        - {Arn: !GetAtt Destination.Arn, Id: topic, RoleArn: !GetAtt Role.Arn, DeadLetterConfig: {Arn: !GetAtt DLQ.Arn}}
`;

const everything = [
  ['sqs', 'ListQueues', 'QueueUrls'],
  ['events', 'ListConnections', 'Connections'],
  ['events', 'ListApiDestinations', 'ApiDestinations'],
  ['events', 'ListRules', 'Rules'],
  ['lambda', 'ListFunctions', 'Functions'],
  ['iam', 'ListRoles', 'Roles'],
  ['apigateway', 'GetRestApis', 'items'],
  ['apigatewayv2', 'GetApis', 'Items'],
  ['secretsmanager', 'ListSecrets', 'SecretList'],
] as const;

async function whatIsThere(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [service, operation, member] of everything) {
    const output: unknown = await local.cloud.dispatch.call(service, operation as never, {} as never, call);
    const list = (output as Record<string, unknown>)[member];
    counts[operation] = Array.isArray(list) ? list.length : 0;
  }
  return counts;
}

const textAt = async (url: string | undefined, method: string) => (await fetch(url ?? '', { method })).text();

test('an application and its relay are created, changed in many places, and deleted without a trace', async () => {
  const before = await whatIsThere();
  const first = await local.deploy({ name: 'app', template: application });
  await local.deploy({ name: 'relay', template: relay });
  expect(await textAt(first['RestUrl'], 'POST')).toBe('version 1 Orders');
  expect(await textAt(first['HttpUrl'], 'GET')).toBe('version 1 Orders');

  const changed = application
    .replace('version 1', 'version 2')
    .replace('Path: /orders,', 'Path: /purchases,')
    .replace('Prod/orders', 'Prod/purchases')
    .replace('OrderCreated', 'OrderPlaced')
    .replace('cron(0 2', 'cron(0 3')
    .replace('NUMBER: 5', 'NUMBER: 6')
    .replace("'sqs:*'", "'sqs:Send*'");
  const second = await local.deploy({ name: 'app', template: changed });
  await local.deploy({
    name: 'relay',
    template: relay
      .replace("Default: '300'", "Default: '200'")
      .replace('Id: topic', 'Id: other')
      .replace('prefix: ""', 'prefix: a'),
  });
  expect(second['HttpUrl']).toBe(first['HttpUrl']);
  expect(await textAt(second['RestUrl'], 'POST')).toBe('version 2 Orders');

  for (const StackName of ['relay', 'app']) {
    await local.cloud.dispatch.call('cloudformation', 'DeleteStack', { StackName }, call);
    await expect(local.cloud.dispatch.call('cloudformation', 'DescribeStacks', { StackName }, call)).rejects.toThrow(
      `Stack with id ${StackName} does not exist`,
    );
  }
  expect(await whatIsThere()).toEqual(before);
  const facts = local.journal.read();
  expect(facts.filter((fact) => fact.kind === 'fault')).toEqual([]);
  expect(facts.filter((fact) => fact.kind === 'stack' && fact.status.endsWith('FAILED'))).toEqual([]);
  expect(JSON.stringify(facts)).not.toContain('hush-hush');
});

test('a template as the CDK writes it is deployed as it is, with its rules, conditions and metadata', async () => {
  const join = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });
  const partition = { Ref: 'AWS::Partition' };
  const assumedBy = (Service: string) => ({
    Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service } }],
    Version: '2012-10-17',
  });
  const template = {
    Resources: {
      BusEA82B648: { Type: 'AWS::Events::EventBus', Properties: { Name: 'cdk' } },
      FnServiceRoleB9001A96: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com'),
          ManagedPolicyArns: [join('arn:', partition, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')],
        },
        Metadata: { 'aws:cdk:path': 'Stack/Fn/ServiceRole/Resource' },
      },
      Fn9270CBC0: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { ZipFile: 'exports.handler = async () => ({ statusCode: 200, body: process.env.BUS })' },
          Environment: { Variables: { BUS: { Ref: 'BusEA82B648' } } },
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['FnServiceRoleB9001A96', 'Arn'] },
          Runtime: 'nodejs20.x',
        },
        DependsOn: ['FnServiceRoleB9001A96'],
      },
      ApiF70053CD: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api' } },
      ApiPOST: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          AuthorizationType: 'NONE',
          HttpMethod: 'POST',
          Integration: {
            IntegrationHttpMethod: 'POST',
            Type: 'AWS_PROXY',
            Uri: join(
              ...['arn:', partition, ':apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/'],
              ...[{ 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] }, '/invocations'],
            ),
          },
          ResourceId: { 'Fn::GetAtt': ['ApiF70053CD', 'RootResourceId'] },
          RestApiId: { Ref: 'ApiF70053CD' },
        },
      },
      ApiDeployment: {
        Type: 'AWS::ApiGateway::Deployment',
        Properties: { RestApiId: { Ref: 'ApiF70053CD' } },
        DependsOn: ['ApiPOST'],
      },
      ApiStageprod: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { DeploymentId: { Ref: 'ApiDeployment' }, RestApiId: { Ref: 'ApiF70053CD' }, StageName: 'prod' },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
          SourceArn: join(
            ...['arn:', partition, ':execute-api:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':'],
            ...[{ Ref: 'ApiF70053CD' }, '/', { Ref: 'ApiStageprod' }, '/POST/'],
          ),
        },
      },
      CDKMetadata: {
        Type: 'AWS::CDK::Metadata',
        Properties: { Analytics: 'v2:deflate64:x' },
        Condition: 'CDKMetadataAvailable',
      },
    },
    Outputs: {
      ApiEndpoint4F160690: {
        Value: join(
          ...['https://', { Ref: 'ApiF70053CD' }, '.execute-api.', { Ref: 'AWS::Region' }, '.'],
          ...[{ Ref: 'AWS::URLSuffix' }, '/', { Ref: 'ApiStageprod' }, '/'],
        ),
      },
    },
    Conditions: {
      CDKMetadataAvailable: {
        'Fn::Or': [
          { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
          { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
        ],
      },
    },
    Parameters: {
      BootstrapVersion: {
        Type: 'AWS::SSM::Parameter::Value<String>',
        Default: '/cdk-bootstrap/hnb659fds/version',
        Description: 'Version of the CDK Bootstrap resources in this environment. [cdk:skip]',
      },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [
          {
            Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] },
            AssertDescription: "CDK bootstrap stack version 6 required. Please run 'cdk bootstrap'.",
          },
        ],
      },
    },
  };
  const outputs = await local.deploy({ name: 'cdk', template: JSON.stringify(template) });
  expect(await textAt(outputs['ApiEndpoint4F160690'], 'POST')).toBe('cdk');
});
