// What the operations of STS share.
import type { Platform } from '../../platform.ts';

export interface Parts {
  readonly platform: Platform;
}

export function createParts(platform: Platform): Parts {
  return { platform };
}
