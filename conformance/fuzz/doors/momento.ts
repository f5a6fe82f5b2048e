// Momento's doors: gRPC (h2c and TLS), gRPC-web (binary and text), and HTTP.
import { create, type DescMessage, toBinary } from '@bufbuild/protobuf';
import {
  CreateCacheRequestSchema,
  DeleteCacheRequestSchema,
  FlushCacheRequestSchema,
  ListCachesRequestSchema,
} from '@earwitness/protocol/internal/momento/gen/control_pb';
import { PublishRequestSchema, SubscriptionRequestSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { percentEncode } from '../calls/form.ts';
import { headerText, mutateBytes } from '../calls/mutate-request.ts';
import { oddText } from '../content/text.ts';
import { type Header, type HttpInput, ref } from '../input.ts';
import type { Random } from '../prng.ts';
import type { Door } from './door.ts';

const PUBSUB = '/cache_client.pubsub.Pubsub';
const CONTROL = '/control_client.ScsControl';

const name = (random: Random, known: string): string => (random.chance(0.85) ? known : oddText(random).slice(0, 5000));

/** Half a surrogate pair cannot be written in UTF-8, and the protobuf library refuses to try. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

interface GrpcCall {
  readonly path: string;
  readonly message: Uint8Array;
  readonly open?: true;
}

const bytesOf = <M extends DescMessage>(schema: M, fields: Parameters<typeof create<M>>[1]): Uint8Array =>
  toBinary(schema, create(schema, fields));

function grpcCall(random: Random): GrpcCall {
  const cacheName = wellFormed(name(random, 'earwitness'));
  const topic = wellFormed(name(random, 'fuzz-topic'));
  const number = () => random.pick([0n, 0n, 1n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n]);
  return random.pick<() => GrpcCall>([
    () => ({
      path: `${PUBSUB}/Publish`,
      message: bytesOf(PublishRequestSchema, {
        cacheName,
        topic,
        value: {
          kind: random.pick([
            { case: 'text', value: wellFormed(oddText(random)) },
            { case: 'binary', value: random.bytes(9) },
            { case: undefined },
          ] as const),
        },
      }),
    }),
    () => ({
      path: `${PUBSUB}/Subscribe`,
      open: true,
      message: bytesOf(SubscriptionRequestSchema, {
        cacheName,
        topic,
        resumeAtTopicSequenceNumber: number(),
        sequencePage: number(),
      }),
    }),
    () => ({
      path: `${CONTROL}/CreateCache`,
      message: bytesOf(CreateCacheRequestSchema, { cacheName: random.chance(0.5) ? 'fuzz-cache' : cacheName }),
    }),
    () => ({
      path: `${CONTROL}/DeleteCache`,
      message: bytesOf(DeleteCacheRequestSchema, { cacheName: random.chance(0.9) ? 'fuzz-cache' : cacheName }),
    }),
    () => ({ path: `${CONTROL}/FlushCache`, message: bytesOf(FlushCacheRequestSchema, { cacheName }) }),
    () => ({ path: `${CONTROL}/ListCaches`, message: bytesOf(ListCachesRequestSchema, {}) }),
    () => ({ path: '/ping.Ping/Ping', message: new Uint8Array() }),
    () => ({
      path: random.pick([
        '/',
        '/a',
        `${PUBSUB}/`,
        '/cache_client.Scs/Get',
        '/webhook.Webhook/PutWebhook',
        '/constructor/toString',
      ]),
      message: new Uint8Array(),
    }),
  ])();
}

function frame(random: Random, message: Uint8Array): Buffer {
  const sound = Buffer.alloc(5 + message.length);
  sound.writeUInt32BE(message.length, 1);
  sound.set(message, 5);
  if (random.chance(0.6)) return sound;
  return random.pick<() => Buffer>([
    () => Buffer.from(mutateBytes(random, sound)),
    () => sound.subarray(0, random.whole(0, 6)),
    () => Buffer.concat([sound, sound]),
    () => Buffer.from([random.pick([1, 2, 0x80, 255]), ...sound.subarray(1)]),
    () => {
      sound.writeUInt32BE(random.pick([0, message.length + 1, 2 ** 31, 2 ** 32 - 1]), 1);
      return sound;
    },
    () => Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), Buffer.from(random.bytes(9))]),
  ])();
}

function keyHeader(random: Random): Header[] {
  const choice = random.fraction();
  if (choice < 0.75) return [['authorization', ref('key')]];
  if (choice < 0.85) return [];
  return [
    [
      'authorization',
      random.pick([
        '',
        'x',
        'Bearer x',
        `Bearer ${ref('key')}`,
        `${ref('key')}x`,
        'a.b.c',
        'e30.e30.',
        'eyJhbGciOiJub25lIn0.e30.',
        '..',
        headerText(oddText(random)),
      ]),
    ],
  ];
}

const TIMEOUTS = ['1S', '50m', '100u', '1n', '99999999H', '0S', 'x', '-1S', '1', '', '999999999S', '1.5S'];

const timeout = (random: Random): Header[] => (random.chance(0.3) ? [['grpc-timeout', random.pick(TIMEOUTS)]] : []);

export const grpcDoor: Door = {
  name: 'gRPC',
  weight: 5,
  make(random): HttpInput {
    const { path, message, open } = grpcCall(random);
    const contentType = random.chance(0.9)
      ? 'application/grpc'
      : random.pick(['application/grpc+proto', 'application/grpc+json', 'application/grpc;x', 'application/grpcx']);
    return {
      kind: 'http',
      over: random.pick(['h2c', 'h2']),
      method: random.chance(0.97) ? 'POST' : random.pick(['GET', 'PUT', 'OPTIONS']),
      path,
      headers: [['content-type', contentType], ['te', 'trailers'], ...keyHeader(random), ...timeout(random)],
      body: frame(random, message),
      ...(open && { open }),
    };
  },
};

export const grpcWebDoor: Door = {
  name: 'gRPC-web',
  weight: 4,
  make(random): HttpInput {
    const { path, message, open } = grpcCall(random);
    const isText = random.chance(0.5);
    const body = frame(random, message);
    const contentType = isText ? 'application/grpc-web-text' : 'application/grpc-web+proto';
    const headers: Header[] = [
      ['content-type', contentType],
      ['x-grpc-web', '1'],
      ['origin', 'https://a.example'],
      ...keyHeader(random),
      ...timeout(random),
    ];
    const preflight: Header[] = [
      ['access-control-request-headers', 'x-grpc-web'],
      ['access-control-request-method', 'POST'],
      ['origin', 'https://a.example'],
    ];
    const isPreflight = random.chance(0.05);
    return {
      kind: 'http',
      over: random.pick(['http/1.1', 'https', 'h2']),
      method: isPreflight ? 'OPTIONS' : 'POST',
      path,
      headers: isPreflight ? preflight : headers,
      body: isPreflight ? '' : isText ? (random.chance(0.85) ? body.toString('base64') : oddText(random)) : body,
      ...(open && { open }),
    };
  },
};

export const topicsDoor: Door = {
  name: 'Momento HTTP',
  weight: 5,
  make(random): HttpInput {
    const cache = percentEncode(name(random, 'earwitness'));
    const topic = percentEncode(name(random, 'fuzz-topic'));
    const query: string[] = [];
    if (random.chance(0.3))
      query.push(`sequence_number=${random.pick(['0', '1', '-1', '1.5', 'x', '18446744073709551615', '', '%00'])}`);
    if (random.chance(0.2)) query.push(`sequence_page=${random.pick(['0', '9', 'x', '1e3'])}`);
    if (random.chance(0.15)) query.push(`token=${random.pick([ref('key'), 'x', '%zz', ''])}`);
    const path = random.pick([
      `/topics/${cache}/${topic}`,
      `/topics/${cache}/${topic}`,
      `/topics/${cache}/${topic}`,
      `/topics/${cache}/${topic}/`,
      `/cache/${cache}`,
      '/topics/a',
      '/topics/%zz/a',
      '/topics//a',
    ]);
    const method = random.pick(['POST', 'POST', 'POST', 'GET', 'GET', 'DELETE', 'OPTIONS', 'HEAD']);
    return {
      kind: 'http',
      over: random.pick(['http/1.1', 'http/1.1', 'https', 'h2c', 'h2']),
      method,
      path: query.length > 0 ? `${path}?${query.join('&')}` : path,
      headers: [
        ...keyHeader(random),
        ['content-type', random.pick(['text/plain', 'application/octet-stream', 'application/json', ''])],
      ],
      body:
        method === 'GET' || method === 'HEAD'
          ? ''
          : random.chance(0.8)
            ? oddText(random)
            : random.bytes(random.pick([1, 100, 4096, 4097])),
      // A poll waits for the next item.
      ...(method === 'GET' && { open: true }),
    };
  },
};
