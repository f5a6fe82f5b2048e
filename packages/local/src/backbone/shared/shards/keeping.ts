// Which shards this node keeps. The row of a shard says who keeps it, in which term; a node becomes the keeper by
// writing it, with its revision, then its first message of the new term, and serves when it has read what there is.
//
// A shard whose keeper is gone is taken by the node with the fewest. A node without any takes one of a node that keeps
// several, else makes one. All see the same rows, so mostly one node acts; when two do, the revision decides. A node
// that keeps several removes one in which nothing is: a node that was killed and came back at once had made it.

import { RevisionConflict, type Row, type Table } from '../../table.ts';
import { NotTheKeeper, type ShardRow } from '../kept/shard-writer.ts';
import type { NodeNews, Nodes } from '../nodes.ts';
import { type Server, ServerAway, ServerRefuses, WrongLast } from '../server.ts';
import { Chain } from './chain.ts';

/** Who keeps a shard. */
export interface Keeper {
  /** A node's id; empty: nobody since the last one left. */
  readonly node: string;
  /** Grows with each keeper. */
  readonly term: number;
  /** There is no such shard any more. Its name stays, so that one that is made later goes on with its terms. */
  readonly isRemoved?: true;
}

/** A shard that this node keeps. */
export interface Kept<Contents> {
  readonly shard: string;
  readonly term: number;
  readonly chain: Chain;
  readonly contents: Contents;
  /** False when the shard was lost. */
  isMine(): boolean;
}

export interface KeepingOptions<Contents> {
  readonly server: Server;
  readonly table: Table<Keeper>;
  readonly nodes: Nodes;
  /** Makes of a shard's rows what serves it. */
  readonly open: (chain: Chain, rows: readonly ShardRow[]) => Contents;
  /** Ends what waits in a shard that is lost. */
  readonly close: (contents: Contents, lost: NotTheKeeper) => void;
  /** Resolves when this node sees every row that was written before. */
  readonly caughtUp: () => Promise<void>;
  readonly onNews: (news: NodeNews) => void;
  /** Whether something has its place in the shard. */
  readonly isPlace: (shard: string) => boolean;
}

export class Keeping<Contents> {
  readonly #options: KeepingOptions<Contents>;
  readonly #kept = new Map<string, Kept<Contents>>();
  /** Called once, at the next change. */
  readonly #waiting = new Set<() => void>();
  #refusal: ServerRefuses | undefined;
  #isLooking = false;
  #lookAgain = false;
  #isOver = false;
  readonly #leave: () => void;

