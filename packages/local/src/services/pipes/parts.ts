// What the operations of Pipes share.
import type { Platform } from '../../platform.ts';
import { Pipes } from './pipes.ts';

export interface Parts {
  readonly platform: Platform;
  readonly pipes: Pipes;
}

export function createParts(platform: Platform): Parts {
  return { platform, pipes: new Pipes(platform) };
}
