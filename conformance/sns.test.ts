// Topics as an application uses them: AWS's SDKs over the wire, one SAM template that fans orders out, a web server that is
// subscribed, and the test kit that hears a topic through a queue.
import { createVerify, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Orders fan out to a warehouse's queue, to mail of large ones, and to a function behind a queue of its own. */
const FAN_OUT = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler }
Resources:
  Orders: { Type: AWS::SNS::Topic, Properties: { DisplayName: Orders } }
  Warehouse: { Type: AWS::SQS::Queue }
  Audit: { Type: AWS::SQS::Queue }
  Dead: { Type: AWS::SQS::Queue }
  WarehousePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Warehouse, !Ref Audit, !Ref Dead]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: sns.amazonaws.com }
            Action: sqs:SendMessage
            Resource: '*'
            Condition: { ArnEquals: { aws:SourceArn: !Ref Orders } }
  ToWarehouse:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Orders
      Protocol: sqs
      Endpoint: !GetAtt Warehouse.Arn
      RawMessageDelivery: true
      FilterPolicy: { type: [placed] }
  ToAudit:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref Orders, Protocol: sqs, Endpoint: !GetAtt Audit.Arn }
  Confirm:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        exports.handler = async ({ Records: [{ Sns }] }) => { console.log('mail about ' + Sns.Message); };
      Events:
        Large:
          Type: SNS
          Properties:
            Topic: !Ref Orders
            FilterPolicyScope: MessageBody
            FilterPolicy: { total: [{ numeric: ['>=', 100] }] }
            RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn }
  Count:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        exports.handler = async ({ Records }) => { for (const { body } of Records) console.log('counted ' + JSON.parse(body).Message); };
      Events:
        All:
          Type: SNS
          Properties: { Topic: !Ref Orders, SqsSubscription: true }
  Relay:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [web] }
      Targets: [{ Id: topic, Arn: !Ref Orders, InputPath: $.detail }]
  RelayPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Orders]
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sns:Publish, Resource: !Ref Orders }]
Outputs:
  OrdersArn: { Value: !Ref Orders }
  WarehouseUrl: { Value: !Ref Warehouse }
  AuditUrl: { Value: !Ref Audit }
