// Webhooks with Momento's own TopicClient, and a server of the test's own as their destination.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CredentialProvider,
  DeleteWebhook,
  GetWebhookSecret,
  ListWebhooks,
  PutWebhook,
  RotateWebhookSecret,
  TopicClient,
  TopicConfigurations,
} from '@gomomento/sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createClock, type MovableClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { createTopicsService } from '../service.ts';

const NOW = Date.UTC(2026, 0, 1);

let local: Local;
let clock: MovableClock;
let topics: TopicClient;
let destination: Server;
let url: string;
/** What the destination answers; undefined: nothing, ever. */
let status: number | undefined = 204;
let heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  destination = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard.push({ headers: request.headers, body });
    if (status !== undefined) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => destination.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(destination.address() as AddressInfo).port}/hook?secret=1`;
  clock = createClock({ frozenAt: NOW });
  local = await startLocalWith([createTopicsService({ secret: 's3cret', caches: ['shop'] })], { clock });
  const { hostname, port } = new URL(local.url);
  topics = new TopicClient({
    configuration: TopicConfigurations.Default.latest(),
    credentialProvider: CredentialProvider.forMomentoLocal({ hostname, port: Number(port) }),
  });
});
afterEach(async () => {
  status = 204;
  heard = [];
  await local.reset();
});
afterAll(async () => {
  await local.close();
  destination.closeAllConnections();
  destination.close();
});

async function put(name: string, to = { topicName: 'orders', destination: url }): Promise<string> {
  const made = await topics.putWebhook('shop', name, to);
  if (!(made instanceof PutWebhook.Success)) throw made;
  return made.secretString();
}

/** Publishes, and resolves with the fact of the call that follows. */
async function called(text: string): Promise<unknown> {
  const fact = new Promise((resolve) => {
    const stop = local.journal.listen((one) => {
      if (one.kind !== 'webhook.called') return;
      stop();
      const { seq: _seq, at: _at, ...body } = one;
      resolve(body);
    });
  });
  await topics.publish('shop', 'orders', text);
  return fact;
}

// Source: Momento's documentation of webhooks (public-dev-docs, parent of cf1689d42), read 2026-11-22.
test('a message is posted with its place and a signature over the very bytes', async () => {
  const secret = await put('hook');
  const fact = await called('{"id":1}');
  expect(heard).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: '' }] = heard;
  expect(JSON.parse(body)).toEqual({
    cache: 'shop',
    topic: 'orders',
    event_timestamp: NOW,
    publish_timestamp: NOW,
    topic_sequence_number: 1,
    token_id: '',
    text: '{"id":1}',
  });
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)',
    'momento-signature': createHmac('sha3-256', secret).update(body).digest('hex'),
  });
  expect(fact).toEqual({
    kind: 'webhook.called',
    cache: 'shop',
    topic: 'orders',
    sequencePage: NOW / 1000,
    sequenceNumber: 1,
    webhook: 'hook',
    url: url.replace(/\?.*/, ''),
    status: 204,
  });
});

test('a call is made once, whatever comes of it, and the journal says what', async () => {
  await put('hook');
  status = 500;
  expect(await called('a')).toMatchObject({ status: 500 });
  status = undefined;
  const late = called('b');
  await expect.poll(() => heard.length).toBe(2);
  await clock.advance(5000);
  expect(await late).toMatchObject({ cause: 'no answer within 5 s' });
  await put('hook', { topicName: 'orders', destination: 'http://127.0.0.1:1/' });
  expect(await called('c')).toMatchObject({ cause: 'connection refused' });
  await clock.advance(3_600_000);
  expect(heard).toHaveLength(2);
});

test('webhooks are listed and deleted; a changed one keeps its secret, a rotated one gets another', async () => {
  const secret = await put('hook');
  expect(await put('hook', { topicName: 'others', destination: url })).toBe(secret);
  const listed = await topics.listWebhooks('shop');
  expect(listed instanceof ListWebhooks.Success && listed.getWebhooks()).toMatchObject([
    { id: { cacheName: 'shop', webhookName: 'hook' }, topicName: 'others' },
  ]);
  const rotated = await topics.rotateWebhookSecret('shop', 'hook');
  const told = await topics.getWebhookSecret('shop', 'hook');
  if (!(rotated instanceof RotateWebhookSecret.Success) || !(told instanceof GetWebhookSecret.Success)) throw told;
  expect(told.secret()).toBe(rotated.secret());
  expect(told.secret()).not.toBe(secret);
  expect(await topics.deleteWebhook('shop', 'hook')).toBeInstanceOf(DeleteWebhook.Success);
  const gone = await topics.deleteWebhook('shop', 'hook');
  expect(gone instanceof DeleteWebhook.Error && gone.errorCode()).toBe('NOT_FOUND_ERROR');
});

test.each([
  ['a name of 129 signs', 'n'.repeat(129), 'http://127.0.0.1/'],
  ['a destination that is no address', 'hook', 'orders'],
  ['a destination of another scheme', 'hook', 'file:///etc/passwd'],
  ['a destination of 1025 signs', 'hook', `http://127.0.0.1/${'x'.repeat(1008)}`],
])('%s is refused', async (_what, name, to) => {
  const made = await topics.putWebhook('shop', name, { topicName: 'orders', destination: to });
  expect(made instanceof PutWebhook.Error && made.errorCode()).toBe('INVALID_ARGUMENT_ERROR');
});
