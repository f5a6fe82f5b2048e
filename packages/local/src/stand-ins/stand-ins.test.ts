// What is not served, in a whole cloud: made by a stack, reached by rules, invocations, destinations and calls.
import { afterEach, expect, test } from 'vitest';
import type { Cloud } from '../cloud.ts';
import { createCloudFormationService } from '../services/cloudformation/service.ts';
import { createEventsService } from '../services/events/service.ts';
import { createIamService } from '../services/iam/service.ts';
import { createLambdaService } from '../services/lambda/service.ts';
import { createLogsService } from '../services/logs/service.ts';
import { createSqsService } from '../services/sqs/service.ts';
import { callerOf, createTestCloudWith, refusalOf } from '../test-cloud.ts';
import type { StandInSettings } from './stand-in.ts';

let cloud: Cloud;
afterEach(() => cloud.close());
const cfn = callerOf('cloudformation', () => cloud);
const events = callerOf('events', () => cloud);
const lambda = callerOf('lambda', () => cloud);

function open(settings: StandInSettings = {}): void {
  cloud = createTestCloudWith(
    settings,
    createSqsService,
    createIamService,
    createLogsService,
    createEventsService,
    createLambdaService,
    (platform) => createCloudFormationService(platform, { rewriteOutputs: true }),
  );
}

async function deploy(TemplateBody: string): Promise<Record<string, string>> {
  await cfn('CreateStack', { StackName: 'shop', TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
  const { Stacks = [] } = await cfn('DescribeStacks', { StackName: 'shop' });
  const outputs = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  return { status: Stacks[0]?.StackStatus ?? '', ...outputs };
}

const received = () =>
  cloud.journal.read().flatMap(({ seq: _, at: __, ...fact }) => (fact.kind === 'stand-in.received' ? [fact] : []));

const STREAM = `
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [shop] }
      Targets: [{ Id: stream, Arn: !GetAtt Stream.Arn, InputPath: $.detail }]
Outputs:
  Stream: { Value: !GetAtt Stream.Arn }
  Name: { Value: !Ref Stream }
`;

test('a resource of a type that is not served is made, and records what a rule sends to it', async () => {
  open();
  const { Stream, Name, status } = await deploy(`Resources:${STREAM}`);
  expect(status).toBe('CREATE_COMPLETE');
  expect(Stream).toMatch(/^arn:aws:firehose:eu-west-1:123456789012:deliverystream\/shop-Stream-[A-Z0-9]{12}$/i);
  expect(Stream).toContain(Name);
  const Entries = [{ Source: 'shop', DetailType: 'OrderCreated', Detail: '{"id":7}' }];
  const { Entries: [entry] = [] } = await events('PutEvents', { Entries });
  await cloud.clock.advance(0);
  expect(received()).toEqual([
    {
      kind: 'stand-in.received',
      name: 'Stream',
      type: 'AWS::KinesisFirehose::DeliveryStream',
      via: 'rule',
      arn: Stream,
      input: '{"id":7}',
      eventId: entry?.EventId,
    },
  ]);
  expect(cloud.standIns.list().map(({ logicalId, stack }) => [stack, logicalId])).toEqual([['shop', 'Stream']]);
  await cfn('DeleteStack', { StackName: 'shop' });
  await cfn('DescribeStackEvents', { StackName: 'shop' }).catch(() => {});
  await cloud.clock.advance(0);
  expect(cloud.standIns.list()).toEqual([]);
});

test('what is to be refused is refused by name, before anything is made', async () => {
  open({ unserved: { 'AWS::KinesisFirehose::*': 'refuse', firehose: 'refuse' } });
  expect(await refusalOf(deploy(`Resources:${STREAM}`))).toBe(
    'ValidationError: Template format error: Unrecognized resource types: [AWS::KinesisFirehose::DeliveryStream]. Earwitness does not make resource Stream of this type (line 3)',
  );
  await events('PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' });
  const Arn = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders';
  expect(await refusalOf(events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn }] }))).toBe(
    `ValidationException: Earwitness does not deliver to targets of the service 'firehose' (target t: ${Arn}).`,
  );
});

