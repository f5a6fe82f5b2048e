// What the operations of Momento Topics share.
import type { Platform } from '../../platform.ts';
import type { Caches } from './caches.ts';
import type { KeyCheck } from './key.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Topics } from './topics.ts';

export interface Parts {
  readonly platform: Platform;
  readonly keys: KeyCheck;
  readonly caches: Caches;
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  readonly messageMaxBytes: number;
  readonly heartbeatMs: number;
}
