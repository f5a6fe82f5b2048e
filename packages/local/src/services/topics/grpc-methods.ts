// The gRPC face of this parts. Loaded with the first gRPC call: the protobuf runtime costs as much as starting Node.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { ScsControl } from '@earwitness/protocol/internal/momento/gen/control_pb';
import { Ping } from '@earwitness/protocol/internal/momento/gen/ping_pb';
import { Pubsub } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { type RpcMethod, serverStream, unary } from '../../http/grpc/method.ts';
import { identifyCaller } from './caller.ts';
import { publish } from './operations/publish.ts';
import { admitSubscriber, type SubscribeInput } from './operations/subscribe.ts';
import type { Parts } from './parts.ts';
import { Subscription } from './subscription.ts';
import { ItemEncoder, parseValue } from './wire.ts';

export function createGrpcMethods(parts: Parts): RpcMethod[] {
  return [...topicMethods(parts), ...cacheMethods(parts), unary(Ping.method.ping, async () => ({}))];
}

function topicMethods(parts: Parts): RpcMethod[] {
  const encoder = new ItemEncoder();
  return [
    unary(Pubsub.method.publish, async (request, call) => {
      const { cacheName: cache, topic, value } = request;
      await publish(parts, { cache, topic, via: 'grpc' }, async () => {
        const publisherId = identifyCaller(parts, call);
        const parsed = parseValue(value);
        if (!parsed) throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no value.');
        return { publisherId, ...parsed };
      });
      return {};
    }),
    serverStream(Pubsub.method.subscribe, async (request, call, outlet) => {
      const input: SubscribeInput = {
        cache: request.cacheName,
        topic: request.topic,
        resumeAt: toNumber(request.resumeAtTopicSequenceNumber),
        page: toNumber(request.sequencePage),
        via: 'grpc',
      };
      const { topic, record, start } = await admitSubscriber(parts, input, () => identifyCaller(parts, call));
      // A fresh subscription is told where the topic stands: current SDKs come back after five seconds, and would
      // otherwise ask for "whatever comes next" and miss what was published in between.
      const told = input.resumeAt === 0 ? { ...start, discontinuity: { last: 0 } } : start;
      new Subscription({ topic, outlet, record, encoder, clock: parts.platform.clock }, parts.heartbeatMs).start(told);
    }),
  ];
}

function cacheMethods(parts: Parts): RpcMethod[] {
  const { caches, topics } = parts;
  return [
    unary(ScsControl.method.createCache, async ({ cacheName }, call) => {
      identifyCaller(parts, call);
      await caches.create(cacheName);
      return {};
    }),
    unary(ScsControl.method.deleteCache, async ({ cacheName }, call) => {
      identifyCaller(parts, call);
      await caches.delete(cacheName);
      topics.closeCache(cacheName);
      return {};
    }),
    // Flushing empties a cache of its items. We keep none, and topics are not among them.
    unary(ScsControl.method.flushCache, async ({ cacheName }, call) => {
      identifyCaller(parts, call);
      await caches.require(cacheName);
      return {};
    }),
    unary(ScsControl.method.listCaches, async (_request, call) => {
      identifyCaller(parts, call);
      return { cache: (await caches.list()).map(({ name }) => ({ cacheName: name })) };
    }),
  ];
}

// The wire's numbers have 64 bits. One that a number cannot hold exactly is beyond every topic and stands for "ahead".
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