  constructor(options: KeepingOptions<Contents>) {
    this.#options = options;
    this.#leave = options.table.watch(() => {
      this.#tell();
      this.look();
    });
  }

  /** This node's shards, in the order in which it took them. */
  list(): Kept<Contents>[] {
    return [...this.#kept.values()];
  }

  /** The shard in which this node puts what is new; undefined while it has none. */
  get own(): Kept<Contents> | undefined {
    for (const kept of this.#kept.values()) if (kept.isMine()) return kept;
    return undefined;
  }

  /** The shard, when this node serves it. */
  find(shard: string): Kept<Contents> | undefined {
    const kept = this.#kept.get(shard);
    return kept?.isMine() ? kept : undefined;
  }

  /** Why this node could not take what it has to keep, when it last tried: whoever waits for it is told. */
  get refusal(): ServerRefuses | undefined {
    return this.#refusal;
  }

  /** Who keeps the shard, as this node sees it. */
  keeperOf(shard: string): Keeper | undefined {
    const keeper = this.#options.table.get(shard)?.value;
    return keeper?.isRemoved ? undefined : keeper;
  }

  /** Names of all shards that there are. */
  shards(): string[] {
    return this.#options.table.list().flatMap(({ key, value }) => (value.isRemoved ? [] : [key]));
  }

  /** Calls `listener` once, when a keeper changed, or what is served here. Returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  /** Nodes have come or gone. */
  nodesChanged(): void {
    this.#tell();
    this.look();
  }

  /** Looks, soon, whether this node has to take or to drop a shard. */
  look(): void {
    this.#lookAgain = true;
    if (this.#isLooking || this.#isOver) return;
    this.#isLooking = true;
    void this.#lookOn();
  }

  /** Removes the shards in which nothing is, but for one. @throws ServerAway, ServerRefuses */
  async removeEmpty(): Promise<void> {
    for (const kept of this.list()) if (this.#kept.size > 1) await this.#removeIfEmpty(kept);
  }

  /** Drops every shard without a word: this node was taken for dead. */
  dropAll(): void {
    for (const kept of this.list()) this.#drop(kept);
  }

  /** Gives every shard back. @throws ServerAway */
  async leave(): Promise<void> {
    this.#isOver = true;
    this.#leave();
    const { table } = this.#options;
    await Promise.all(
      this.list().map(async (kept) => {
        await kept.chain.stored().catch(() => {});
        this.#drop(kept);
        const row = table.get(kept.shard);
        if (row?.value.term !== kept.term) return;
        const free = table.put(kept.shard, { node: '', term: kept.term }, { ifRevision: row.revision });
        await free.catch(unlessOvertaken);
      }),
    );
  }

  async #lookOn(): Promise<void> {
    try {
      while (this.#lookAgain && !this.#isOver) {
        this.#lookAgain = false;
        try {
          await this.#lookOnce();
          this.#refusal = undefined;
        } catch (error) {
          // Others came first: their rows say what is left to do.
          if (error instanceof RevisionConflict || error instanceof WrongLast) this.#lookAgain = true;
          else if (error instanceof ServerAway || error instanceof ServerRefuses) {
            // After the next beat, whatever was heard meanwhile: each try costs a term.
            this.#lookAgain = false;
            if (error instanceof ServerRefuses) {
              this.#refusal = error;
              this.#tell();
            }
          } else throw error;
        }
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookOnce(): Promise<void> {
    const { nodes, table } = this.#options;
    const self = nodes.id;
    const isMine = ({ shard, term, chain }: Kept<Contents>) => {
      const keeper = this.keeperOf(shard);
      return keeper?.node === self && keeper?.term === term && !chain.isBroken;
    };
    for (const kept of this.list()) if (self === undefined || !isMine(kept)) this.#drop(kept);
    if (self === undefined) return;
    // One that cannot be taken, as a new one of three servers when one is away, does not keep the node from the others.
    const failures: unknown[] = [];
    const take = (shard: string, row: Row<Keeper> | undefined) =>
      this.#take(shard, row, self).catch((error: unknown) => void failures.push(error));
    for (const shard of this.shards()) {
      const row = table.get(shard);
      if (row && this.#isForMe(row, self)) await take(shard, row);
    }
    if (this.#kept.size === 0) {
      const { spare, unused } = this.#findSpare();
      if (spare) await take(spare.key, spare);
      else if (failures.length === 0) await take(unused, table.get(unused));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Whether this node has to take a shard: it is its own, or nobody's and others have more. */
  #isForMe({ key, value: { node } }: Row<Keeper>, self: string): boolean {
    if (node === self) return !this.#kept.has(key);
    if (this.#options.nodes.isAlive(node)) return false;
    let [fewest, least] = [self, Number.POSITIVE_INFINITY];
    for (const [other, count] of this.#counts()) if (count < least) [fewest, least] = [other, count];
    return fewest === self;
  }

  /** How many shards each living node keeps, by id. */
  #counts(): Map<string, number> {
    const counts = new Map(this.#options.nodes.list().map(({ key }) => [key, 0]));
    for (const { value } of this.#options.table.list()) {
      const count = counts.get(value.node);
      if (count !== undefined) counts.set(value.node, count + 1);
    }
    return counts;
  }

  /** A shard of the node that keeps most of them, if it keeps several; and a name that no shard has, or no more. */
  #findSpare(): { readonly spare: Row<Keeper> | undefined; readonly unused: string } {
    let [richest, most] = ['', 1];
    for (const [node, count] of this.#counts()) if (count > most) [richest, most] = [node, count];
    const { table } = this.#options;
    const spare = table.list().findLast(({ value }) => value.node === richest);
    let number = 1;
    while (this.keeperOf(`s${number}`)) number++;
    return { spare: richest === '' ? undefined : spare, unused: `s${number}` };
  }

  /** Takes a shard over from whoever is its keeper by this row. */
  async #take(shard: string, row: Row<Keeper> | undefined, self: string): Promise<void> {
    const { server, table, open, caughtUp } = this.#options;
    const term = (row?.value.term ?? 0) + 1;
    await table.put(shard, { node: self, term }, { ifRevision: row?.revision ?? 0 });
    const onBroken = () => {
      const kept = this.#kept.get(shard);
      if (kept?.term === term) this.#drop(kept);
      this.look();
    };
    const { chain, rows } = await Chain.begin(server, { shard, term, onBroken });
    // Whoever acts on what it reads sees what the keeper before saw.
    await caughtUp();
    const isMine = () => {
      const keeper = this.keeperOf(shard);
      return keeper?.node === this.#options.nodes.id && keeper?.term === term && !chain.isBroken;
    };
    if (this.#isOver || !isMine()) {
      chain.end();
      return;
    }
    this.#kept.set(shard, { shard, term, chain, isMine, contents: open(chain, rows) });
    const { nodes, onNews } = this.#options;
    const before = row?.value.node;
    const from = before && before !== self && !nodes.isAlive(before) ? nodes.nameOf(before) : undefined;
    onNews({ kind: 'shard.taken', shard, ...(from !== undefined && { from }) });
    this.#tell();
  }

  async #removeIfEmpty(kept: Kept<Contents>): Promise<void> {
    const { shard, chain } = kept;
    const { server, table, isPlace } = this.#options;
    await chain.stored().catch(() => {});
    const { next } = chain;
    if (!(await chain.isEmpty()) || chain.next !== next || isPlace(shard) || !kept.isMine()) return;
    const row = table.get(shard);
    if (!row || this.#kept.size === 1) return;
    // Nothing gets in any more; whoever has found a place in it meanwhile finds another one.
    this.#drop(kept);
    try {
      await table.put(shard, { node: '', term: kept.term, isRemoved: true }, { ifRevision: row.revision });
    } catch (error) {
      return unlessOvertaken(error);
    }
    await server.removeStream(shard);
  }

  #drop(kept: Kept<Contents>): void {
    if (this.#kept.get(kept.shard) !== kept) return;
    this.#kept.delete(kept.shard);
    kept.chain.end();
    this.#options.close(kept.contents, new NotTheKeeper(kept.shard));
    this.#tell();
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of waiting) listener();
  }
}

function unlessOvertaken(error: unknown): void {
  if (!(error instanceof RevisionConflict)) throw error;
}
