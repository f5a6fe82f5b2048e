// Expected values are those of aws-sam-translator 1.110 for the same templates.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSource } from '../../source.ts';
import { isMap, type Value, type ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

function transform(Resources: ValueMap): Record<string, Value> {
  const root = { Transform: 'AWS::Serverless-2016-10-31', Resources };
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
  const options = { source: createSource(), parameters: { 'AWS::Partition': 'aws' }, sha1 };
  const made: Record<string, Value> = JSON.parse(JSON.stringify(transformServerless(root, options)['Resources']));
  return made;
}

const write = (Destination: Value, more: ValueMap = {}) => ({
  Properties: { Destination, Permissions: ['Write'] },
  ...more,
});
const fn = (Connectors: ValueMap = {}, Properties: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Connectors,
  Properties: { InlineCode: 'x', Handler: 'a.b', Runtime: 'nodejs22.x', ...Properties },
});
const Bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'b' } };
const Queue = { Type: 'AWS::SQS::Queue' };
const metadata = (id: string, source: string, destination: string) => ({
  'aws:sam:connectors': { [id]: { Source: { Type: source }, Destination: { Type: destination } } },
});
const policy = (statements: readonly Value[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: Value, id: string) => ({
  Effect: 'Allow',
  Action,
  Resource: [{ 'Fn::GetAtt': [id, 'Arn'] }],
});

test('a connector in a function gives its role a policy, one for each of several destinations', () => {
  const made = transform({
    Fn: fn({
      ToBus: write({ Id: 'Bus' }),
      Both: { Properties: { Destination: { Id: 'Queue' }, Permissions: ['Write', 'Read'] } },
      Two: write([{ Id: 'Queue' }, { Id: 'Bus' }], { DependsOn: ['Bus'] }),
    }),
    Bus,
    Queue,
  });
  const writeQueue = allow(
    ['sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'],
    'Queue',
  );
  const managed = (id: string, destination: string, statements: readonly Value[], more: ValueMap = {}) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    ...more,
    Metadata: metadata(id, 'AWS::Serverless::Function', destination),
    Properties: { PolicyDocument: policy(statements), Roles: [{ Ref: 'FnRole' }] },
  });
  expect(Object.keys(made)).not.toContain('Connectors');
  expect(made['FnToBusPolicy']).toEqual(
    managed('FnToBus', 'AWS::Events::EventBus', [allow(['events:PutEvents'], 'Bus')]),
  );
  expect(made['FnBothPolicy']).toEqual(
    managed('FnBoth', 'AWS::SQS::Queue', [
      allow(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], 'Queue'),
      writeQueue,
    ]),
  );
  const needs = { DependsOn: ['Bus'] };
  expect(made['FnTwoPolicyDestination0']).toEqual(managed('FnTwo', 'AWS::SQS::Queue', [writeQueue], needs));
  expect(made['FnTwoPolicyDestination1']).toEqual(
    managed('FnTwo', 'AWS::Events::EventBus', [allow(['events:PutEvents'], 'Bus')], needs),
  );
});

test('a connector in a plain rule makes the policy of a queue, or the permission of a function', () => {
  const made = transform({
    Fn: fn(),
    Queue,
    Rule: {
      Type: 'AWS::Events::Rule',
      Connectors: { Con: write({ Id: 'Queue' }), Call: write({ Id: 'Fn' }) },
      Properties: { EventPattern: { source: ['a'] } },
    },
  });
  expect(made['Rule']).toEqual({ Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['a'] } } });
  expect(made['RuleConQueuePolicy']).toEqual({
    Type: 'AWS::SQS::QueuePolicy',
    Metadata: metadata('RuleCon', 'AWS::Events::Rule', 'AWS::SQS::Queue'),
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: policy([
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
        },
      ]),
    },
  });
  expect(made['RuleCallWriteLambdaPermission']).toEqual({
    Type: 'AWS::Lambda::Permission',
    Metadata: metadata('RuleCall', 'AWS::Events::Rule', 'AWS::Serverless::Function'),
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
    },
  });
});

