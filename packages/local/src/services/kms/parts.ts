// What the operations of KMS share.
import type { Platform } from '../../platform.ts';
import { Keys } from './keys.ts';

export interface Parts {
  readonly platform: Platform;
  readonly keys: Keys;
}

export function createParts(platform: Platform): Parts {
  return { platform, keys: new Keys(platform) };
}
