// What the operations of CloudWatch Logs share.
import type { Platform } from '../../platform.ts';
import { LogStore } from './log-store.ts';

export interface Parts {
  readonly platform: Platform;
  readonly store: LogStore;
}

export function createParts(platform: Platform): Parts {
  return { platform, store: new LogStore(platform) };
}
