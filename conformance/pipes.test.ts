// EventBridge Pipes over HTTP, with its SDK: the shape of public examples (queue → filter → enrichment → bus; queue → API destination),
// deployed by a template.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ConflictException,
  CreatePipeCommand,
  DeletePipeCommand,
  DescribePipeCommand,
  ListPipesCommand,
  ListTagsForResourceCommand,
  NotFoundException,
  PipesClient,
  StartPipeCommand,
  StopPipeCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipeCommand,
} from '@aws-sdk/client-pipes';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';

let local: Local;
let pipes: PipesClient;
let sqs: SQSClient;
let server: Server | undefined;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }) });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  pipes = new PipesClient(settings);
  sqs = new SQSClient(settings);
});
afterEach(async () => {
  for (const client of [pipes, sqs]) client.destroy();
  server?.close();
  await local.close();
});

const trust = (service: string) =>
  `AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ${service}}, Action: sts:AssumeRole}]}`;

const ROLE = `
  PipeRole:
    Type: AWS::IAM::Role
    Properties:
      ${trust('pipes.amazonaws.com')}
      Policies:
        - PolicyName: pipe
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {Effect: Allow, Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:SendMessage], Resource: '*'}
              - {Effect: Allow, Action: [lambda:InvokeFunction, events:PutEvents, events:InvokeApiDestination], Resource: '*'}
`;

async function receive(QueueUrl: string | undefined): Promise<string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
}

async function send(QueueUrl: string | undefined, body: unknown): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
  await local.clock.advance(0);
}

test('orders of a queue are filtered, enriched by a function, and become events of a bus', async () => {
  const { In, Out } = await local.deploy({
    name: 'shop',
    template: `
Resources:
  In: {Type: AWS::SQS::Queue}
  Out: {Type: AWS::SQS::Queue}
  OutPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Out]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Out.Arn}]}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: shop}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [shop.orders], detail-type: [OrderPlaced]}
      Targets: [{Id: out, Arn: !GetAtt Out.Arn, InputPath: $.detail}]
  FunctionRole: {Type: AWS::IAM::Role, Properties: {${trust('lambda.amazonaws.com')}}}
  Enrich:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt FunctionRole.Arn
      Code: {ZipFile: "exports.handler = async (batch) => batch.map(({id}) => ({id, customer: 'Ann'}))"}
  ${ROLE}
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt PipeRole.Arn
      Source: !GetAtt In.Arn
      SourceParameters:
        FilterCriteria: {Filters: [{Pattern: '{"body":{"total":[{"numeric":[">",10]}]}}'}]}
        SqsQueueParameters: {BatchSize: 5}
      Enrichment: !GetAtt Enrich.Arn
      EnrichmentParameters: {InputTemplate: '{"id": <$.body.id>}'}
      Target: !GetAtt Bus.Arn
      TargetParameters:
        EventBridgeEventBusParameters: {Source: shop.orders, DetailType: OrderPlaced}
        InputTemplate: '{"order": <$.id>, "for": "<$.customer>", "by": "<aws.pipes.pipe-name>"}'
      Tags: {team: orders}
Outputs:
  In: {Value: !Ref In}
  Out: {Value: !Ref Out}
  Pipe: {Value: !Ref Pipe}
`,
  });
  const { Pipes: [{ Name = '', Arn = '', CurrentState } = {}] = [] } = await pipes.send(new ListPipesCommand({}));
  expect(CurrentState).toBe('RUNNING');
  await send(In, { id: 1, total: 5 });
  await send(In, { id: 2, total: 50 });
  await expect.poll(() => receive(Out)).toEqual([`{"order":2,"for":"Ann","by":"${Name}"}`]);
  expect(await receive(In)).toEqual([]);
  expect((await pipes.send(new ListTagsForResourceCommand({ resourceArn: Arn }))).tags).toMatchObject({
    team: 'orders',
  });
});

