// The door against grpc-js, and against bare HTTP/2 where grpc-js would never send such a thing.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import {
  PublishRequestSchema,
  Pubsub,
  SubscriptionItemSchema,
  SubscriptionRequestSchema,
} from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { Client, credentials, type ServiceError as GrpcError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createCalls } from './calls.ts';
import { createGrpcDoor } from './door.ts';
import { encode, type RpcOutlet, serverStream, unary } from './method.ts';
import { CallRefused, type GrpcStatus } from './status.ts';

// Publish answers as its `topic` says; Subscribe hands its outlet to the test.
let opened = (_outlet: RpcOutlet) => {};
const methods = [
  unary(Pubsub.method.publish, async ({ topic, cacheName }) => {
    if (topic === 'refused') {
      const metadata = { err: 'request_size_limit_exceeded' };
      throw new CallRefused({ code: GRPC_STATUS.RESOURCE_EXHAUSTED, message: cacheName, metadata });
    }
    if (topic === 'broken') throw new Error('a bug of ours');
    return {};
  }),
  serverStream(Pubsub.method.subscribe, async (_request, _call, outlet) => opened(outlet)),
];

let local: Local;
let client: Client;
let session: ClientHttp2Session;

beforeAll(async () => {
  const service = (platform: Parameters<Parameters<typeof startLocalWith>[0][number]>[0]) => {
    const { clock, journal } = platform;
    const calls = createCalls({ loadMethods: async () => methods, statusOf: noStatus, journal });
    return {
      name: 'test',
      streamDoors: [createGrpcDoor({ name: 'test', calls, clock })],
    };
  };
  local = await startLocalWith([service]);
  client = new Client(new URL(local.url).host, credentials.createInsecure());
  session = connect(local.url);
});

afterAll(async () => {
  client.close();
  session.destroy();
  await local.close();
});

const noStatus = (): GrpcStatus | undefined => undefined;
const PUBLISH = '/cache_client.pubsub.Pubsub/Publish';
const SUBSCRIBE = '/cache_client.pubsub.Pubsub/Subscribe';

function publish(message: { topic: string; cacheName?: string }, path = PUBLISH): Promise<GrpcError | null> {
  const request = Buffer.from(toBinary(PublishRequestSchema, create(PublishRequestSchema, message)));
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      request,
      (error) => resolve(error),
    );
  });
}

/** A call by hand: what is sent, byte by byte, and the trailers that come back. */
function call(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
  return session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
}

async function trailersOf(stream: ClientHttp2Stream): Promise<unknown[]> {
  const seen: Record<string, unknown> = {};
  stream.on('response', (headers) => Object.assign(seen, headers));
  stream.on('trailers', (headers) => Object.assign(seen, headers));
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve));
  return [seen['grpc-status'], decodeURIComponent(String(seen['grpc-message']))];
}

const subscriptionRequest = encode(SubscriptionRequestSchema, { cacheName: 'c', topic: 't' });

test('a method that is not served is UNIMPLEMENTED, by name', async () => {
  const error = await publish({ topic: 'x' }, '/webhook.Webhook/PutWebhook');
  expect([error?.code, error?.details]).toEqual([
    status.UNIMPLEMENTED,
    'Earwitness does not serve the method /webhook.Webhook/PutWebhook.',
  ]);
});

test("a refusal's sentence arrives whole, whatever its characters, with its metadata", async () => {
  const sentence = '100 % – naïve\nzwei Zeilen 🦉';
  const error = await publish({ topic: 'refused', cacheName: sentence });
  expect([error?.code, error?.details, error?.metadata.get('err')]).toEqual([
    status.RESOURCE_EXHAUSTED,
    sentence,
    ['request_size_limit_exceeded'],
  ]);
});

