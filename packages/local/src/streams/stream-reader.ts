// Reads streams for who has them done: functions and pipes. Every node reads for every feed; which of them has a batch
// in hand, the checkpoints say.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { RevisionConflict, type Table } from '../backbone/table.ts';
import { updateRow } from '../backbone/update.ts';
import type { Platform } from '../platform.ts';
import type { ShardState } from './calls.ts';
import { CHECKPOINTS, type Checkpoint, checkpointKey, checkpointPrefix } from './checkpoint.ts';
import type { Origin, StartingPosition, StreamFeed } from './feed.ts';
import { createFilter } from './filter.ts';
import { openReading, openSource, type Reading } from './reading.ts';
import { ShardReader } from './shard-reader.ts';
import { type StreamKind, streamKind } from './source.ts';

interface Running {
  readonly shards: Map<string, ShardReader>;
  stop(): void;
}

export class StreamReader {
  readonly #platform: Platform;
  readonly #checkpoints: Table<Checkpoint>;
  readonly #node: string;
  readonly #running = new Map<string, Running>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#checkpoints = platform.backbone.table(CHECKPOINTS);
    this.#node = platform.ids.uuid();
  }

  /**
   * Says where a new consumer begins. One that has checkpoints goes on where it was.
   * @throws ServiceError what keeps `origin` from reading the stream
   */
  async begin(feed: Pick<StreamFeed, 'id' | 'streamArn'>, start: StartingPosition, origin: Origin): Promise<void> {
    if (this.#checkpoints.list(checkpointPrefix(feed.id)).length > 0) return;
    const kind = kindOf(feed);
    const shards = await openReading(this.#platform, kind, { ...feed, form: 'function' }).shards(origin);
    const source = await openSource(this.#platform.dispatch, kind);
    for (const { id: shardId, isClosed, parents } of shards) {
      const isLater = parents.some((parent) => shards.some(({ id }) => id === parent));
      if (start.type !== 'LATEST') {
        if (!isLater) await this.#put(feed, { shardId, start, parts: [] });
        continue;
      }
      const horizon = { shardId, start: { type: 'TRIM_HORIZON' }, parts: [] } as const;
      if (isClosed) await this.#put(feed, { ...horizon, isOver: true });
      else await this.#put(feed, { ...horizon, after: await source.latest(feed.streamArn, shardId) });
    }
  }

  /** Begins to read; a feed of the same id is stopped before. */
  start(feed: StreamFeed): void {
    this.stop(feed.id);
    const shards = new Map<string, ShardReader>();
    const reading = openReading(this.#platform, kindOf(feed), feed);
    const open = { feed, reading, fits: createFilter(feed.filters, kindOf(feed)), shards };
    let isStopped = false;
    let leave = () => {};
    const prefix = checkpointPrefix(feed.id);
    const unwatch = this.#checkpoints.watch(
      (key, row) => {
        if (row) this.#readerOf(open, row.value.shardId).wake();
        else shards.get(key.slice(prefix.length))?.stop();
      },
      { prefix },
    );
    this.#running.set(feed.id, {
      shards,
      stop() {
        isStopped = true;
        unwatch();
        leave();
        for (const shard of shards.values()) shard.stop();
      },
    });
    void this.#whileHeld(feed, async () => {
      const source = await openSource(this.#platform.dispatch, kindOf(feed));
      if (isStopped) return;
      leave = source.watch(feed.streamArn, (shardId) => {
        if (shardId !== undefined) shards.get(shardId)?.wake(true);
        else void this.#whileHeld(feed, () => this.#follow(open));
      });
      for (const { value } of this.#checkpoints.list(prefix)) this.#readerOf(open, value.shardId).wake(true);
      await this.#follow(open);
    });
  }

  stop(id: string): void {
    this.#running.get(id)?.stop();
    this.#running.delete(id);
  }

  /** Forgets where a consumer was that is no more. */
  async forget(id: string): Promise<void> {
    for (const { key } of this.#checkpoints.list(checkpointPrefix(id))) await this.#checkpoints.delete(key);
  }

  /** How the last batch of a consumer went. */
  lastResult(id: string): string | undefined {
    const results = this.#checkpoints.list(checkpointPrefix(id)).flatMap(({ value }) => value.result ?? []);
    return results.toSorted((a, b) => b.at - a.at)[0]?.text;
  }

  /** The records are gone: what failed is not tried again, and what is in hand has no consequences. */
  async purge(): Promise<void> {
    for (const { shards } of this.#running.values()) for (const shard of shards.values()) shard.purge();
    for (const { key, value } of this.#checkpoints.list()) {
      if (value.parts.length === 0 && value.window === undefined) continue;
      await updateRow(this.#checkpoints, key, (now = value) => {
        const { window: _, notBefore: __, ...checkpoint } = now;
        return { ...checkpoint, parts: [] };
      });
    }
  }

  reset(): void {
    for (const id of [...this.#running.keys()]) this.stop(id);
  }

  #readerOf({ feed, reading, fits, shards }: Open, shardId: string): ShardReader {
    const known = shards.get(shardId);
    if (known) return known;
    const parts = { platform: this.#platform, checkpoints: this.#checkpoints, node: this.#node };
    const ended = () => void this.#whileHeld(feed, () => this.#follow({ feed, reading, fits, shards }));
    const made = new ShardReader({ ...parts, feed, reading, fits, ended }, shardId);
    shards.set(shardId, made);
    return made;
  }

  /** Wakes the reader of each shard, and begins with those whose parents are done with. */
  async #follow(open: Open): Promise<void> {
    const { feed, reading } = open;
    const found = await reading.shards(await feed.origin());
    // It was stopped meanwhile, or is gone: it does not begin again.
    if (this.#running.get(feed.id)?.shards !== open.shards) return;
    if (this.#checkpoints.list(checkpointPrefix(feed.id)).length === 0) return;
    for (const shard of found) {
      if (this.#checkpointOf(feed, shard.id)) this.#readerOf(open, shard.id).wake(true);
      else if (this.#isNext(feed, shard, found)) {
        await this.#put(feed, { shardId: shard.id, start: { type: 'TRIM_HORIZON' }, parts: [] });
      }
    }
  }

  #isNext(feed: StreamFeed, { parents }: ShardState, found: readonly ShardState[]): boolean {
    return parents.every((parent) => {
      const isGone = !found.some(({ id }) => id === parent);
      return isGone || this.#checkpointOf(feed, parent)?.isOver === true;
    });
  }

  #checkpointOf(feed: Pick<StreamFeed, 'id'>, shardId: string): Checkpoint | undefined {
    return this.#checkpoints.get(checkpointKey(feed, shardId))?.value;
  }

  async #put(feed: Pick<StreamFeed, 'id'>, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.#checkpoints.put(checkpointKey(feed, checkpoint.shardId), checkpoint, { ifRevision: 0 });
    } catch (error) {
      // Another node has begun with it.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  async #whileHeld({ about }: StreamFeed, work: () => Promise<void>): Promise<void> {
    const { clock, journal } = this.#platform;
    const release = clock.hold();
    try {
      await work();
    } catch (error) {
      if (error instanceof ServiceError) journal.record({ kind: 'warning', about, message: error.message });
      else journal.fault(about, error);
    } finally {
      release();
    }
  }
}

interface Open {
  readonly feed: StreamFeed;
  readonly reading: Reading;
  readonly fits: ReturnType<typeof createFilter>;
  readonly shards: Map<string, ShardReader>;
}

function kindOf({ streamArn }: Pick<StreamFeed, 'streamArn'>): StreamKind {
  const kind = streamKind(parseArn(streamArn)?.service);
  if (!kind) throw new Error(`${streamArn} is not the ARN of a stream.`);
  return kind;
}
