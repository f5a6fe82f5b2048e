// The records of shards: a log each, read from a place on.
import { type Log, type LogEntry, logOf } from '../../backbone/log.ts';
import type { Platform } from '../../platform.ts';
import type { Shard } from './shard.ts';
import { type Stream, streamKey } from './stream.ts';

export interface Kept {
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
  /** Epoch ms. */
  readonly arrivedAt: number;
}

/** Ours: what one shard keeps; the oldest records go first. */
const RECORDS = logOf<Kept>('kinesis/records', {
  maxEntries: 100_000,
  maxBytes: 64 * 1_048_576,
  sizeBytes: ({ data, partitionKey }) => data.length + partitionKey.length,
});
const HOUR_MS = 3_600_000;

export class Records {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Appends a record; resolves with its place, counted from 1. */
  async append(stream: Stream, shard: Shard, record: { partitionKey: string; data: Uint8Array }): Promise<number> {
    const { partitionKey } = record;
    const data = Buffer.from(record.data).toString('base64');
    const arrivedAt = this.#platform.clock.now();
    return (await this.#log(stream, shard).append({ partitionKey, data, arrivedAt })).sequence;
  }

  /** Up to `limit` records from a place on, as far as they are within retention. */
  async read(stream: Stream, shard: Shard, from: number, limit: number): Promise<readonly LogEntry<Kept>[]> {
    return this.#log(stream, shard).read(await this.#kept(stream, shard, from), limit);
  }

  /** The place of the oldest record within retention, or of the next one. */
  async first(stream: Stream, shard: Shard): Promise<number> {
    return this.#kept(stream, shard, 1);
  }

  /** The place of the last record, 0 when there was none. */
  async last(stream: Stream, shard: Shard): Promise<number> {
    return (await this.#log(stream, shard).bounds()).last;
  }

  /** The place of the first record that arrived at a time (epoch ms) or later, from `from` on. */
  async firstSince(stream: Stream, shard: Shard, at: number, from = 1): Promise<number> {
    const log = this.#log(stream, shard);
    const bounds = await log.bounds();
    let [low, high] = [Math.max(from, bounds.first), bounds.last + 1];
    // Records arrive in the order of their places.
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = await log.read(middle, 1);
      if (entry && entry.value.arrivedAt < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls `listener` after each record of a shard, by whichever node. */
  tail(stream: Stream, shard: Shard, listener: () => void): () => void {
    return this.#log(stream, shard).tail(listener);
  }

  async remove(stream: Stream): Promise<void> {
    for (const shard of stream.shards) await this.#platform.backbone.removeLog(RECORDS, logId(stream, shard));
  }

  #kept(stream: Stream, shard: Shard, from: number): Promise<number> {
    const oldest = this.#platform.clock.now() - stream.retentionHours * HOUR_MS;
    return this.firstSince(stream, shard, oldest, from);
  }

  #log(stream: Stream, shard: Shard): Log<Kept> {
    return this.#platform.backbone.log(RECORDS, logId(stream, shard));
  }
}

function logId(stream: Stream, { number }: Shard): string {
  return `${streamKey(stream)}/${stream.createdAt}/${number}`;
}
