// What the operations of API Gateway, version 1, share.
import type { Platform } from '../../platform.ts';
import { RestApis } from './rest-apis.ts';

export interface Parts {
  readonly platform: Platform;
  readonly apis: RestApis;
}

export function createParts(platform: Platform): Parts {
  return { platform, apis: new RestApis(platform) };
}
