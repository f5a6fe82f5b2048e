// What is asked of a shard, wherever it is kept: done here or by the node that keeps it, and tried again at the next
// keeper when it has moved or its keeper is gone.
import type { Timer } from '../../../clock/clock.ts';
import type { Table } from '../../table.ts';
import type { WorkClock } from '../../work.ts';
import { NotTheKeeper } from '../kept/shard-writer.ts';
import type { Nodes } from '../nodes.ts';
import { NobodyAnswers, ServerAway } from '../server.ts';
import type { ShardDeed } from './deeds.ts';
import type { Keeping, Kept } from './keeping.ts';
import type { Questions } from './questions.ts';

/** Where a queue, or a work of which the jobs have ids, stands: written once, by whoever used it first. */
export interface Place {
  readonly shard: string;
}

/** Ours: for how long a keeper is looked for, in milliseconds. */
const CALL_MS = 30_000;
/** Ours: when it is looked again, unless something changes before, in milliseconds. */
const LOOK_MS = 250;

export interface CallsOptions<Contents> {
  readonly clock: WorkClock;
  readonly nodes: Nodes;
  readonly keeping: Keeping<Contents>;
  readonly places: Table<Place>;
  readonly questions: Pick<Questions, 'ask'>;
  /** Resolves when this node sees who keeps what, and where things are, as of now. */
  readonly caughtUp: () => Promise<void>;
}

/** What is done in a shard. */
export interface Act<Contents, Value> {
  /** What the keeper is asked to do, if that is another node. */
  deed(): ShardDeed;
  /** Does it in a shard that this node keeps. @throws NotTheKeeper */
  here(contents: Contents, signal: AbortSignal): Promise<Value>;
  /** For how long it may wait, in milliseconds. */
  readonly waitMs?: number;
  /** Ends that wait. */
  readonly signal?: AbortSignal | undefined;
}

const NEVER = new AbortController().signal;

export class Calls<Contents> {
  readonly #options: CallsOptions<Contents>;
  #isOver = false;
  /** Called at the end of this node. */
  readonly #enders = new Set<() => void>();

  constructor(options: CallsOptions<Contents>) {
    this.#options = options;
  }

  /** Acts in the shard where `place` is, which is this node's own when it has none yet. @throws ServerAway */
  atPlace<Value>(place: string, act: Act<Contents, Value>): Promise<Value> {
    const { places, keeping } = this.#options;
    const seen = () => {
      const row = places.get(place);
      return row && `${row.revision} ${keeping.keeperOf(row.value.shard)?.term}`;
    };
    return this.#retry(async () => this.#act(await this.#findPlace(place), act), { signal: act.signal, seen });
  }

  /** Nothing happens where the shard was removed meanwhile: it was empty. @throws ServerAway */
  inShard(shard: string, act: Act<Contents, void>): Promise<void> {
    const { keeping } = this.#options;
    const seen = () => keeping.keeperOf(shard)?.term;
    const attempt = async () => {
      if (keeping.keeperOf(shard)) await this.#act(shard, act);
    };
    return this.#retry(attempt, { signal: act.signal, seen });
  }

  /** Acts in this node's own shard. @throws ServerAway */
  inOwn<Value>(act: (kept: Kept<Contents>) => Promise<Value>): Promise<Value> {
    return this.#retry(() => act(this.#own()), { seen: () => this.#options.keeping.own });
  }

  /**
   * This node's shard, as soon as it serves it in this term.
   * @throws NotTheKeeper; ServerRefuses when the server does not let it
   */
  async serving(shard: string, term: number, signal: AbortSignal): Promise<Kept<Contents>> {
    const { clock, keeping, nodes } = this.#options;
    const end = clock.now() + CALL_MS;
    for (;;) {
      const kept = keeping.find(shard);
      if (kept?.term === term) return kept;
      const keeper = keeping.keeperOf(shard);
      const isComing = keeper === undefined || keeper.term < term || (keeper.term === term && keeper.node === nodes.id);
      if (!isComing || signal.aborted || this.#isOver || clock.now() >= end) throw new NotTheKeeper(shard);
      if (keeping.refusal) throw keeping.refusal;
      const change = this.#awaitChange();
      await change.happened();
      change.end();
    }
  }

  /** Whether the place is in this shard. */
  async isPlaceIn(place: string, shard: string): Promise<boolean> {
    const isThere = () => this.#options.places.get(place)?.value.shard === shard;
    if (isThere()) return true;
    await this.#options.caughtUp();
    return isThere();
  }

  /** Ends every call. */
  close(): void {
    this.#isOver = true;
    for (const end of [...this.#enders]) end();
  }

  async #act<Value>(shard: string, act: Act<Contents, Value>): Promise<Value> {
    const { keeping, nodes } = this.#options;
    const keeper = keeping.keeperOf(shard);
    const self = nodes.id;
    if (!keeper || self === undefined || !nodes.isAlive(keeper.node)) throw new NotTheKeeper(shard);
    const { signal = NEVER, waitMs = 0 } = act;
    const { node, term } = keeper;
    if (node === self) return act.here((await this.serving(shard, term, signal)).contents, signal);
    const question = { of: 'shard', shard, term, deed: act.deed() } as const;
    return this.#options.questions.ask({ self, node }, question, { waitMs, signal });
  }

  /** Tries until somebody keeps what is asked for. `seen` is what an attempt depends on. */
  async #retry<Value>(
    attempt: () => Promise<Value>,
    { signal, seen }: { readonly signal?: AbortSignal | undefined; readonly seen: () => unknown },
  ): Promise<Value> {
    const { clock, caughtUp } = this.#options;
    const end = clock.now() + CALL_MS;
    for (;;) {
      const change = this.#awaitChange();
      const before = seen();
      try {
        if (this.#isOver) throw new ServerAway('this node has left it');
        return await attempt();
      } catch (error) {
        if (!(error instanceof NotTheKeeper || error instanceof NobodyAnswers)) throw error;
        if (clock.now() >= end || signal?.aborted) throw new ServerAway('nobody keeps what is asked for', error);
        await caughtUp();
        if (seen() === before) await change.happened();
      } finally {
        change.end();
      }
    }
  }

  /** Listens for a change of keepers from now on; `happened` waits for it, or for LOOK_MS. */
  #awaitChange(): { happened(): Promise<void>; end(): void } {
    const { clock, keeping } = this.#options;
    let timer: Timer | undefined;
    let resolve = () => {};
    const changed = new Promise<void>((resolved) => {
      resolve = resolved;
    });
    const leave = keeping.onChange(resolve);
    this.#enders.add(resolve);
    return {
      happened() {
        timer = clock.setTimer(clock.now() + LOOK_MS, resolve);
        return changed;
      },
      end: () => {
        leave();
        timer?.cancel();
        this.#enders.delete(resolve);
      },
    };
  }

  async #findPlace(place: string): Promise<string> {
    const { places, keeping } = this.#options;
    const known = places.get(place);
    // A shard that was removed was empty.
    if (known && keeping.keeperOf(known.value.shard)) return known.value.shard;
    const { shard } = this.#own();
    try {
      return (await places.put(place, { shard }, { ifRevision: known?.revision ?? 0 })).value.shard;
    } catch (error) {
      const winner = places.get(place);
      if (winner) return winner.value.shard;
      throw error;
    }
  }

  #own(): Kept<Contents> {
    const { own, refusal } = this.#options.keeping;
    if (!own) throw refusal ?? new NotTheKeeper('of its own');
    return own;
  }
}
