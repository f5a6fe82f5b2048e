// Publish and Subscribe over gRPC.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { Pubsub } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { type RpcMethod, serverStream, unary } from '../../../http/grpc/method.ts';
import { identifyCaller } from '../caller.ts';
import { publish } from '../operations/publish.ts';
import { admitSubscriber, type SubscribeInput, watchExpiry } from '../operations/subscribe.ts';
import type { Parts } from '../parts.ts';
import { grpcStatusOf } from '../refusal.ts';
import { Subscription } from './subscription.ts';
import { ItemEncoder, parseValue } from './wire.ts';

export function topicMethods(parts: Parts): RpcMethod[] {
  const encoder = new ItemEncoder();
  return [
    unary(Pubsub.method.publish, async (request, call) => {
      const { cacheName: cache, topic, value } = request;
      await publish(parts, { cache, topic, via: 'grpc' }, async () => {
        const caller = identifyCaller(parts, call);
        const parsed = parseValue(value);
        if (!parsed) throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no value.');
        return { caller, ...parsed };
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
      const admission = await admitSubscriber(parts, input, () => identifyCaller(parts, call));
      const { topic, record, start, caller } = admission;
      // A fresh subscription is told where the topic stands: current SDKs come back after five seconds, and would
      // otherwise ask for "whatever comes next" and miss what was published in between.
      const told = input.resumeAt === 0 ? { ...start, discontinuity: { last: 0 } } : start;
      new Subscription({ topic, outlet, record, encoder, clock: parts.platform.clock }, parts.heartbeatMs).start(told);
      outlet.onClose(watchExpiry(parts.platform, caller, (error) => outlet.end(grpcStatusOf(error))));
    }),
  ];
}

// The wire's numbers have 64 bits. One that a number cannot hold exactly is beyond every topic and stands for "ahead".
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
