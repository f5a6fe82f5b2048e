// The nodes that share a backbone: each has a row, and writes it again and again (a beat). Whoever sees no beat of
// another while it had several of its own stored takes that one for dead, and removes its row by its revision. A node
// that finds its row removed was taken for dead: it has to join again, under another id.
//
// Time is counted in own beats that were stored: no two clocks are compared, and while the server is away nobody dies.
import type { FactBody, FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Timer } from '../../clock/clock.ts';
import { RevisionConflict, type Row, type Table } from '../table.ts';
import type { WorkClock } from '../work.ts';

/** A node's row. */
export interface NodeRow {
  /** What a person calls it. */
  readonly name: string;
  /** Where it is found, for people. */
  readonly address: string;
  /** Epoch ms of its own clock. */
  readonly startedAt: number;
  /** Number of the form in which it stores data. */
  readonly format: number;
  /** Counts up. */
  readonly beat: number;
}

/** What is worth telling a person, with the fact's own words. */
export type NodeNews = Extract<FactBody, { readonly kind: 'node' | 'shard.taken' }>;

/** Ours: how often a node writes its row, in milliseconds of its own clock. */
export const BEAT_MS = 1000;
/** Ours: own beats without one of another node, until that is taken for dead. */
export const DEAD_BEATS = 5;

export interface NodeOptions {
  readonly clock: WorkClock;
  readonly name: string;
  readonly address: string;
  readonly format: number;
  readonly beatMs: number;
  /** Called when this node was taken for dead; until it has joined again it has no id. */
  readonly onExpelled: () => void;
  /** Called when another node is gone: it left, or was taken for dead. */
  readonly onGone: () => void;
  /** Called after each own beat that was stored. */
  readonly onBeat: () => void;
  readonly onNews: (news: NodeNews) => void;
}

export class Nodes {
  readonly #table: Table<NodeRow>;
  readonly #options: NodeOptions;
  readonly #startedAt: number;
  /** Own beats since another node's last one. */
  readonly #missed = new Map<string, number>();
  /** Every node that was ever heard of, and those of them that this one took for dead. */
  readonly #known = new Map<string, Pick<NodeRow, 'name' | 'address'>>();
  readonly #dead = new Set<string>();
  #id: string | undefined;
  #timer: Timer | undefined;
  #isBeating = false;
  #leave = () => {};

  constructor(table: Table<NodeRow>, options: NodeOptions) {
    this.#table = table;
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** This node's id; undefined while it has not joined, and when it was taken for dead. */
  get id(): string | undefined {
    return this.#id;
  }

  isAlive(id: string): boolean {
    return this.#table.get(id) !== undefined;
  }

  list(): Row<NodeRow>[] {
    return this.#table.list();
  }

  /** What a person calls a node, also one that is gone. */
  nameOf(id: string): string | undefined {
    return this.#known.get(id)?.name;
  }

  /** Joins under an id that no node had before. @throws ServerAway */
  async join(id: string): Promise<void> {
    const { clock, name, address, format } = this.#options;
    const row: NodeRow = { name, address, startedAt: this.#startedAt, format, beat: 0 };
    await this.#table.put(id, row, { ifRevision: 0 });
    this.#id = id;
    this.#leave = this.#table.watch((key, changed) => this.#hear(key, changed));
    this.#missed.clear();
    for (const { key, value } of this.#table.list()) this.#known.set(key, value);
    this.#tell(id, 'joined');
    this.#setTimer(clock.now());
  }

  /** Removes this node's row, as far as the server can be reached. */
  async leave(): Promise<void> {
    const id = this.#stop();
    if (id !== undefined) await this.#table.delete(id);
  }

  /** Ends beats without a word. */
  stop(): void {
    this.#stop();
  }

  #stop(): string | undefined {
    const id = this.#id;
    this.#id = undefined;
    this.#timer?.cancel();
    this.#leave();
    return id;
  }

  #hear(id: string, row: Row<NodeRow> | undefined): void {
    this.#missed.delete(id);
    if (row === undefined && id === this.#id) this.#expel();
    else if (row === undefined) {
      this.#tell(id, this.#dead.has(id) ? 'taken for dead' : 'gone');
      this.#options.onGone();
    } else if (!this.#known.has(id)) {
      this.#known.set(id, row.value);
      this.#tell(id, 'joined');
    }
  }

  #tell(id: string, what: FactOf<'node'>['what']): void {
    const { name: node = id, address = '' } = this.#known.get(id) ?? {};
    this.#options.onNews({ kind: 'node', what, node, address });
  }

  #expel(): void {
    const id = this.#stop();
    if (id !== undefined) this.#tell(id, 'expelled');
    this.#options.onExpelled();
  }

  #setTimer(from: number): void {
    this.#timer = this.#options.clock.setTimer(from + this.#options.beatMs, () => {
      this.#setTimer(this.#options.clock.now());
      if (!this.#isBeating) void this.#beat();
    });
  }

  async #beat(): Promise<void> {
    const id = this.#id;
    const row = id === undefined ? undefined : this.#table.get(id);
    if (id === undefined || !row) return;
    this.#isBeating = true;
    try {
      await this.#table.put(id, { ...row.value, beat: row.value.beat + 1 }, { ifRevision: row.revision });
      if (this.#id === id) await this.#count(id);
    } catch (error) {
      // An earlier beat of which the answer was lost conflicts, too: then the view has it, and the next one fits.
      if (error instanceof RevisionConflict && this.#id === id && !this.#table.get(id)) this.#expel();
    } finally {
      this.#isBeating = false;
    }
  }

  /** Counts one own beat against every other node, and removes the rows of the dead. */
  async #count(self: string): Promise<void> {
    this.#options.onBeat();
    for (const { key, revision } of this.#table.list()) {
      if (key === self) continue;
      const missed = (this.#missed.get(key) ?? 0) + 1;
      this.#missed.set(key, missed);
      if (missed <= DEAD_BEATS) continue;
      this.#dead.add(key);
      // With a beat that has come meanwhile, it stays.
      await this.#table.delete(key, { ifRevision: revision }).catch(() => {});
    }
  }
}