const connector = (Source: Value, Destination: Value, Permissions: readonly string[], more: ValueMap = {}) => ({
  Type: 'AWS::Serverless::Connector',
  Properties: { Source, Destination, Permissions },
  ...more,
});

test('a connector as a resource connects by id, by ARN, or the routes of an API', () => {
  const made = transform({
    Fn: fn({}, { Events: { E: { Type: 'SQS', Properties: { Queue: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } } }),
    Queue,
    Poll: connector({ Id: 'Queue' }, { Id: 'Fn' }, ['Read', 'Write'], { Condition: 'C' }),
    ByArn: connector(
      { Type: 'AWS::Lambda::Function', Arn: 'arn:f', RoleName: 'r' },
      { Type: 'AWS::SQS::Queue', Arn: 'arn:q', QueueUrl: 'u' },
      ['Read'],
    ),
    ApiCon: connector({ Id: 'Http', Qualifier: 'prod/GET/x' }, { Id: 'Fn' }, ['Write']),
    Http: {
      Type: 'AWS::Serverless::HttpApi',
      Properties: { DefinitionBody: { openapi: '3.0.1', paths: {} } },
    },
  });
  expect(made['PollPolicy']).toEqual({
    Type: 'AWS::IAM::ManagedPolicy',
    Condition: 'C',
    Metadata: metadata('Poll', 'AWS::SQS::Queue', 'AWS::Serverless::Function'),
    Properties: {
      PolicyDocument: policy([
        allow(['sqs:DeleteMessage'], 'Queue'),
        allow(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], 'Queue'),
      ]),
      Roles: [{ Ref: 'FnRole' }],
    },
  });
  expect(made['FnE']).toMatchObject({ DependsOn: ['PollPolicy'] });
  expect(made['ByArnPolicy']).toMatchObject({
    Properties: {
      PolicyDocument: policy([
        { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], Resource: ['arn:q'] },
      ]),
      Roles: ['r'],
    },
  });
  expect(made['ApiConWriteLambdaPermission']).toMatchObject({
    Metadata: metadata('ApiCon', 'AWS::Serverless::HttpApi', 'AWS::Serverless::Function'),
    Properties: {
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Sub': [
          'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceResourceId}/${SourceQualifier}',
          { SourceResourceId: { Ref: 'Http' }, SourceQualifier: 'prod/GET/x' },
        ],
      },
    },
  });
});

test('what cannot be connected is refused by name, all at once', () => {
  const resources = {
    Bus,
    Queue: { ...Queue, Connectors: { A: write({ Id: 'Bus' }), B: write({ Id: 'Nope' }) } },
    Fn: fn({
      A: { Properties: { Destination: { Id: 'Bus' }, Permissions: ['Read'] } },
      D: { Properties: { Destination: { Id: 'Bus' }, Permissions: [] } },
      E: { Properties: { Destination: { Id: 'Bus' } } },
    }),
    Half: connector({ Id: 'Queue' }, { Id: 'Fn' }, ['Read']),
    Rule: {
      Type: 'AWS::Events::Rule',
      Connectors: { A: write({ Id: 'Bus' }) },
      Properties: { EventPattern: { source: ['a'] } },
    },
  };
  const refusal = () => {
    try {
      transform(resources);
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^.*?found: \d+\. /, '').split('; Resource') : [];
    }
    return [];
  };
  expect(refusal().map((text) => text.replace(/^(Resource)? with id /, ''))).toEqual([
    "[QueueA] is invalid. Unable to create connector from AWS::SQS::Queue to AWS::Events::EventBus; it's not supported or the template is invalid.",
    "[QueueB] is invalid. Unable to find resource with logical ID 'Nope'.",
    "[FnA] is invalid. Unsupported 'Permissions' provided for connector from AWS::Lambda::Function to AWS::Events::EventBus; valid values are: Write.",
    "[FnD] is invalid. 'Permissions' cannot be empty; valid values are: Write.",
    "[FnE] is invalid. Missing required property 'Permissions'.",
    "[Half] is invalid. Unsupported 'Permissions' provided for connector from AWS::SQS::Queue to AWS::Lambda::Function; valid combinations are: Read + Write.",
    "[RuleA] is invalid. Unable to get IAM role name from 'Source' resource.",
  ]);
});

