// A local cloud on a port that fetch refuses (https://fetch.spec.whatwg.org/#port-blocking): everything of ours works there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { subscribe } from 'earwitness';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BLOCKED_PORTS } from '../../packages/earwitness/src/cli/blocked-ports.ts';
import { earwitness } from './run.ts';
import { stay } from './staying.ts';

/** The first of these ports that is free here. */
async function findFreePort(ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
  return undefined;
}

test('dev, its --send, env, tail, explain, doctor and the test kit work on a port that fetch refuses', async () => {
  const port = await findFreePort([5061, ...[...BLOCKED_PORTS].filter((one) => one > 1024)]);
  if (port === undefined) return void console.log('not asked: every port that fetch refuses is taken here');
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ cause: { message: 'bad port' } });

  const send = 'POST $API_URL {"name":"test order"}';
  const dev = stay(['dev', '--port', String(port), '--cwd', 'examples/order-service', '--send', send]);
  const journey = await dev.until('by subscription');
  expect(journey).toContain(`fetch refuses port ${port}: clients that use fetch need a cloud on another --port.\n`);
  expect(journey).toMatch(/OrderCreated from OrderService {2}[\d.]+ ms\n +0\.0 {2}request {7}POST \/\n/);

  const printed = (await earwitness(['env', '--json', '--port', String(port)])).stdout;
  const env = JSON.parse(printed) as Record<string, string>;
  expect(env).toMatchObject({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });

  const { EVENT_BUS_NAME: busName = '' } = env;
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-port-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const event = join(folder, 'event.json');
  writeFileSync(event, JSON.stringify({ source: 'OrderService', 'detail-type': 'OrderShipped', detail: {} }));
  const explained = await earwitness(['explain', '--event', event, '--bus', busName, '--port', String(port)]);
  // Nothing hears it but the relay: that is no match of the service's own.
  expect(explained).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^rule .*\n {2}The event matches the pattern/),
  });

  const looked = await earwitness(['doctor'], { env: { ...env, EARWITNESS_TRANSPORT: 'momento-http' } });
  expect(looked.stdout).toContain(`✓ local cloud at http://127.0.0.1:${port}`);
  expect(looked.stdout).toContain(`! fetch refuses port ${port}`);
  expect(looked.stdout).toMatch(/✓ subscribed in \d+ ms/);

  const tail = stay(['tail', '--port', String(port)]);
  await tail.until('listening');
  for (const name of ['AWS_ENDPOINT_URL', 'EARWITNESS_URL']) vi.stubEnv(name, env[name]);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { MOMENTO_API_KEY: apiKey, MOMENTO_HTTP_ENDPOINT: httpEndpoint, CACHE_NAME: cache, TOPIC_NAME: topic } = env;
  if (!apiKey || !httpEndpoint || !cache || !topic) throw new Error(`variables are missing in ${printed}`);
  await using events = await subscribe({ transport: 'momento-http', apiKey, httpEndpoint, cache, topic });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const bus = new EventBridgeClient({ endpoint: httpEndpoint, region: 'us-east-1', credentials });
  const Entries = [{ EventBusName: busName, Source: 'OrderService', DetailType: 'OrderShipped', Detail: '{}' }];
  await bus.send(new PutEventsCommand({ Entries }));
  bus.destroy();
  await events.waitForMessageMatching({ 'detail-type': 'OrderShipped' }, { timeoutMs: 15_000 });
  await tail.until(`OrderShipped from OrderService on ${busName}`);
  const missed = await events.waitForMessageMatching({ 'detail-type': 'OrderLost' }, { timeoutMs: 1 }).catch(String);
  expect(missed).toContain(`published to bus ${busName}: OrderShipped from OrderService`);

  expect((await tail.interrupt()).code).toBe(0);
  expect((await dev.interrupt()).code).toBe(0);
});

test('a --send that reaches nobody ends dev with a sentence and 2', async () => {
  const { code, stderr } = await earwitness(['dev', '--no-deploy', '--port', '0', '--send', 'GET http://127.0.0.1:1/']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'earwitness: --send cannot reach http://127.0.0.1:1/: connect ECONNREFUSED 127.0.0.1:1\n',
  });
});

test('every port of the list is one that fetch refuses', async () => {
  const causes = [...BLOCKED_PORTS].map((port) =>
    fetch(`http://127.0.0.1:${port}`).then(
      () => `${port} is not refused`,
      (error: Error) => (error.cause instanceof Error ? error.cause.message : `${port}: ${error.message}`),
    ),
  );
  expect(new Set(await Promise.all(causes))).toEqual(new Set(['bad port']));
});
