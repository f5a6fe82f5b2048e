// Bodies in pieces, which are messages of one stream: `<stream>.<id>.<n>`. A row says of each body what it is: being
// written, whole, or removed. So what a node that died has half written is found and removed by others, and what is
// removed stays for as long as another node may be reading it.
import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../../clock/clock.ts';
import { type Bodies, BodiesCleared, type Body, REMOVED_MS } from '../../bodies.ts';
import { RevisionConflict, type Row, type Table } from '../../table.ts';
import type { Server, Stream } from '../server.ts';
import { cut } from './cut.ts';

/** What is known of a body. */
export interface BodyRow {
  readonly state: 'writing' | 'whole' | 'removed';
  /** Since when, epoch ms. */
  readonly at: number;
  /** The node that made it so, and drops what is removed. */
  readonly by: string;
}

/** Ours: bytes of a piece, where the server takes as much in one message. */
const PIECE_BYTES = 512 * 1024;
/** Ours: what a message's subject and headers take at most. */
const MARGIN_BYTES = 1024;
/** Ours: pieces that are on their way at once. */
const UNDER_WAY = 4;
/** Ours: after it others drop what a node wrote no further, or removed and did not drop: it is taken for dead. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

export class SharedBodies implements Bodies {
  readonly #server: Server;
  readonly #rows: Table<BodyRow>;
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #streamName: string;
  readonly #pieceBytes: number;
  readonly #self = randomUUID();
  #stream: Promise<Stream> | undefined;
  /** How many read a body here. */
  readonly #readers = new Map<string, number>();
  /** Bodies that this node has removed, and bodies that others have, or are writing; the oldest first. */
  readonly #removed = new Map<string, Row<BodyRow>>();
  readonly #others = new Map<string, Row<BodyRow>>();
  #timer: Timer | undefined;
  #isClosed = false;

  /** `rows`: a table of its own. */
  constructor(
    server: Server,
    options: {
      readonly rows: Table<BodyRow>;
      readonly clock: Pick<Clock, 'now' | 'setTimer'>;
      /** What the names of streams begin with. */
      readonly prefix?: string;
    },
  ) {
    this.#server = server;
    this.#rows = options.rows;
    this.#clock = options.clock;
    this.#streamName = `${options.prefix ?? ''}bodies`;
    this.#pieceBytes = Math.min(PIECE_BYTES, server.maxBytes - MARGIN_BYTES);
    for (const row of options.rows.list()) this.#account(row.key, row);
    options.rows.watch((id, row) => this.#account(id, row));
  }

  /** To be called when the table is open: what nodes that died have left is dropped. */
  async open(): Promise<void> {
    await this.#open();
    this.#sweepSoon();
  }

  async write(bytes: AsyncIterable<Uint8Array>): Promise<Body> {
    const stream = await this.#open();
    // The size of its pieces is part of its name: another server may take larger ones.
    const id = `${randomUUID()}_${this.#pieceBytes}`;
    const row = await this.#rows.put(id, this.#as('writing'), { ifRevision: 0 });
    try {
      const sizeBytes = await this.#writePieces(stream, id, bytes);
      await this.#rows.put(id, this.#as('whole'), { ifRevision: row.revision });
      return { id, sizeBytes };
    } catch (error) {
      // What cannot be dropped now is found later.
      await this.#drop(row).catch(() => {});
      throw error instanceof RevisionConflict ? new BodiesCleared() : error;
    } finally {
      this.#sweepSoon();
    }
  }

  read({ id }: Body, start: number, end: number): AsyncIterableIterator<Uint8Array> {
    this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      const left = (this.#readers.get(id) ?? 1) - 1;
      if (left > 0) this.#readers.set(id, left);
      else this.#readers.delete(id);
      if (left === 0 && this.#removed.has(id)) this.#sweepSoon();
    };
    const bytes = this.#readPieces(id, start, end);
    return {
      async next() {
        try {
          const next = await bytes.next();
          if (next.done) release();
          return next;
        } catch (error) {
          release();
          throw error;
        }
      },
      async return() {
        await bytes.return(undefined);
        release();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async remove(id: string): Promise<void> {
    const row = this.#rows.get(id);
    if (!row || row.value.state === 'removed') return;
    try {
      await this.#rows.put(id, this.#as('removed'), { ifRevision: row.revision });
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
    this.#sweepSoon();
  }

  /** Removes all. `clearRows` empties the table, whose rows decide: who writes meanwhile finds its row gone. */
  async clear(clearRows: () => Promise<void>): Promise<void> {
    const stream = await this.#open();
    const last = await stream.lastSequence();
    await clearRows();
    await stream.purge({ below: last + 1 });
  }

  /** Removes all bytes, without a word: for a server that is full. */
  async clearNow(): Promise<void> {
    await (await this.#open()).purge();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #open(): Promise<Stream> {
    this.#stream ??= this.#server.stream(this.#streamName).catch((error) => {
      this.#stream = undefined;
      throw error;
    });
    return this.#stream;
  }

  #subject(id: string, piece: number | '>'): string {
    return `${this.#streamName}.${id}.${piece}`;
  }

  async #writePieces(stream: Stream, id: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const underWay = new Set<Promise<unknown>>();
    let failure: { readonly error: unknown } | undefined;
    let sizeBytes = 0;
    let pieces = 0;
    for await (const piece of cut(bytes, this.#pieceBytes)) {
      const stored: Promise<unknown> = stream
        .publish(this.#subject(id, pieces++), piece)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => underWay.delete(stored));
      underWay.add(stored);
      sizeBytes += piece.byteLength;
      if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
      if (failure) break;
    }
    await Promise.all(underWay);
    if (failure) throw failure.error;
    return sizeBytes;
  }

  async *#readPieces(id: string, start: number, end: number): AsyncGenerator<Uint8Array, undefined> {
    if (start >= end) return;
    const stream = await this.#open();
    const pieceBytes = Number(id.slice(id.indexOf('_') + 1));
    const last = Math.floor((end - 1) / pieceBytes);
    const ask = (piece: number) => {
      const found = stream.newest(this.#subject(id, piece));
      // Whoever reads is told when it comes to that piece.
      found.catch(() => {});
      return found;
    };
    let piece = Math.floor(start / pieceBytes);
    for (let next = ask(piece); piece <= last; piece++) {
      const message = await next;
      if (!message) throw new Error(`Piece ${piece} of the body '${id}' is gone: it was removed while it was read.`);
      if (piece < last) next = ask(piece + 1);
      const at = piece * pieceBytes;
      yield message.data.subarray(Math.max(start - at, 0), end - at);
    }
  }

  #as(state: BodyRow['state']): BodyRow {
    return { state, at: this.#clock.now(), by: this.#self };
  }

  #account(id: string, row: Row<BodyRow> | undefined): void {
    this.#removed.delete(id);
    this.#others.delete(id);
    if (!row || row.value.state === 'whole') return;
    if (row.value.by !== this.#self) this.#others.set(id, row);
    else if (row.value.state === 'removed') this.#removed.set(id, row);
  }

  /** Drops what was removed long enough ago, and what nodes that died have left; later what is too young. */
  #sweepSoon(): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    const next = Math.min(this.#sweep(this.#removed, REMOVED_MS), this.#sweep(this.#others, ABANDONED_MS));
    this.#timer = Number.isFinite(next) ? this.#clock.setTimer(next, () => this.#sweepSoon()) : undefined;
  }

  /** Returns when the next of them is due. */
  #sweep(rows: Map<string, Row<BodyRow>>, afterMs: number): number {
    for (const row of rows.values()) {
      const dueAt = row.value.at + afterMs;
      if (dueAt > this.#clock.now()) return dueAt;
      if (this.#readers.has(row.key)) continue;
      rows.delete(row.key);
      // What cannot be dropped now is found by the next node that opens.
      this.#drop(row).catch(() => {});
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The row last: whoever finds it tries again. */
  async #drop({ key: id, revision }: Row<BodyRow>): Promise<void> {
    const stream = await this.#open();
    await stream.purge({ filter: this.#subject(id, '>') });
    await this.#rows.delete(id, { ifRevision: revision }).catch((error: unknown) => {
      if (!(error instanceof RevisionConflict)) throw error;
    });
  }
}