test('a connection with a type that is not served makes what SAM makes of it', () => {
  const Machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: { 'Fn::GetAtt': ['R', 'Arn'] } } };
  const made = transform({
    Fn: fn(
      {},
      {
        Events: {
          E: {
            Type: 'DynamoDB',
            Properties: { Stream: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, StartingPosition: 'LATEST' },
          },
        },
      },
    ),
    Table: { Type: 'AWS::DynamoDB::Table' },
    Bucket: { Type: 'AWS::S3::Bucket', DependsOn: ['Queue', 'Notify'] },
    Topic: { Type: 'AWS::SNS::Topic', DependsOn: 'Stream' },
    Rule: { Type: 'AWS::Events::Rule' },
    Api: { Type: 'AWS::AppSync::GraphQLApi' },
    First: Machine,
    Second: Machine,
    Stream: connector({ Id: 'Table' }, { Id: 'Fn' }, ['Read', 'Read']),
    Notify: connector({ Id: 'Bucket' }, { Id: 'Fn' }, ['Write']),
    Publish: connector({ Id: 'Rule' }, { Id: 'Topic' }, ['Write'], { Metadata: { a: 'b' } }),
    Authorize: connector({ Id: 'Api' }, { Id: 'Fn' }, ['Write']),
    Chain: connector({ Id: 'First' }, { Id: 'Second' }, ['Read']),
  });
  const sub = (text: string, more: ValueMap) => ({ 'Fn::Sub': [text, more] });
  const call = { Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] } };
  expect(properties(made, ['StreamPolicy', 'NotifyWriteLambdaPermission', 'PublishTopicPolicy'])).toEqual([
    {
      PolicyDocument: policy([
        {
          Effect: 'Allow',
          Action: [
            ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
            'dynamodb:ListStreams',
          ],
          Resource: [sub('${SourceArn}/stream/*', { SourceArn: { 'Fn::GetAtt': ['Table', 'Arn'] } })],
        },
      ]),
      Roles: [{ Ref: 'FnRole' }],
    },
    {
      ...call,
      Principal: 's3.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
      SourceAccount: { 'Fn::Sub': '${AWS::AccountId}' },
    },
    {
      Topics: [{ Ref: 'Topic' }],
      PolicyDocument: policy([
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: { Ref: 'Topic' },
          Action: 'sns:Publish',
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
        },
      ]),
    },
  ]);
  const place = '${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${DestinationName}:*';
  const rule = 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
  expect(properties(made, ['AuthorizeWriteLambdaPermission', 'ChainPolicy'])).toEqual([
    {
      ...call,
      Principal: 'appsync.amazonaws.com',
      SourceArn: sub('arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/${SourceResourceId}', {
        SourceResourceId: { 'Fn::GetAtt': ['Api', 'ApiId'] },
      }),
    },
    {
      PolicyDocument: policy([
        {
          Effect: 'Allow',
          Action: ['states:DescribeExecution'],
          Resource: [sub(`arn:${place}`, { DestinationName: { 'Fn::GetAtt': ['Second', 'Name'] } })],
        },
        {
          Effect: 'Allow',
          Action: ['events:DescribeRule'],
          Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:${rule}` }],
        },
      ]),
      Roles: [{ Ref: 'R' }],
    },
  ]);
  expect(made).toMatchObject({
    PublishTopicPolicy: { Metadata: { a: 'b', ...metadata('Publish', 'AWS::Events::Rule', 'AWS::SNS::Topic') } },
    FnE: { DependsOn: ['StreamPolicy'] },
    Topic: { DependsOn: ['StreamPolicy'] },
    Bucket: { DependsOn: ['Queue', 'NotifyWriteLambdaPermission'] },
    First: { DependsOn: ['ChainPolicy'] },
  });
});

function properties(made: Record<string, Value>, ids: readonly string[]): (Value | undefined)[] {
  return ids.map((id) => (isMap(made[id]) ? made[id]['Properties'] : undefined));
}