test('an error that nobody threw on purpose is INTERNAL and stands in the journal', async () => {
  const error = await publish({ topic: 'broken' });
  expect([error?.code, error?.details]).toEqual([status.INTERNAL, 'Earwitness failed: a bug of ours']);
  expect(local.journal.read().filter((fact) => fact.kind === 'fault')).toMatchObject([
    { about: PUBLISH, message: 'a bug of ours' },
  ]);
});

test('a request that comes byte by byte is put together', async () => {
  const stream = call(PUBLISH);
  for (const byte of encode(PublishRequestSchema, { topic: 'slow' })) stream.write(Buffer.from([byte]));
  stream.end();
  expect(await trailersOf(stream)).toEqual(['0', 'undefined']);
});

test.each([
  ['is compressed', [1, 0, 0, 0, 0], ['12', 'Earwitness takes uncompressed messages only.']],
  [
    'announces too many bytes',
    [0, 255, 0, 0, 0],
    ['8', 'The request has 4278190080 bytes; at most 10486000 are taken.'],
  ],
  ['ends before its message does', [0, 0, 0, 0, 9, 1], ['3', 'The request ended before its message was complete.']],
  [
    'is no protobuf',
    [0, 0, 0, 0, 2, 255, 255],
    ['3', 'The request is not a cache_client.pubsub.PublishRequest message.'],
  ],
])('a request that %s is refused', async (_what, bytes, expected) => {
  const stream = call(PUBLISH);
  stream.end(Buffer.from(bytes));
  expect(await trailersOf(stream)).toEqual(expected);
});

test("the caller's deadline ends a stream with DEADLINE_EXCEEDED", async () => {
  const closed = new Promise((resolve) => {
    opened = (outlet) => {
      outlet.send(encode(SubscriptionItemSchema, { kind: { case: 'heartbeat', value: {} } }));
      outlet.onClose(resolve);
    };
  });
  const stream = call(SUBSCRIBE, { 'grpc-timeout': '20m' });
  stream.end(subscriptionRequest);
  expect(await trailersOf(stream)).toEqual(['4', 'The deadline of the call has passed.']);
  expect(await closed).toBe('The deadline of the call has passed.');
});

test('a stream that the client cancels, and one whose connection breaks, tell so', async () => {
  const reasons: Promise<string>[] = [];
  let isOpen = () => {};
  opened = (outlet) => {
    reasons.push(new Promise((resolve) => outlet.onClose(resolve)));
    isOpen();
  };
  const open = async (on: ClientHttp2Session) => {
    const ready = new Promise<void>((resolve) => {
      isOpen = resolve;
    });
    const stream = on.request({ ':method': 'POST', ':path': SUBSCRIBE, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.end(subscriptionRequest);
    await ready;
    return stream;
  };
  const socket = connectSocket(Number(new URL(local.url).port), '127.0.0.1');
  const other = connect(local.url, { createConnection: () => socket });
  other.on('error', () => {});
  (await open(session)).close(8);
  await open(other);
  socket.destroy();
  expect(await Promise.all(reasons)).toEqual(['cancelled by the client', 'connection lost']);
});

test('a reader that does not read is reported by send, and reported ready when it has caught up', async () => {
  const outletOpened = new Promise<RpcOutlet>((resolve) => {
    opened = resolve;
  });
  const stream = call(SUBSCRIBE);
  stream.end(subscriptionRequest);
  const outlet = await outletOpened;
  const frame = encode(SubscriptionItemSchema, {
    kind: { case: 'item', value: { value: { kind: { case: 'text', value: 'x'.repeat(1000) } } } },
  });
  const ready = new Promise<void>((resolve) => outlet.onReady(resolve));
  let sent = 1;
  while (outlet.send(frame)) sent++;
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await ready;
  outlet.end({ code: GRPC_STATUS.OK, message: '' });
  await new Promise((resolve) => stream.once('close', resolve));
  const bytes = Buffer.concat(chunks);
  expect(bytes.length).toBe(sent * frame.length);
  expect(fromBinary(SubscriptionItemSchema, bytes.subarray(5, frame.length)).kind.case).toBe('item');
});
