// What the operations of Momento share.
import { TOPIC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import { tableOf } from '../../backbone/table.ts';
import type { Platform } from '../../platform.ts';
import { type Cache, Caches } from './caches.ts';
import type { Item } from './items/item.ts';
import { Items } from './items/items.ts';
import { KeyCheck } from './key.ts';
import { KeyIssuer } from './tokens/issue.ts';
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

export interface Parts {
  readonly platform: Platform;
  readonly keys: KeyCheck;
  readonly issuer: KeyIssuer;
  readonly caches: Caches;
  readonly topics: Topics;
  readonly items: Items;
  readonly webhooks: Webhooks;
  readonly subscriptions: Subscriptions;
  readonly messageMaxBytes: number;
  readonly heartbeatMs: number;
}

export function createParts(platform: Platform, options: TopicsOptions): Parts {
  const caches = new Caches(platform.backbone.table(CACHES), options.caches ?? []);
  return {
    platform,
    keys: new KeyCheck(options.secret),
    issuer: new KeyIssuer(options.secret),
    caches,
    topics: new Topics(platform, caches),
    items: new Items(platform, platform.backbone.table(ITEMS), options.itemsMaxBytes),
    webhooks: new Webhooks(platform, platform.backbone.table(WEBHOOKS)),
    subscriptions: new Subscriptions(platform, options.maxSubscriptions ?? Number.POSITIVE_INFINITY),
    messageMaxBytes: options.messageMaxBytes ?? TOPIC_MESSAGE_MAX_BYTES,
    heartbeatMs: options.heartbeatMs ?? 1000,
  };
}
