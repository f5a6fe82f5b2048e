// Contracts as a person meets them: a first run, a producer that drops a field, an update. Each run is a process of its own around a
// local cloud, with node:test, whose subscriptions fail where the events break the lock file.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { earwitness, root } from './run.ts';

const TEST = `import { test } from 'node:test';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { subscribeIn } from 'earwitness/node';

test('orders are published', async (t) => {
  const events = await subscribeIn(t);
  const details = JSON.parse(process.env.DETAILS);
  const Entries = details.map((detail) => {
    return { EventBusName: 'orders', Source: 'OrderService', DetailType: 'OrderCreated', Detail: JSON.stringify(detail) };
  });
  await new EventBridgeClient({}).send(new PutEventsCommand({ Entries }));
  await events.waitFor(details.length);
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { total: 120 } });
});
`;

const BUS = `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: orders } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: large-orders } }
  LargeOrders:
    Type: AWS::Events::Rule
    Properties:
      Name: large-orders
      EventBusName: !Ref Bus
      EventPattern: { detail: { total: [{ numeric: ['>', 100] }] } }
      Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
Outputs:
  EventBusName: { Value: !Ref Bus }
`;

const CONFIG = `export default {
  transport: 'momento-http',
  contracts: { lock: 'events.lock.json', types: 'events.ts' },
  stacks: {
    bus: { template: 'bus.yaml' },
    ear: {
      template: 'ear.yaml',
      parameters: ({ env, outputs }) => ({
        EventBusName: outputs.bus.EventBusName,
        MomentoEndpoint: env.MOMENTO_HTTP_ENDPOINT,
        MomentoAuthToken: env.MOMENTO_API_KEY,
        CacheName: env.CACHE_NAME,
        TopicName: env.TOPIC_NAME,
      }),
    },
  },
};
`;

const HEAR = `import { MemoryTopic, subscribe } from 'earwitness';
const topic = new MemoryTopic();
const events = await subscribe({ transport: topic });
topic.publish({ source: 'OrderService', 'detail-type': 'OrderShipped', detail: { id: 1 } });
await events.unsubscribe();
`;

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'earwitness-contracts-'));
  symlinkSync(`${root}node_modules`, join(project, 'node_modules'), 'junction');
  writeFileSync(join(project, 'orders.test.mjs'), TEST);
  writeFileSync(join(project, 'bus.yaml'), BUS);
  copyFileSync(`${root}examples/order-service/momento-destination.yaml`, join(project, 'ear.yaml'));
  writeFileSync(join(project, 'earwitness.config.mjs'), CONFIG);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs the tests around a producer that publishes these details. */
async function run(details: readonly object[], environment: Readonly<Record<string, string>> = {}) {
  const variables = {
    CI: '',
    EARWITNESS_UPDATE: '',
    EARWITNESS_TIMEOUT_MS: '20000',
    ...environment,
    DETAILS: JSON.stringify(details),
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const command = [process.execPath, '--test', 'orders.test.mjs'];
  const { code, stdout, stderr } = await earwitness(['exec', '--', ...command], { cwd: project });
  vi.unstubAllEnvs();
  return { code, output: stdout, said: stderr };
}

test('a field that a producer drops fails the run, and names the rule and the test that use it', async () => {
  const order = { id: '1', total: 120 };
  const first = await run([order]);
  expect(first, first.output).toMatchObject({
    code: 0,
    said: expect.stringMatching(
      /^earwitness: events\.lock\.json has grown: commit it\n {2}\+ OrderCreated from OrderService$/m,
    ),
  });
  const lock = readFileSync(join(project, 'events.lock.json'), 'utf8');

  const { code, output } = await run([order, { id: '2' }], { CI: 'true' });
  expect(code, output).toBe(1);
  expect(output).toContain('OrderCreated from OrderService breaks events.lock.json: detail.total was dropped');
  const lines = output.split('\n').map((line) => line.trim());
  const consumers = lines.indexOf('Consumers of detail.total');
  expect(lines.slice(consumers + 1, consumers + 4)).toEqual([
    'rule large-orders on bus orders → sqs:large-orders: takes this event no more',
    expect.stringMatching(/^orders\.test\.mjs:\d+ {3}OrderCreated$/),
    expect.stringMatching(
      /^rule ear-RelayRule-\w+ on bus orders → events:api-destination\/ear-Destination-\w+: hands the event on$/,
    ),
  ]);
  expect(readFileSync(join(project, 'events.lock.json'), 'utf8')).toBe(lock);

  const accepted = await run([order, { id: '2' }], { EARWITNESS_UPDATE: '1' });
  expect(accepted, accepted.output).toMatchObject({
    code: 0,
    said: expect.stringContaining('~ OrderCreated from OrderService: detail.total optional now'),
  });
  expect(readFileSync(join(project, 'events.ts'), 'utf8')).toContain('total?: number;');
});

test('earwitness lock runs tests without a local cloud, and puts the files in order', async () => {
  writeFileSync(join(project, 'hear.mjs'), HEAR);
  const lock = async (args: readonly string[], CI = '') => {
    vi.stubEnv('CI', CI);
    vi.stubEnv('EARWITNESS_UPDATE', '');
    const { code, stderr } = await earwitness(['lock', ...args], { cwd: project });
    vi.unstubAllEnvs();
    return { code, said: stderr };
  };
  const files = ['events.lock.json', 'events.ts'].map((name) => join(project, name));
  for (const file of files) rmSync(file, { force: true });
  expect(await lock(['--', process.execPath, 'hear.mjs'])).toEqual({
    code: 0,
    said: 'earwitness: events.lock.json has grown: commit it\n  + OrderShipped from OrderService\n',
  });
  writeFileSync(join(project, 'events.ts'), '');
  expect(await lock([], 'true')).toEqual({
    code: 1,
    said: 'earwitness: not as "earwitness lock" would write it, and nothing is written in CI: events.ts\n',
  });
  expect(await lock([])).toEqual({ code: 0, said: 'earwitness: events.lock.json: 1 event type; written: events.ts\n' });
  expect(await lock(['--config', 'none.config.mjs'])).toMatchObject({ code: 2 });
});