`;

let local: Local;
let outputs: Record<string, string>;
let sns: SNSClient;
let sqs: SQSClient;
let events: EventBridgeClient;
let server: Server;
const posts: Record<string, string>[] = [];
let onPost: () => void = () => {};

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'any' };
  const settings = { endpoint: local.url, region: local.env.AWS_REGION, credentials };
  sns = new SNSClient(settings);
  sqs = new SQSClient(settings);
  events = new EventBridgeClient(settings);
  outputs = await local.deploy({ name: 'shop', template: FAN_OUT });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posts.push(JSON.parse(body));
    response.end();
    onPost();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await local.close();
});

const receive = async (QueueUrl = '') => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: 20,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
};

/** Resolves when a function has printed this. */
function printed(line: string): Promise<void> {
  return new Promise((resolve) => {
    const isIt = (fact: { readonly kind: string; readonly line?: string }) =>
      fact.kind === 'function.log' && fact.line?.includes(line);
    if (local.journal.read().some(isIt)) return resolve();
    const stop = local.journal.listen((fact) => {
      if (!isIt(fact)) return;
      stop();
      resolve();
    });
  });
}

async function posted(type: string): Promise<Record<string, string>> {
  for (;;) {
    const found = posts.find(({ Type }) => Type === type);
    if (found) return found;
    await new Promise<void>((resolve) => {
      onPost = resolve;
    });
  }
}

test('an order goes to everybody who asked for its kind', async () => {
  const { OrdersArn: TopicArn, WarehouseUrl, AuditUrl } = outputs;
  const type = (StringValue: string) => ({ type: { DataType: 'String', StringValue } });
  await sns.send(new PublishCommand({ TopicArn, Message: '{"id":1,"total":5}', MessageAttributes: type('placed') }));
  await sns.send(new PublishCommand({ TopicArn, Message: '{"id":2,"total":500}', MessageAttributes: type('paid') }));
  const [placed, ...others] = await receive(WarehouseUrl);
  expect([placed?.Body, others]).toEqual(['{"id":1,"total":5}', []]);
  expect(placed?.MessageAttributes?.['type']?.StringValue).toBe('placed');
  const audited: string[] = [];
  while (audited.length < 2)
    audited.push(...(await receive(AuditUrl)).map(({ Body = '' }) => JSON.parse(Body).Message));
  expect(audited.sort()).toEqual(['{"id":1,"total":5}', '{"id":2,"total":500}']);
  await printed('mail about {"id":2,"total":500}');
  await Promise.all([printed('counted {"id":1,"total":5}'), printed('counted {"id":2,"total":500}')]);
  expect(
    local.journal.read().some((fact) => fact.kind === 'function.log' && /mail about .*"id":1/.test(fact.line)),
  ).toBe(false);
});

test('an event of a bus goes the same way', async () => {
  const Entries = [{ Source: 'web', DetailType: 'OrderPlaced', Detail: '{"id":3,"total":100}' }];
  await events.send(new PutEventsCommand({ Entries }));
  await Promise.all([printed('mail about {"id":3,"total":100}'), printed('counted {"id":3,"total":100}')]);
});

test('a web server confirms by the link, verifies what it gets, and leaves by the other link', async () => {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'hooks', Attributes: { SignatureVersion: '2' } }));
  const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  expect(SubscriptionArn).toBe('pending confirmation');
  const asked = await posted('SubscriptionConfirmation');
  const answer = await fetch(asked['SubscribeURL'] ?? '');
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringMatching(/^<ConfirmSubscriptionResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/">/),
  ]);
  await sns.send(new PublishCommand({ TopicArn, Message: 'söme text', Subject: 'hello' }));
  const message = await posted('Notification');
  const pem = await (await fetch(message['SigningCertURL'] ?? '')).text();
  const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
  const signed = names.map((name) => `${name}\n${message[name]}\n`).join('');
  const verifier = createVerify('RSA-SHA256').update(signed, 'utf8');
  expect(verifier.verify(new X509Certificate(pem).publicKey, message['Signature'] ?? '', 'base64')).toBe(true);
  expect((await fetch(message['UnsubscribeURL'] ?? '')).status).toBe(200);
  const left = await posted('UnsubscribeConfirmation');
  expect(left['Message']).toMatch(
    /^You have chosen to deactivate subscription arn:aws:sns:.*\nTo cancel this operation/,
  );
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toEqual([]);
});

test('the SDK reads answers and refusals: attributes, batches, errors by their classes', async () => {
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({ Name: 'orders.fifo', Attributes: { FifoTopic: 'true' } }),
  );
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ FifoTopic: 'true', SubscriptionsConfirmed: '0' });
  const PublishBatchRequestEntries = [1, 2].map((n) => ({
    ...{ Id: `${n}`, Message: `m${n}`, MessageGroupId: 'g', MessageDeduplicationId: `${n}` },
  }));
  const { Successful = [], Failed } = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  expect(Failed).toEqual([]);
  expect(Successful.map(({ Id, SequenceNumber = '' }) => [Id, SequenceNumber.length])).toEqual([
    ['1', 20],
    ['2', 20],
  ]);
  await expect(sns.send(new CreateTopicCommand({ Name: 'a b' }))).rejects.toBeInstanceOf(InvalidParameterException);
  const gone = new GetSubscriptionAttributesCommand({ SubscriptionArn: `${TopicArn}:none` });
  await expect(sns.send(gone)).rejects.toBeInstanceOf(NotFoundException);
});

test('a custom resource may be made by who hears a topic', async () => {
  const template = `
Resources:
  Topic: { Type: AWS::SNS::Topic }
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/made-up
      Code:
        ZipFile: |
          exports.handler = async ({ Records: [{ Sns }] }) => {
            const { ResponseURL, StackId, RequestId, LogicalResourceId, RequestType } = JSON.parse(Sns.Message);
            const answer = { Status: 'SUCCESS', PhysicalResourceId: 'made', StackId, RequestId, LogicalResourceId, Data: { Colour: 'red' } };
            await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
          };
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Maker, Action: 'lambda:InvokeFunction', Principal: sns.amazonaws.com, SourceArn: !Ref Topic }
  Subscription:
    Type: AWS::SNS::Subscription
    DependsOn: Permission
    Properties: { TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Maker.Arn }
  Thing:
    Type: Custom::Thing
    DependsOn: Subscription
    Properties: { ServiceToken: !Ref Topic }
Outputs:
  Colour: { Value: !GetAtt Thing.Colour }
`;
  expect(await local.deploy({ name: 'custom', template })).toMatchObject({ Colour: 'red' });
});
