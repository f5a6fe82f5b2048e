// The control plane, as far as caches go, and the probe that needs no key.

import { ScsControl } from '@earwitness/protocol/internal/momento/gen/control_pb';
import { Ping } from '@earwitness/protocol/internal/momento/gen/ping_pb';
import { type RpcMethod, unary } from '../../../http/grpc/method.ts';
import { publisherOf } from '../caller.ts';
import type { TopicsRoom } from '../room.ts';

export function cacheMethods(room: TopicsRoom): RpcMethod[] {
  const { caches, topics } = room;
  return [
    unary(ScsControl.method.createCache, async ({ cacheName }, call) => {
      publisherOf(room, call);
      await caches.create(cacheName);
      return {};
    }),
    unary(ScsControl.method.deleteCache, async ({ cacheName }, call) => {
      publisherOf(room, call);
      await caches.delete(cacheName);
      topics.closeCache(cacheName);
      return {};
    }),
    // Flushing empties a cache of its items. We keep none, and topics are not among them.
    unary(ScsControl.method.flushCache, async ({ cacheName }, call) => {
      publisherOf(room, call);
      await caches.require(cacheName);
      return {};
    }),
    unary(ScsControl.method.listCaches, async (_request, call) => {
      publisherOf(room, call);
      const topicLimits = { maxPublishMessageSizeKb: Math.floor(Math.min(room.messageMaxBytes, 2 ** 31) / 1024) };
      return { cache: (await caches.list()).map(({ name }) => ({ cacheName: name, topicLimits })) };
    }),
    unary(Ping.method.ping, async () => ({})),
  ];
}
