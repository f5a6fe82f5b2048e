// What the operations of Momento share.
import type { Platform } from '../../platform.ts';
import type { Caches } from './caches.ts';
import type { Items } from './items/items.ts';
import type { KeyCheck } from './key.ts';
import type { KeyIssuer } from './tokens/issue.ts';
import type { Subscriptions } from './topic/subscriptions.ts';
import type { Topics } from './topic/topics.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

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
