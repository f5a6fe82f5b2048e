// What is connected with what, as the console draws it: a whole application, deployed by its template.

import { type Local, startLocal } from '@earwitness/local';
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/made-up',
    Code: { ZipFile: 'exports.handler = async () => ({});' },
  },
};

const getArn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

const TEMPLATE = {
  Parameters: { TopicUrl: { Type: 'String' } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: ['events', 'scheduler', 'pipes', 'states'].map((service) => ({
            Effect: 'Allow',
            Principal: { Service: `${service}.amazonaws.com` },
            Action: 'sts:AssumeRole',
          })),
        },
        Policies: [
          {
            PolicyName: 'everything',
            PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
          },
        ],
      },
    },
    Orders: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
    PlacedRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'placed',
        EventBusName: { Ref: 'Orders' },
        EventPattern: { source: ['shop'] },
        Targets: [
          { Id: 'reserve', Arn: getArn('Reserve'), DeadLetterConfig: { Arn: getArn('Dead') } },
          { Id: 'hear', Arn: getArn('Hear'), RoleArn: getArn('Role') },
          { Id: 'steps', Arn: getArn('Flow'), RoleArn: getArn('Role') },
          { Id: 'batch', Arn: 'arn:aws:batch:us-east-1:000000000000:job-queue/jobs', RoleArn: getArn('Role') },
          { Id: 'gone', Arn: 'arn:aws:sqs:us-east-1:000000000000:gone' },
        ],
      },
    },
    Reserve: { ...FUNCTION, Properties: { ...FUNCTION.Properties, FunctionName: 'reserve' } },
    Work: { ...FUNCTION, Properties: { ...FUNCTION.Properties, FunctionName: 'work' } },
    Results: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Reserve' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnFailure: { Destination: getArn('Dead') } },
      },
    },
    Url: {
      Type: 'AWS::Lambda::Url',
      Properties: { AuthType: 'NONE', TargetFunctionArn: getArn('Reserve') },
    },
    Jobs: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'jobs',
        RedrivePolicy: { deadLetterTargetArn: getArn('Dead'), maxReceiveCount: 3 },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: getArn('Jobs'), FunctionName: { Ref: 'Work' }, BatchSize: 5 },
    },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'key' } },
      },
    },
    Hear: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: 'hear',
        ConnectionArn: getArn('Connection'),
        InvocationEndpoint: { Ref: 'TopicUrl' },
        HttpMethod: 'POST',
      },
    },
    News: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: 'news', Subscription: [{ Protocol: 'sqs', Endpoint: getArn('Jobs') }] },
    },
    Nightly: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'nightly',
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
          RoleArn: getArn('Role'),
          Input: { 'Fn::Join': ['', ['{"QueueUrl":"', { Ref: 'Jobs' }, '","MessageBody":"go"}']] },
        },
      },
    },
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: { Name: 'pipe', RoleArn: getArn('Role'), Source: getArn('Jobs'), Target: getArn('Flow') },
    },
    Flow: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'flow',
        RoleArn: getArn('Role'),
        Definition: {
          StartAt: 'Both',
          States: {
            Both: {
              Type: 'Parallel',
              End: true,
              Branches: [
                {
                  StartAt: 'Charge',
                  States: { Charge: { Type: 'Task', Resource: getArn('Work'), End: true } },
                },
                {
                  StartAt: 'Tell',
                  States: {
                    Tell: {
                      Type: 'Task',
                      Resource: 'arn:aws:states:::sns:publish',
                      Parameters: { TopicArn: { Ref: 'News' }, Message: 'done' },
                      End: true,
                    },
                  },
                },
              ],
            },
          },
        },
      },
    },
    Items: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'items',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Images: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'images',
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      DependsOn: 'Route',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: getArn('Reserve'),
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /orders',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
  },
};

let local: Local;
let map: CloudMap;
beforeAll(async () => {
  local = await startLocal();
  const TopicUrl = `${local.url}/topics/earwitness/events?token=secret`;
  await local.deploy({ name: 'shop', template: JSON.stringify(TEMPLATE), parameters: { TopicUrl } });
  const newest = local.journal.newest;
  map = (await (await fetch(`${local.url}/_earwitness/map`)).json()) as CloudMap;
  expect(local.journal.newest).toBe(newest);
});
afterAll(() => local.close());

const nameOf = (id: string) => map.nodes.find((node) => node.id === id)?.name ?? id;

test('every resource that events pass is a node, with the stack that made it', () => {
  const shown = map.nodes.map(({ kind, name, stack, logicalId, state, standsIn }) =>
    [kind, name, logicalId && `${stack}.${logicalId}`, state, standsIn].filter(Boolean).join(' '),
  );
  expect(shown.sort()).toMatchInlineSnapshot(`
    [
      "api reserve URL shop.Url",
      "api shop shop.Api",
      "api-destination hear shop.Hear",
      "bucket images shop.Images",
      "bus default",
      "bus orders shop.Orders",
      "function reserve shop.Reserve",
      "function work shop.Work",
      "notification-topic news shop.News",
      "pipe pipe shop.Pipe",
      "queue dead shop.Dead",
      "queue gone MISSING",
      "queue jobs shop.Jobs",
      "rule placed shop.PlacedRule",
      "schedule nightly shop.Nightly",
      "stand-in jobs batch is not served",
      "state-machine flow shop.Flow",
      "table items shop.Items",
      "topic events",
    ]
  `);
});

test('every arrow that is declared is one, with its label', () => {
  const shown = map.edges.map(({ from, to, kind, label = '' }) => {
    const arrow = kind === 'delivers' ? '→' : '⇢';
    return `${nameOf(from)} ${arrow} ${nameOf(to)} ${label}`.trim();
  });
  expect(shown.sort()).toMatchInlineSnapshot(`
    [
      "flow → news Tell",
      "flow → work Charge",
      "hear → events",
      "images → default",
      "jobs → pipe",
      "jobs → work batches of 5",
      "jobs ⇢ dead received 3 times",
      "news → jobs sqs",
      "nightly → jobs",
      "orders → placed",
      "pipe → flow",
      "placed → flow steps",
      "placed → gone gone",
      "placed → hear hear",
      "placed → jobs batch",
      "placed → reserve reserve",
      "placed ⇢ dead reserve",
      "reserve URL → reserve",
      "reserve ⇢ dead on failure",
      "shop → reserve POST /orders",
    ]
  `);
});

test('a pattern and a definition are there to be shown, and no secret is', () => {
  expect(map.nodes.find(({ name }) => name === 'placed')?.pattern).toBe('{"source":["shop"]}');
  expect(map.nodes.find(({ name }) => name === 'flow')?.definition).toContain('"StartAt"');
  expect(JSON.stringify(map)).not.toContain('secret');
});
