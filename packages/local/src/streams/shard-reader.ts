// Reads one shard for one consumer, batch by batch. Whoever has the checkpoint's lease has the batch in hand; other
// nodes wait until the row says that it is done, or the lease has ended. A batch that fails blocks its shard.
// Long because each fate of a batch is written down in one way.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { RevisionConflict, type Row, type Table } from '../backbone/table.ts';
import { isUnavailable } from '../backbone/unavailable.ts';
import type { Timer } from '../clock/clock.ts';
import type { Platform } from '../platform.ts';
import { type Batch, collectBatch, emptyBatch } from './batch.ts';
import { type Checkpoint, checkpointKey, extentOf, lostOf, type Part } from './checkpoint.ts';
import type { Extent, Origin, StreamFeed, StreamRecord, Taken } from './feed.ts';
import { nextAfter } from './outcome.ts';
import type { Reading } from './reading.ts';
import { ShardJournal } from './shard-journal.ts';

/** Ours: more than a function's 15 minutes and its start. */
const LEASE_MS = 20 * 60_000;
/** Ours: the pause after a stream could not be read. */
const PAUSE_MS = 10_000;
/** How results are told. Source: Lambda API reference, LastProcessingResult; examples of its documentation. */
const OK = 'OK';
const CALL_FAILED = 'PROBLEM: Function call failed';

export interface ShardParts {
  readonly platform: Platform;
  readonly feed: StreamFeed;
  readonly reading: Reading;
  readonly fits: (record: StreamRecord) => boolean;
  readonly checkpoints: Table<Checkpoint>;
  /** This node's name in leases. */
  readonly node: string;
  /** Called when every record of a closed shard is done with. */
  readonly ended: () => void;
}

export class ShardReader {
  readonly #parts: ShardParts;
  readonly #shardId: string;
  readonly #key: string;
  readonly #journal: ShardJournal;
  #timer: Timer | undefined;
  #isRunning = false;
  /** Woken while it ran. */
  #isWoken = false;
  /** There may be records that were not read. */
  #hasNews = true;
  #isStopped = false;
  /** Grows with each purge: a batch that began before it has no consequences. */
  #era = 0;
  /** What this node has of the batch whose window is open: it reads on from there. */
  #open: Batch | undefined;
  /** The backbone was away while a batch was in hand. */
  #hasLostTrack = false;
  /** The last reason why the stream could not be read: told once. */
  #told = '';

  constructor(parts: ShardParts, shardId: string) {
    this.#parts = parts;
    this.#shardId = shardId;
    this.#key = checkpointKey(parts.feed, shardId);
    this.#journal = new ShardJournal(parts.platform, parts.feed, shardId);
  }

