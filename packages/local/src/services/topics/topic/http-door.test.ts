// Momento's HTTP API with fetch, as API destinations, browsers and curl use it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type MovableClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { mintToken } from '../key.ts';
import { createTopicsService } from '../service.ts';

const NOW = Date.UTC(2026, 0, 1);
const PAGE = NOW / 1000;
const KEY = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW });

let local: Local;
let clock: MovableClock;

beforeEach(async () => {
  clock = createClock({ frozenAt: NOW });
  local = await startLocalWith([createTopicsService({ secret: 's3cret', caches: ['orders'] })], { clock });
});
afterEach(() => local.close());

type Init = RequestInit & { readonly key?: string };

function ask(path: string, { key = KEY, ...init }: Init = {}): Promise<Response> {
  const headers = { ...(key !== '' && { authorization: key }), ...init.headers };
  return fetch(`${local.url}${path}`, { ...init, headers });
}

function publish(body: string | Uint8Array<ArrayBuffer>, init: Init = {}): Promise<Response> {
  return ask('/topics/orders/created', { method: 'POST', body, ...init });
}

async function poll(query = ''): Promise<unknown> {
  return (await ask(`/topics/orders/created${query}`)).json();
}

/** Resolves when the next long poll waits. */
function waiting(): Promise<unknown> {
  return new Promise((resolve) => local.journal.listen((fact) => fact.kind === 'subscription.opened' && resolve(fact)));
}

const item = (number: number, text: string, page = PAGE) => ({
  item: { topic_sequence_number: number, sequence_page: page, value: { text } },
});

test('publish answers 204 without a body', async () => {
  const answer = await publish('{"id":1}', { headers: { 'content-type': 'application/json' } });
  expect([answer.status, answer.statusText, await answer.text()]).toEqual([204, 'No Content', '']);
});

test('a poll without a number waits for what is published next, and answers with it alone', async () => {
  await publish('before');
  const ready = waiting();
  const polled = poll();
  await ready;
  await publish('after');
  expect(await polled).toEqual({ items: [item(2, 'after')] });
});

test('a poll with a number answers at once with everything from there on', async () => {
  for (const text of ['a', 'b', 'c']) await publish(text);
  expect(await poll(`?sequence_number=2&sequence_page=${PAGE}`)).toEqual({ items: [item(2, 'b'), item(3, 'c')] });
});

test('a poll whose numbers lead nowhere is told the number of the next item', async () => {
  await publish('a');
  expect(await poll('?sequence_number=9')).toEqual({
    items: [{ discontinuity: { last_topic_sequence: 8, new_topic_sequence: 2, new_sequence_page: PAGE } }],
  });
  expect(await poll(`?sequence_number=9&sequence_page=${PAGE - 1}`)).toEqual({
    items: [
      { discontinuity: { last_topic_sequence: 8, new_topic_sequence: 1, new_sequence_page: PAGE } },
      item(1, 'a'),
    ],
  });
});

test('a reset is told to a poll that named a number; one that did not goes on waiting', async () => {
  const ready = waiting();
  const naive = poll();
  await ready;
  const readyAgain = waiting();
  const resuming = poll('?sequence_number=1');
  await readyAgain;
  await local.reset();
  await publish('anew');
  expect(await resuming).toEqual({
    items: [{ discontinuity: { last_topic_sequence: 0, new_topic_sequence: 1, new_sequence_page: PAGE + 1 } }],
  });
  expect(await naive).toEqual({ items: [item(1, 'anew', PAGE + 1)] });
});

test('only octet-streams are binary', async () => {
  await publish(new Uint8Array([0, 255]), { headers: { 'content-type': 'application/octet-stream' } });
  await publish('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect(await poll('?sequence_number=1')).toEqual({
    items: [{ item: { topic_sequence_number: 1, sequence_page: PAGE, value: { binary: 'AP8=' } } }, item(2, 'a=b')],
  });
});

test('names are URL-encoded, and a slash may be in one', async () => {
  await ask('/topics/orders/eu%2Fcreated%20now', { method: 'POST', body: 'x' });
  expect(local.journal.read().find((fact) => fact.kind === 'topic.published')).toMatchObject({
    cache: 'orders',
    topic: 'eu/created now',
  });
});

const malformed =
  'The API key is malformed: it is neither a JWT nor base64 of {"endpoint","api_key"}. Take MOMENTO_API_KEY from the environment of the local cloud.';
