// Several sources in one subscription, against a local cloud: topics that different buses feed, with a canary on each road, and buses
// heard without any topic.
import { readFile } from 'node:fs/promises';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { subscribe } from 'earwitness';
import { afterEach, beforeEach, expect, test } from 'vitest';

const destination = await readFile(
  new URL('../examples/order-service/momento-destination.yaml', import.meta.url),
  'utf8',
);
const timeoutMs = 100_000;
let local: Local;
let before: NodeJS.ProcessEnv;
let client: EventBridgeClient;

beforeEach(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  client = new EventBridgeClient({});
  for (const Name of ['orders', 'billing']) await client.send(new CreateEventBusCommand({ Name }));
});

afterEach(async () => {
  client.destroy();
  await local.close();
  for (const name of Object.keys(local.env)) delete process.env[name];
  Object.assign(process.env, before);
});

async function put(bus: string, detailType: string, detail: object = {}, TraceHeader?: string): Promise<void> {
  const Detail = JSON.stringify(detail);
  const entry = { EventBusName: bus, Source: 'Test', DetailType: detailType, Detail, TraceHeader };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
}

/** Feeds a topic from a bus. */
async function relay(EventBusName: string, TopicName: string): Promise<void> {
  const {
    MOMENTO_HTTP_ENDPOINT: MomentoEndpoint,
    MOMENTO_API_KEY: MomentoAuthToken,
    CACHE_NAME: CacheName,
  } = local.env;
  const parameters = { EventBusName, MomentoEndpoint, MomentoAuthToken, CacheName, TopicName };
  await local.deploy({ name: `relay-${TopicName}`, template: destination, parameters });
}

test.each(['momento', 'momento-http'] as const)(
  'two topics over %s, each fed by its bus, with a canary on both roads',
  async (transport) => {
    await relay('orders', 'orders');
    await relay('billing', 'payments');
    const canary = { bus: ['orders', 'billing'] };
    await using events = await subscribe({ transport, topics: ['orders', 'payments'], canary, timeoutMs });
    expect(events.roadMs).toBeGreaterThan(0);
    await put('billing', 'Paid');
    await events.waitForMessageMatching({ 'detail-type': 'Paid' });
    await put('orders', 'Created');
    await events.waitForMessageMatching({ 'detail-type': 'Created' });
    // A busy road may deliver an event twice.
    const heard = events.received().map(({ topic, route }) => `${topic} on ${route.replace(' (HTTP)', '')}`);
    expect(new Set(heard)).toEqual(
      new Set(['payments on momento earwitness/payments', 'orders on momento earwitness/orders']),
    );
  },
);

test('TOPIC_NAME may name several topics', async () => {
  process.env['TOPIC_NAME'] = 'orders,payments';
  await relay('orders', 'payments');
  await using events = await subscribe({ transport: 'momento-http', timeoutMs });
  await put('orders', 'Created');
  await events.waitForMessageMatching({ 'detail-type': 'Created' });
  expect(events.received().map(({ topic }) => topic)).toEqual(['payments']);
});

const leftBehind = async () => {
  const sqs = new SQSClient({});
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  sqs.destroy();
  const rules = await Promise.all(
    ['orders', 'billing'].map(async (EventBusName) => {
      const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName }));
      return Rules.map(({ Name }) => Name);
    }),
  );
  return { rules: rules.flat(), queues: QueueUrls };
};

test('buses are heard without a topic, and nothing of it is left behind', async () => {
  {
    await using events = await subscribe({ buses: ['orders', 'billing'], timeoutMs });
    expect(await leftBehind()).toMatchObject({
      rules: [/^earwitness-tap-/, /^earwitness-tap-/].map((name) => expect.stringMatching(name)),
    });
    await put('billing', 'Paid', { id: 1 });
    await events.waitForMessageMatching({ 'detail-type': 'Paid' });
    await put('orders', 'Created', { id: 2 });
    // A bus proves its own road, so a negative answers long before its time-out.
    await events.exactly(2, { source: 'Test' });
    expect(events.received().map(({ topic, route }) => [topic, route])).toEqual([
      ['billing', 'bus billing'],
      ['orders', 'bus orders'],
    ]);
  }
  expect(await leftBehind()).toEqual({ rules: [], queues: [] });
});

test('a trace tells the events of one request from all others on the bus', async () => {
  const root = '1-67891233-abcdef012345678912345678';
  await using events = await subscribe({ buses: ['orders'], trace: `Root=${root};Sampled=1`, timeoutMs });
  await put('orders', 'Created', { id: 'of nobody' });
  await put('orders', 'Created', { id: 'of another' }, 'Root=1-00000000-000000000000000000000000');
  await put('orders', 'Created', { id: 'mine' }, `Root=${root};Parent=463ac35c9f6413ad`);
  await events.exactly(1, { source: 'Test' });
  expect(events.received()).toMatchObject([
    { message: { detail: { id: 'mine' } }, traceHeader: `Root=${root};Parent=463ac35c9f6413ad` },
  ]);
});

test('a trace is refused where none can be heard', async () => {
  await expect(subscribe({ transport: 'momento-http', trace: '1-67891233-abcdef012345678912345678' })).rejects.toThrow(
    '"trace" cannot be heard on momento earwitness/events (HTTP): only buses and queues carry trace headers.',
  );
});

test('a bus that does not exist fails subscribe(), and nothing of the others is left behind', async () => {
  await expect(subscribe({ buses: ['orders', 'no-such-bus'] })).rejects.toMatchObject({
    name: 'TransportError',
    code: 'ResourceNotFoundException',
    message:
      'cannot hear bus no-such-bus: Event bus no-such-bus does not exist. Check the name of the bus, and AWS_REGION',
  });
  expect(await leftBehind()).toEqual({ rules: [], queues: [] });
});

test('what a killed process left behind long ago is removed; what may be in use stays', async () => {
  const hoursAgo = (hours: number) =>
    `earwitness-tap-${Math.floor(Date.now() / 1000 - hours * 3600).toString(36)}-0badcafe`;
  const [old, young] = [hoursAgo(7), hoursAgo(5)];
  for (const Name of [old, young]) {
    const EventPattern = JSON.stringify({ source: ['x'] });
    await client.send(new PutRuleCommand({ Name, EventBusName: 'orders', EventPattern }));
  }
  const events = await subscribe({ buses: ['orders'] });
  await events.unsubscribe();
  expect((await leftBehind()).rules).toEqual([young]);
});
