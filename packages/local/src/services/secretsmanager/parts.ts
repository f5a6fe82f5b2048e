// What the operations of Secrets Manager share.
import type { Platform } from '../../platform.ts';
import { Secrets } from './secrets.ts';

export interface Parts {
  readonly platform: Platform;
  readonly secrets: Secrets;
}

export function createParts(platform: Platform): Parts {
  return { platform, secrets: new Secrets(platform) };
}
