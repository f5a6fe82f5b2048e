// The calls by which a stream is read, and what they tell: the same for tables' streams and for Kinesis'.
import type { Checkpoint } from './checkpoint.ts';
import type { Origin, StreamFeed, StreamRecord } from './feed.ts';

export interface ShardState {
  readonly id: string;
  /** Ids of the shards that it goes on with. */
  readonly parents: readonly string[];
  readonly isClosed: boolean;
}

/** Where to read from. */
export type Place = Pick<Checkpoint, 'after' | 'start'>;

export interface Page {
  readonly records: readonly StreamRecord[];
  /** Absent at the end of a closed shard. */
  readonly next?: string | undefined;
}

/** The calls by which a service's streams are read. */
export interface StreamCalls {
  shards(origin: Origin): Promise<readonly ShardState[]>;
  iterator(shardId: string, place: Place, origin: Origin): Promise<string>;
  records(shardId: string, iterator: string, origin: Origin): Promise<Page>;
}

/** What is read of which feed. */
export type Read = Pick<StreamFeed, 'streamArn' | 'form'>;
