// What `earwitness dev` prints of events: on every relayed bus, more of them than a person can read, and of requests that it refuses.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { subscribe } from 'earwitness';
import { expect, onTestFinished, test } from 'vitest';
import { earwitness } from './run.ts';
import { type Staying, stay } from './staying.ts';

const BUSES = ['orders-bus', 'payments'];
const template = {
  Resources: Object.fromEntries(
    BUSES.map((Name, index) => [`Bus${index}`, { Type: 'AWS::Events::EventBus', Properties: { Name } }]),
  ),
};

/** `earwitness dev` on a free port. */
async function startDev(...flags: readonly string[]): Promise<{ dev: Staying; port: string; bus: EventBridgeClient }> {
  const cwd = mkdtempSync(join(tmpdir(), 'earwitness-journeys-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'buses.json'), JSON.stringify(template));
  const dev = stay(['dev', '--port', '0', ...flags], { cwd });
  const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(await dev.until('Ctrl-C stops.')) ?? [];
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const bus = new EventBridgeClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  onTestFinished(() => bus.destroy());
  return { dev, port, bus };
}

const entry = (DetailType: string, EventBusName = 'default') => ({
  ...{ EventBusName, Source: 'OrderService', DetailType, Detail: '{}' },
});

test('on each of several relayed buses a journey ends where a test hears it', async () => {
  const { dev, port, bus } = await startDev('--template', 'buses=buses.json', '--relay');
  const env: Record<string, string> = JSON.parse((await earwitness(['env', '--json', '--port', port])).stdout);
  const { MOMENTO_API_KEY: apiKey = '', CACHE_NAME: cache = '', TOPIC_NAME: topics = '' } = env;
  await using events = await subscribe({
    ...{ transport: 'momento-http', apiKey, cache, httpEndpoint: `http://127.0.0.1:${port}` },
    topics: topics.split(','),
  });
  for (const name of BUSES) {
    await bus.send(new PutEventsCommand({ Entries: [entry(`On ${name}`, name)] }));
    await events.waitForMessageMatching({ 'detail-type': `On ${name}` });
    const printed = await dev.until(`On ${name} from OrderService on ${name}`);
    expect(printed.slice(printed.indexOf(`  On ${name}`)).match(/topic item.*,|received +by subscription/g)).toEqual([
      expect.stringContaining(`@${name} #`),
      expect.stringMatching(/^received +by subscription$/),
    ]);
  }
  expect((await dev.interrupt()).code).toBe(0);
});

test('what is more than a person can read is counted, and the command that it names shows all', async () => {
  const { dev, bus } = await startDev();
  const Entries = Array.from({ length: 10 }, () => entry('OrderCreated'));
  await Promise.all(Array.from({ length: 100 }, () => bus.send(new PutEventsCommand({ Entries }))));
  const printed = await dev.until('shows them\n');
  const [, command = ''] =
    /… and [\d,]+ more journeys \([\d,]+ matched by no rule\); `earwitness (tail --all --port \d+)` shows/.exec(
      printed,
    ) ?? [];
  const tail = stay(command.split(' '));
  await tail.until('listening');
  const { printed: shown } = await tail.interrupt();
  expect(shown.match(/PutEvents/g)).toHaveLength(1000);
  expect((await dev.interrupt()).code).toBe(0);
});

test('of a web page that is refused it says why', async () => {
  const { dev, port } = await startDev();
  const headers = { origin: 'https://shop.example' };
  const asked = request(`http://127.0.0.1:${port}/_earwitness/env`, { headers }).end();
  const [answer] = await once(asked, 'response');
  expect(answer.statusCode).toBe(403);
  answer.resume();
  const printed = await dev.until('refused');
  expect(printed.replace(/\s+/g, ' ')).toContain(
    ' refused GET /_earwitness/env A web page of https://shop.example sent this request, and only pages of this machine may. ' +
      "If the page is yours, list 'https://shop.example' in `origins` (earwitness.config.ts, startLocal() or --allow-origin). ",
  );
  expect((await dev.interrupt()).code).toBe(0);
});
