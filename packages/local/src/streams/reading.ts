// Reads one stream through the dispatcher, as any consumer does. What is special to a service, dynamodb.ts and
// kinesis.ts know.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Dispatch } from '../dispatch.ts';
import type { Platform } from '../platform.ts';
import type { Page, Place, Read, ShardState } from './calls.ts';
import { createDynamoDbCalls } from './dynamodb.ts';
import type { Origin, StreamRecord } from './feed.ts';
import { createKinesisCalls } from './kinesis.ts';
import type { StreamKind, StreamSource } from './source.ts';

export interface Reading {
  shards(origin: Origin): Promise<readonly ShardState[]>;
  /** The next records; none when there are no more for now, and `isOver` when there never will be. */
  read(shardId: string, place: Place, origin: Origin): Promise<{ records: readonly StreamRecord[]; isOver: boolean }>;
}

export function openReading(platform: Platform, kind: StreamKind, read: Read): Reading {
  const calls = kind === 'dynamodb' ? createDynamoDbCalls(platform, read) : createKinesisCalls(platform, read);
  /** The iterator that goes on after a record, by shard. */
  const iterators = new Map<string, { readonly after: string; readonly iterator: string }>();

  async function open(shardId: string, place: Place, origin: Origin): Promise<string> {
    const known = iterators.get(shardId);
    if (known && known.after === place.after) return known.iterator;
    return calls.iterator(shardId, place, origin);
  }

  async function page(shardId: string, place: Place, origin: Origin): Promise<Page> {
    try {
      return await calls.records(shardId, await open(shardId, place, origin), origin);
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : '';
      if (code === 'TrimmedDataAccessException') {
        const horizon = await calls.iterator(shardId, { start: { type: 'TRIM_HORIZON' } }, origin);
        return calls.records(shardId, horizon, origin);
      }
      if (code !== 'ExpiredIteratorException') throw error;
      return calls.records(shardId, await calls.iterator(shardId, place, origin), origin);
    }
  }

  return {
    shards: (origin) => calls.shards(origin),
    async read(shardId, place, origin) {
      const { records, next } = await page(shardId, place, origin);
      const after = records.at(-1)?.sequenceNumber ?? place.after;
      if (next === undefined || after === undefined) iterators.delete(shardId);
      else iterators.set(shardId, { after, iterator: next });
      return { records, isOver: next === undefined && records.length === 0 };
    },
  };
}

/** The services that have streams, by the service of their ARNs. */
const SERVICES = { dynamodb: 'dynamodbstreams', kinesis: 'kinesis' } as const;

/** Loads the service when it has to be. */
export async function openSource(dispatch: Dispatch, kind: StreamKind): Promise<StreamSource> {
  const service = dispatch.service(SERVICES[kind]);
  const source = service && ((await service.load?.()) ?? service).streams;
  if (!source) throw new Error(`The service '${SERVICES[kind]}' is not part of this local cloud.`);
  return source;
}
