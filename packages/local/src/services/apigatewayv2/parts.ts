// What the operations of API Gateway, version 2, share.
import type { Platform } from '../../platform.ts';
import { HttpApis } from './http-apis.ts';

export interface Parts {
  readonly platform: Platform;
  readonly apis: HttpApis;
}

export function createParts(platform: Platform): Parts {
  return { platform, apis: new HttpApis(platform) };
}