test('each message is a request to an API destination; what that refuses comes again', async () => {
  const asked: string[] = [];
  const statuses = [503, 200];
  const endpoint = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers['x-key']} ${request.headers['x-order']} ${body}`);
      response.writeHead(statuses.shift() ?? 200).end('{}');
    });
  });
  server = endpoint;
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  const { In } = await local.deploy({
    name: 'hooks',
    template: `
Resources:
  In: {Type: AWS::SQS::Queue}
  Connection:
    Type: AWS::Events::Connection
    Properties: {AuthorizationType: API_KEY, AuthParameters: {ApiKeyAuthParameters: {ApiKeyName: x-key, ApiKeyValue: secret}}}
  Hook:
    Type: AWS::Events::ApiDestination
    Properties: {ConnectionArn: !GetAtt Connection.Arn, HttpMethod: POST, InvocationEndpoint: 'http://127.0.0.1:${port}/orders/*'}
  ${ROLE}
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: !GetAtt PipeRole.Arn
      Source: !GetAtt In.Arn
      SourceParameters: {SqsQueueParameters: {BatchSize: 1}}
      Target: !GetAtt Hook.Arn
      TargetParameters:
        HttpParameters: {PathParameterValues: [$.body.id], HeaderParameters: {x-order: $.body.id}}
        InputTemplate: '{"id": "<$.body.id>"}'
Outputs: {In: {Value: !Ref In}}
`,
  });
  await send(In, { id: 'o-1' });
  await expect.poll(() => asked).toEqual(['POST /orders/o-1 secret o-1 {"id": "o-1"}']);
  await local.clock.advance(31_000);
  await expect.poll(() => asked.length).toBe(2);
  await expect
    .poll(() => local.journal.read().flatMap((fact) => (fact.kind === 'pipe.passed' ? [fact.returned.length] : [])))
    .toEqual([1, 0]);
});

test('a pipe that cannot read its queue fails its stack, with the reason', async () => {
  const deployed = local.deploy({
    name: 'broken',
    template: `
Resources:
  In: {Type: AWS::SQS::Queue}
  Role: {Type: AWS::IAM::Role, Properties: {${trust('pipes.amazonaws.com')}}}
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties: {RoleArn: !GetAtt Role.Arn, Source: !GetAtt In.Arn, Target: !GetAtt In.Arn}
`,
  });
  await expect(deployed).rejects.toThrow(
    'Pipes does not have required permissions to perform Queue operations (sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes)',
  );
});

test('a pipe is made, changed, stopped, started and deleted by the SDK', async () => {
  const { In, Out, RoleArn } = await local.deploy({
    name: 'queues',
    template: `
Resources:
  In: {Type: AWS::SQS::Queue}
  Out: {Type: AWS::SQS::Queue}
  ${ROLE}
Outputs: {In: {Value: !Ref In}, Out: {Value: !Ref Out}, RoleArn: {Value: !GetAtt PipeRole.Arn}}
`,
  });
  const arnOf = (url = '') => `arn:aws:sqs:us-east-1:000000000000:${url.split('/').at(-1)}`;
  const Name = 'orders';
  const made = { Name, Source: arnOf(In), Target: arnOf(Out), RoleArn };
  const { Arn: resourceArn, CurrentState } = await pipes.send(new CreatePipeCommand({ ...made, Tags: { team: 'a' } }));
  expect(CurrentState).toBe('CREATING');
  await expect(pipes.send(new CreatePipeCommand(made))).rejects.toThrow(ConflictException);
  const TargetParameters = { InputTemplate: '{"id": <$.body.id>}' };
  await pipes.send(new UpdatePipeCommand({ Name, RoleArn, TargetParameters }));
  await send(In, { id: 1 });
  expect(await receive(Out)).toEqual(['{"id": 1}']);
  await pipes.send(new StopPipeCommand({ Name }));
  await send(In, { id: 2 });
  expect(await receive(Out)).toEqual([]);
  await pipes.send(new StartPipeCommand({ Name }));
  await local.clock.advance(0);
  expect(await receive(Out)).toEqual(['{"id": 2}']);
  await pipes.send(new TagResourceCommand({ resourceArn, tags: { b: '1', c: '2' } }));
  await pipes.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'b'] }));
  expect((await pipes.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ c: '2' });
  await pipes.send(new DeletePipeCommand({ Name }));
  await expect(pipes.send(new DescribePipeCommand({ Name }))).rejects.toThrow(NotFoundException);
  await expect(pipes.send(new DescribePipeCommand({ Name }))).rejects.toThrow('Pipe orders does not exist.');
});