test('a custom resource has whatever attribute is asked of it, a data base those of its type', async () => {
  open();
  const resources = (attribute: string) => `Resources:
  Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:f' } }
  Base: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }
Outputs:
  Colour: { Value: !GetAtt Thing.Colour }
  Base: { Value: !GetAtt Base.${attribute} }
`;
  expect(await deploy(resources('DBInstanceArn'))).toEqual({
    status: 'CREATE_COMPLETE',
    Colour: 'Thing-Colour',
    Base: expect.stringMatching(/^arn:aws:rds:eu-west-1:123456789012:db:shop-base-[A-Z0-9]{12}$/i),
  });
  await cfn('DeleteStack', { StackName: 'shop' });
  await cloud.clock.advance(0);
  // As on AWS: only one whose password is managed has its secret.
  expect(await deploy(resources('MasterUserSecret.SecretArn'))).toEqual({ status: 'ROLLBACK_COMPLETE' });
});

test('a type that an organization registered, and a module, stand in: nobody here knows what they have', async () => {
  open();
  const outputs = await deploy(`
Resources:
  Cluster: { Type: MongoDB::Atlas::Cluster, Properties: { ProjectId: p } }
  Module: { Type: My::Own::Bucket::MODULE, Properties: { Name: b } }
Outputs:
  Cluster: { Value: !GetAtt Cluster.Id }
  Module: { Value: !GetAtt Module.Bucket.Arn }
`);
  expect(outputs).toEqual({
    status: 'CREATE_COMPLETE',
    Cluster: expect.any(String),
    Module: expect.stringMatching(/^arn:/),
  });
});

test('a custom resource takes any property; the name of an attribute may be a parameter', async () => {
  open();
  const outputs = await deploy(`
Parameters:
  Attribute: { Type: String, Default: QueueName }
Resources:
  Made:
    Type: AWS::CloudFormation::CustomResource
    Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:f', JobName: nightly }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
Outputs:
  Name: { Value: { 'Fn::GetAtt': [Queue, !Ref Attribute] } }
`);
  expect(outputs).toEqual({ status: 'CREATE_COMPLETE', Name: 'orders' });
});

test('what goes with resources that stand in is taken: signals, snapshots, lists, outputs of nested stacks', async () => {
  open();
  const outputs = await deploy(`
Parameters:
  Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/al2023-ami }
Resources:
  Server:
    Type: AWS::EC2::Instance
    CreationPolicy: { ResourceSignal: { Timeout: PT5M } }
    Properties: { ImageId: !Ref Image }
  Data:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties: { DBInstanceClass: db.t3.micro, Engine: postgres }
  Zone:
    Type: AWS::Route53::HostedZone
    Properties: { Name: example.org }
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: 'https://x.invalid/t' }
Outputs:
  Image: { Value: !Ref Image }
  Server: { Value: !Select [1, !GetAtt Zone.NameServers] }
  Servers: { Value: !Join [' ', !GetAtt Zone.NameServers] }
  Nested: { Value: !GetAtt Nested.Outputs.Url }
`);
  expect(outputs).toEqual({
    status: 'CREATE_COMPLETE',
    Image: 'ami-0123456789abcdef0',
    Server: expect.stringMatching(/^\S+$/),
    Servers: expect.stringMatching(/^\S+( \S+){3}$/),
    Nested: expect.stringMatching(/^https:\/\/.*\.invalid$/),
  });
  await cfn('DeleteStack', { StackName: 'shop' });
  await cloud.clock.advance(0);
  expect(cloud.standIns.list()).toEqual([]);
});

const OLD = `Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: old
      Runtime: nodejs14.x
      Handler: index.handler
      Role: ${'arn:aws:iam::123456789012:role/r'}
      Code: { ZipFile: 'exports.handler = async () => process.version' }
`;

test('a function of a runtime that AWS has given up is made by a stack as one of its successor', async () => {
  open();
  expect(await deploy(OLD)).toEqual({ status: 'CREATE_COMPLETE' });
  expect(await lambda('GetFunctionConfiguration', { FunctionName: 'old' })).toMatchObject({ Runtime: 'nodejs20.x' });
});

test('it is refused in the words of Lambda where nothing may stand in', async () => {
  open({ unserved: 'refuse' });
  expect(await deploy(OLD)).toEqual({ status: 'ROLLBACK_COMPLETE' });
});

