// What the operations of Kinesis share.
import type { Platform } from '../../platform.ts';
import { Records } from './records.ts';
import { Streams } from './streams.ts';

export interface Parts {
  readonly platform: Platform;
  readonly streams: Streams;
  readonly records: Records;
}

export function createParts(platform: Platform): Parts {
  return { platform, streams: new Streams(platform), records: new Records(platform) };
}