test.each<[string, string, Init, number, object]>([
  [
    'no key',
    '/topics/orders/created',
    { key: '' },
    401,
    { code: 'AUTHENTICATION_ERROR', message: 'The request carries no API key.' },
  ],
  [
    'a key that is not ours',
    '/topics/orders/created',
    { key: 'x.y.z' },
    401,
    { code: 'AUTHENTICATION_ERROR', message: malformed },
  ],
  [
    'a key twice',
    `/topics/orders/created?token=${KEY}`,
    {},
    400,
    {
      code: 'INVALID_ARGUMENT_ERROR',
      message: 'The key is in the Authorization header and in the query; one is enough.',
    },
  ],
  [
    'an unknown cache',
    '/topics/nowhere/created',
    {},
    404,
    { code: 'NOT_FOUND_ERROR', message: "The cache 'nowhere' does not exist." },
  ],
  [
    'too long a message',
    '/topics/orders/created',
    { body: 'x'.repeat(4097) },
    429,
    {
      code: 'MESSAGE_SIZE_LIMIT_EXCEEDED',
      message: 'The message has 4097 bytes, over the request limit of 4096 bytes that a topic takes.',
      err: 'request_size_limit_exceeded',
    },
  ],
  [
    'text that is no UTF-8',
    '/topics/orders/created',
    { body: new Uint8Array([255]) },
    400,
    { code: 'INVALID_ARGUMENT_ERROR', message: 'The message is not UTF-8 text.' },
  ],
])('%s is refused, and the journal says so', async (_what, path, init, status, body) => {
  const answer = await ask(path, { method: 'POST', body: 'x', ...init });
  expect([answer.status, await answer.json()]).toEqual([status, body]);
  expect(local.journal.read()).toMatchObject([{ kind: 'topic.refused', via: 'http', ...pick(body) }]);
});

function pick(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'err'));
}

test.each([
  ['/topics/orders/%E0%A4%A', 'GET', 400, 'The path /topics/orders/%E0%A4%A is not URL-encoded as it should be.'],
  ['/topics/orders/created?sequence_number=-1', 'GET', 400, 'sequence_number and sequence_page are whole numbers.'],
  ['/topics/orders/created', 'DELETE', 405, 'A topic takes POST (publish) and GET (subscribe).'],
])('%s with %s is refused', async (path, method, status, message) => {
  const answer = await ask(path, { method });
  expect([answer.status, await answer.json()]).toMatchObject([status, { message }]);
});

test('the key may be in the query; a key that has expired is refused', async () => {
  const token = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, expiresInSeconds: 60 });
  const path = `/topics/orders/created?token=${token}`;
  expect((await ask(path, { method: 'POST', body: 'x', key: '' })).status).toBe(204);
  await clock.advance(60_000);
  expect((await ask(path, { method: 'POST', body: 'x', key: '' })).status).toBe(401);
});

test('a poll whose key expires while it waits is ended with 401', async () => {
  const key = mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, expiresInSeconds: 60 });
  const ready = waiting();
  const polled = ask('/topics/orders/created', { key });
  await ready;
  await clock.advance(60_000);
  const answer = await polled;
  const message = 'The API key expired at 2026-01-01T00:01:00.000Z.';
  expect([answer.status, await answer.json()]).toEqual([401, { code: 'AUTHENTICATION_ERROR', message }]);
});

test('a key that may only publish is refused a poll, one that may only subscribe a publish, with 403', async () => {
  const keyFor = (role: 'read' | 'write') =>
    mintToken({ endpoint: 'x:1', secret: 's3cret', now: NOW, permissions: [{ kind: 'topic', role }] });
  const refused = await publish('x', { key: keyFor('read') });
  const message = "Insufficient permissions: the API key may not publish to topic 'created' of cache 'orders'.";
  expect([refused.status, await refused.json()]).toEqual([403, { code: 'PERMISSION_ERROR', message }]);
  expect((await publish('x', { key: keyFor('write') })).status).toBe(204);
  expect((await ask('/topics/orders/created?sequence_number=1', { key: keyFor('write') })).status).toBe(403);
  expect((await ask('/topics/orders/created?sequence_number=1', { key: keyFor('read') })).status).toBe(200);
});

test('a browser on another origin may ask with a key', async () => {
  const headers = { origin: 'http://shop.test', 'access-control-request-headers': 'authorization' };
  const answer = await ask('/topics/orders/created', { method: 'OPTIONS', headers, key: '' });
  expect([answer.status, Object.fromEntries(answer.headers)]).toMatchObject([
    204,
    {
      'access-control-allow-origin': 'http://shop.test',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'authorization',
      vary: 'origin',
    },
  ]);
});

test('a poll whose caller leaves is closed', async () => {
  const ready = waiting();
  const caller = new AbortController();
  const polled = ask('/topics/orders/created', { signal: caller.signal });
  await ready;
  const closed = new Promise((resolve) =>
    local.journal.listen((fact) => fact.kind === 'subscription.closed' && resolve(fact.reason)),
  );
  caller.abort();
  await expect(polled).rejects.toThrow('aborted');
  expect(await closed).toBe('the caller went away');
});
