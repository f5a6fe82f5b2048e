// Dead letters of every kind, as they come to lie in one queue of the local cloud, read by the kit. That of a rule's
// target is in testkit-road.test.ts, too.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import {
  cloud,
  createSqsTransport,
  type DeadLetter,
  deadLetters,
  type FailedInvocation,
  type InvocationRecord,
  type RedrivenMessage,
  subscribe,
  type UndeliveredEvent,
} from 'earwitness';
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test } from 'vitest';

const FUNCTION = `
      Runtime: nodejs20.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/none
      Code: { ZipFile: "exports.handler = async () => { throw new Error('out of stock'); }" }`;
const TEMPLATE = `
Resources:
  Dead: { Type: AWS::SQS::Queue }
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 30
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1 }
  Consumer:
    Type: AWS::Lambda::Function
    Properties:${FUNCTION}
  Feed:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Orders.Arn, FunctionName: !Ref Consumer }
  WithQueue:
    Type: AWS::Lambda::Function
    Properties:${FUNCTION}
      DeadLetterConfig: { TargetArn: !GetAtt Dead.Arn }
  WithDestination:
    Type: AWS::Lambda::Function
    Properties:${FUNCTION}
  OnFailure:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref WithDestination
      Qualifier: $LATEST
      DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [shop] }
      Targets:
        - Id: nowhere
          Arn: !Sub arn:aws:sqs:\${AWS::Region}:\${AWS::AccountId}:nowhere
          DeadLetterConfig: { Arn: !GetAtt Dead.Arn }
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Dead]
      PolicyDocument:
        Statement:
          { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' }
Outputs:
  OrdersUrl: { Value: !Ref Orders }
  DeadUrl: { Value: !Ref Dead }
  DeadSource: { Value: !GetAtt Orders.Arn }
  WithQueue: { Value: !Ref WithQueue }
  WithDestination: { Value: !Ref WithDestination }
  WithDestinationArn: { Value: !GetAtt WithDestination.Arn }
`;

let local: Local;
let before: NodeJS.ProcessEnv;
let outputs: Record<string, string>;
let sqs: SQSClient;

beforeAll(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  outputs = await local.deploy({ name: 'shop', template: TEMPLATE });
  sqs = new SQSClient({});
});

afterEach(() => cloud.purge());

afterAll(async () => {
  sqs.destroy();
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const patience = { timeoutMs: 100_000 };

test('letters of rules, queues, functions and their destinations are read from one queue, each in its own words', async () => {
  const { OrdersUrl, DeadUrl = '', DeadSource, WithQueue, WithDestination, WithDestinationArn } = outputs;
  await using failed = await deadLetters({ queueUrl: DeadUrl, ...patience });
  const attribute = { tenant: { DataType: 'String', StringValue: 'a' } };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: OrdersUrl, MessageBody: '{"orderId":"1"}', MessageAttributes: attribute }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl: DeadUrl, MessageBody: 'by hand' }));
  await cloud.send({ source: 'shop', 'detail-type': 'OrderCreated', detail: { orderId: '2' }, bus: 'shop' });
  const lambda = new LambdaClient({});
  for (const FunctionName of [WithQueue, WithDestination]) {
    await lambda.send(
      new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(`{"to":"${FunctionName}"}`) }),
    );
  }
  lambda.destroy();
  // More than the visibility time-out, and Lambda's two retries after one and two minutes.
  await cloud.advance(600_000);

  const redriven = await failed.waitFor({ message: { orderId: '1' } });
  expect(redriven).toEqual({
    message: { orderId: '1' },
    attributes: { tenant: 'a' },
    DeadLetterQueueSourceArn: DeadSource,
  });
  expect(await failed.waitFor({ message: 'by hand' })).toEqual({ message: 'by hand', attributes: {} });
  const undelivered = await failed.waitFor({ event: { detail: { orderId: '2' } } });
  expect(undelivered).toMatchObject({ event: { source: 'shop' }, ERROR_CODE: expect.any(String) });
  const invocation = await failed.waitFor({ ErrorMessage: 'out of stock' });
  expect(invocation).toEqual({
    payload: { to: WithQueue },
    RequestID: expect.any(String),
    ErrorCode: '200',
    ErrorMessage: 'out of stock',
  });
  const record = await failed.waitFor({ requestPayload: { to: WithDestination } });
  expect(record).toMatchObject({
    version: '1.0',
    requestContext: { functionArn: `${WithDestinationArn}:$LATEST`, condition: 'RetriesExhausted' },
    responsePayload: { errorMessage: 'out of stock' },
  });
  expect(failed.all()).toHaveLength(5);
  expectTypeOf(redriven).toEqualTypeOf<RedrivenMessage>();
  expectTypeOf(undelivered).toEqualTypeOf<UndeliveredEvent>();
  expectTypeOf(invocation).toEqualTypeOf<FailedInvocation>();
  expectTypeOf(record).toEqualTypeOf<InvocationRecord>();
  expectTypeOf(await failed.waitFor((letter) => 'message' in letter)).toEqualTypeOf<DeadLetter>();
});

