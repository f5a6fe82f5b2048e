// All tables of a shared backbone: their rows stand in one stream, and each node has a copy of all of them, which it
// is told of message by message. See docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md. Long because a
// write, what the view has of it, and how far it has come are one promise.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock/clock.ts';
import type { OnFault } from '../../listeners.ts';
import { RevisionConflict, type Row, type Table } from '../../table.ts';
import { toText } from '../data.ts';
import { Pieces } from '../pieces.ts';
import { createPromise } from '../promise.ts';
import { Removals } from '../removals.ts';
import { type MessagePlace, type Server, ServerAway, ServerRefuses, type Stream, WrongLast } from '../server.ts';
import { type Change, Feed, type RowPlace } from './feed.ts';
import { Position } from './position.ts';
import { clearedSubject, emptySubject, packRow, rowSubject } from './row-message.ts';
import { type Left, Rows } from './rows.ts';
import { StoredRow } from './view.ts';

export interface TablesOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  /** What the names of streams begin with. */
  readonly prefix?: string;
  readonly onFault?: OnFault;
}

/** What is asked of one row. */
interface Wish extends RowPlace {
  readonly ifRevision?: number | undefined;
}

/** Ours: how often a write without a condition is tried with the newest revision that this node knows. */
const MAX_TRIES = 5;
/** Ours: how long it stands in the stream that a row is gone. Who has not heard of it by then reads all rows anew. */
const GONE_MS = 120_000;
/** Ours: a node that missed messages, and may have been behind for longer, reads all rows anew. */
const AWAY_MS = GONE_MS / 2;

export class SharedTables {
  readonly #server: Server;
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #streamName: string;
  readonly #stream = createPromise<Stream>();
  readonly #pieces: Pieces<RowPlace>;
  readonly #removals: Removals;
  readonly #rows: Rows;
  readonly #position = new Position();
  #feed: Feed | undefined;
  #isClosed = false;
  #loading: Promise<void> | undefined;
  /** Everything that was stored before this time of the clock is in the rows. */
  #freshAt: number;
  /** Since then, messages were missing in what was heard: they were replaced, or removed. */
  #hasGap = false;
  /** The stream's newest message says that a row is gone: it has to stay for as long as it is the newest. */
  #lastGone: MessagePlace | undefined;
  /** Of the stream, when all rows were read. */
  #era = '';
  /** A question for the stream's newest sequence that is to be asked as soon as the one under way is answered. */
  #nextQuestion: Promise<{ readonly askedAt: number; readonly seen: number; readonly last: number }> | undefined;
  #question: Promise<unknown> = Promise.resolve();
  /** Writes of this node that are under way, by their row's subject: those of one row are done one after the other. */
  readonly #writes = new Map<string, Promise<unknown>>();
  /** What this node's messages are known by. */
  readonly #self = randomBytes(6).toString('base64url');