  /** Looks whether there is something to do. `hasNews`: there may be new records. */
  wake(hasNews = false): void {
    this.#hasNews ||= hasNews;
    if (this.#isStopped) return;
    if (this.#isRunning) this.#isWoken = true;
    else void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  purge(): void {
    this.#era++;
    this.#open = undefined;
  }

  async #run(): Promise<void> {
    const { feed } = this.#parts;
    const { clock, journal } = this.#parts.platform;
    this.#isRunning = true;
    const release = clock.hold();
    try {
      do {
        this.#isWoken = false;
        this.#timer?.cancel();
        await this.#step();
      } while (this.#isWoken && !this.#isStopped);
    } catch (error) {
      if (isUnavailable(error)) this.#loseTrack();
      else journal.fault(feed.about, error);
    } finally {
      this.#isRunning = false;
      release();
    }
  }

  /** Does the next thing, if there is one; what comes of it wakes this reader again. */
  async #step(): Promise<void> {
    const { clock } = this.#parts.platform;
    const row = this.#parts.checkpoints.get(this.#key);
    if (row?.value.window === undefined) this.#open = undefined;
    if (!row || row.value.isOver) return;
    const { lease, notBefore = 0, parts } = row.value;
    const now = clock.now();
    const isLost = this.#hasLostTrack && lease?.node === this.#parts.node;
    if (lease && lease.until > now && !isLost) return this.#wakeAt(lease.until);
    if (notBefore > now) return this.#wakeAt(notBefore);
    if (!this.#hasNews && parts.length === 0 && row.value.window === undefined) return;
    this.#hasNews = false;
    try {
      const origin = await this.#parts.feed.origin();
      const batch = await this.#collect(row.value, origin);
      if (this.#isStopped) return;
      await this.#pass(row, batch, origin);
      this.#told = '';
      this.#hasLostTrack = false;
    } catch (error) {
      // Another node came first; its write wakes this one.
      if (error instanceof RevisionConflict) {
        this.#hasNews = true;
        return;
      }
      if (isUnavailable(error) || !(error instanceof ServiceError)) throw error;
      this.#unreadable(error);
    }
  }

  #collect(checkpoint: Checkpoint, origin: Origin): Promise<Batch> {
    const { reading, feed, fits } = this.#parts;
    const open = this.#open;
    this.#open = undefined;
    const goesOn = open && checkpoint.parts.length === 0 && this.#isInWindow(checkpoint, open);
    const collected = goesOn ? open.collected : emptyBatch();
    return collectBatch(reading, checkpoint, { batchSize: feed.batchSize, fits, origin, collected });
  }

  async #pass(row: Row<Checkpoint>, batch: Batch, origin: Origin): Promise<void> {
    const { value } = row;
    const { upTo } = batch;
    const lost = lostOf(value.parts[0], batch);
    if (lost) return this.#giveUpLost(row, lost, { batch, origin });
    if (upTo === undefined) return this.#passNothing(row, batch);
    // The end of a closed shard is news, too.
    this.#hasNews ||= batch.isFull || batch.isOver;
    if (batch.records.length === 0) {
      await this.#claim(row, batch, { ...withoutWindow(value), after: upTo, parts: value.parts.slice(1) });
      return;
    }
    const tooOld = this.#tooOld(batch.records);
    if (tooOld.length > 0) return this.#giveUpOld(row, { batch, tooOld, origin });
    if (value.parts.length === 0 && this.#waitsForMore(value, batch)) return this.#waitForMore(row, batch);
    await this.#try(row, { ...batch, upTo }, origin);
  }

  async #passNothing(row: Row<Checkpoint>, batch: Batch): Promise<void> {
    const { value } = row;
    if (value.parts.length > 0 || value.window) {
      // The stream no longer has it, and nothing is known of it.
      await this.#write(row, { ...withoutWindow(value), parts: value.parts.slice(1) });
      this.#hasNews = true;
      return;
    }
    if (!batch.isOver) return;
    await this.#write(row, { ...value, isOver: true });
    this.#parts.ended();
  }

  async #try(row: Row<Checkpoint>, batch: Batch & { upTo: string }, origin: Origin): Promise<void> {
    const { feed, node } = this.#parts;
    const { clock } = this.#parts.platform;
    const lease = { node, until: clock.now() + LEASE_MS };
    const { notBefore: _, ...ready } = withoutWindow(row.value);
    const held = await this.#claim(row, batch, { ...ready, lease });
    const [era, started] = [this.#era, clock.elapsed()];
    const taken = await this.#take(batch.records, origin);
    const { lease: __, ...value } = held.value;
    if (era !== this.#era) {
      await this.#write(held, { ...value, parts: [] });
      return;
    }
    const now = clock.now();
    const { step, left, attempts, ...place } = nextAfter(value, { ...batch, taken }, { feed, now });
    const about = { left, attempts, durationMs: clock.elapsed() - started, of: batch.records.length };
    if (taken.outcome === 'failed') {
      this.#journal.failed({ ...about, failure: taken.failure, step, retryAt: place.notBefore });
      if (step === 'given up') {
        const given = { condition: 'RetryAttemptsExhausted', records: left, attempts, last: taken } as const;
        await this.#journal.discard(given, origin);
      }
    }
    const text = taken.outcome === 'done' ? OK : CALL_FAILED;
    await this.#write(held, { ...value, ...place, result: { text, at: now } });
  }

  async #take(records: readonly StreamRecord[], origin: Origin): Promise<Taken> {
    const { feed, platform } = this.#parts;
    try {
      return await feed.take(this.#shardId, records, origin);
    } catch (error) {
      const refused = error instanceof ServiceError ? error : undefined;
      const message = refused?.message ?? platform.journal.fault(feed.about, error);
      return { outcome: 'failed', isUnreached: true, failure: { code: refused?.code ?? 'InternalException', message } };
    }
  }

  #tooOld(records: readonly StreamRecord[]): readonly StreamRecord[] {
    const { maximumAge } = this.#parts.feed;
    const oldest = this.#parts.platform.clock.now() - maximumAge * 1000;
    const firstYoung = records.findIndex(({ at }) => maximumAge < 0 || at >= oldest);
    return firstYoung < 0 ? records : records.slice(0, firstYoung);
  }

  /** The records at the head that are too old, by themselves; the rest goes its way. */
  async #giveUpOld(
    row: Row<Checkpoint>,
    { batch, tooOld, origin }: { batch: Batch; tooOld: readonly StreamRecord[]; origin: Origin },
  ): Promise<void> {
    const { node } = this.#parts;
    const until = this.#parts.platform.clock.now() + LEASE_MS;
    const held = await this.#claim(row, batch, { ...withoutWindow(row.value), lease: { node, until } });
    const attempts = Math.max(row.value.parts[0]?.attempts ?? 0, 1);
    await this.#journal.discard({ condition: 'RecordAgeExceeded', records: tooOld, attempts }, origin);
    const { lease: _, parts: known, ...value } = held.value;
    const isAll = tooOld.length === batch.records.length;
    const after = (isAll ? batch.upTo : tooOld.at(-1)?.sequenceNumber) ?? value.after;
    const parts = shortened(known, isAll ? [] : batch.records.slice(tooOld.length));
    this.#hasNews = true;
    await this.#write(held, { ...value, ...(after !== undefined && { after }), parts });
  }

