// Against a small topic server of the test's own: Momento's HTTP API as documented, with switches for what goes wrong.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Item, TransportError, type TransportListener } from '../hearing/transport.ts';
import { createMomentoHttpTransport } from './momento-http.ts';

let server: Server;
let endpoint: string;
let items: string[];
let polls: string[];
let wake: Set<() => void>;
/** Status to answer instead of doing the work. */
let refuse: { status: number; body: string } | undefined;
let authorizations: Set<string | undefined>;
/** How many items each answer repeats, as a server does that is not sure what its last answer brought. */
let repeated: number;

beforeEach(async () => {
  items = [];
  polls = [];
  wake = new Set();
  refuse = undefined;
  authorizations = new Set();
  repeated = 0;
  server = createServer(async (request, response) => {
    authorizations.add(request.headers.authorization);
    if (refuse) return response.writeHead(refuse.status).end(refuse.body);
    const url = new URL(request.url ?? '', 'http://topics');
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      publish(body);
      return response.writeHead(204).end();
    }
    polls.push(url.search);
    const from = Number(url.searchParams.get('sequence_number')) || items.length + 1;
    while (items.length < from && !response.destroyed) {
      await new Promise<void>((resolve) => {
        wake.add(resolve);
        response.once('close', resolve);
      });
    }
    const first = Math.max(1, from - repeated);
    const found = items.slice(first - 1).map((text, index) => ({
      item: { topic_sequence_number: first + index, sequence_page: 7, value: { text } },
    }));
    return response.end(JSON.stringify({ items: found }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function publish(text: string): void {
  items.push(text);
  for (const run of wake) run();
  wake.clear();
}

/** A listener that hands out what it hears one by one; probes are left out. */
function createListener() {
  const heard: Item[] = [];
  const news: string[] = [];
  let notify = () => {};
  const listener: TransportListener = {
    item: (item) => {
      if (item.text.includes('earwitnessProbe')) return;
      heard.push(item);
      notify();
    },
    gap: (gap) => news.push(`gap: ${gap.reason}`),
    interrupted: (cause) => news.push(`interrupted: ${cause.message}`),
    resumed: () => news.push('resumed'),
    lost: (cause) => {
      news.push(`lost: ${cause.message}`);
      notify();
    },
  };
  return {
    listener,
    heard,
    news,
    async until(done: () => boolean): Promise<void> {
      while (!done())
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
    },
  };
}

const route = () => ({ endpoint, apiKey: 'the-key', cache: 'my cache', topic: 'e2e/run' });

test('open resolves when the topic was heard, and no item published afterwards is missed', async () => {
  const { listener, heard, until } = createListener();
  const open = await createMomentoHttpTransport(route()).open(listener);
  for (let n = 1; n <= 50; n++) publish(`item ${n}`);
  await until(() => heard.length === 50);
  expect(heard.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, index) => `item ${index + 1}`));
  await open.close();
  expect([...authorizations]).toEqual(['the-key']);
  expect(polls[0]).toBe('?sequence_number=0&sequence_page=0');
  expect(polls[1]).toMatch(/^\?sequence_number=\d+&sequence_page=7$/);
});

test('a key that is refused fails the opening with what Momento said', async () => {
  refuse = { status: 401, body: '{"message":"bad token"}' };
  const error = await createMomentoHttpTransport(route())
    .open(createListener().listener)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ code: '401' });
  expect(String(error)).toContain('{"message":"bad token"}');
});

test('nobody listening at the endpoint fails the opening', async () => {
  const unused = { ...route(), endpoint: 'http://127.0.0.1:1' };
  const error = await createMomentoHttpTransport(unused)
    .open(createListener().listener)
    .catch((reason: unknown) => reason);
  expect(String(error)).toBe('TransportError: cannot reach Momento at http://127.0.0.1:1');
});

test('in the environment of a local cloud, the remedies are those of a local cloud', async () => {
  vi.stubEnv('EARWITNESS_URL', `${endpoint}/_earwitness`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const opened = (where: Parameters<typeof createMomentoHttpTransport>[0]) =>
    createMomentoHttpTransport(where)
      .open(createListener().listener)
      .catch((reason: unknown) =>
        String(reason)
          .replaceAll(endpoint, 'ENDPOINT')
          .replace(/(GET|POST) \S+/, 'REQUEST'),
      );
  const unreached = await opened({ ...route(), endpoint: 'http://127.0.0.1:1' });
  refuse = { status: 401, body: 'bad token' };
  expect([unreached, await opened(route())]).toEqual([
    'TransportError: cannot reach Momento at http://127.0.0.1:1. EARWITNESS_URL names a local cloud: start it with `earwitness dev`, or run under `earwitness exec`',
    'TransportError: Momento answered 401 to REQUEST bad token. Check MOMENTO_API_KEY: eval "$(npx earwitness env)" sets that of the local cloud that is running',
  ]);
});

test('a cache that disappears ends the subscription for good', async () => {
  const { listener, news, until } = createListener();
  const open = await createMomentoHttpTransport(route()).open(listener);
  refuse = { status: 404, body: 'no such cache' };
  server.closeAllConnections();
  await until(() => news.length > 0);
  expect(news).toEqual([
    expect.stringMatching(/^lost: Momento answered 404 to GET .* no such cache. Check CACHE_NAME: /),
  ]);
  await open.close();
});

test('a connection cut short is opened again, and nothing is missed', async () => {
  const { listener, heard, news, until } = createListener();
  const open = await createMomentoHttpTransport(route()).open(listener);
  publish('before');
  await until(() => heard.length === 1);
  server.closeAllConnections();
  publish('meanwhile');
  await until(() => heard.length === 2);
  await open.close();
  expect(heard.map(({ text }) => text)).toEqual(['before', 'meanwhile']);
  expect(news).toEqual([]);
});

test('an item that a resumed stream gives again is not heard again; the same text published twice is', async () => {
  repeated = 2;
  const { listener, heard, until } = createListener();
  const open = await createMomentoHttpTransport(route()).open(listener);
  for (const text of ['one', 'two', 'two', 'three']) {
    publish(text);
    server.closeAllConnections();
  }
  await until(() => heard.some(({ text }) => text === 'three'));
  await open.close();
  expect(heard.map(({ text }) => text)).toEqual(['one', 'two', 'two', 'three']);
});

test('an aborted signal ends the opening with its reason', async () => {
  const controller = new AbortController();
  const opening = createMomentoHttpTransport({ ...route(), endpoint }).open(
    createListener().listener,
    controller.signal,
  );
  controller.abort(new Error('gave up'));
  await expect(opening).rejects.toThrow('gave up');
});
