// The gRPC face of everything of Momento. Loaded with the first gRPC call: the protobuf runtime costs as much as
// starting Node.
import { ScsControl } from '@earwitness/protocol/internal/momento/gen/control_pb';
import { Ping } from '@earwitness/protocol/internal/momento/gen/ping_pb';
import { type RpcCall, type RpcMethod, unary } from '../../http/grpc/method.ts';
import { describeCache } from './caches.ts';
import { authorize, identifyCaller } from './caller.ts';
import { itemMethods } from './items/methods.ts';
import type { Parts } from './parts.ts';
import { tokenMethods } from './tokens/methods.ts';
import { topicMethods } from './topic/methods.ts';
import { webhookMethods } from './webhooks/methods.ts';

export function createMethods(parts: Parts): RpcMethod[] {
  return [
    ...topicMethods(parts),
    ...cacheMethods(parts),
    ...itemMethods(parts),
    ...tokenMethods(parts),
    ...webhookMethods(parts),
    unary(Ping.method.ping, async () => ({})),
  ];
}

function cacheMethods(parts: Parts): RpcMethod[] {
  const { caches, topics, items, webhooks } = parts;
  const check = (call: RpcCall) => authorize(identifyCaller(parts, call), { kind: 'manage caches' });
  return [
    unary(ScsControl.method.createCache, async ({ cacheName }, call) => {
      check(call);
      await caches.create(cacheName);
      return {};
    }),
    unary(ScsControl.method.deleteCache, async ({ cacheName }, call) => {
      check(call);
      await caches.delete(cacheName);
      await topics.removeAll(cacheName);
      await items.flush(cacheName);
      await webhooks.deleteAll(cacheName);
      return {};
    }),
    unary(ScsControl.method.flushCache, async ({ cacheName }, call) => {
      check(call);
      await caches.require(cacheName);
      await items.flush(cacheName);
      return {};
    }),
    unary(ScsControl.method.listCaches, async (_request, call) => {
      check(call);
      return { cache: (await caches.list()).map((cache) => describeCache(cache, parts)) };
    }),
  ];
}
