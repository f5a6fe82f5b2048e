// What the operations of IAM share.
import type { Platform } from '../../platform.ts';
import { Identities } from './identities.ts';

export interface Parts {
  readonly platform: Platform;
  readonly identities: Identities;
}

export function createParts(platform: Platform): Parts {
  return { platform, identities: new Identities(platform) };
}
