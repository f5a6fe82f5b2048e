// Buses that no stack relays: `local.relay()` makes those of the stacks under test heard, each on a topic of its own.
import { readFileSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import { relayTemplate } from '@earwitness/protocol/internal/relay/template';
import { EventNotReceivedError, subscribe } from 'earwitness';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const bus = (name: string) => ({ Type: 'AWS::Events::EventBus', Properties: { Name: name } });

let local: Local;
let client: EventBridgeClient;

beforeEach(async () => {
  local = await startLocal();
  client = new EventBridgeClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await local.close();
});

/** Deploys a stack that makes these buses, relays, and sets the environment as `earwitness exec` does. */
async function relay(names: readonly string[], more: readonly string[] = []): Promise<readonly string[]> {
  const Resources = Object.fromEntries(names.map((name, index) => [`Bus${index}`, bus(name)]));
  if (names.length > 0) await local.deploy({ name: 'app', template: JSON.stringify({ Resources }) });
  const heard = await local.relay({ buses: more });
  for (const [name, value] of Object.entries(await local.environment())) vi.stubEnv(name, value);
  return heard;
}

const put = (EventBusName: string, DetailType = 'OrderCreated') =>
  client.send(new PutEventsCommand({ Entries: [{ EventBusName, Source: 'shop', DetailType, Detail: '{}' }] }));

const transport = 'momento-http';

test('the bus that a stack makes is heard on the topic; what is put on default by mistake is missed, and the page says where it went', async () => {
  expect(await relay(['orders-bus'])).toEqual(['orders-bus']);
  expect(process.env).toMatchObject({ TOPIC_NAME: 'events', TOPIC_NAME_ORDERS_BUS: 'events' });
  expect(process.env['DEAD_LETTER_QUEUE_URL']).toContain('earwitness-relay');
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await put('orders-bus', 'OrderShipped');
  await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' });
  await put('default');
  const error = await events
    .waitForMessageMatching({ 'detail-type': 'OrderCreated' }, { timeoutMs: 100 })
    .catch((e) => e);
  expect(error).toBeInstanceOf(EventNotReceivedError);
  expect(error.message.replaceAll(/\s+/g, ' ')).toContain(
    'Cause OrderCreated from shop went to bus default; what is heard is bus orders-bus Was it meant to go to orders-bus?',
  );
});

test('stacks without a bus of their own use default', async () => {
  expect(await relay([])).toEqual(['default']);
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await put('default');
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' });
});

test('of several buses each has a topic of its own: one is heard alone, or all, and each message tells its bus', async () => {
  expect(await relay(['orders', 'team.payments'], ['default'])).toEqual(['default', 'orders', 'team.payments']);
  expect(process.env).toMatchObject({
    TOPIC_NAME: 'events@default,events@orders,events@team.payments',
    TOPIC_NAME_ORDERS: 'events@orders',
    TOPIC_NAME_TEAM_PAYMENTS: 'events@team.payments',
  });
  await using all = await subscribe({ transport, timeoutMs: 100_000 });
  await using payments = await subscribe({ transport, timeoutMs: 100_000, bus: 'team.payments' });
  await put('orders', 'OrderCreated');
  await put('team.payments', 'PaymentTaken');
  await Promise.all([all.waitFor(2), payments.waitForMessageMatching({ 'detail-type': 'PaymentTaken' })]);
  const heard = (events: typeof all) =>
    Object.fromEntries(
      events.received().map(({ bus, message }) => [bus, typeof message === 'object' && message['detail-type']]),
    );
  expect(heard(all)).toEqual({ orders: 'OrderCreated', 'team.payments': 'PaymentTaken' });
  expect(heard(payments)).toEqual({ 'team.payments': 'PaymentTaken' });
});

test('a bus that is not there, or not relayed, is refused by name', async () => {
  await relay(['orders', 'payments']);
  await expect(local.relay({ buses: ['shipping'] })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[UnknownBusError: There is no event bus 'shipping' to relay. There is: default, orders, payments.]`,
  );
  await expect(subscribe({ transport, bus: 'shipping' })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ConfigurationError: subscribe({ bus: "shipping" }) finds no topic for this bus: TOPIC_NAME_SHIPPING is not set, and TOPIC_NAME has those of orders, payments. Relay the bus with "earwitness exec --relay=shipping -- …", or set TOPIC_NAME_SHIPPING to the topic that it is relayed to.]`,
  );
  await expect(subscribe({ transport, bus: 'orders', topic: 'events' })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ConfigurationError: subscribe() has "bus" beside "topic", "topics" or "buses"; one of them says it all.]`,
  );
});

test("the example's relay is the stack that the command line prints", () => {
  const example = new URL('../examples/order-service/momento-destination.yaml', import.meta.url);
  expect(readFileSync(example, 'utf8')).toBe(relayTemplate());
});
