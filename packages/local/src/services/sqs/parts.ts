// What the operations of SQS share.
import type { Platform } from '../../platform.ts';
import { Queues } from './queues.ts';

export interface Parts {
  readonly platform: Platform;
  readonly queues: Queues;
}

export function createParts(platform: Platform): Parts {
  return { platform, queues: new Queues(platform) };
}
