// What is not served, as an application and its test see it: AWS's SDKs, the test kit, and the real local cloud.
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { EventNotReceivedError, InconclusiveError, standIn, subscribe } from 'earwitness';
import { afterEach, expect, test } from 'vitest';

const TEMPLATE = `
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Stream: { Type: AWS::KinesisFirehose::DeliveryStream }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderCreated] }
      Targets: [{ Id: stream, Arn: !GetAtt Stream.Arn, InputPath: $.detail }]
Outputs:
  StreamName: { Value: !Ref Stream }
`;

let local: Local;
let before: NodeJS.ProcessEnv;

async function start(options: Parameters<typeof startLocal>[0] = {}): Promise<Record<string, string>> {
  before = { ...process.env };
  local = await startLocal(options);
  Object.assign(process.env, local.env);
  return local.deploy({ name: 'shop', template: TEMPLATE });
}

afterEach(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** Firehose in the bytes of its clients (AWS JSON 1.1): none of them is among this project's dependencies. */
async function firehose(operation: string, input: object): Promise<unknown> {
  const response = await fetch(local.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Firehose_20150804.${operation}` },
    body: JSON.stringify(input),
  });
  return { status: response.status, ...Object(await response.json()) };
}

async function publish(detailType: string, id: number): Promise<void> {
  const Entries = [{ EventBusName: 'shop', Source: 'shop', DetailType: detailType, Detail: JSON.stringify({ id }) }];
  await new EventBridgeClient({}).send(new PutEventsCommand({ Entries }));
}

test('the test kit awaits what a target that stands in has received', async () => {
  await start();
  await using stream = await standIn('Stream');
  await publish('OrderCreated', 7);
  expect(await stream.waitFor({ id: 7 })).toEqual({ id: 7 });
  await stream.expectNone({ id: 8 }, { timeoutMs: 50 });
  expect(stream.all()).toEqual([{ id: 7 }]);
});

test('where there is no local cloud, nothing stands in, and standIn() says so', async () => {
  await start();
  delete process.env['EARWITNESS_URL'];
  await expect(standIn('Stream')).rejects.toMatchObject({
    name: 'NotLocalError',
    message:
      "standIn('Stream') needs a local cloud, and EARWITNESS_URL is not set: in AWS nothing stands in. On AWS, await what the resource itself does, such as the events that it publishes. See docs/guide/state.md.",
  });
});

test('behind something that stands in, silence proves nothing, and the page of a wait says so', async () => {
  await start();
  await local.relay();
  await using events = await subscribe();
  await publish('Unheard', 6);
  await events.waitForMessageMatching({ 'detail-type': 'Unheard' });
  await events.expectNone({ 'detail-type': 'OrderShipped' }, { timeoutMs: 100 });
  await publish('OrderCreated', 7);
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' });
  const none = events.expectNone({ 'detail-type': 'OrderShipped' }, { timeoutMs: 100 }).catch((error) => error);
  expect(await none).toBeInstanceOf(InconclusiveError);
  expect((await none).message).toBe(
    "cannot tell about no OrderShipped: an event was sent to Stream (AWS::KinesisFirehose::DeliveryStream), which stands in: nothing more happens there, so silence proves nothing. What it received can be awaited: standIn('Stream')",
  );
  const missed = events.waitForMessageMatching({ 'detail-type': 'OrderShipped' }, { timeoutMs: 100 });
  await expect(missed).rejects.toBeInstanceOf(EventNotReceivedError);
  await expect(missed).rejects.toThrow(
    `    ! OrderCreated from shop was sent to Stream
      (AWS::KinesisFirehose::DeliveryStream), which stands in: nothing more
      happens there`,
  );
});

test('a call of a service that is not served is refused by name in its own protocol, and says what stands in', async () => {
  const { StreamName = '' } = await start();
  const refusalOf = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => new Error('not refused'),
      (refused: Error) => refused,
    );
    return `${error.name}: ${error.message}`;
  };
  const once = { maxAttempts: 1 };
  const mend = (call: string) =>
    `To go on, script an answer (answers: { '${call}': … }) or send its calls elsewhere (upstream).`;
  expect(await firehose('PutRecord', { DeliveryStreamName: StreamName, Record: { Data: 'AQ==' } })).toEqual({
    status: 501,
    __type: 'UnknownServiceException',
    message: `Earwitness does not serve the AWS service 'firehose' (PutRecord). Stream (AWS::KinesisFirehose::DeliveryStream) of it stands in. ${mend('firehose:PutRecord')}`,
  });
  expect(
    await refusalOf(new CloudWatchClient(once).send(new PutMetricDataCommand({ Namespace: 'n', MetricData: [] }))),
  ).toBe(
    `UnknownServiceException: Earwitness does not serve the AWS service 'monitoring' (PutMetricData). ${mend('monitoring:PutMetricData')}`,
  );
});

test('a scripted answer takes code past its call, by value, by function, and as an error', async () => {
  await start({
    answers: {
      'firehose:PutRecord': (input) => ({ RecordId: '7', asked: input }),
      'firehose:DeleteDeliveryStream': { $error: { code: 'ResourceNotFoundException', message: 'No orders' } },
      'monitoring:PutMetricData': {},
    },
  });
  const record = { DeliveryStreamName: 'orders', Record: { Data: 'AQ==' } };
  expect(await firehose('PutRecord', record)).toEqual({ status: 200, RecordId: '7', asked: record });
  expect(await firehose('DeleteDeliveryStream', { DeliveryStreamName: 'orders' })).toEqual({
    status: 400,
    __type: 'ResourceNotFoundException',
    message: 'No orders',
  });
  await new CloudWatchClient({}).send(new PutMetricDataCommand({ Namespace: 'n', MetricData: [] }));
  // A call with a scripted answer lacks nothing: silence behind it is to be trusted.
  await local.relay();
  await using events = await subscribe();
  await firehose('PutRecord', record);
  await publish('Unheard', 1);
  await events.waitForMessageMatching({ 'detail-type': 'Unheard' });
  await events.expectNone({ 'detail-type': 'OrderShipped' }, { timeoutMs: 100 });
});

test("an upstream answers a service's calls in the cloud's place, and one that is away is named", async () => {
  const other = await startLocal();
  try {
    await start({ upstream: { sqs: other.url } });
    const sqs = new SQSClient({ maxAttempts: 1 });
    await other.cloud.dispatch.call(
      'sqs',
      'CreateQueue',
      { QueueName: 'theirs' },
      {
        account: '000000000000',
        region: 'us-east-1',
        principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
      },
    );
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls).toEqual([`${other.url}/000000000000/theirs`]);
    await other.close();
    await expect(sqs.send(new ListQueuesCommand({}))).rejects.toThrow(
      `The upstream of sqs, ${other.url}, cannot be reached: `,
    );
  } finally {
    await other.close();
  }
});

test('a caller that goes away before the upstream answers is no fault of the upstream', async () => {
  const silent = createServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    await start({ upstream: { sqs: `http://127.0.0.1:${port}` } });
    const came: Promise<Socket[]> = once(silent, 'connection');
    const gone = new AbortController();
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
    const asked = fetch(local.url, { method: 'POST', headers, body: '{}', signal: gone.signal });
    const [socket = new Socket()] = await came;
    await once(socket, 'data');
    gone.abort();
    await expect(asked).rejects.toThrow('aborted');
    await once(socket, 'close');
    // A turn of this process and one of its sockets later.
    await (await fetch(`${local.url}/_earwitness/health`)).text();
    expect(local.journal.read().filter(({ kind }) => kind === 'warning')).toEqual([]);
  } finally {
    silent.close();
  }
});

test('an upstream that is no address is refused when the cloud starts', async () => {
  await start();
  await expect(startLocal({ upstream: { 'cognito-idp': 'localhost:9229' } })).rejects.toThrow(
    "upstream: 'localhost:9229' of cognito-idp is not an address such as http://127.0.0.1:9229.",
  );
});
