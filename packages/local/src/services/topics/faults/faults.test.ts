// What calls ask to be done to them, as a bare gRPC client sees it: the SDKs put this metadata into calls by a
// middleware that is not public.
import { readFile } from 'node:fs/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { PublishRequestSchema, SubscriptionRequestSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { type Local, startLocalWith } from '../../../local.ts';
import { mintToken } from '../key.ts';
import { createTopicsService } from '../service.ts';
import { namesOf, planOf } from './plan.ts';

let local: Local;
let client: Client;
let secureClient: Client;

beforeEach(async () => {
  const topics = createTopicsService({ secret: 's3cret', caches: ['shop'], heartbeatMs: 1 });
  local = await startLocalWith([topics], { clock: createClock({ frozenAt: 0 }) });
  client = new Client(new URL(local.url).host, credentials.createInsecure());
  const { rootsFile } = await local.trustFiles();
  const tls = credentials.createSsl(await readFile(rootsFile));
  secureClient = new Client(new URL(local.httpsUrl).host.replace('127.0.0.1', 'localhost'), tls);
});
afterEach(async () => {
  client.close();
  secureClient.close();
  await local.close();
});

const toBuffer = (bytes: Uint8Array) => Buffer.from(bytes);

function metadataOf(fields: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return metadata;
}

/** The status's name, or `OK`. */
function publish(
  fields: Readonly<Record<string, string>>,
  { over = client, deadlineMs = 60_000 } = {},
): Promise<string> {
  const request = create(PublishRequestSchema, {
    cacheName: 'shop',
    topic: 'orders',
    value: { kind: { case: 'text', value: 'x' } },
  });
  return new Promise((resolve) =>
    over.makeUnaryRequest(
      '/cache_client.pubsub.Pubsub/Publish',
      toBuffer,
      toBuffer,
      toBinary(PublishRequestSchema, request),
      metadataOf(fields),
      { deadline: Date.now() + deadlineMs },
      (error) => resolve(error ? `${error.code} ${error.details}` : 'OK'),
    ),
  );
}

function subscribe(fields: Readonly<Record<string, string>>): Promise<{ messages: number; end: string }> {
  const request = create(SubscriptionRequestSchema, { cacheName: 'shop', topic: 'orders' });
  const bytes = toBinary(SubscriptionRequestSchema, request);
  const path = '/cache_client.pubsub.Pubsub/Subscribe';
  const stream = client.makeServerStreamRequest(path, toBuffer, toBuffer, bytes, metadataOf(fields));
  let messages = 0;
  stream.on('data', () => messages++);
  return new Promise((resolve) =>
    stream.on('error', ({ code, details }: ServiceError) => resolve({ messages, end: `${code} ${details}` })),
  );
}

const asked = 'The call asked for this error in its metadata.';

test('a call fails as it asks to, so often as it asks to; each request id is counted by itself', async () => {
  const fields = { 'request-id': 'a', 'error-rpcs': 'get topic-publish', 'return-error': 'unavailable' };
  const twice = { ...fields, 'error-count': '2' };
  const ends = [twice, twice, twice, { ...twice, 'request-id': 'b' }, fields].map((one) => () => publish(one));
  const told: string[] = [];
  for (const end of ends) told.push(await end());
  expect(told).toEqual([`14 ${asked}`, `14 ${asked}`, 'OK', `14 ${asked}`, `14 ${asked}`]);
  await local.reset();
  expect(await publish(twice)).toBe(`14 ${asked}`);
});

test('a call takes as long as it asks to, and its deadline ends it', async () => {
  expect(await publish({ 'delay-rpcs': 'topic-publish', 'delay-ms': '1' })).toBe('OK');
  const late = await publish({ 'delay-rpcs': 'topic-publish', 'delay-ms': '60000' }, { deadlineMs: 200 });
  expect(late).toMatch(/^4 /);
});

test('a stream ends as it asks to, after so many messages', async () => {
  const fields = { 'stream-error-rpcs': 'topic-subscribe', 'stream-error': 'not-found' };
  const end = '5 The call asked for this end of its stream in its metadata.';
  expect(await subscribe({ ...fields, 'stream-error-message-limit': '3' })).toEqual({ messages: 3, end });
  expect(await subscribe({ ...fields, 'stream-error': 'NOT_FOUND_ERROR' })).toEqual({ messages: 0, end });
  expect(await subscribe({ 'error-rpcs': 'topic-subscribe', 'return-error': 'permission-denied' })).toEqual({
    messages: 0,
    end: `7 ${asked}`,
  });
});

test('other methods, and calls over TLS, are left alone', async () => {
  const fields = { 'error-rpcs': 'topic-publish', 'return-error': 'unavailable' };
  expect(await publish({ ...fields, 'error-rpcs': 'get topic-subscribe' })).toBe('OK');
  const authorization = mintToken({ endpoint: 'x:1', secret: 's3cret', now: 0 });
  expect(await publish({ ...fields, authorization }, { over: secureClient })).toBe('OK');
});

test.each([
  [{ 'error-rpcs': 'get' }, /^The metadata return-error is missing; expected is cancelled, unknown, /],
  [{ 'error-rpcs': 'get', 'return-error': 'constructor' }, /^The metadata return-error is "constructor"; expected is /],
  [
    { 'error-rpcs': 'get', 'return-error': 'internal', 'error-count': '-1' },
    /^The metadata error-count is "-1"; expected is a whole number\.$/,
  ],
  [{ 'delay-rpcs': 'get', 'delay-ms': '1.5' }, /^The metadata delay-ms is "1.5"; expected is a whole number\.$/],
])('%j is refused', (metadata, message) => {
  expect(() => planOf(['get'], metadata)).toThrow(message);
});

// Source: client-sdk-javascript, momento-rpc-method.
test('methods are called as the SDKs call them', () => {
  expect(
    ['Scs/Get', 'Scs/GetWithHash', 'Scs/SetIfNotExists', 'pubsub.Pubsub/Publish', 'pubsub.Pubsub/Subscribe'].map(
      (method) => namesOf(`/cache_client.${method}`),
    ),
  ).toEqual([['get'], ['get-with-hash'], ['set-if-not-exists', 'set-if'], ['topic-publish'], ['topic-subscribe']]);
});
