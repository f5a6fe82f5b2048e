// Eight workers of a real runner, each a process of its own, share one bus and one topic, and use the same order ids. Each hears its own
// run only: the id of the run travels in `detail.metadata`, and `only` keeps what carries it.
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startLocal } from '@earwitness/local';
import { expect, test } from 'vitest';
import { createProject } from './project.ts';
import { root, run } from './run.ts';

const WORKERS = 8;
const TESTS = 50;

const worker = `import { randomUUID } from 'node:crypto';
import { subscribe } from 'earwitness';
import { afterAll, beforeAll, expect, test } from 'vitest';

const runId = randomUUID();
let events;

beforeAll(async () => {
  events = await subscribe({ timeoutMs: 60_000, only: { detail: { metadata: { runId } } } });
  // Answered when all workers are listening, so that every one of them could hear the others.
  await fetch(process.env.EVERYBODY_IS_HERE);
});
afterAll(() => events.unsubscribe());

async function createOrder(id) {
  const Detail = JSON.stringify({ id, metadata: { runId } });
  const Entries = [{ EventBusName: 'orders', Source: 'OrderService', DetailType: 'OrderCreated', Detail }];
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ Entries }),
  });
  expect(await response.json()).toMatchObject({ FailedEntryCount: 0 });
}

test.each(Array.from({ length: ${TESTS} }, (_, id) => id))('order %i', async (id) => {
  await createOrder(id);
  const event = await events.waitForMessageMatching({ detail: { id } });
  expect(event.detail.metadata).toEqual({ runId });
});

test('nothing of another run was heard', () => {
  // A busy road may deliver an event twice.
  const heard = new Set(events.messages().map(({ id }) => id));
  expect(heard.size).toBe(${TESTS});
  expect(new Set(events.messages().map(({ detail }) => detail.metadata.runId))).toEqual(new Set([runId]));
  console.log(\`worker \${process.pid} is done\`);
});
`;

test(`${WORKERS} processes of ${TESTS} tests each share one topic without hearing one another`, async () => {
  await using local = await startLocal();
  const bus = 'Resources:\n  Bus: { Type: AWS::Events::EventBus, Properties: { Name: orders } }\n';
  await local.deploy({ name: 'bus', template: bus });
  await local.deploy({
    name: 'ear',
    template: await readFile(`${root}examples/order-service/momento-destination.yaml`, 'utf8'),
    parameters: {
      EventBusName: 'orders',
      MomentoEndpoint: local.env.MOMENTO_HTTP_ENDPOINT,
      MomentoAuthToken: local.env.MOMENTO_API_KEY,
      CacheName: local.env.CACHE_NAME,
      TopicName: local.env.TOPIC_NAME,
    },
  });
  const waiting = new Set<() => void>();
  const meeting = createServer((_, response) => {
    waiting.add(() => response.end());
    if (waiting.size === WORKERS) for (const answer of waiting) answer();
  });
  await new Promise<void>((resolve) => meeting.listen(0, '127.0.0.1', resolve));
  using project = createProject({ vitest: 'node_modules/vitest' });
  const limits = { testTimeout: 90_000, hookTimeout: 90_000 };
  const config = { test: { pool: 'forks', maxWorkers: WORKERS, ...limits } };
  writeFileSync(join(project.folder, 'vitest.config.js'), `export default ${JSON.stringify(config)};`);
  for (let n = 1; n <= WORKERS; n++) writeFileSync(join(project.folder, `worker-${n}.test.js`), worker);

  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      join(project.folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile=report.json',
    ],
    {
      cwd: project.folder,
      env: {
        ...local.env,
        EARWITNESS_TRANSPORT: 'momento-http',
        EVERYBODY_IS_HERE: `http://127.0.0.1:${(meeting.address() as AddressInfo).port}`,
      },
    },
  );
  meeting.closeAllConnections();
  meeting.close();

  expect(code, stderr).toBe(0);
  const { numPassedTests } = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'));
  expect(numPassedTests).toBe(WORKERS * (TESTS + 1));
  const pids = new Set([...stdout.matchAll(/worker (\d+) is done/g)].map(([, pid]) => pid));
  expect(pids.size).toBe(WORKERS);
});
