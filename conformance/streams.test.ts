// Streams of tables and of Kinesis on their way to functions, as templates have them: SAM's events, and mappings with
// every setting of a stream. Each clock stands still: `advance` is done when what is under way has come to rest.
import {
  DeleteItemCommand,
  DescribeKinesisStreamingDestinationCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';

const START = Date.UTC(2026, 0, 1);

let local: Local;
let dynamodb: DynamoDBClient;
let kinesis: KinesisClient;
let lambda: LambdaClient;
let sqs: SQSClient;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: START }) });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  dynamodb = new DynamoDBClient(settings);
  kinesis = new KinesisClient(settings);
  lambda = new LambdaClient(settings);
  sqs = new SQSClient(settings);
});
afterEach(async () => {
  for (const client of [dynamodb, kinesis, lambda, sqs]) client.destroy();
  await local.close();
});

const table = (more: string) => `
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      ${more}`;

const put = (id: string, more: object = {}) =>
  dynamodb.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: id }, ...more } }));

/** What functions printed since it was asked last, when everything that is under way has come to rest. */
let seen = 0;
beforeEach(() => {
  seen = 0;
});
async function printed(ms = 0): Promise<string[]> {
  await local.clock.advance(ms);
  const lines = local.journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []));
  const news = lines.slice(seen).filter((line) => line.startsWith('>'));
  seen = lines.length;
  return news;
}

