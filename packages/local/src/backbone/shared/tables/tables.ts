// All tables of a shared backbone: their rows stand in one stream, and each node has a copy of all of them, which it is
// told of message by message. See docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md.
import type { Clock } from '../../../clock/clock.ts';
import { RevisionConflict, type Row, type Table } from '../../table.ts';
import { toText } from '../data.ts';
import { createPromise } from '../promise.ts';
import { type Server, ServerAway, type Stream, type StreamMessage, WrongLast } from '../server.ts';
import { Position } from './position.ts';
import { clearedSubject, packRow, rowSubject, unpackRow } from './row-message.ts';
import { StoredRow, TableView } from './view.ts';

export interface TablesOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  /** What the names of streams begin with. */
  readonly prefix?: string;
}

/** What is asked of one row. */
interface Change {
  readonly table: string;
  readonly key: string;
  readonly ifRevision?: number | undefined;
}

export class SharedTables {
  readonly #server: Server;
  readonly #streamName: string;
  readonly #views = new Map<string, TableView>();
  readonly #position = new Position();
  readonly #stream = createPromise<Stream>();
  #isOpen: Stream | undefined;
  #leave = () => {};
  #isClosed = false;
  /** Sequence of the newest message that all rows before it are gone by. */
  #clearedAt = 0;
  /** A question for the stream's newest sequence that is to be asked as soon as the one under way is answered. */
  #nextQuestion: Promise<number> | undefined;
  #question: Promise<unknown> = Promise.resolve();

  constructor(server: Server, { prefix = '' }: TablesOptions) {
    this.#server = server;
    this.#streamName = `${prefix}tables`;
    this.#stream.promise.catch(() => {});
  }

  /** Resolves when this node has every row that was written before. @throws ServerAway */
  async open(): Promise<void> {
    const stream = await this.#server.stream(this.#streamName);
    const last = await stream.lastSequence();
    this.#leave = await stream.follow(`${this.#streamName}.>`, 1, (message) => this.#hear(message));
    await this.#position.reached(last);
    this.#isOpen = stream;
    this.#stream.resolve(stream);
  }

  table<Value>(name: string): Table<Value> {
    const view = this.#view(name);
    return {
      get: (key): Row<Value> | undefined => view.get(key)?.read(),
      list: (prefix = ''): Row<Value>[] => view.list(prefix).map((row) => row.read()),
      put: (key, value, { ifRevision } = {}): Promise<Row<Value>> =>
        this.#put({ table: name, key, ifRevision }, toText(value)),
      delete: (key, { ifRevision } = {}) => this.#delete({ table: name, key, ifRevision }),
      watch: (listener, { prefix = '' } = {}) => view.watch(listener, prefix),
    };
  }

  /** Resolves when this node has every row whose write was acknowledged before this was asked. @throws ServerAway */
  async caughtUp(): Promise<void> {
    this.#nextQuestion ??= this.#question.then(async () => {
      this.#nextQuestion = undefined;
      const stream = this.#isOpen ?? (await this.#stream.promise);
      const question = stream.lastSequence();
      this.#question = question.catch(() => {});
      return question;
    });
    await this.#position.reached(await this.#nextQuestion);
  }

  /** Removes every row, for all nodes. @throws ServerAway */
  async clear(): Promise<void> {
    const stream = this.#isOpen ?? (await this.#stream.promise);
    const cleared = await stream.publish(clearedSubject(this.#streamName), new Uint8Array());
    await this.#position.reached(cleared);
    await stream.purge({ below: cleared });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leave();
    const closed = new ServerAway('this node has left it');
    this.#stream.reject(closed);
    this.#position.end(closed);
  }

  #view(table: string): TableView {
    let view = this.#views.get(table);
    if (!view) {
      view = new TableView();
      this.#views.set(table, view);
    }
    return view;
  }

  #hear(message: StreamMessage): void {
    if (this.#isClosed) return;
    this.#apply(message);
    this.#position.moveTo(message.sequence);
  }

  #apply(message: StreamMessage): void {
    const { sequence } = message;
    if (message.subject === clearedSubject(this.#streamName)) {
      this.#clearedAt = sequence;
      for (const view of this.#views.values()) view.clear();
      return;
    }
    const { head, text } = unpackRow(message);
    const view = this.#view(head.table);
    if (head.gone || this.#isVoid(head.ifRevision, sequence)) {
      view.gone.set(head.key, sequence);
      view.delete(head.key);
    } else view.put(new StoredRow(head.key, sequence, text));
  }

  /**
   * Whether a write that was for a row of a revision came too late: everything was cleared meanwhile, and the server
   * took it because the old rows were still being removed.
   */
  #isVoid(ifRevision: number | undefined, sequence: number): boolean {
    return ifRevision !== undefined && ifRevision < this.#clearedAt && this.#clearedAt < sequence;
  }

  async #put(change: Change, text: string): Promise<Row<never>> {
    const { table, key, ifRevision } = change;
    const stream = this.#isOpen ?? (await this.#stream.promise);
    const view = this.#view(table);
    const subject = rowSubject(this.#streamName, change);
    let lastOfSubject = ifRevision === 0 ? (view.gone.get(key) ?? 0) : ifRevision;
    for (;;) {
      try {
        const options = lastOfSubject === undefined ? {} : { lastOfSubject };
        const sequence = await stream.publish(subject, packRow(change, text), options);
        await this.#position.reached(sequence);
        if (ifRevision && this.#isVoid(ifRevision, sequence)) throw new RevisionConflict(table, key);
        const row = view.get(key);
        return row && row.revision === sequence ? row.read() : new StoredRow(key, sequence, text).read();
      } catch (error) {
        if (!(error instanceof WrongLast)) throw error;
      }
      await this.caughtUp();
      if (ifRevision !== 0 || view.get(key)) throw new RevisionConflict(table, key);
      // There is no row. What stands in its place says that it is gone, or is about to be removed.
      const newest = (await stream.newest(subject))?.sequence ?? 0;
      lastOfSubject = newest;
      await this.#position.reached(newest);
      if (view.get(key)) throw new RevisionConflict(table, key);
    }
  }

  async #delete(change: Change): Promise<boolean> {
    const { table, key, ifRevision } = change;
    const stream = this.#isOpen ?? (await this.#stream.promise);
    const view = this.#view(table);
    if (!ifRevision && !view.get(key)) await this.caughtUp();
    for (;;) {
      const lastOfSubject = ifRevision || view.get(key)?.revision;
      if (lastOfSubject === undefined) return false;
      if (ifRevision === 0) throw new RevisionConflict(table, key);
      try {
        const head = { table, key, gone: true, ifRevision: lastOfSubject } as const;
        const sequence = await stream.publish(rowSubject(this.#streamName, head), packRow(head), { lastOfSubject });
        await this.#position.reached(sequence);
        if (!this.#isVoid(lastOfSubject, sequence)) return true;
      } catch (error) {
        if (!(error instanceof WrongLast)) throw error;
        await this.caughtUp();
      }
      if (ifRevision) throw new RevisionConflict(table, key);
    }
  }
}
