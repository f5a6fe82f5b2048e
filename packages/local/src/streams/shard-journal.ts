// What becomes of the records of a shard, as the journal tells it; and the giving up, whose end it tells.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../platform.ts';
import type { Batch } from './batch.ts';
import { extentOf } from './checkpoint.ts';
import type { Discarded, Failure, Origin, StreamFeed, StreamRecord } from './feed.ts';
import type { Next } from './outcome.ts';

interface Failed {
  /** The records that are not done with, and how many there were. */
  readonly left: readonly StreamRecord[];
  readonly of: number;
  readonly attempts: number;
  readonly durationMs: number;
  readonly step: Next['step'];
  readonly retryAt: number | undefined;
  readonly failure: Failure;
}

/** `extent`: of records that are gone. */
type GivenUp = Omit<Discarded, 'shardId' | 'extent'> & Partial<Pick<Discarded, 'extent'>>;

export class ShardJournal {
  readonly #journal: Platform['journal'];
  readonly #feed: StreamFeed;
  readonly #shardId: string;

  constructor({ journal }: Pick<Platform, 'journal'>, feed: StreamFeed, shardId: string) {
    this.#journal = journal;
    this.#feed = feed;
    this.#shardId = shardId;
  }

  filtered({ filtered, records }: Batch): void {
    this.#journal.record({ kind: 'records.filtered', ...this.#about(filtered), of: filtered + records.length });
  }

  failed({ left, of, attempts: attempt, durationMs, step: next, retryAt, failure }: Failed): void {
    if (next === 'done') return;
    const about = { ...this.#about(left.length), of, attempt, durationMs, next, failure };
    this.#journal.record({ kind: 'records.failed', ...about, ...(retryAt !== undefined && { retryAt }) });
  }

  /** Hands records that are given up to where they go, if anywhere. */
  async discard(given: GivenUp, origin: Origin): Promise<void> {
    const { attempts, condition, records, extent = extentOf(records) } = given;
    if (!extent) return;
    const fact = { kind: 'records.discarded', ...this.#about(extent.count), attempts, condition } as const;
    try {
      const destinationArn = await this.#feed.discard({ ...given, extent, shardId: this.#shardId }, origin);
      this.#journal.record({ ...fact, ...(destinationArn !== undefined && { destinationArn }) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#journal.record({ ...fact, failure: { code: error.code, message: error.message } });
    }
  }

  #about(records: number) {
    const { consumerArn, streamArn: sourceArn } = this.#feed;
    return { consumerArn, sourceArn, shardId: this.#shardId, records };
  }
}
