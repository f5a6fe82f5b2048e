// Who is at work on which stack: a row that is there while a node works on the stack of that name, and says every few
// seconds that the node is alive. A second node is refused meanwhile. When nothing was heard for long, by the clock of
// whoever listens, one of the others takes the work over; of nested stacks, with their parent's.
import { RevisionConflict, type Row, type Table, tableOf } from '../../../backbone/table.ts';
import type { Call } from '../../../call.ts';
import type { Timer } from '../../../clock/clock.ts';
import type { Platform } from '../../../platform.ts';
import type { OnFailure } from './course.ts';

/** What whoever takes the work over has to know. */
export interface Order {
  readonly stackId: string;
  readonly name: string;
  readonly call: Omit<Call, 'signal'>;
  /** Of a creation. */
  readonly onFailure?: OnFailure;
  /** Of an update. */
  readonly disableRollback?: boolean;
  /** Of a deletion: logical ids of resources that stay. */
  readonly retained?: readonly string[];
  /** Of an import: logical ids of what is taken over. */
  readonly imported?: readonly string[];
}

interface Claim extends Order {
  /** Empty: nobody's, whoever comes first takes it over. */
  readonly owner: string;
  readonly beats: number;
}

export interface Held {
  readonly order: Order;
  /** Aborts when the work is not this node's any more: it was taken for dead, or all was reset. */
  readonly lost: AbortSignal;
  /** The work is done. */
  release(): Promise<void>;
  /** The work is to be taken over by another node. */
  leave(): Promise<void>;
}

const CLAIMS = tableOf<Claim>('cloudformation/claims');
/** Ours: how often a node says that it is alive. */
const BEAT_MS = 5_000;
/** Ours: for how long it may be silent. */
export const SILENT_MS = 30_000;
/** Ours: for how long a caller waits for work that is as good as done. */
const RELEASE_MS = 3_000;

interface Own {
  row: Row<Claim>;
  readonly controller: AbortController;
  timer: Timer | undefined;
  /** One write after the other. */
  writing: Promise<unknown>;
}

export class Claims {
  readonly #platform: Pick<Platform, 'clock' | 'journal'>;
  readonly #table: Table<Claim>;
  #takeOver: (held: Held) => void = () => {};
  readonly #self: string;
  readonly #own = new Map<string, Own>();
  /** Rings when another node was silent for too long. */
  readonly #alarms = new Map<string, Timer>();
  #stop = () => {};

  constructor({ backbone, clock, ids, journal }: Platform) {
    this.#platform = { clock, journal };
    this.#self = ids.uuid();
    this.#table = backbone.table(CLAIMS);
  }

  /** Calls `takeOver` with work that another node has left; called once. */
  listen(takeOver: (held: Held) => void): void {
    this.#takeOver = takeOver;
    for (const row of this.#table.list()) this.#hear(row.key, row);
    this.#stop = this.#table.watch((key, row) => this.#hear(key, row));
  }

  /**
   * Says that this node works on the stack; `undefined` when another one does, or this one already. While `isAtRest`
   * says so of the stack, whoever has worked on it is about to say that it is done, and is waited for.
   */
  async take(order: Order, isAtRest: () => boolean): Promise<Held | undefined> {
    const key = keyOf(order);
    for (;;) {
      const held = await this.#write(key, order, 0);
      if (held || !isAtRest() || !(await this.#released(key))) return held;
    }
  }

  /** What others leave is not this node's any more. */
  close(): void {
    this.#stop();
    for (const alarm of this.#alarms.values()) alarm.cancel();
  }

  /** Resolves when the row is gone; false when it is not for long. */
  #released(key: string): Promise<boolean> {
    if (!this.#table.get(key)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (isReleased: boolean) => {
        stop();
        timer.cancel();
        resolve(isReleased);
      };
      const stop = this.#table.watch((changed, row) => {
        if (changed === key && !row) end(true);
      });
      // The caller waits meanwhile, by its own watch.
      const timer = this.#platform.clock.setWireTimer(RELEASE_MS, () => end(false));
    });
  }

  async #write(key: string, order: Order, ifRevision: number): Promise<Held | undefined> {
    const own = this.#own.get(key);
    if (own) return undefined;
    try {
      const row = await this.#table.put(key, { ...order, owner: this.#self, beats: 0 }, { ifRevision });
      return this.#hold(row);
    } catch (error) {
      if (error instanceof RevisionConflict) return undefined;
      throw error;
    }
  }

  #hold(row: Row<Claim>): Held {
    const { key } = row;
    const own: Own = { row, controller: new AbortController(), timer: undefined, writing: Promise.resolve() };
    this.#own.set(key, own);
    this.#beatLater(own);
    const end = async (write: () => Promise<unknown>) => {
      own.timer?.cancel();
      await own.writing;
      if (this.#own.get(key) === own) this.#own.delete(key);
      if (own.controller.signal.aborted) return;
      await write().catch((error: unknown) => {
        if (!(error instanceof RevisionConflict)) throw error;
      });
    };
    return {
      order: row.value,
      lost: own.controller.signal,
      release: () => end(() => this.#table.delete(key, { ifRevision: own.row.revision })),
      leave: () => end(() => this.#table.put(key, { ...own.row.value, owner: '' }, { ifRevision: own.row.revision })),
    };
  }

  #beatLater(own: Own): void {
    const { clock } = this.#platform;
    own.timer = clock.setTimer(clock.now() + BEAT_MS, () => {
      own.writing = this.#beat(own);
    });
  }

  async #beat(own: Own): Promise<void> {
    const { key, value, revision } = own.row;
    try {
      own.row = await this.#table.put(key, { ...value, beats: value.beats + 1 }, { ifRevision: revision });
    } catch (error) {
      // Anything but another writer is the backbone's, and passes; or the others take this node for dead.
      if (error instanceof RevisionConflict) return this.#lose(key, own);
    }
    if (!own.controller.signal.aborted) this.#beatLater(own);
  }

  #lose(key: string, own: Own): void {
    own.timer?.cancel();
    if (this.#own.get(key) === own) this.#own.delete(key);
    own.controller.abort(new Error('The work on the stack is not this node’s any more.'));
  }

  #hear(key: string, row: Row<Claim> | undefined): void {
    this.#alarms.get(key)?.cancel();
    this.#alarms.delete(key);
    const own = this.#own.get(key);
    if (own && row?.value.owner !== this.#self) this.#lose(key, own);
    if (!row || row.value.owner === this.#self) return;
    const take = () => {
      this.#alarms.delete(key);
      this.#takeFrom(key, row).catch((error: unknown) => this.#platform.journal.fault(`stack ${key}`, error));
    };
    const { clock } = this.#platform;
    if (row.value.owner === '') take();
    else this.#alarms.set(key, clock.setTimer(clock.now() + SILENT_MS, take));
  }

  async #takeFrom(key: string, { value, revision }: Row<Claim>): Promise<void> {
    const { owner: _, beats: __, ...order } = value;
    const held = await this.#write(key, order, revision);
    if (held) this.#takeOver(held);
  }
}

function keyOf({ name, call: { account, region } }: Order): string {
  return `${account}/${region}/${name}`;
}
