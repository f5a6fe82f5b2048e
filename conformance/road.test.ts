// The whole road in one process, through real clients, on good days and bad: the example's own templates, the AWS SDK, Momento.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { subscribe } from 'earwitness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const directory = new URL('../examples/order-service/', import.meta.url).pathname;
const orders = readFileSync(`${directory}template.yaml`, 'utf8');
const ear = readFileSync(`${directory}momento-destination.yaml`, 'utf8');

let local: Local;
let endpoint: Server;
let answers: number[];
let heard: string[];

beforeEach(async () => {
  local = await startLocal();
  answers = [];
  heard = [];
  endpoint = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => heard.push(text));
    request.on('end', () => response.writeHead(answers.shift() ?? 204).end());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => endpoint.once('listening', resolve));
});

afterEach(async () => {
  endpoint.close();
  await local.close();
});

const client = () => ({
  endpoint: local.url,
  region: 'us-east-1',
  credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
});

const hear = () =>
  subscribe({
    transport: 'momento-http',
    apiKey: local.env.MOMENTO_API_KEY,
    httpEndpoint: local.env.MOMENTO_HTTP_ENDPOINT,
    cache: local.env.CACHE_NAME,
    topic: local.env.TOPIC_NAME,
  });

const url = () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;

const deployEar = (template: string, momentoEndpoint: string) =>
  local.deploy({
    name: 'ear',
    template,
    parameters: {
      EventBusName: 'default',
      MomentoEndpoint: momentoEndpoint,
      MomentoAuthToken: local.env.MOMENTO_API_KEY,
      CacheName: local.env.CACHE_NAME,
      TopicName: local.env.TOPIC_NAME,
    },
  });

const putOrder = () =>
  new EventBridgeClient(client()).send(
    new PutEventsCommand({ Entries: [{ Source: 'OrderService', DetailType: 'OrderCreated', Detail: '{"id":"1"}' }] }),
  );

const deadLetters = async (QueueUrl: string | undefined) => {
  const { Messages = [] } = await new SQSClient(client()).send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ Body, MessageAttributes = {} }) => ({
    detailType: JSON.parse(Body ?? '')['detail-type'],
    ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, value]) => [name, value.StringValue])),
  }));
};

test('an order travels from the request to the subscription', async () => {
  const { ApiUrl, EventBusName = '' } = await local.deploy({ name: 'orders', template: orders, directory });
  await local.deploy({
    name: 'ear',
    template: ear,
    parameters: {
      EventBusName,
      MomentoEndpoint: local.env.MOMENTO_HTTP_ENDPOINT,
      MomentoAuthToken: local.env.MOMENTO_API_KEY,
      CacheName: local.env.CACHE_NAME,
      TopicName: local.env.TOPIC_NAME,
    },
  });
  await using events = await hear();
  const response = await fetch(ApiUrl ?? '', { method: 'POST', body: JSON.stringify({ name: 'test order' }) });
  const order = (await response.json()) as { id: string };
  expect([response.status, order]).toEqual([201, { id: expect.stringMatching(/^[0-9A-Z]{26}$/), name: 'test order' }]);
  const event = await events.waitForMessageMatching({ source: 'OrderService', detail: { id: order.id } });
  expect(event).toMatchObject({
    'detail-type': 'OrderCreated',
    account: '000000000000',
    region: 'us-east-1',
    detail: order,
  });
});

describe('when delivery goes wrong', () => {
  test('what fails for a while is retried and arrives once', async () => {
    answers = [500, 503, 204];
    await deployEar(ear, url());
    await putOrder();
    await local.clock.advance(300_000);
    expect(heard).toHaveLength(3);
    expect(
      local.journal.read().flatMap((fact) => (fact.kind === 'delivery.attempted' ? [[fact.status, fact.outcome]] : [])),
    ).toEqual([
      [500, 'retry'],
      [503, 'retry'],
      [204, 'delivered'],
    ]);
  });

  test('what never works becomes a dead letter that says why', async () => {
    answers = Array.from({ length: 10 }, () => 500);
    const { DeadLetterQueueUrl } = await deployEar(ear, url());
    await putOrder();
    await local.clock.advance(300_000);
    expect(await deadLetters(DeadLetterQueueUrl)).toEqual([
      expect.objectContaining({
        detailType: 'OrderCreated',
        RULE_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:000000000000:rule\/ear-RelayRule-/),
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '3',
      }),
    ]);
    expect(heard).toHaveLength(4);
  });

  test('a dead-letter queue without a policy gets nothing, and the journal says which statement is missing', async () => {
    answers = [404];
    const withoutPolicy = ear.replace(/ {2}# Without this policy[\s\S]*?(?= {2}Connection:)/, '');
    const { DeadLetterQueueUrl } = await deployEar(withoutPolicy, url());
    await putOrder();
    await local.clock.advance(1000);
    expect(await deadLetters(DeadLetterQueueUrl)).toEqual([]);
    const [dropped] = local.journal.read().filter((fact) => fact.kind === 'delivery.dropped');
    expect(dropped).toMatchObject({
      message: expect.stringMatching(/polic.*sqs:SendMessage|sqs:SendMessage.*polic/is),
    });
  });

  test('a role that may not invoke the destination sends nothing', async () => {
    const powerless = ear.replace('Action: events:InvokeApiDestination', 'Action: events:PutEvents');
    const { DeadLetterQueueUrl } = await deployEar(powerless, url());
    await putOrder();
    await local.clock.advance(1000);
    expect(heard).toEqual([]);
    expect(await deadLetters(DeadLetterQueueUrl)).toEqual([expect.objectContaining({ ERROR_CODE: 'NO_PERMISSIONS' })]);
  });
});
