// Momento: topics, and the caches that they live in. Not an AWS service: it has no model and no operations of the
// dispatcher, only doors (gRPC, and plain HTTP for API destinations and long polls).

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { TOPIC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import { tableOf } from '../../backbone/table.ts';
import { createCalls } from '../../http/grpc/calls.ts';
import { createGrpcDoor } from '../../http/grpc/door.ts';
import { createGrpcWebDoor } from '../../http/grpc/web-door.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { type Cache, Caches } from './caches.ts';
import { Faults } from './faults/faults.ts';
import { createItemsHttpDoor } from './items/http-door.ts';
import type { Item } from './items/item.ts';
import { Items } from './items/items.ts';
import { KeyCheck } from './key.ts';
import type { Parts } from './parts.ts';
import { grpcStatusOf } from './refusal.ts';
import { KeyIssuer } from './tokens/issue.ts';
import { createTopicsHttpDoor } from './topic/http-door.ts';
import { Subscriptions } from './topic/subscriptions.ts';
import { Topics } from './topic/topics.ts';
import type { Webhook } from './webhooks/webhook.ts';
import { Webhooks } from './webhooks/webhooks.ts';

const CACHES = tableOf<Cache>('topics/caches');
const ITEMS = tableOf<Item>('topics/items');
const WEBHOOKS = tableOf<Webhook>('topics/webhooks');

export interface TopicsOptions {
  /** Signs and checks keys; see `mintToken`. */
  readonly secret: string;
  /** Caches that exist from the beginning, and again after each reset. */
  readonly caches?: readonly string[];
  /**
   * Bytes in one message. Default: Momento's hard limit of 4096, because a larger event is lost in the cloud, and a
   * test should say so first. `Infinity` lifts it.
   */
  readonly messageMaxBytes?: number;
  /** Concurrent subscriptions. Default: no limit (Momento's is soft: 100 a region). */
  readonly maxSubscriptions?: number;
  /** Bytes that all items of caches take together, about. Default 64 MiB. */
  readonly itemsMaxBytes?: number;
  /** Milliseconds between heartbeats on a quiet subscription. Default 1000. */
  readonly heartbeatMs?: number;
}

export function createTopicsService(options: TopicsOptions): (platform: Platform) => Service {
  return (platform) => {
    const parts: Parts = {
      platform,
      keys: new KeyCheck(options.secret),
      issuer: new KeyIssuer(options.secret),
      caches: new Caches(platform.backbone.table(CACHES), options.caches ?? []),
      topics: new Topics(platform),
      items: new Items(platform, platform.backbone.table(ITEMS), options.itemsMaxBytes),
      webhooks: new Webhooks(platform, platform.backbone.table(WEBHOOKS)),
      subscriptions: new Subscriptions(platform, options.maxSubscriptions ?? Number.POSITIVE_INFINITY),
      messageMaxBytes: options.messageMaxBytes ?? TOPIC_MESSAGE_MAX_BYTES,
      heartbeatMs: options.heartbeatMs ?? 1000,
    };
    const faults = new Faults(platform.clock);
    const loadMethods = async () => {
      const { createMethods } = await import('./methods.ts');
      return createMethods(parts).map((method) => faults.wrap(method));
    };
    const statusOf = (error: unknown) => (error instanceof ServiceError ? grpcStatusOf(error) : undefined);
    const { clock, journal } = platform;
    const calls = createCalls({ loadMethods, statusOf, journal });
    return {
      name: 'topics',
      doors: [
        createTopicsHttpDoor(parts),
        createItemsHttpDoor(parts),
        createGrpcWebDoor({ name: 'topics over gRPC-web', calls, clock }),
      ],
      streamDoors: [createGrpcDoor({ name: 'topics over gRPC', calls, clock })],
      reset() {
        parts.caches.reset();
        parts.items.reset();
        faults.reset();
        parts.topics.reset((cache) => parts.caches.isStanding(cache));
      },
      purge: () => parts.items.flush(),
      close() {
        parts.topics.close();
        parts.webhooks.close();
      },
    };
  };
}