  /** What failed, and the stream has no longer; what is left of the part goes its way. */
  async #giveUpLost(
    row: Row<Checkpoint>,
    extent: Extent,
    { batch, origin }: { readonly batch: Batch; readonly origin: Origin },
  ): Promise<void> {
    const { node } = this.#parts;
    const until = this.#parts.platform.clock.now() + LEASE_MS;
    const held = await this.#write(row, { ...row.value, lease: { node, until } });
    const attempts = Math.max(row.value.parts[0]?.attempts ?? 0, 1);
    await this.#journal.discard({ condition: 'RecordAgeExceeded', extent, records: [], attempts }, origin);
    const { lease: _, ...value } = held.value;
    this.#hasNews = true;
    await this.#write(held, { ...value, parts: shortened(value.parts, batch.records) });
  }

  #waitsForMore(value: Checkpoint, { isFull, records: [first] }: Batch): boolean {
    const { windowSeconds } = this.#parts.feed;
    if (windowSeconds === 0 || isFull) return false;
    if (value.window?.first !== first?.sequenceNumber) return true;
    return (value.window?.until ?? 0) > this.#parts.platform.clock.now();
  }

  #isInWindow({ window }: Checkpoint, { records: [first] }: Batch): boolean {
    return window !== undefined && window.first === first?.sequenceNumber;
  }

  async #waitForMore(row: Row<Checkpoint>, batch: Batch): Promise<void> {
    const first = batch.records[0]?.sequenceNumber ?? '';
    const known = this.#isInWindow(row.value, batch) ? row.value.window : undefined;
    const until = known?.until ?? this.#parts.platform.clock.now() + this.#parts.feed.windowSeconds * 1000;
    if (!known) await this.#claim(row, batch, { ...row.value, window: { first, until } });
    this.#open = batch;
    this.#wakeAt(until);
  }

  #wakeAt(at: number): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.platform.clock.setTimer(at, () => this.wake());
  }

  /** The first write for a batch. When it is done, the batch is this node's, which tells what was passed over. */
  async #claim(row: Row<Checkpoint>, batch: Batch, value: Checkpoint): Promise<Row<Checkpoint>> {
    const isFirstLook = row.value.parts.length === 0 && !this.#isInWindow(row.value, batch);
    const held = await this.#write(row, value);
    if (isFirstLook && batch.filtered > 0) this.#journal.filtered(batch);
    return held;
  }

  /** @throws RevisionConflict when another node, or who deleted the consumer, came first */
  #write(row: Row<Checkpoint>, value: Checkpoint): Promise<Row<Checkpoint>> {
    return this.#parts.checkpoints.put(this.#key, value, { ifRevision: row.revision });
  }

  /** The backbone was away in the middle: what this node has in hand, it takes up again. */
  #loseTrack(): void {
    const { clock } = this.#parts.platform;
    this.#hasLostTrack = true;
    this.#hasNews = true;
    this.#wakeAt(clock.now() + PAUSE_MS);
  }

  #unreadable({ code, message }: ServiceError): void {
    const { about } = this.#parts.feed;
    const { clock, journal } = this.#parts.platform;
    this.#hasNews = true;
    if (message !== this.#told) journal.record({ kind: 'warning', about, message });
    this.#told = message;
    // What is not there does not come back without a word.
    if (code !== 'ResourceNotFoundException') this.#wakeAt(clock.now() + PAUSE_MS);
  }
}

/** The parts when these records are left of the first one. */
function shortened([part, ...rest]: readonly Part[], left: readonly StreamRecord[]): readonly Part[] {
  const extent = extentOf(left);
  return part && extent ? [{ ...part, extent }, ...rest] : rest;
}

function withoutWindow({ window: _, ...checkpoint }: Checkpoint): Checkpoint {
  return checkpoint;
}