test("values of one's own take the place of those that were made up", async () => {
  open({
    standIns: { 'shop.Stream': { Ref: 'mine', Arn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/mine' } },
  });
  expect(await deploy(`Resources:${STREAM}`)).toMatchObject({
    Stream: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/mine',
    Name: 'mine',
  });
});

const Role = 'arn:aws:iam::123456789012:role/r';
const Code = { ZipFile: Buffer.from('PK') };

test.each([
  [{ Runtime: 'ruby3.3', Handler: 'app.handler', Code }, 'the runtime ruby3.3 does not run here'],
  [
    { PackageType: 'Image', Code: { ImageUri: '1.dkr.ecr.eu-west-1.amazonaws.com/a:1' } },
    'container images do not run here (1.dkr.ecr.eu-west-1.amazonaws.com/a:1)',
  ],
  [
    { Runtime: 'nodejs22.x', Handler: 'a.b', Code: { S3Bucket: 'builds', S3Key: 'k.zip' } },
    'its code, s3://builds/k.zip, is not on this machine',
  ],
  [
    { Runtime: 'nodejs22.x', Handler: 'a.b', Code, DurableConfig: { ExecutionTimeout: 60 } },
    'functions with DurableConfig do not run here',
  ],
] as const)('a function that does not run here is made, and fails by name: %j', async (settings, reason) => {
  open();
  await lambda('CreateFunction', { FunctionName: 'orders', Role, ...settings });
  const answer = await lambda('Invoke', { FunctionName: 'orders', Payload: Buffer.from('{"id":7}') });
  expect([answer.FunctionError, JSON.parse(Buffer.from(answer.Payload ?? []).toString())]).toEqual([
    'Unhandled',
    { errorType: 'Earwitness.StandIn', errorMessage: `The function orders stands in: ${reason}.`, trace: [] },
  ]);
  expect(received()).toEqual([
    {
      kind: 'stand-in.received',
      name: 'orders',
      type: 'AWS::Lambda::Function',
      via: 'invocation',
      arn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
      input: '{"id":7}',
      traceId: expect.any(String),
    },
  ]);
});

test('a function that does not run here is refused where it is to be', async () => {
  open({ unserved: 'refuse' });
  const settings = { Runtime: 'ruby3.3', Handler: 'app.handler', Code } as const;
  expect(await refusalOf(lambda('CreateFunction', { FunctionName: 'orders', Role, ...settings }))).toBe(
    'InvalidParameterValueException: Earwitness does not run function orders: the runtime ruby3.3 does not run here.',
  );
});

test('a broker as event source is kept with its settings, and feeds nothing', async () => {
  open();
  await lambda('CreateFunction', { FunctionName: 'orders', Role, Runtime: 'ruby3.3', Handler: 'a.b', Code });
  const EventSourceArn = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/u-1';
  const given = { EventSourceArn, FunctionName: 'orders', StartingPosition: 'LATEST', Topics: ['placed'] } as const;
  const { UUID = '' } = await lambda('CreateEventSourceMapping', given);
  expect(await lambda('GetEventSourceMapping', { UUID })).toMatchObject({
    EventSourceArn,
    StartingPosition: 'LATEST',
    Topics: ['placed'],
    State: 'Enabled',
  });
});

// Sources: ECR API reference, DescribeRepositories; osls 4.3.1 `remove`, which goes on after this error and no other.
test('there is no repository of images, but one that stands in is not answered for', async () => {
  open();
  const asked = (...repositoryNames: string[]) =>
    cloud.standIns.answer('ecr', 'DescribeRepositories', () => ({ repositoryNames }));
  await deploy('Resources: {Images: {Type: AWS::ECR::Repository, Properties: {RepositoryName: images}}}');
  expect(await asked('serverless-orders-dev')).toEqual({
    $error: {
      code: 'RepositoryNotFoundException',
      message: "The repository with name 'serverless-orders-dev' does not exist in the registry",
      status: 400,
    },
  });
  expect(await asked('images')).toBeUndefined();
  await cloud.close();
  open({ strict: true });
  expect(await asked('serverless-orders-dev')).toBeUndefined();
});