  constructor(server: Server, { clock, prefix = '', onFault }: TablesOptions) {
    this.#rows = new Rows(onFault);
    this.#server = server;
    this.#clock = clock;
    this.#freshAt = clock.now();
    this.#streamName = `${prefix}tables`;
    this.#stream.promise.catch(() => {});
    this.#removals = new Removals(() => this.#stream.promise, { clock, afterMs: GONE_MS });
    this.#pieces = new Pieces<RowPlace>(server, {
      clock,
      prefix,
      kind: 'row',
      isUsed: (...asked) => this.#isUsed(...asked),
    });
  }

  /** Resolves when this node has every row that was written before. @throws ServerAway */
  async open(): Promise<void> {
    await this.reload();
    this.#pieces.look().catch(() => {});
  }

  /**
   * Reads all rows anew, and tells watchers of what is different: for a node that was away for so long that it may have
   * missed that rows are gone, or when the stream's sequences may have gone back.
   * @throws ServerAway
   */
  reload(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  table<Value>(name: string): Table<Value> {
    const view = this.#rows.view(name);
    return {
      get: (key): Row<Value> | undefined => view.get(key)?.read(),
      list: (prefix = ''): Row<Value>[] => view.list(prefix).map((row) => row.read()),
      put: async (key, value, { ifRevision } = {}): Promise<Row<Value>> => {
        const wish = { table: name, key, ifRevision };
        const text = toText(value);
        return this.#inTurn(wish, () => this.#put(wish, text));
      },
      delete: async (key, { ifRevision } = {}) => {
        const wish = { table: name, key, ifRevision };
        return this.#inTurn(wish, () => this.#delete(wish));
      },
      watch: (listener, { prefix = '' } = {}) => view.watch(listener, prefix),
    };
  }

  /** Resolves when this node has every row whose write was acknowledged before this was asked. @throws ServerAway */
  async caughtUp(): Promise<void> {
    this.#nextQuestion ??= this.#question.then(async () => {
      this.#nextQuestion = undefined;
      const stream = await this.#stream.promise;
      const [askedAt, seen] = [this.#clock.now(), this.#position.sequence];
      const question = stream.lastSequence();
      this.#question = question.catch(() => {});
      return { askedAt, seen, last: await question };
    });
    const { askedAt, seen, last } = await this.#nextQuestion;
    const stream = await this.#stream.promise;
    // Asked twice: of several servers, one may hand out a message a moment before the leader counts it.
    if (stream.era !== this.#era || (last < seen && (await stream.lastSequence()) < seen)) return this.reload();
    await this.#reached(last, askedAt);
  }

  /** Removes every row, for all nodes. @throws ServerAway */
  async clear(): Promise<void> {
    const stream = await this.#stream.promise;
    const publish = () => stream.publish(clearedSubject(this.#streamName), new Uint8Array());
    const cleared = await publish().catch(async (error: unknown) => {
      if (!(error instanceof ServerRefuses)) throw error;
      // It is full: what goes anyway makes room for the word.
      await stream.purge();
      return publish();
    });
    await this.#position.reached(cleared);
    await stream.purge({ below: cleared });
  }

  /** Removes the pieces of all large rows, without a word: for a server that is full. @throws ServerAway */
  clearPieces(): Promise<void> {
    return this.#pieces.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#feed?.end();
    this.#removals.close();
    this.#pieces.close();
    const closed = new ServerAway('this node has left it');
    this.#stream.reject(closed);
    this.#position.end(closed);
  }

  async #load(): Promise<void> {
    const [askedAt, seen] = [this.#clock.now(), this.#position.sequence];
    const stream = await this.#server.stream(this.#streamName);
    const last = await this.#lastThatStands(stream);
    const { era } = stream;
    const isBack = era !== this.#era || last < seen;
    const rows = new Rows();
    const left: Left[] = [];
    let isLive = false;
    const feed: Feed = new Feed({
      clock: this.#clock,
      pieces: this.#pieces,
      clearedSubject: clearedSubject(this.#streamName),
      apply: (change, sequence) => {
        if (isLive) this.#apply(change, sequence);
        else if (change) left.push(...rows.apply(change));
      },
    });
    await feed.start(stream, `${this.#streamName}.>`);
    await feed.position.reached(last);
    // The feed before it ends here, and this one comes to where it was.
    this.#feed?.end();
    if (!isBack) await feed.position.reached(this.#position.sequence);
    if (this.#isClosed) return feed.end();
    isLive = true;
    this.#feed = feed;
    this.#era = era;
    this.#rows.adopt(rows, isBack);
    if (isBack) {
      this.#removals.clear();
      this.#lastGone = undefined;
      this.#position.backTo(feed.position.sequence);
    } else this.#position.moveTo(feed.position.sequence);
    // Whoever was to remove these may be gone.
    for (const each of left) this.#removeLater(each, { isMine: true });
    if (rows.clearedAt > 0) void stream.purge({ below: rows.clearedAt }).catch(() => {});
    this.#freshAt = askedAt;
    this.#hasGap = false;
    this.#stream.resolve(stream);
  }

  /** Sequence of the newest message; when somebody else has removed it, one that says nothing takes its place. */
  async #lastThatStands(stream: Stream): Promise<number> {
    const last = await stream.lastSequence();
    const newest = last > 0 ? await stream.newest(`${this.#streamName}.>`) : undefined;
    return (newest?.sequence ?? 0) >= last ? last : stream.publish(emptySubject(this.#streamName), new Uint8Array());
  }

  #apply(change: Change | undefined, sequence: number): void {
    if (this.#lastGone !== undefined) this.#removals.add(this.#lastGone);
    this.#lastGone = undefined;
    if (sequence !== this.#position.sequence + 1) this.#hasGap = true;
    for (const left of change ? this.#rows.apply(change) : []) this.#removeLater(left);
    this.#position.moveTo(sequence);
  }

  #removeLater({ gone, pieces }: Left, { isMine = gone?.by === this.#self } = {}): void {
    if (gone && isMine) {
      const place = { subject: rowSubject(this.#streamName, gone), sequence: gone.sequence };
      if (gone.sequence < this.#position.sequence) this.#removals.add(place);
      else this.#lastGone = place;
    }
    if (pieces) this.#pieces.remove(pieces);
  }

  /** Resolves when this node has what was stored with this sequence, which was not before `askedAt`. */
  async #reached(sequence: number, askedAt: number): Promise<void> {
    await this.#position.reached(sequence);
    // What was stored before `#freshAt`, it had; of what came later it missed only what was replaced by something that
    // it has: that a row is gone stands in the stream for longer.
    if (this.#hasGap && this.#clock.now() - this.#freshAt > AWAY_MS) return this.reload();
    this.#freshAt = Math.max(this.#freshAt, askedAt);
    this.#hasGap = false;
  }

  async #isUsed({ table, key }: RowPlace, word: string): Promise<boolean> {
    await this.caughtUp();
    return this.#rows.view(table).get(key)?.pieces?.word === word;
  }

  /** Runs a write of a row when those before it are done. */
  async #inTurn<Done>(place: RowPlace, write: () => Promise<Done>): Promise<Done> {
    const subject = rowSubject(this.#streamName, place);
    const before = this.#writes.get(subject);
    const done = before ? before.then(write) : write();
    const settled = done.then(
      () => {},
      () => {},
    );
    this.#writes.set(subject, settled);
    try {
      return await done;
    } finally {
      if (this.#writes.get(subject) === settled) this.#writes.delete(subject);
    }
  }

  async #put(wish: Wish, text: string): Promise<Row<never>> {
    const { table, key, ifRevision } = wish;
    await this.#stream.promise;
    const view = this.#rows.view(table);
    if (ifRevision !== undefined && (view.get(key)?.revision ?? 0) > ifRevision) throw new RevisionConflict(table, key);
    const pieces = this.#pieces.isTooLarge(text) ? await this.#pieces.write(text, { table, key }) : undefined;
    const data = packRow({ ...wish, pieces }, pieces ? '' : text);
    let lastOfSubject: number | undefined = ifRevision || (view.get(key)?.revision ?? view.goneBy(key) ?? 0);
    for (let tries = 1; ; tries++) {
      if (pieces) this.#pieces.checkAge(pieces);
      try {
        const sequence = await this.#publish(wish, data, lastOfSubject);
        if (ifRevision && this.#rows.isVoid(ifRevision, sequence)) {
          this.#removals.add({ subject: rowSubject(this.#streamName, wish), sequence });
          throw new RevisionConflict(table, key);
        }
        const row = view.get(key);
        return row && row.revision === sequence ? row.read() : new StoredRow(key, sequence, text).read();
      } catch (error) {
        if (!(error instanceof WrongLast)) throw error;
      }
      await this.caughtUp();
      const gone = ifRevision || view.get(key) ? 0 : await this.#newestOfNoRow(wish);
      if (ifRevision || (ifRevision === 0 && view.get(key))) {
        if (pieces) this.#pieces.remove(pieces);
        throw new RevisionConflict(table, key);
      }
      lastOfSubject = view.get(key)?.revision ?? gone;
      // Whoever writes without a condition comes through.
      if (ifRevision === undefined && tries >= MAX_TRIES) lastOfSubject = undefined;
    }
  }

  /** Sequence of what stands in the place of a row that there is none of: it says so, or is about to be removed. */
  async #newestOfNoRow(place: RowPlace): Promise<number> {
    const newest = (await (await this.#stream.promise).newest(rowSubject(this.#streamName, place)))?.sequence ?? 0;
    await this.#position.reached(newest);
    return newest;
  }

  /** Resolves when this node's rows have it. @throws WrongLast, ServerAway */
  async #publish(place: RowPlace, data: Uint8Array, lastOfSubject: number | undefined): Promise<number> {
    const askedAt = this.#clock.now();
    const options = lastOfSubject === undefined ? {} : { lastOfSubject };
    const sequence = await (await this.#stream.promise).publish(rowSubject(this.#streamName, place), data, options);
    await this.#reached(sequence, askedAt);
    return sequence;
  }

  async #delete(wish: Wish): Promise<boolean> {
    const { table, key, ifRevision } = wish;
    const view = this.#rows.view(table);
    if (!ifRevision && !view.get(key)) await this.caughtUp();
    for (;;) {
      const lastOfSubject = ifRevision || view.get(key)?.revision;
      if (lastOfSubject === undefined) return false;
      if (ifRevision === 0) throw new RevisionConflict(table, key);
      try {
        const data = packRow({ table, key, gone: this.#self, ifRevision: lastOfSubject });
        const sequence = await this.#publish(wish, data, lastOfSubject);
        if (!this.#rows.isVoid(lastOfSubject, sequence)) return true;
      } catch (error) {
        if (!(error instanceof WrongLast)) throw error;
        await this.caughtUp();
      }
      if (ifRevision) throw new RevisionConflict(table, key);
    }
  }
}
