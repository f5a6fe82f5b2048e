// What the operations of Scheduler share.
import type { Platform } from '../../platform.ts';
import { Schedules } from './schedules.ts';

export interface Parts {
  readonly platform: Platform;
  readonly schedules: Schedules;
}

export function createParts(platform: Platform): Parts {
  return { platform, schedules: new Schedules(platform) };
}
