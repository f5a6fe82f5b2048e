// The servers of topics.bench.ts: the topics service, or the same work on @grpc/grpc-js. Tells its address, then its CPU time when
// asked.
import { createServer } from 'node:http';
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

// grpc-js owns its port, so publishing over HTTP/1.1 has another.
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
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const item = itemOf(Buffer.concat(chunks).toString()).subarray(5);
      for (const stream of streams) stream.write(item);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}`, grpcUrl: `http://127.0.0.1:${grpcPort}`, key: '' });
}

if (process.send) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  await (process.argv[2] === 'grpc-js' ? serveGrpcJs() : serveEarwitness());
}
