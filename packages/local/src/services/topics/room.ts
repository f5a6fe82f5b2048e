// What the operations of this room share.
import type { Ground } from '../../ground.ts';
import type { Caches } from './caches.ts';
import type { KeyCheck } from './key.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Topics } from './topics.ts';

export interface TopicsRoom {
  readonly ground: Ground;
  readonly keys: KeyCheck;
  readonly caches: Caches;
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  readonly messageMaxBytes: number;
  readonly heartbeatMs: number;
}
