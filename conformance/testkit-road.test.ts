// The test kit on the whole road of a local cloud: bus, rule, API destination, topic. Canaries, dead letters.
import { readFile } from 'node:fs/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { createSqsTransport, deadLetters, EventNotReceivedError, subscribe } from 'earwitness';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const BUS = `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: orders } }
Outputs:
  EventBusName: { Value: !Ref Bus }
`;
const ear = await readFile(new URL('../examples/order-service/momento-destination.yaml', import.meta.url), 'utf8');

let local: Local;
let bus: EventBridgeClient;
let before: NodeJS.ProcessEnv;

beforeAll(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  bus = new EventBridgeClient({});
  await local.deploy({ name: 'bus', template: BUS });
  await deployEar('ear', local.env.MOMENTO_API_KEY);
});

afterAll(async () => {
  bus.destroy();
  await local.close();
  for (const name of Object.keys(local.env)) delete process.env[name];
  Object.assign(process.env, before);
});

function deployEar(name: string, token: string): Promise<Record<string, string>> {
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME } = local.env;
  const parameters = {
    EventBusName: 'orders',
    MomentoEndpoint: MOMENTO_HTTP_ENDPOINT,
    MomentoAuthToken: token,
    CacheName: CACHE_NAME,
    TopicName: TOPIC_NAME,
  };
  return local.deploy({ name, template: ear, parameters });
}

async function putEvent(detailType: string, detail: object): Promise<void> {
  const entry = {
    EventBusName: 'orders',
    Source: 'OrderService',
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  expect(FailedEntryCount).toBe(0);
}

/** A wrong key is answered 401, which EventBridge tries again: three times here, with up to 1 + 2 + 4 s between. */
async function passRetries(): Promise<void> {
  await local.clock.advance(8000);
}

const transport = 'momento-http';

test('a canary proves the road at the start, and lets a negative answer long before its time-out', async () => {
  await using events = await subscribe({ transport, canary: { bus: 'orders' } });
  expect(events.roadMs).toBeGreaterThan(0);
  await putEvent('OrderCreated', { id: '1' });
  // Nobody would wait for an hour: the test's own time limit is a hundredth of it.
  await events.expectNone({ 'detail-type': 'OrderRefunded' }, { timeoutMs: 3_600_000 });
  await events.exactly(1, { 'detail-type': 'OrderCreated' }, { timeoutMs: 3_600_000 });
  expect(events.messages()).toHaveLength(1);
});

test('a canary on a bus that leads nowhere fails subscribe()', async () => {
  const opening = subscribe({ transport, canary: { bus: 'default' }, signal: AbortSignal.timeout(1500) });
  await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a dead letter is awaited with its reason, and stays in the queue', async () => {
  const { DeadLetterQueueUrl = '' } = await deployEar('broken', 'not-a-key');
  await putEvent('OrderCreated', { id: 'dead-1' });
  await passRetries();
  for (let round = 0; round < 2; round++) {
    await using failed = await deadLetters(DeadLetterQueueUrl);
    const letter = await failed.waitFor({ event: { detail: { id: 'dead-1' } } }, { timeoutMs: 100_000 });
    expect(letter).toMatchObject({
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      RULE_ARN: expect.stringMatching(/^arn:aws:events:us-east-1:000000000000:rule\/orders\/broken-RelayRule-/),
      event: { source: 'OrderService', 'detail-type': 'OrderCreated' },
    });
    await failed.expectNone({ event: { detail: { id: 'another' } } }, { timeoutMs: 50 });
  }
});

test('a queue is a transport: a tap whose messages are consumed', async () => {
  const { QueueUrl = '' } = await local.deploy({
    name: 'tap',
    template: 'Resources:\n  Q: { Type: AWS::SQS::Queue }\nOutputs:\n  QueueUrl: { Value: !Ref Q }\n',
  });
  const sqs = new SQSClient({});
  await using events = await subscribe({ transport: createSqsTransport({ queueUrl: QueueUrl }) });
  const sent = Array.from({ length: 30 }, async (_, n) => {
    const MessageBody = JSON.stringify({ 'detail-type': 'Tick', detail: { n } });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  });
  await Promise.all(sent);
  const ticks = await events.waitFor(30, { 'detail-type': 'Tick' }, { timeoutMs: 100_000 });
  expect(new Set(ticks.map(({ detail }) => detail['n'])).size).toBe(30);
  sqs.destroy();
});

test('a page explains by the rules of the bus why an event found no way', async () => {
  await local.deploy({
    name: 'picky',
    template: `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: picky } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { Name: only-billing, EventBusName: !Ref Bus, EventPattern: { source: [Billing] } }
`,
  });
  await using events = await subscribe({ transport });
  const entry = { EventBusName: 'picky', Source: 'billing', DetailType: 'Paid', Detail: '{}' };
  await bus.send(new PutEventsCommand({ Entries: [entry] }));
  const error = await events
    .waitForMessageMatching({ 'detail-type': 'Paid' }, { timeoutMs: 50 })
    .catch((reason) => reason);
  expect(error).toBeInstanceOf(EventNotReceivedError);
  const lines = String(error)
    .split('\n')
    .map((line) => line.trim());
  expect(lines.slice(lines.indexOf('Checked for you') + 1).join(' ')).toContain(
    'rule only-billing wants source "Billing", the event has "billing"',
  );
});

test('a page looks into the dead-letter queue when it knows it: one letter about the event, and the others counted', async () => {
  const { DeadLetterQueueUrl = '' } = await deployEar('broken', 'not-a-key');
  await putEvent('OrderLost', { id: 'dead-2' });
  await putEvent('OrderLost', { id: 'dead-3' });
  await passRetries();
  await using failed = await deadLetters(DeadLetterQueueUrl);
  await failed.waitFor({ event: { detail: { id: 'dead-2' } } }, { timeoutMs: 100_000 });
  await failed.waitFor({ event: { detail: { id: 'dead-3' } } }, { timeoutMs: 100_000 });
  const letters = failed.all().length;
  await failed.close();
  await using events = await subscribe({ transport, deadLetterQueue: DeadLetterQueueUrl });
  const pageOf = async (id: string) => {
    const error = await events.waitForMessageMatching({ detail: { id } }, { timeoutMs: 50 }).catch((reason) => reason);
    return String(error).replace(/\s+/g, ' ');
  };
  // Beside a local cloud, what was published before the subscription is another test's.
  expect(await pageOf('dead-2')).toContain(`· not about this event: ${letters} dead letters`);
  // Without its journal, as on AWS, the letters themselves tell.
  vi.stubEnv('EARWITNESS_URL', undefined);
  const page = await pageOf('dead-2');
  vi.unstubAllEnvs();
  expect(page).toContain('! dead-letter queue DeadLetterQueue has OrderLost: SDK_CLIENT_ERROR: ');
  expect(page).toContain(`· not about this event: ${letters - 1} dead letter`);
});
