// What the operations of DynamoDB share.
import type { Platform } from '../../platform.ts';
import { Items } from './items/items.ts';
import { tellDestination } from './streams/kinesis-destination.ts';
import { Streams } from './streams/streams.ts';
import { Tables } from './tables.ts';
import { TimeToLive } from './time-to-live.ts';

export interface Parts {
  readonly platform: Platform;
  readonly tables: Tables;
  readonly items: Items;
  readonly streams: Streams;
  readonly timeToLive: TimeToLive;
}

export function createParts(platform: Platform): Parts {
  const tables = new Tables(platform);
  const streams = new Streams(platform);
  const items = new Items(platform, async (table, change) => {
    await streams.append(table, change);
    await tellDestination(platform, table, change);
  });
  return { platform, tables, items, streams, timeToLive: new TimeToLive(platform, { tables, items }) };
}
