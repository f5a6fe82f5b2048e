// The servers of topics.bench.ts: the topics service, the same work on @grpc/grpc-js, or the least that Node can do. Tells its address,
// then its CPU time when asked.
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { SubscriptionItemSchema, SubscriptionRequestSchema } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { encode } from '../packages/local/src/http/grpc/method.ts';
import { startLocalWith } from '../packages/local/src/local.ts';
import { mintToken } from '../packages/local/src/services/topics/key.ts';
import { createTopicsService } from '../packages/local/src/services/topics/service.ts';

/** A request for a subscription, framed. */
export function subscriptionFrame(): Buffer {
  return encode(SubscriptionRequestSchema, { cacheName: 'orders', topic: 'created' });
}

async function serveEarwitness(): Promise<void> {
  const secret = 'bench';
  const topics = createTopicsService({ secret, caches: ['orders'], heartbeatMs: 60_000, messageMaxBytes: 100_000 });
  const local = await startLocalWith([topics]);
  process.send?.({
    url: local.url,
    grpcUrl: local.url,
    key: mintToken({ endpoint: 'x:1', secret, now: local.clock.now() }),
  });
}

async function serveGrpcJs(): Promise<void> {
  const streams = new Set<ServerWritableStream<Buffer, Buffer>>();
  const itemOf = (text: string) =>
    encode(SubscriptionItemSchema, {
      kind: { case: 'item', value: { value: { kind: { case: 'text', value: text } } } },
    });
  const grpc = new Server();
  const asIs = (bytes: Buffer) => bytes;
  const subscribe = {
    path: '/cache_client.pubsub.Pubsub/Subscribe',
    requestStream: false,
    responseStream: true,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  grpc.addService(
    { subscribe },
    {
      subscribe(stream: ServerWritableStream<Buffer, Buffer>) {
        streams.add(stream);
        stream.on('cancelled', () => streams.delete(stream));
        stream.write(Buffer.alloc(0));
      },
    },
  );
  const grpcPort = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  const port = await servePublish((body) => {
    const item = itemOf(body.toString()).subarray(5);
    for (const stream of streams) stream.write(item);
  });
  process.send?.({ url: `http://127.0.0.1:${port}`, grpcUrl: `http://127.0.0.1:${grpcPort}`, key: '' });
}

// Any request opens a stream, any body is an item as it is: no key, no topic, no number, no journal, no message decoded or encoded.
async function serveBareNode(): Promise<void> {
  const streams = new Set<ServerHttp2Stream>();
  // Node 20, and its types, do not know these two.
  const options = { settings: {}, streamResetBurst: 100_000, streamResetRate: 100_000 };
  const http2 = createHttp2Server(options);
  http2.on('sessionError', () => {});
  http2.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.on('close', () => streams.delete(stream));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' });
    stream.write(Buffer.alloc(5));
    streams.add(stream);
  });
  await new Promise<void>((resolve) => http2.listen(0, '127.0.0.1', resolve));
  const { port: grpcPort } = http2.address() as AddressInfo;
  const port = await servePublish((body) => {
    const frame = Buffer.allocUnsafe(5 + body.length);
    frame.writeUInt8(0);
    frame.writeUInt32BE(body.length, 1);
    body.copy(frame, 5);
    for (const stream of streams) stream.write(frame);
  });
  process.send?.({ url: `http://127.0.0.1:${port}`, grpcUrl: `http://127.0.0.1:${grpcPort}`, key: '' });
}

/** Publishing over HTTP/1.1, on a port of its own: the port. */
async function servePublish(take: (body: Buffer) => void): Promise<number> {
  const answer: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(Buffer.concat(chunks));
      response.writeHead(204).end();
    });
  };
  // No connection goes while the other servers have their turn.
  const http = createServer({ keepAliveTimeout: 120_000 }, answer);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

const SERVERS: Readonly<Record<string, () => Promise<void>>> = {
  earwitness: serveEarwitness,
  'grpc-js': serveGrpcJs,
  'bare node': serveBareNode,
};

if (process.send) {
  process.once('disconnect', () => process.exit());
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  await SERVERS[process.argv[2] ?? '']?.();
}
