// What a purge forgets, and what it keeps: ours, so that a test can begin in a cloud that is deployed already.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InputOf } from './call.ts';
import { createClock } from './clock/clock.ts';
import { zipInlineCode } from './functions/code/code.ts';
import { type Local, startLocal } from './local.ts';

const call = {
  account: '000000000000',
  region: 'us-east-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;

let local: Local;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }) });
});
afterEach(() => local.close());

const STACK = `
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Orders: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
  Users: { Type: AWS::Cognito::UserPool }
  Kept: { Type: AWS::Events::Archive, Properties: { ArchiveName: kept, SourceArn: !GetAtt Bus.Arn } }
  All:
    Type: AWS::Events::Rule
    Properties:
      Name: all
      EventBusName: !Ref Bus
      EventPattern: { source: [{ prefix: '' }] }
      Targets: [{ Id: orders, Arn: !GetAtt Orders.Arn }]
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders, !Ref Dead]
      PolicyDocument:
        Statement:
          { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' }
`;

const dispatch = () => local.cloud.dispatch;

function putEvent(source = 'shop'): Promise<unknown> {
  const entry = { Source: source, DetailType: 'x', Detail: '{}', EventBusName: 'shop' };
  return dispatch().call('events', 'PutEvents', { Entries: [entry] }, call);
}

/** Resolves when a fact of this kind is there. */
function recorded(kind: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!local.journal.read().some((fact) => fact.kind === kind)) return;
      stop();
      resolve();
    };
    const stop = local.journal.listen(look);
    look();
  });
}

test('stacks, resources and their events stay; messages, archived events and the journal are gone', async () => {
  await local.deploy({ name: 'shop', template: STACK });
  const before = await local.cloud.state(call);
  await putEvent();
  await local.clock.advance(0);
  const QueueUrl = `${local.url}/000000000000/orders`;
  await dispatch().call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'later', DelaySeconds: 60 }, call);
  expect((await local.cloud.state(call)).queues).toMatchObject([
    { name: 'dead', visible: 0, hidden: 0, delayed: 0 },
    { name: 'orders', visible: 1, hidden: 0, delayed: 1 },
  ]);
  const archived = () => dispatch().call('events', 'DescribeArchive', { ArchiveName: 'kept' }, call);
  expect(await archived()).toMatchObject({ EventCount: 1 });

  await local.purge();

  expect(local.journal.read()).toEqual([]);
  expect(await local.cloud.state(call)).toEqual(before);
  expect(before.stacks[0]?.resources.filter(({ standsIn }) => standsIn)).toMatchObject([{ logicalId: 'Users' }]);
  expect(await archived()).toMatchObject({ EventCount: 0 });
  const { StackEvents = [] } = await dispatch().call(
    'cloudformation',
    'DescribeStackEvents',
    { StackName: 'shop' },
    call,
  );
  expect(StackEvents[0]).toMatchObject({ LogicalResourceId: 'shop', ResourceStatus: 'CREATE_COMPLETE' });
  await putEvent();
  await local.clock.advance(0);
  expect((await local.cloud.state(call)).queues).toMatchObject([{ name: 'dead' }, { name: 'orders', visible: 1 }]);
});

test('an attempt that is under way ends without a trace, and is not tried again', async () => {
  const waiting: ServerResponse[] = [];
  let requests = 0;
  let asked = () => {};
  const first = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const partner = createServer((_request, response) => {
    requests++;
    waiting.push(response);
    asked();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => partner.once('listening', resolve));
  const { port } = partner.address() as AddressInfo;
  const target = `
  Secret:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-key, ApiKeyValue: k } }
  Partner:
    Type: AWS::Events::ApiDestination
    Properties: { ConnectionArn: !GetAtt Secret.Arn, HttpMethod: POST, InvocationEndpoint: 'http://127.0.0.1:${port}/' }
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sts:AssumeRole }] }, Policies: [{ PolicyName: call, PolicyDocument: { Statement: [{ Effect: Allow, Action: events:InvokeApiDestination, Resource: '*' }] } }] } }
  Hanging:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [partner] }
      Targets:
        - Id: partner
          Arn: !GetAtt Partner.Arn
          RoleArn: !GetAtt Role.Arn
          RetryPolicy: { MaximumRetryAttempts: 0 }
          DeadLetterConfig: { Arn: !GetAtt Dead.Arn }
`;
  try {
    await local.deploy({ name: 'shop', template: `${STACK}${target}` });
    await putEvent('partner');
    await first;
    await local.purge();
    for (const response of waiting) response.writeHead(500).end();
    await local.clock.advance(86_400_000);
    const { queues } = await local.cloud.state(call);
    expect([requests, queues.map(({ name, visible }) => [name, visible])]).toEqual([
      1,
      [
        ['dead', 0],
        ['orders', 0],
      ],
    ]);
    expect(local.journal.read().map(({ kind }) => kind)).toEqual(['clock.advanced']);
  } finally {
    partner.closeAllConnections();
    partner.close();
  }
});

test('a function that runs is ended, and its invocation has no consequences; what it logged is gone', async () => {
  const ZipFile = zipInlineCode(
    "exports.handler = () => { console.log('here'); return new Promise((resolve) => setInterval(resolve, 1e8)); };",
  );
  const fn: InputOf<'lambda', 'CreateFunction'> = {
    FunctionName: 'f',
    Role: 'arn:aws:iam::000000000000:role/r',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Code: { ZipFile },
    Timeout: 900,
  };
  await dispatch().call('lambda', 'CreateFunction', fn, call);
  await dispatch().call('sqs', 'CreateQueue', { QueueName: 'failed' }, call);
  const settings = {
    FunctionName: 'f',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failed' } },
  };
  await dispatch().call('lambda', 'PutFunctionEventInvokeConfig', settings, call);
  const invoke = { FunctionName: 'f', InvocationType: 'Event' } as const;
  await dispatch().call('lambda', 'Invoke', invoke, call);
  await recorded('function.log');

  await local.purge();
  await local.clock.advance(0);

  expect(local.journal.read().map(({ kind }) => kind)).toEqual(['clock.advanced']);
  expect((await local.cloud.state(call)).queues).toMatchObject([{ name: 'failed', visible: 0 }]);
  const logGroupName = '/aws/lambda/f';
  const { events } = await dispatch().call('logs', 'FilterLogEvents', { logGroupName }, call);
  expect(events).toEqual([]);
  await dispatch().call('lambda', 'Invoke', invoke, call);
  await recorded('function.log');
});

test('a replay is forgotten, and its name is free again', async () => {
  await local.deploy({ name: 'shop', template: STACK });
  await putEvent();
  const Destination = { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/shop' };
  const again = {
    ReplayName: 'again',
    EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/kept',
    EventStartTime: Date.UTC(2025, 0, 1),
    EventEndTime: Date.UTC(2027, 0, 1),
    Destination,
  };
  await dispatch().call('events', 'StartReplay', again, call);
  await local.purge();
  await local.clock.advance(0);
  expect(local.journal.read().map(({ kind }) => kind)).toEqual(['clock.advanced']);
  await dispatch().call('events', 'StartReplay', again, call);
});