test('a queue is read by its URL or by options, and is left as it was', async () => {
  const { DeadUrl = '' } = outputs;
  await sqs.send(new SendMessageCommand({ QueueUrl: DeadUrl, MessageBody: '{"orderId":"3"}' }));
  process.env['DEAD_LETTER_QUEUE_URL'] = DeadUrl;
  for (const queue of [DeadUrl, { queueUrl: DeadUrl }, { timeoutMs: 50_000 }, {}]) {
    await using failed = await deadLetters(queue);
    await failed.waitFor({ message: { orderId: '3' } }, patience);
    await failed.expectNone({ message: { orderId: '4' } }, { timeoutMs: 20 });
  }
  delete process.env['DEAD_LETTER_QUEUE_URL'];
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: DeadUrl }));
  expect(Messages.map(({ Body }) => Body)).toEqual(['{"orderId":"3"}']);
});

// A misspelt variable would else be read as "the default's queue", and an expectNone of it pass.
test('a URL that is undefined is refused, though there is a default', async () => {
  process.env['DEAD_LETTER_QUEUE_URL'] = outputs['DeadUrl'];
  const refusal =
    'ConfigurationError: deadLetters() got a URL that is undefined. Is the name of its environment variable right?';
  // As a test in JavaScript may say it.
  const noUrl: object = { queueUrl: undefined };
  expect(await refusalOf(() => deadLetters(noUrl))).toBe(refusal);
  expect(await refusalOf(() => deadLetters(undefined))).toBe(refusal);
  delete process.env['DEAD_LETTER_QUEUE_URL'];
});

const refusalOf = (call: () => unknown) =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'not refused',
      (error: Error) => `${error.name}: ${error.message}`,
    );

test('what names no queue is refused with what is expected', async () => {
  const refusals = [
    () => deadLetters(),
    () => deadLetters('orders-dead'),
    // A number, from JavaScript.
    () => Reflect.apply(deadLetters, undefined, [{ queueUrl: 5 }]),
    () => Reflect.apply(createSqsTransport, undefined, ['http://127.0.0.1:1/000000000000/orders']),
    () => Reflect.apply(createSqsTransport, undefined, []),
    () => createSqsTransport({ queueUrl: 'arn:aws:sqs:us-east-1:000000000000:orders' }),
  ];
  expect(await Promise.all(refusals.map(refusalOf))).toEqual([
    'ConfigurationError: deadLetters() does not know which queue to read: set DEAD_LETTER_QUEUE_URL, or pass the URL of one.',
    'ConfigurationError: deadLetters() takes the URL of a queue, but got "orders-dead".',
    'ConfigurationError: deadLetters() takes the URL of a queue, but got 5.',
    'ConfigurationError: createSqsTransport({ queueUrl }) takes the URL of a queue, but got (absent).',
    'ConfigurationError: createSqsTransport({ queueUrl }) takes the URL of a queue, but got (absent).',
    'ConfigurationError: createSqsTransport({ queueUrl }) takes the URL of a queue, but got "arn:aws:sqs:us-east-1:000000000000:orders".',
  ]);
});

test("a queue's messages that are no events are awaited by their own fields", async () => {
  const { DeadUrl = '' } = outputs;
  await using messages = await subscribe({ transport: createSqsTransport({ queueUrl: DeadUrl }) });
  await sqs.send(new SendMessageCommand({ QueueUrl: DeadUrl, MessageBody: '{"orderId":"5"}' }));
  const { orderId } = await messages.waitForMessageMatching({ orderId: '5' }, patience);
  expect(orderId).toBe('5');
});