async function failures(QueueUrl: string | undefined): Promise<{ requestContext: { condition: string } }[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

test('SAM’s events DynamoDB and Kinesis feed functions with every setting of a stream', async () => {
  const { Failures, Clicks } = await local.deploy({
    name: 'shop',
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  ${table('StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}')}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Failures: {Type: AWS::SQS::Queue}
  React:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async ({ Records }) => {
          const ids = Records.map((one) => one.dynamodb ? one.dynamodb.Keys.id.S : atob(one.kinesis.data));
          console.log('> ' + ids);
          const bad = Records.filter((one, place) => ids[place].startsWith('bad'));
          return { batchItemFailures: bad.map((one) => ({ itemIdentifier: (one.dynamodb ?? one.kinesis).SequenceNumber ?? one.kinesis.sequenceNumber })) };
        };
      Events:
        Row:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Orders.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 10
            MaximumBatchingWindowInSeconds: 5
            MaximumRetryAttempts: 2
            MaximumRecordAgeInSeconds: 3600
            BisectBatchOnFunctionError: true
            ParallelizationFactor: 2
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{"eventName":["INSERT"]}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failures.Arn}}
        Click:
          Type: Kinesis
          Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST}
Outputs:
  Failures: {Value: !Ref Failures}
  Clicks: {Value: !Ref Clicks}
`,
  });
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const mapping = EventSourceMappings.find(({ EventSourceArn: arn }) => arn?.includes(':dynamodb:'));
  expect(mapping).toMatchObject({
    BatchSize: 10,
    BisectBatchOnFunctionError: true,
    DestinationConfig: {
      OnFailure: { Destination: `arn:aws:sqs:us-east-1:000000000000:${Failures?.split('/').pop()}` },
    },
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumBatchingWindowInSeconds: 5,
    MaximumRecordAgeInSeconds: 3600,
    MaximumRetryAttempts: 2,
    ParallelizationFactor: 2,
    StartingPosition: 'TRIM_HORIZON',
    State: 'Enabled',
  });

  await put('a');
  await put('bad');
  await put('b');
  await dynamodb.send(new DeleteItemCommand({ TableName: 'orders', Key: { id: { S: 'a' } } }));
  expect(await printed()).toEqual([]);
  expect(await printed(5000)).toEqual(['> a,bad,b']);
  // What is left is a batch of its own, with two retries.
  expect(await printed(60_000)).toEqual(['> bad,b', '> bad,b', '> bad,b']);
  expect(await failures(Failures)).toMatchObject([
    {
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { functionError: null },
      DDBStreamBatchInfo: { batchSize: 2 },
    },
  ]);

  await kinesis.send(new PutRecordCommand({ StreamName: Clicks, PartitionKey: 'p', Data: Buffer.from('home') }));
  expect(await printed()).toEqual(['> home']);
});

const mapping = (more: string) => `
Resources:
  ${table('StreamSpecification: {StreamViewType: KEYS_ONLY}')}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole]
  React:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: nodejs22.x
      Handler: index.handler
      Code: {ZipFile: "exports.handler = async ({ Records }) => console.log('> ' + Records.map((r) => r.dynamodb.Keys.id.S))"}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.StreamArn
      FunctionName: !Ref React
      StartingPosition: TRIM_HORIZON
      ${more}
Outputs:
  Mapping: {Value: !Ref Mapping}
`;

test('a mapping of a template is changed in place, goes on where it was, and what it no longer says is as if it never did', async () => {
  const given = 'BatchSize: 1\n      MaximumRetryAttempts: 3\n      MaximumRecordAgeInSeconds: 60';
  const { Mapping: UUID } = await local.deploy({ name: 'shop', template: mapping(given) });
  await put('a');
  expect(await printed()).toEqual(['> a']);
  await local.deploy({ name: 'shop', template: mapping('MaximumBatchingWindowInSeconds: 10') });
  expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 10,
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
  });
  await put('b');
  await put('c');
  expect(await printed(9000)).toEqual([]);
  expect(await printed(1000)).toEqual(['> b,c']);
});

test('a tumbling window is refused by name, before anything is made', async () => {
  const refused = local.deploy({ name: 'shop', template: mapping('TumblingWindowInSeconds: 30') });
  await expect(refused).rejects.toThrow(
    /Mapping: Earwitness does not serve TumblingWindowInSeconds of event\s+source mappings\./,
  );
});

test('a table tells a data stream of Kinesis of its changes, which feeds a function; ends of items too', async () => {
  const template = (more: string) => `
Resources:
  Changes: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
  ${table(more)}
      TimeToLiveSpecification: {AttributeName: end, Enabled: true}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole]
  React:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: nodejs22.x
      Handler: index.handler
      Code:
        ZipFile: |
          exports.handler = async ({ Records }) => {
            for (const { kinesis } of Records) {
              const { eventName, tableName, dynamodb, userIdentity } = JSON.parse(atob(kinesis.data));
              console.log('> ' + [eventName, tableName, dynamodb.Keys.id.S, userIdentity?.type, dynamodb.ApproximateCreationDateTime]);
            }
          };
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Changes.Arn, FunctionName: !Ref React, StartingPosition: TRIM_HORIZON}
`;
  const told = (precision = '') => template(`KinesisStreamSpecification: {StreamArn: !GetAtt Changes.Arn${precision}}`);
  await local.deploy({ name: 'shop', template: told() });
  const Put = { TableName: 'orders', Item: { id: { S: 'a' }, end: { N: String(START / 1000 + 60) } } };
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
  expect(await printed()).toEqual([`> INSERT,orders,a,,${START}`]);
  expect(await printed(61_000)).toEqual([`> REMOVE,orders,a,Service,${START + 60_001}`]);

  const ask = async () =>
    (await dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName: 'orders' })))
      .KinesisDataStreamDestinations;
  await local.deploy({ name: 'shop', template: told(', ApproximateCreationDateTimePrecision: MICROSECOND') });
  expect(await ask()).toMatchObject([
    { DestinationStatus: 'ACTIVE', ApproximateCreationDateTimePrecision: 'MICROSECOND' },
  ]);
  await put('b');
  expect(await printed()).toEqual([`> INSERT,orders,b,,${(START + 61_000) * 1000}`]);
  await local.deploy({ name: 'shop', template: template('DeletionProtectionEnabled: false') });
  expect(await ask()).toMatchObject([{ DestinationStatus: 'DISABLED' }]);
  await put('c');
  expect(await printed()).toEqual([]);
});

test('a stack fails that names a data stream which is not there', async () => {
  const StreamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/none';
  const template = `Resources:\n${table(`KinesisStreamSpecification: {StreamArn: '${StreamArn}'}`)}`;
  await expect(local.deploy({ name: 'shop', template })).rejects.toThrow(
    `User does not have a permission to use kinesis stream: ${StreamArn}`,
  );
});
