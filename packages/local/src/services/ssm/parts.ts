// What the operations of Parameter Store share.
import type { Platform } from '../../platform.ts';
import { Parameters } from './parameters.ts';

export interface Parts {
  readonly platform: Platform;
  readonly parameters: Parameters;
}

export function createParts(platform: Platform): Parts {
  return { platform, parameters: new Parameters(platform) };
}
